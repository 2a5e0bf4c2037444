"""One match over everything that cannot matter: the speed of the scanner.

Outside of slots a page is skipped by a single regular expression, token after token without backtracking (possessive
quantifiers, so Python 3.11), up to the next tag that may be a slot. It knows the shapes that pages are made of
(tags whose quotes all follow `name=`, comments, simple scripts, styles, drawings and menus) and stops in front of
every other, which the scanner then reads slowly and exactly.
"""

from __future__ import annotations

import re

from edge.html.tags import ATTRIBUTES

__all__ = ["skip"]

_QUICK = (
    rb"[^\"'>=]*+(?:(?<![\t\n\f\r /\"'=])="
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r \"'>][^\t\n\f\r \"'>]*+)[^\"'>=]*+)*+>"
)
"""Attributes as they are mostly written. Right behind a name an `=` begins a value and a quote a quoted one."""

_NAME = rb"[^\t\n\f\r />]*+"
_REST = _NAME + rb"(?>" + _QUICK + rb"|" + ATTRIBUTES + rb">)"
_SPACE_OR_END = rb"(?=[\t\n\f\r />])"

_RAW = rb"(?:(?i:iframe|noembed|noframes|noscript|script|style|textarea|title|xmp)" + _SPACE_OR_END + rb")"
_ODD = rb"(?:(?i:frameset|math|plaintext|select|svg)" + _SPACE_OR_END + rb")"


def _raw(name: bytes) -> bytes:
    """A whole raw text element; of scripts, those without `<!--`."""
    barrier = rb"!--|/" + name + _SPACE_OR_END if name == b"script" else rb"/" + name + _SPACE_OR_END
    return (
        name + _SPACE_OR_END + _QUICK + rb"[^<]*+(?:<(?!" + barrier + rb")[^<]*+)*+</" + name + rb"[\t\n\f\r ]*+>"
    )


_SHAPES = rb"g|path|use|circle|ellipse|line|polyline|polygon|rect|defs|symbol|stop|(?:linear|radial)Gradient|clipPath|mask"
_SVG = (
    rb"svg"
    + _SPACE_OR_END
    + _QUICK
    + rb"[^<]*+(?:<(?:/?(?:"
    + _SHAPES
    + rb")"
    + _SPACE_OR_END
    + _QUICK
    + rb"|title>[^<]*+</title>)[^<]*+)*+</svg>"
)
_SELECT = (
    rb"select"
    + _SPACE_OR_END
    + _QUICK
    + rb"[^<]*+(?:</?opt(?:ion|group)"
    + _SPACE_OR_END
    + _QUICK
    + rb"[^<]*+)*+</select>"
)
_COMMENT = rb"!--(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>"

_SKIP = re.compile(
    rb"(?:[^<]*+<(?>"
    rb"[a-eghjkloqruvwyzA-EGHJKLOQRUVWYZ]"
    + _REST
    + rb"|/[A-Za-z]"
    + _REST
    + rb"|(?!"
    + _RAW
    + rb"|"
    + _ODD
    + rb")[finpstxmFINPSTXM]"
    + _REST
    + rb"|"
    + _SVG
    + rb"|"
    + _COMMENT
    + rb"|"
    + _raw(b"script")
    + rb"|"
    + _raw(b"style")
    + rb"|"
    + _raw(b"title")
    + rb"|"
    + _SELECT
    + rb"|!(?!--)[^>]*+>|!---?>|\?[^>]*+>|/(?![A-Za-z])[^>]*+>"
    + rb"|(?=[^A-Za-z/!?]))"
    rb")*+[^<]*+"
)


def skip(buffer: bytes | bytearray, start: int, end: int) -> int:
    """How far from `start` there is nothing but whole tokens that change nothing, `end` at most."""
    found = _SKIP.match(buffer, start, end)
    return found.end() if found else start
