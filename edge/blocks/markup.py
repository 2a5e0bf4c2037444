"""A template's markup, followed through every branch and loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

from edge.blocks.grammar import offset
from edge.blocks.places import begins_path, refusals
from edge.errors import Flaw
from edge.html.balance import left_open
from edge.html.context import TEXT, Where, read, skip

__all__ = ["Markup", "follow_markup"]

_MOST = 64
_ROUNDS = 5

_DOCTYPE = re.compile(r"<!doctype\b[^>]*>?", re.IGNORECASE)
_NOT_WHOLE = "a block is a part of the page's body, not a page"

Places = tuple[Where, ...]
"""Every place where the markup may stand, depending on which branches were taken."""


@dataclass(slots=True)
class Markup:
    """What following the markup found. `tops` are the offsets at which the block's outermost start tags end, each
    with those of lang and dir that it has in any case; `bare` where text stands outside of any element; `raw` the
    characters beyond ASCII in scripts and styles."""

    flaws: dict[Flaw, None] = field(default_factory=dict)
    tops: dict[int, frozenset[str]] = field(default_factory=dict)
    bare: set[int] = field(default_factory=set)
    raw: str = ""


def follow_markup(tree: nodes.Template, source: str) -> Markup:
    """Follow the markup of a template whose nodes know their offsets. A `|tojson` in a script becomes the filter
    that writes code instead of text, a `|urlencode` at the beginning of a path one that is never empty."""
    walk = _Walk(source)
    places = walk.through(tree.body, (TEXT,))
    for place in places:
        walk.note(left_open(place, len(source)))
    return walk.found


class _Walk:
    def __init__(self, source: str) -> None:
        self._source = source
        self.found = Markup()

    def note(self, flaws: Iterable[Flaw]) -> None:
        """Take over the flaws that the markup by itself has."""
        for flaw in flaws:
            doctype = _DOCTYPE.match(self._source, flaw.start)
            if doctype:
                flaw = Flaw(_NOT_WHOLE, "leave the doctype out", *doctype.span())
            cause = flaw.cause[:1].lower() + flaw.cause[1:]
            self.found.flaws[Flaw(cause, flaw.cure, flaw.start, flaw.end)] = None

    def through(self, statements: Iterable[nodes.Node], places: Places) -> Places:
        for node in statements:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    places = self._output(part, places)
            elif isinstance(node, nodes.If):
                places = self._branches(node, places)
            elif isinstance(node, nodes.For):
                places = self._loop(node, places)
        return places

    def _output(self, part: nodes.Expr, places: Places) -> Places:
        if isinstance(part, nodes.TemplateData):
            return _distinct(self._literal(part, place) for place in places)
        return self._hole(part, places)

    def _literal(self, part: nodes.TemplateData, place: Where) -> Where:
        reading = read(place, part.data, part.lineno)
        self.note(reading.flaws)
        self.found.raw += reading.raw
        for top in reading.tops:
            self.found.tops[top.at] = self.found.tops.get(top.at, top.own) & top.own
        if reading.bare is not None:
            self.found.bare.add(reading.bare)
        return reading.where

    def _hole(self, part: nodes.Expr, places: Places) -> Places:
        door = part.name if isinstance(part, nodes.Filter) else None
        for refused in refusals(places, door):
            self._flaw(part, *refused)
        if door == "tojson" and any(place.state == "raw text" and place.element == "script" for place in places):
            part.name = "_script"  # type: ignore[attr-defined]
        elif door == "urlencode" and any(begins_path(place) for place in places):
            part.name = "_segment"  # type: ignore[attr-defined]
        if any(place.state == "data" and not place.stack for place in places):
            self.found.bare.add(offset(part))
        return _distinct(skip(place) for place in places)

    def _branches(self, node: nodes.If, places: Places) -> Places:
        bodies: list[Sequence[nodes.Node]] = [node.body, *(branch.body for branch in node.elif_), node.else_]
        return self._meet(node, [place for body in bodies for place in self.through(body, places)], places)

    def _loop(self, node: nodes.For, places: Places) -> Places:
        seen = places
        for _ in range(_ROUNDS):
            after = self._meet(node, [*seen, *self.through(node.body, seen)], seen)
            if set(after) == set(seen):
                break
            seen = after
        else:
            cure = "repeat whole elements or whole attributes"
            self._flaw(node, "each turn of this loop leaves the markup at another place", cure)
        return self._meet(node, [*seen, *self.through(node.else_, places)], places)

    def _meet(self, node: nodes.Node, after: Iterable[Where], before: Places) -> Places:
        """The places after a branch or loop, if they are alike: else a flaw, and on from where it began."""
        places = _distinct(after)
        if len(places) > _MOST:
            self._flaw(node, "there are too many ways through this", "choose between whole elements")
            return places[:1]
        first = places[0]
        if len({_elements(place) for place in places}) > 1:
            name = max((place.stack for place in places), key=len)[-1].name
            cause = f"<{name}> is open after one way through this, and not after another"
            self._flaw(node, cause, f"write <{name}> and </{name}> in the same branch")
        elif len({_phase(place) for place in places}) > 1:
            cure = "let it hold whole attributes, whole values or whole elements"
            self._flaw(node, "the ways through this end in different parts of a tag, comment or script", cure)
        else:
            return places
        return before if first not in before else (first,)

    def _flaw(self, node: nodes.Node, cause: str, cure: str) -> None:
        start = offset(node)
        closing = "}}" if isinstance(node, nodes.Expr) else "%}"
        end = self._source.find(closing, start)
        width = len(self._source[start:end].rstrip(" -+\n\t")) if end > 0 else 1
        self.found.flaws[Flaw(cause, cure, start, start + width)] = None


def _distinct(places: Iterable[Where]) -> Places:
    return tuple(dict.fromkeys(places))


def _elements(place: Where) -> tuple[tuple[str, str], ...]:
    return tuple((element.name, element.space) for element in place.stack)


def _phase(place: Where) -> tuple[str, ...]:
    """What must be alike where branches meet: inside of a tag, any place at which an attribute may follow."""
    if place.in_tag:
        return ("tag", place.element, str(place.closing))
    return (place.state, place.element, place.attribute, place.pending)
