"""A request's head: the bytes up to the empty line, checked against RFC 9110 and 9112 as strictly as they allow.

Two parsers that read one message differently are what request smuggling lives on. So what passes here has one
reading only, and whatever has more is refused, even where the RFCs would let a recipient repair it.
"""

from __future__ import annotations

import re

import msgspec

from edge.serve.limits import Limits
from edge.serve.refusal import RefusalError

__all__ = ["FIELD_LINE", "NEVER", "Head", "check_beginning", "escaped", "read_head"]

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"

# The target may hold bytes beyond ASCII, which RFC 3986 forbids and browsers once sent; no blank, no control. An
# empty one means "/".
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb"++) ([\x21-\x7e\x80-\xff]*+) HTTP/1\.([01])\r\n")

_FIELD = _TOKEN + rb"++:[\t\x20-\x7e\x80-\xff]*+\r\n"
_FIELD_LINES = re.compile(rb"(?:" + _FIELD + rb")*+")
FIELD_LINE = re.compile(_FIELD)

NEVER = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n|\Z)")
"""What stands nowhere in a head: controls, and half a line end. `\\Z`: the other half may still come."""

_AUTHORITY = rb"(?:[a-z0-9._-]++|\[[0-9a-f:.]++\])(?::[0-9]{1,5}+)?+"
_HOST = re.compile(rb"\r\nhost:[\t ]*+" + _AUTHORITY + rb"[\t ]*+\r\n")
_ABSOLUTE = re.compile(rb"https?://(" + _AUTHORITY + rb")((?:[/?].*+)?+)", re.IGNORECASE | re.DOTALL)

# Behind CGI and WSGI an underscore is a hyphen: Transfer_Encoding arrives there as Transfer-Encoding.
_FRAMING = re.compile(rb"\r\n(content[-_]++length|transfer[-_]++encoding):[\t ]*+([^\r]*+)")
_LENGTH = re.compile(rb"[0-9]{1,18}")  # fits a signed 64-bit integer
_CODINGS = re.compile(rb"(?:(?:x-)?gzip|(?:x-)?compress|deflate|identity|chunked)(?:[\t ]*+;[^,]*+)?+")

_UPGRADE = re.compile(rb"\r\nupgrade:[\t ]*+websocket[\t ]*+\r\n")
_CONNECTION_UPGRADE = re.compile(rb"\r\nconnection:(?:[^\r]*[,\t ])?upgrade[\t ]*+[,\r]")
_UPGRADE_LINE = re.compile(rb"\r\nupgrade:[^\r]*+", re.IGNORECASE)

_HOST_LINE = re.compile(rb"\r\nhost:[^\r]*+", re.IGNORECASE)
_BLANKS_AT_END = re.compile(rb"(?<![\t ])[\t ]++\r\n")
_UNPARSEABLE = re.compile(rb"[#\x80-\xff]")

_REFUSED_METHODS = frozenset((b"CONNECT", b"TRACE", b"TRACK"))


class Head(msgspec.Struct, frozen=True):  # made for every request: a dataclass takes five times as long to make
    """A head that passed. `data` is the same head in the one form that every parser reads alike; `target` the
    exact bytes asked for, in origin form; `length` that of the body, None where it is chunked."""

    data: bytes
    method: bytes
    target: bytes
    length: int | None
    upgrade: bool
    old: bool
    """HTTP/1.0: knows neither chunks nor connections that stay."""


def read_head(block: bytes, limits: Limits) -> Head:
    """The head that `block` is, which ends in its first empty line. Raises RefusalError."""
    line = _REQUEST_LINE.match(block)
    if line is None:
        raise RefusalError(400, "The request line is malformed.")
    method, target, minor = line.groups()
    start = line.end()
    _check_sizes(block, start, len(target), limits)
    if _FIELD_LINES.fullmatch(block, start, len(block) - 2) is None:
        raise RefusalError(400, "The headers are malformed.")
    if method in _REFUSED_METHODS:
        raise RefusalError(405, "This method is not allowed.")
    small = block.lower()
    if _HOST.search(small) is None or small.count(b"\r\nhost:") != 1:
        raise RefusalError(400, "There must be exactly one Host, and a valid one.")
    length: int | None = 0
    framed = _FRAMING.search(small) is not None
    if framed:
        length = _body_length(small, old=minor == b"0")
    upgrade = False
    if b"\r\nupgrade:" in small:
        upgrade = method == b"GET" and minor == b"1" and not framed and _is_websocket(small)
        if not upgrade:
            block = _UPGRADE_LINE.sub(b"", block)
    if b" \r\n" in block or (b"\t" in block and b"\t\r\n" in block):
        block = _BLANKS_AT_END.sub(b"\r\n", block)
    if target[:1] != b"/" or _UNPARSEABLE.search(target) is not None:
        block, target = _in_origin_form(block, method, target)
    return Head(block, method, target, length, upgrade, minor == b"0")


