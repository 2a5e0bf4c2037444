"""A page read as a browser would, and what is wrong with its markup."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

__all__ = ["Reading", "read_page"]

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "rect"})
_NAMING = ("aria-labelledby", "aria-describedby", "for", "popovertarget")


class Reading(HTMLParser):
    """What a page holds. `faults` says what does not balance, repeats or leads nowhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.headings: list[tuple[int, str]] = []
        self.links: list[str] = []
        self.data: list[Any] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._faults: list[str] = []
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        self.links += [value for name in ("href", "src", "action") if (value := found.get(name))]
        if tag not in _VOID:
            self._open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open[-1] != tag:
            self._faults.append(f"</{tag}> inside {self._open[-3:]}")
        else:
            self._open.pop()
        if tag == "script":
            self.data.append(json.loads(self._script))
            self._script = ""

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script":
            self._script += data
        elif inside == "title" and "head" in self._open:
            self.title += data
        elif self.headings and {"h1", "h2", "h3", "h4"} & set(self._open):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def attribute(self, name: str) -> Iterator[str]:
        yield from (value for _, found in self.elements if (value := found.get(name)) is not None)

    def faults(self) -> list[str]:
        ids = Counter(self.attribute("id"))
        levels = [level for level, _ in self.headings]
        return [
            *self._faults,
            *(f"<{tag}> is not closed" for tag in self._open),
            *(f"{times} of id={name}" for name, times in ids.items() if times > 1),
            *(
                f"{key}={one}: nothing there"
                for key in _NAMING
                for value in self.attribute(key)
                for one in value.split()
                if one not in ids
            ),
            *(f"h{b} after h{a}" for a, b in zip([0, *levels], levels, strict=False) if b > a + 1),
            *([f"{levels.count(1)} of h1"] if levels.count(1) != 1 else []),
            *("an empty heading" for _, text in self.headings if not text.strip()),
            *(
                f"an image without alt or size: {found}"
                for tag, found in self.elements
                if tag == "img" and not {"alt", "width", "height"} <= found.keys()
            ),
        ]


def read_page(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading
