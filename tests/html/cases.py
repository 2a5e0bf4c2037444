"""The cases of html_cases.json and placement_cases.json, and every way to run one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.html import Fill, Plan, Replay, Slots, Stream, page_charset, parse_plan, parse_selector, splice

__all__ = ["HERO", "NEW", "Case", "load", "spliced", "streamed"]

HERO = Slots(frozenset({"hero"}))
NEW = {"hero": Fill(b"NEW")}


_DISPUTED = frozenset({"button-in-button"})
"""Cases in which Chromium has left the standard, so that we leave the slot: an accepted answer, not the best."""


@dataclass(frozen=True)
class Case:
    name: str
    page: bytes
    expected: bytes
    accept: frozenset[bytes]
    never: frozenset[bytes]
    slots: Slots
    fill: Fill
    shown: bool | None
    untouched: bool
    """The page's charset forbids writing into it."""

    @property
    def fills(self) -> dict[str, Fill]:
        return {"hero": self.fill}

    def __str__(self) -> str:
        return self.name


def load(file: str) -> list[Case]:
    return [_case(raw) for raw in json.loads((Path(__file__).parent / file).read_text())]


def _case(raw: dict[str, Any]) -> Case:
    page = _bytes(raw["input"])
    selector, block = raw.get("selector"), raw.get("block", "NEW")
    pairs = tuple((_bytes(name), _bytes(value)) for name, value in raw.get("set", ()))
    return Case(
        name=raw["name"],
        page=page,
        expected=_bytes(raw["input"] if raw["name"] in _DISPUTED else raw["expected"]),
        accept=frozenset(map(_bytes, raw.get("accept", ()))),
        never=frozenset(map(_bytes, raw.get("never", ()))),
        slots=Slots(
            frozenset({"hero"}),
            ((parse_selector(selector), "hero"),) if selector else (),
            {"hero": raw["times"]} if "times" in raw else {},
        ),
        fill=Fill(None if block is None else _bytes(block), raw.get("place", "inside"), pairs),
        shown=raw.get("shown"),
        untouched="content_type" in raw and page_charset(raw["content_type"], page) is None,
    )


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


def spliced(page: bytes, slots: Slots = HERO, fills: dict[str, Fill] = NEW) -> bytes:
    return splice(parse_plan(page, slots), fills).body


def streamed(
    chunks: Iterable[bytes], slots: Slots = HERO, fills: dict[str, Fill] = NEW, kept: Plan | None = None
) -> bytes:
    """What comes out of a stream, or of a replay of a kept plan, with each decision given when it is wanted."""
    stream = Stream(slots) if kept is None else Replay(kept, slots)
    out = []
    for chunk in chunks:
        stream.feed(chunk)
        out.append(stream.take())
        stream.give({name: fills.get(name) for name in stream.wanted()})
        out.append(stream.take())
    stream.close()
    stream.give({name: fills.get(name) for name in stream.wanted()})
    return b"".join([*out, stream.take()])
