"""What a block says of itself, in a comment at its beginning: `{# edge: lang="ar" dir="rtl" #}`.

Its outermost elements then get these attributes, but for those that have their own: a page in one language may get
a block in another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import nodes

from edge.blocks.grammar import did_you_mean
from edge.blocks.markup import Markup
from edge.errors import Flaw

__all__ = ["Said", "read_said"]

_COMMENT = re.compile(r"\s*\{#[-+]?\s*edge:(.*?)[-+]?#\}", re.S)
_PAIR = re.compile(r'([A-Za-z-]++)\s*+=\s*+"([^"]*+)"|(\S++)')
_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # the shape of RFC 5646
_DIRS = ("ltr", "rtl", "auto")


@dataclass(frozen=True, slots=True)
class Said:
    """A block's language and writing direction, each None where it says nothing, and what is wrong about them."""

    lang: str | None
    dir: str | None
    flaws: tuple[Flaw, ...]

    def attributes(self) -> Mapping[str, str]:
        """The attributes that the block's outermost elements get."""
        said = {"lang": self.lang, "dir": self.dir}
        return {name: value for name, value in said.items() if value is not None}

    def check(self, markup: Markup) -> tuple[Flaw, ...]:
        """A flaw for each text that no element carries."""
        if not self.attributes():
            return ()
        cause = f"text outside of any element cannot carry {' and '.join(self.attributes())}"
        return tuple(
            Flaw(cause, "wrap it in an element: <span>…</span>", at, at + 1) for at in sorted(markup.bare)
        )

    def write(self, tree: nodes.Template, markup: Markup) -> None:
        """Add the attributes to the template's own text."""
        for data in tree.find_all(nodes.TemplateData):
            text, inside = data.data, range(data.lineno, data.lineno + len(data.data))
            for at in sorted((at for at in markup.tops if at in inside), reverse=True):
                text = text[: at - data.lineno] + self._added(markup.tops[at]) + text[at - data.lineno :]
            data.data = text

    def _added(self, own: frozenset[str]) -> str:
        return "".join(f' {name}="{value}"' for name, value in self.attributes().items() if name not in own)


def read_said(source: str) -> Said:
    """What the comment at the beginning of a block's source says."""
    comment = _COMMENT.match(source)
    if comment is None:
        return Said(None, None, ())
    values: dict[str, str] = {}
    flaws = []
    start, end = comment.start(1), comment.start(1) + len(comment[1].rstrip())
    for pair in _PAIR.finditer(source, start, end):
        start = pair.end() - len(pair[0].lstrip())
        flaw = _wrong(pair[1], pair[2])
        if flaw:
            flaws.append(Flaw(*flaw, start, pair.end()))
        else:
            values[pair[1]] = pair[2]
    return Said(values.get("lang"), values.get("dir"), tuple(flaws))


def _wrong(name: str | None, value: str) -> tuple[str, str] | None:
    if name is None:
        return 'this is not name="value"', 'write {# edge: lang="de" dir="ltr" #}'
    if name not in ("lang", "dir"):
        return f"a block cannot say {name}", did_you_mean(name, ("lang", "dir"))
    if name == "lang" and not _LANG.fullmatch(value):
        return f"{value!r} is not a language tag", 'write one as in RFC 5646: "de", "pt-BR"'
    if name == "dir" and value not in _DIRS:
        return f"{value!r} is not a direction", f"write {', '.join(_DIRS)}"
    return None
