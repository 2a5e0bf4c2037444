"""Which elements are open inside a block, and what each of its tags does to them.

A block may be put anywhere, so its own tags must say where its elements begin and end: the tree construction rules
of the HTML standard (section 13.2.6) are followed only as far as the block itself decides their outcome. An
implied end is certain where the element it closes is the innermost one of the block; whatever else a browser would
repair is a flaw.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from edge.errors import Flaw
from edge.html import elements

__all__ = ["RAW_TEXT", "VOID", "Element", "Stack", "Tag", "close", "foreign", "open_", "unclosed"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _text(names: frozenset[bytes]) -> frozenset[str]:
    """Names as blocks have them: of characters, where those of pages are bytes."""
    return frozenset(name.decode() for name in names)


VOID = _text(elements.VOID)
"""Elements without content or end tag."""

RAW_TEXT = _text(elements.RAW) - {"noscript"}
"""HTML elements whose content holds no tags."""

_REFUSED = MappingProxyType(
    {
        **dict.fromkeys(("html", "head", "body"), "a block is a part of the page's body: leave the tag out"),
        **dict.fromkeys(("frameset", "frame"), "use <iframe>"),
        "plaintext": "use <pre> and &lt; for <",
        "image": "write <img>",
        "annotation-xml": "leave it out",
    }
)

_ORDINARY = _names("optgroup option rb rp rt rtc")  # ended by any end tag around them
_IMPLIED = _text(elements.IMPLIED)
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_SECTIONS = _ROWS | {"tbody", "thead", "tfoot", "caption", "colgroup"}

# What else a start tag ends, when it is the innermost (section 13.1.2.4, optional tags).
_ENDED_BY_START = MappingProxyType(
    {
        "li": frozenset(("li",)),
        **dict.fromkeys(("dd", "dt"), frozenset(("dd", "dt"))),
        "option": frozenset(("option",)),
        "optgroup": frozenset(("option", "optgroup")),
        **dict.fromkeys(("rb", "rp", "rt", "rtc"), frozenset(("rb", "rp", "rt", "rtc"))),
        **dict.fromkeys(_CELLS, _CELLS | {"caption", "colgroup"}),
        "tr": _ROWS | {"caption", "colgroup"},
        **dict.fromkeys(_SECTIONS - _ROWS, _SECTIONS),
    }
)

_WHOLE = MappingProxyType(
    {
        **dict.fromkeys(_SECTIONS, frozenset(("table", "template"))),
        **dict.fromkeys(("rb", "rp", "rt", "rtc"), frozenset(("ruby",))),
        "optgroup": frozenset(("select",)),
    }
)
_BETWEEN_CELLS = _names("table tbody thead tfoot tr colgroup")
_WITHOUT_CELL = _SECTIONS | frozenset(("col", "form", "script", "style", "template"))

_TABLE_PARTS = MappingProxyType(
    {
        "tr": _CELLS,
        **dict.fromkeys(("tbody", "thead", "tfoot"), _ROWS),
        "table": _SECTIONS,
    }
)

_ENDS_P = _text(elements.CLOSES_P) - {"plaintext"} | {"table"}

# End tags that end an open <p>, <li> and so on inside them; others leave them open.
_ENDS_IMPLIED = (_ENDS_P - {"hr", "p", "xmp"}) | _SECTIONS | _names("button select object marquee template")

_HEADINGS = _text(elements.HEADINGS)
_NOT_WITHIN = MappingProxyType(
    {
        **{name: frozenset((name,)) for name in ("a", "button", "nobr")},
        **dict.fromkeys(("input", "textarea", "select", "keygen"), frozenset(("select",))),
        **dict.fromkeys(_ENDS_P, frozenset(("p",))),
    }
)

# Where a search for an open element ends (section 13.2.4.2, "has an element in scope").
_BARRIERS = _names("button caption marquee object table td template th")

_BREAKOUT = _text(elements.BREAKOUT) | {"font"}
_INTEGRATION = frozenset(
    [
        *((name, "svg") for name in ("foreignobject", "desc", "title")),
        *((name, "math") for name in ("mi", "mo", "mn", "ms", "mtext")),
    ]
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the tokenizer saw it. `name` is lower case; characters `start` to `end` of the text."""

    name: str
    start: int
    end: int
    closing: bool = False
    self_closing: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """An open element. `space` is "html", "svg" or "math"; `tag` is where it was opened."""

    name: str
    space: str
    tag: Tag


Stack = tuple[Element, ...]
"""Open elements, outermost first."""


def foreign(stack: Stack) -> bool:
    """Whether markup here is parsed by the rules for SVG and MathML."""
    return bool(stack) and stack[-1].space != "html" and (stack[-1].name, stack[-1].space) not in _INTEGRATION


def open_(stack: Stack, tag: Tag) -> tuple[Stack, Flaw | None]:
    """The stack after a start tag."""
    if tag.name in _REFUSED:
        return stack, _flaw(f"<{tag.name}> cannot stand in a block", _REFUSED[tag.name], tag)
    if foreign(stack):
        return _open_foreign(stack, tag, stack[-1].space)
    if tag.name in ("svg", "math"):
        return _open_foreign(stack, tag, tag.name)
    stack, flaw = _make_room(stack, tag)
    if tag.name in VOID:
        return stack, flaw
    if tag.self_closing:
        return stack, _flaw(
            f"<{tag.name}/> does not end <{tag.name}>: browsers ignore the slash",
            f"write <{tag.name}></{tag.name}>",
            tag,
        )
    return (*stack, Element(tag.name, "html", tag)), flaw


