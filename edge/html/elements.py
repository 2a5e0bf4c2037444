"""Which elements the HTML standard treats how (13.2.4.2, the stack of open elements; 13.2.6, tree construction).

HTML elements go by their name, those of SVG and MathML by namespace and name: `svg title`.
"""

from __future__ import annotations

__all__ = [
    "BLOCKS",
    "BREAKOUT",
    "BUTTON_SCOPE",
    "CLOSES_P",
    "CODE",
    "FORMATTING",
    "HEAD",
    "HEADINGS",
    "IMPLIED",
    "LIST_SCOPE",
    "MARKED",
    "RAW",
    "SCOPE",
    "SPECIAL",
    "TABLE_PARTS",
    "TABLE_SCOPE",
    "VOID",
]


def _names(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


def _foreign(namespace: bytes, text: str) -> frozenset[bytes]:
    return frozenset(namespace + b" " + name for name in _names(text))


HEADINGS = _names("h1 h2 h3 h4 h5 h6")
VOID = _names(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
)
RAW = _names("iframe noembed noframes noscript script style textarea title xmp")
"""No tags in them but their own end tag (scripting is on, so `noscript` is one)."""

BLOCKS = _names(
    "address article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer "
    "header hgroup listing main menu nav ol pre search section select summary ul"
)
"""Their end tag closes whatever is open inside them."""

CLOSES_P = (BLOCKS - _names("button select")) | HEADINGS | _names("dd dt form hr li p plaintext xmp")
FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
IMPLIED = _names("dd dt li optgroup option p rb rp rt rtc")
HEAD = _names("base basefont bgsound link meta noframes noscript script style template title")
TABLE_PARTS = _names("caption col colgroup tbody td tfoot th thead tr")
MARKED = _names("applet caption marquee object td template th")
"""Formatting from outside of them does not go on in them."""

CODE = _names("applet base embed meta object script") | _foreign(
    b"svg", "animate animatemotion animatetransform script set"
)
"""Their attributes say what code runs, or where all other addresses lead."""

_POINTS = _foreign(b"svg", "desc foreignobject title") | _foreign(b"math", "annotation-xml mi mn mo ms mtext")
SCOPE = _POINTS | _names("applet caption html marquee object select table td template th")
LIST_SCOPE = SCOPE | _names("ol ul")
BUTTON_SCOPE = SCOPE | _names("button")
TABLE_SCOPE = _names("html table template")
SPECIAL = (
    _POINTS
    | (BLOCKS - _names("dialog"))
    | HEADINGS
    | TABLE_PARTS
    | VOID - _names("image")
    | RAW
    | _names("applet body dd dt form frameset head html li marquee object p plaintext table template")
)

BREAKOUT = _names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu "
    "meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
"""Start tags that end foreign content."""
