"""A line of the access log. Whatever a visitor sends is escaped: nothing of it ends a line, or a field, early."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

__all__ = ["FORMATS", "Entry", "Format"]

LONGEST = 4096
"""Bytes of a line: what several processes may write to one pipe without mixing it up (PIPE_BUF of POSIX)."""

_CUTS = ((2000, 500), (300, 60))
"""Bytes shown of the target, and of each other thing that a visitor sends: the second where that is too long."""

GONE = 499
"""What nginx calls a request whose client has left before it was answered."""

_MOST = 10
"""Slots that are named."""

_UNSAFE = re.compile(rb"[^ !#-\[\]-~]")


class Entry(msgspec.Struct):  # made for every answer: a dataclass takes longer to make
    """One answer. Texts are bytes, as they came; `at` in Unix seconds; `seconds` from the head of the request to
    the end of the answer; `size` the bytes of its body that were sent. `aborted`: it did not reach its end."""

    at: float
    client: str
    status: int
    method: str = "-"
    target: bytes = b"-"
    version: str = "1.1"
    size: int = 0
    seconds: float = 0.0
    referrer: bytes = b""
    agent: bytes = b""
    host: bytes = b""
    scheme: str = ""
    tailored: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    passed: str = ""
    cache: bytes = b""
    aborted: bool = False


Format = Callable[[Entry], bytes]


def _fitting(form: Callable[[Entry, int, int], bytes]) -> Format:
    def fitting(entry: Entry) -> bytes:
        text = b""
        for target, other in _CUTS:
            text = form(entry, target, other)
            if len(text) <= LONGEST:
                break
        return text

    return fitting


def _common(entry: Entry, target: int, other: int) -> bytes:
    """The Common Log Format of NCSA."""
    return b'%b - - [%b] "%b" %d %b\n' % (
        _shown(entry.client.encode(), other),
        _moment(int(entry.at)),
        _request(entry, target),
        _status(entry),
        b"%d" % entry.size if entry.size else b"-",
    )


def _combined(entry: Entry, target: int, other: int) -> bytes:
    """The same with the referrer and the user agent, as Apache and nginx have it."""
    return b'%b - - [%b] "%b" %d %d "%b" "%b"\n' % (
        _shown(entry.client.encode(), other),
        _moment(int(entry.at)),
        _request(entry, target),
        _status(entry),
        entry.size,
        _shown(entry.referrer or b"-", other),
        _shown(entry.agent or b"-", other),
    )


def _json(entry: Entry, target: int, other: int) -> bytes:
    found: dict[str, object] = {
        "time": f"{_iso(int(entry.at))}.{int(entry.at * 1000) % 1000:03}Z",
        "client": entry.client,
        "method": entry.method,
        "target": _text(entry.target, target),
        "version": entry.version,
        "scheme": entry.scheme,
        "host": _text(entry.host, other),
        "status": entry.status,
        "bytes": entry.size,
        "ms": round(entry.seconds * 1000, 2),
        "referrer": _text(entry.referrer, other),
        "agent": _text(entry.agent, other),
    }
    if entry.tailored:
        found["tailored"] = entry.tailored[:_MOST]
    if entry.defaulted:
        found["defaulted"] = entry.defaulted[:_MOST]
    if entry.passed:
        found["passed"] = entry.passed
    if entry.cache:
        found["cache"] = _text(entry.cache, other)
    if entry.aborted:
        found["aborted"] = True
    return msgspec.json.encode(found) + b"\n"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"combined": _fitting(_combined), "common": _fitting(_common), "json": _fitting(_json)}
)


def _request(entry: Entry, longest: int) -> bytes:
    if entry.method == "-":
        return b"-"
    return b"%b %b HTTP/%b" % (entry.method.encode(), _shown(entry.target, longest), entry.version.encode())


def _status(entry: Entry) -> int:
    """There is no other place here to say that an answer did not reach its end."""
    return GONE if entry.aborted and entry.status < GONE else entry.status


def _shown(value: bytes, longest: int) -> bytes:
    """In printable ASCII without quotes and backslashes, which are written as nginx writes them: `\\x22`."""
    if len(value) > longest:
        value = value[:longest] + b"..."
    if _UNSAFE.search(value):
        return _UNSAFE.sub(lambda found: b"\\x%02X" % ord(found[0]), value)
    return value


def _text(value: bytes, longest: int) -> str:
    """For JSON, which escapes quotes, backslashes and controls by itself."""
    if len(value) > longest:
        value = value[:longest] + b"..."
    return value.decode("ascii", "backslashreplace")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4)
def _moment(second: int) -> bytes:
    """`22/Nov/2026:04:05:06 +0000`, in UTC."""
    now = time.gmtime(second)
    day = f"{now.tm_mday:02}/{_MONTHS[now.tm_mon - 1]}/{now.tm_year}"
    return f"{day}:{now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02} +0000".encode("ascii")


@lru_cache(maxsize=4)
def _iso(second: int) -> str:
    """`2026-11-22T04:05:06`, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
