"""One match over everything that cannot matter: the speed of the scanner.

Outside of slots a page is skipped by a single regular expression, token after token without backtracking
(possessive quantifiers, so Python 3.11), up to the next tag that may be a slot. It knows the shapes that pages are
made of (tags, comments, simple scripts, styles, drawings and menus) and stops in front of every other, which the
scanner then reads slowly and exactly.
"""

from __future__ import annotations

import re
from functools import cache

from edge.html.tags import ATTRIBUTES

__all__ = ["SIMPLE_HOSTS", "simple_content", "skip", "skip_opaque"]

Buffer = bytes | bytearray

_BEHIND_NAME = rb"(?=[\t\n\f\r />])"
_NAME = rb"[^\t\n\f\r />]*+"

# What is left of a tag behind its name, the likeliest form first: name="value" after single spaces; quotes that
# all stand directly behind `name=`, where nothing but a value can begin; to the letter.
_PLAIN = rb"(?: [a-zA-Z-]++=\"[^\"]*+\")*+/?+>"
_QUOTED = (
    rb"[^\"'>=]*+(?:(?<![\t\n\f\r /\"'=])="
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r \"'>][^\t\n\f\r \"'>]*+)[^\"'>=]*+)*+>"
)
_QUICK = rb"(?>" + _PLAIN + rb"|" + _QUOTED + rb")"
_REST = _NAME + rb"(?>" + _PLAIN + rb"|" + _QUOTED + rb"|" + ATTRIBUTES + rb">)"

_ENDS = rb"[^<]*+(?:</[a-zA-Z0-9]++>[^<]*+)*+"
"""Text and plain end tags: half of all tags."""

# By their first letter most tags are no special ones.
_ORDINARY = rb"[a-eghjkloqruvwyzA-EGHJKLOQRUVWYZ]"
_OTHER = rb"[finpstxmFINPSTXM]"
_SPECIAL = (
    rb"(?i:iframe|noembed|noframes|noscript|script|style|textarea|title|xmp|frameset|math|plaintext|select|svg|template)"
    + _BEHIND_NAME
)

_SHAPES = (
    rb"(?:g|path|use|circle|ellipse|line|polyline|polygon|rect|defs|symbol|stop|linearGradient|radialGradient|mask)"
    + _BEHIND_NAME
)
_SVG = (
    (rb"svg" + _BEHIND_NAME + _QUICK)
    + (rb"[^<]*+(?:<(?:/?" + _SHAPES + _QUICK + rb"|title>[^<]*+</title>)[^<]*+)*+")
    + rb"</svg>"
)
_SELECT = (
    (rb"select" + _BEHIND_NAME + _QUICK)
    + (rb"[^<]*+(?:</?opt(?:ion|group)" + _BEHIND_NAME + _QUICK + rb"[^<]*+)*+")
    + rb"</select>"
)


def _raw(name: bytes, also: bytes = b"") -> bytes:
    """A whole raw text element that does not hold what `also` matches behind a `<`."""
    barrier = rb"(?!/(?i:" + name + rb")" + _BEHIND_NAME + also + rb")"
    content = rb"[^<]*+(?:<" + barrier + rb"[^<]*+)*+"
    return name + _BEHIND_NAME + _QUICK + rb"()" + content + rb"</" + name + rb"[\t\n\f\r ]*+>"


_OPAQUE = (
    rb"!--(?![\t\n\f\r ]*+/?+edge:slot)(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>",
    _raw(b"script", rb"|!--"),
    _raw(b"style"),
    _raw(b"title"),
)
_TOKENS = (
    _ORDINARY + _REST,
    rb"(?!" + _SPECIAL + rb")" + _OTHER + _REST,
    rb"/[A-Za-z]" + _REST,
    _SVG,
    *_OPAQUE,
    _SELECT,
    rb"!(?!--)[^>]*+>|!---?>|\?[^>]*+>|/(?![A-Za-z])[^>]*+>",
    rb"(?=[^A-Za-z/!?])",
)
_SKIP = re.compile(_ENDS + rb"(?:<(?>" + rb"|".join(_TOKENS) + rb")" + _ENDS + rb")*+")
_OVER = re.compile(rb"<(?>" + rb"|".join(_OPAQUE) + rb")")

# The content of most slots: text, drawings, void elements, and blocks that hold lines and no blocks.
_VOID = rb"<(?:br|hr|img|wbr|input)" + _BEHIND_NAME + _QUICK
# A group that fails half way in a loop leaves a span that `re` refuses with a SystemError, if the whole matches in
# the end: so a look ahead says whether the name is one of these before a group takes it.
_LINE = (
    (rb"<(?=(?:span|a|b|i|em|strong|small|time|code|sup|sub|mark|cite)" + _BEHIND_NAME + rb")([a-z]++)")
    + _QUICK
    + rb"[^<]*+</\1>"
)
_LINES = rb"[^<]*+(?:(?>" + _VOID.replace(b"hr|", b"") + rb"|" + _LINE.replace(b"\\1", b"\\2") + rb")[^<]*+)*+"
_BLOCK = (
    (rb"<(?=(?:p|h[1-6]|div|header|footer|figcaption)" + _BEHIND_NAME + rb")([a-z1-6]++)")
    + _QUICK
    + _LINES
    + rb"</\1>"
)
_CONTENT = (
    rb"[^<]*+(?:(?>"
    + _VOID
    + rb"|"
    + _BLOCK
    + rb"|"
    + _LINE.replace(b"\\1", b"\\3")
    + rb"|<"
    + _SVG
    + rb")[^<]*+)*+"
)
SIMPLE_HOSTS = frozenset(
    [b"article", b"aside", b"div", b"figure", b"footer", b"header", b"main", b"nav", b"section"]
)


def skip(buffer: Buffer, start: int, end: int) -> int:
    """How far from `start` there is nothing but whole tokens that change nothing; to `end` at most."""
    found = _SKIP.match(buffer, start, end)
    return found.end() if found else start


def skip_opaque(buffer: Buffer, start: int, needle: int, end: int) -> int:
    """Behind the comment, script, style or title at `start`, whatever it holds; `start` if it is none of these or
    the `needle` is in its start tag."""
    found = _OVER.match(buffer, start, end)
    if found is None or (found.lastindex and needle < found.end(found.lastindex)):
        return start
    return found.end()


def simple_content(host: bytes, buffer: Buffer, start: int, end: int) -> tuple[int, int] | None:
    """Where the end tag of one of the SIMPLE_HOSTS begins and ends, if its content from `start` on is plainly
    balanced."""
    found = _content_of(host).match(buffer, start, end)
    return (found.start(4), found.end()) if found else None


@cache
def _content_of(host: bytes) -> re.Pattern[bytes]:
    return re.compile(_CONTENT + rb"(</" + host + rb"[\t\n\f\r ]*+>)")