def close(stack: Stack, tag: Tag) -> tuple[Stack, Flaw | None]:
    """The stack after an end tag."""
    name = tag.name
    if stack and stack[-1].name == name:
        return stack[:-1], None
    ended = (_IMPLIED if name in _ENDS_IMPLIED else _ORDINARY) - {name} | _TABLE_PARTS.get(name, frozenset())
    if name in _SECTIONS and not _counts(name, stack):
        ended = frozenset()
    rest = stack
    while rest and rest[-1].space == "html" and rest[-1].name in ended:
        rest = rest[:-1]
    if rest and rest[-1].name == name and rest[-1].space == "html":
        return rest[:-1], None
    return _stray(stack, tag)


def unclosed(element: Element) -> Flaw:
    """The flaw of an element that is still open where it must not be."""
    return _flaw(
        f"<{element.name}> is not closed: what follows the block would become part of it",
        f"write </{element.name}> where it ends",
        element.tag,
    )


def _stray(stack: Stack, tag: Tag) -> tuple[Stack, Flaw]:
    names = [element.name for element in stack]
    if tag.name in VOID:
        return stack, _flaw(f"<{tag.name}> has no content, so there is no </{tag.name}>", "leave it out", tag)
    if tag.name not in names:
        return stack, _flaw(
            f"</{tag.name}> closes nothing that the block opened: it would close an element around the block",
            f"leave it out, or open <{tag.name}> before it",
            tag,
        )
    inner = stack[-1]
    rest = stack[: len(names) - 1 - names[::-1].index(tag.name)]
    return rest, _flaw(
        f"</{tag.name}> comes while <{inner.name}> is open", f"write </{inner.name}> before </{tag.name}>", tag
    )


def _open_foreign(stack: Stack, tag: Tag, space: str) -> tuple[Stack, Flaw | None]:
    flaw = None
    if foreign(stack) and tag.name in _BREAKOUT:
        cure = f"close <{space}> before it" + (", or put it in <foreignObject>" if space == "svg" else "")
        flaw = _flaw(f"<{tag.name}> cannot stand in <{space}>: it would end it", cure, tag)
    if flaw or tag.self_closing:
        return stack, flaw
    return (*stack, Element(tag.name, space, tag)), None


def _make_room(stack: Stack, tag: Tag) -> tuple[Stack, Flaw | None]:
    """End what the start tag ends for certain; a flaw where it would end something further out."""
    ended = _ENDED_BY_START.get(tag.name, frozenset())
    passed = ended | {"p"} if tag.name in _ENDS_P | _SECTIONS else ended
    if not _counts(tag.name, stack):
        passed = frozenset()
    rest = stack
    while rest and rest[-1].space == "html" and rest[-1].name in passed:
        rest = rest[:-1]
    if rest and rest[-1].name in _BETWEEN_CELLS and _counts("td", rest) and tag.name not in _WITHOUT_CELL:
        cure = f"put it into a cell: <td><{tag.name}>"
        return rest, _flaw(f"<{tag.name}> stands between the cells of a table: browsers move it out", cure, tag)
    outer = "p" if tag.name == "table" and len(rest) < len(stack) else _ended_further_out(rest, tag)
    if outer is None:
        return rest, None
    return rest, _flaw(
        f"<{tag.name}> ends the <{outer}> that is open around it", f"write </{outer}> before it", tag
    )


def _ended_further_out(stack: Stack, tag: Tag) -> str | None:
    """The open element that the tag would end, or be ignored for, though another is open in between."""
    name = tag.name
    if name in _HEADINGS and stack and stack[-1].name in _HEADINGS:
        return stack[-1].name
    found = _seen(stack, _NOT_WITHIN.get(name, frozenset()), _BARRIERS - {name})
    if found is None and name == "form":
        found = _seen(stack, frozenset((name,)), frozenset(("template",)))
    if found is None and name in _SECTIONS:
        found = _seen(stack, _ENDED_BY_START[name], frozenset(("table", "template")))
    if found is None and name in ("li", "dd", "dt"):
        found = _seen(
            stack, _ENDED_BY_START[name], (_ENDS_P | _BARRIERS) - {"address", "div", "p", "li", "dd", "dt"}
        )
    return found


def _seen(stack: Stack, names: frozenset[str], barriers: frozenset[str]) -> str | None:
    """The innermost open element of these names, seen from the innermost out to a barrier."""
    if not _counts("td", stack):
        barriers -= _SECTIONS
    for element in reversed(stack):
        if element.name in names:
            return element.name
        if element.space != "html" or element.name in barriers:
            return None
    return None


def _counts(name: str, stack: Stack) -> bool:
    """Whether what a tag implies is certain here. Browsers ignore the parts of tables outside of a table, and a
    block that brings rows without their table does not know where it will stand; so too for ruby and select."""
    whole = _WHOLE.get(name)
    return whole is None or any(element.name in whole for element in stack)


def _flaw(cause: str, cure: str, tag: Tag) -> Flaw:
    return Flaw(cause, cure, tag.start, tag.end)