def check_beginning(data: bytes, limits: Limits) -> None:
    """Refuses what cannot become a head whatever follows, so that its sender need not be waited for."""
    if NEVER.search(data) is not None:
        raise RefusalError(400, "The request is malformed.")
    end = data.find(b"\r\n")
    if end < 0:
        if len(data) > limits.target + 64:
            raise RefusalError(414, "The address is too long.")
        return
    line = _REQUEST_LINE.match(data)
    if line is None:
        raise RefusalError(400, "The request line is malformed.")
    _check_sizes(data, line.end(), len(line[2]), limits)


def _check_sizes(block: bytes, start: int, target: int, limits: Limits) -> None:
    if target > limits.target:
        raise RefusalError(414, "The address is too long.")
    if len(block) - start > limits.fields or block.count(b"\n", start) - 1 > limits.headers:
        raise RefusalError(431, "The headers are too many or too long.")


def _body_length(small: bytes, *, old: bool) -> int | None:
    """RFC 9112 section 6, without its repairs."""
    found = _FRAMING.findall(small)
    lengths = [value.rstrip(b"\t ") for name, value in found if name == b"content-length"]
    codings = [value.rstrip(b"\t ") for name, value in found if name == b"transfer-encoding"]
    if len(lengths) + len(codings) < len(found) or (lengths and codings) or (codings and old):
        raise RefusalError(400, "The length of the body is ambiguous.")
    if codings == [b"chunked"]:
        return None
    if codings:
        raise _coding_refusal(b",".join(codings))
    if len(lengths) != 1 or _LENGTH.fullmatch(lengths[0]) is None:
        raise RefusalError(400, "The Content-Length is malformed.")
    return int(lengths[0])


def _coding_refusal(value: bytes) -> RefusalError:
    """501 for codings that exist, once chunked at the end (RFC 9112 section 6.1), 400 for what means nothing."""
    codings = [coding.strip(b"\t ") for coding in value.split(b",")]
    known = all(map(_CODINGS.fullmatch, codings))
    chunked = [coding.startswith(b"chunked") for coding in codings]
    if known and chunked[-1] and chunked.count(True) == 1:
        return RefusalError(501, "The only transfer coding here is chunked.")
    return RefusalError(400, "The Transfer-Encoding is malformed.")


def _is_websocket(small: bytes) -> bool:
    """Any other upgrade is an offer that may be ignored (RFC 9110 section 7.8)."""
    once = small.count(b"\r\nupgrade:") == 1
    return once and _UPGRADE.search(small) is not None and _CONNECTION_UPGRADE.search(small) is not None


def _in_origin_form(block: bytes, method: bytes, target: bytes) -> tuple[bytes, bytes]:
    """The head, and the target turned from another form of RFC 9112 section 3.2. In the head, it is escaped."""
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is not None:
        # The authority that was asked for wins over Host (RFC 9112 section 3.2.2).
        block = _HOST_LINE.sub(b"\r\nHost: " + absolute[1], block, count=1)
        asked = absolute[2]
        target = asked if asked[:1] == b"/" else b"/" + asked
    elif not target:
        target = b"/"
    elif target[:1] != b"/" and (target != b"*" or method != b"OPTIONS"):
        raise RefusalError(400, "The address is malformed.")
    if b"#" in target.partition(b"?")[0]:
        # In a query it is only a byte that should have been escaped; in a path some would cut it off there.
        raise RefusalError(400, "The address is malformed.")
    version = block.index(b" HTTP/1.")
    return method + b" " + escaped(target) + block[version:], target


def escaped(target: bytes) -> bytes:
    """A target as httptools can read it, and as ASGI has it."""
    return _UNPARSEABLE.sub(lambda byte: b"%%%02X" % byte[0][0], target)
