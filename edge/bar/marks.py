"""What tells the bar's script where the slots of a previewed page stand, once blocks are in them."""

from __future__ import annotations

import re
from dataclasses import replace

from edge.html import Fill, Selector

__all__ = ["DEFAULTS", "css", "marked"]

DEFAULTS = "<!--edge:defaults-->\n"
"""Ends a page that was asked for with its defaults: whatever stands between could have lost the question."""


def marked(slot: str, fill: Fill, selector: Selector | None) -> Fill:
    """The same fill, to be found again in the page: a block that is not in its slot's element between two
    comments, which neither a style nor a parser takes notice of; an element that loses what `selector` found it
    by, if one did, by one more attribute."""
    name, attributes = slot.encode(), fill.set
    if selector is not None and _changes(fill, selector):
        attributes = (*attributes, (b"data-edge-at", name))
    if fill.place == "remove" or (fill.block is not None and fill.place in ("replace", "before", "after")):
        kind = fill.place.encode()
        block = b"<!--edge:at %b %b-->%b<!--/edge:at-->" % (name, kind, fill.block or b"")
        return Fill(block, "replace" if fill.place == "remove" else fill.place, attributes)
    return replace(fill, set=attributes)


def _changes(fill: Fill, selector: Selector) -> bool:
    """Whether an attribute is set that the selector looks at."""
    read = {name for name, _ in selector.attributes} | ({"class"} if selector.classes else set())
    return any(name.decode("ascii", "replace").lower() in read for name, _ in fill.set)


def css(selector: Selector) -> str:
    """The selector as a browser reads it."""
    attributes = "".join(
        f"[{_name(name)}]" if value is None else f"[{_name(name)}={_text(value)}]"
        for name, value in selector.attributes
    )
    classes = "".join(f"[class~={_text(name)}]" for name in sorted(selector.classes))
    return _name(selector.tag or "") + attributes + classes


def _name(name: str) -> str:
    return re.sub(r"([^\w-])", r"\\\1", name)


def _text(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
