"""What WordPress makes anew for each answer, and nothing else: both sides of a comparison are freed of it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import md5

from tests.origins.comparing import substituting

__all__ = ["plain"]

_NEAR = 300
"""Seconds: what lies as near to now was done by the test that looks."""

_ZONES = (timedelta(0), timedelta(hours=1), timedelta(hours=2))  # the database's, and Oslo's
_MOMENT = re.compile(rb"(?<!\d)(20\d\d-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)(?!\d)")
_CLOCK = re.compile(rb"\b(?:1[0-2]|0?[1-9]):[0-5]\d [ap]m\b")
_UNIX = re.compile(rb"(?<![\w.])(\d{10})(?:000)?(?![\w.])")
_DATE = rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|\+0000)"
_HTTP = re.compile(_DATE)
_TAG = re.compile(rb'"([0-9a-f]{8})(-[0-9a-f]+")')
_FEED_TAG = re.compile(rb'"([0-9a-f]{32})"')
_INLINE = re.compile(
    rb"\s+".join(rb'<div class="%b">(\d+)</div>' % part for part in (b"jj", b"mm", b"aa", b"hh", b"mn", b"ss"))
)
"""When a post appeared, in a list of posts: what its quick edit begins with."""
_EXPIRES = re.compile(rb"(expires=)(%b)(; Max-Age=(\d+))" % _DATE)
_DAY = 24 * 3600
_ENDED = -365 * _DAY
"""Seconds from now: the end of a cookie that WordPress takes back."""
_ENTITY = re.compile(rb"&#(\d{3});")
_OF_ADDRESSES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789.@-")

_RANDOM = substituting(
    # the frame of an embedded post, and the page that embeds it
    (rb'(data-secret=\\?")\w{10}(\\?")', rb"\1<secret>\2"),
    (rb"(#\?secret=)\w{10}\b", rb"\1<secret>"),
    # a password that is offered
    (rb'( data-pw=")(?:[^"&]|&amp;|&lt;|&gt;|&#039;){24}(")', rb"\1<password>\2"),
    # one of three servers, for the picture of nobody
    (rb"(http:\\?/\\?/)[0-2](\.gravatar\.com\\?/avatar\\?/\?)", rb"\1<server>\2"),
    # e-mail addresses that nobody could guess
    (rb"<kbd>\w{8}</kbd>", rb"<kbd><word></kbd>"),
    # which of the two it is, where it names its folder or its database
    (rb"(/edge-blog-\w+/)[ab](/wp-content)", rb"\1<twin>\2"),
    (rb"\b(wordpress_)[ab]\b", rb"\1<twin>"),
    # what the clock says, in the form for when a post is to appear
    (rb'( name="(?:hidden_|cur_)?(?:hh|mn|ss)" value=")\d\d(")', rb"\1<now>\2"),
    # when it may be forgotten what was found out a moment ago
    (rb'(transient_timeout_\w+" value=")\d{10}(")', rb"\1<then>\2"),
    # UUIDs of version 4
    (rb"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", rb"<uuid>"),
    # a session: user, end, token and signature
    (
        rb"(wordpress_(?:sec_|logged_in_)?[0-9a-f]{32}=\w+%7C)\d{10}%7C\w{43}%7C[0-9a-f]{64}",
        rb"\1<session>",
    ),
    (rb"(wp-postpass_[0-9a-f]{32}=)%24P%24B[\w.%]{30,90}", rb"\1<password>"),
    (rb"\b\d+ (?:second|min)s? ago", rb"<ago>"),
)


def plain(text: bytes) -> bytes:
    text = _RANDOM(text)
    text = _MOMENT.sub(_moment, text)
    text = _TAG.sub(_tag, text)
    text = _INLINE.sub(_inline, text)
    text = _FEED_TAG.sub(_feed_tag, text)
    text = _CLOCK.sub(_clock, text)
    text = _UNIX.sub(_unix, text)
    text = _EXPIRES.sub(_expires, text)
    text = _HTTP.sub(_http, text)
    return _ENTITY.sub(_entity, text)


def _is_now(seconds: float) -> bool:
    return abs(seconds - time.time()) < _NEAR


def _is_now_somewhere(moment: datetime) -> bool:
    return any(_is_now((moment - zone).timestamp()) for zone in _ZONES)


def _moment(found: re.Match[bytes]) -> bytes:
    try:
        moment = datetime.fromisoformat(f"{found[1].decode()}T{found[3].decode()}+00:00")
    except ValueError:
        return found[0]
    return b"<now>" if _is_now_somewhere(moment) else found[0]


def _inline(found: re.Match[bytes]) -> bytes:
    day, month, year, hour, minute, second = map(int, found.groups())
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return b"<now>" if _is_now_somewhere(moment) else found[0]


def _feed_tag(found: re.Match[bytes]) -> bytes:
    """WordPress makes the tag of a feed of its Last-Modified."""
    return b'"<now>"' if found[1].decode() in _feed_tags(int(time.time()) // 60) else found[0]


@lru_cache(maxsize=2)
def _feed_tags(minute: int) -> frozenset[str]:
    """Of all seconds that are near, in that minute."""
    near = range(minute * 60 - _NEAR, minute * 60 + 60)
    return frozenset(md5(formatdate(second, usegmt=True).encode()).hexdigest() for second in near)


def _clock(found: re.Match[bytes]) -> bytes:
    """A time of the day, whichever day it was: of that there is a date beside it."""
    shown = time.strptime(found[0].decode(), "%I:%M %p")
    for zone in _ZONES:
        off = (shown.tm_hour * 3600 + shown.tm_min * 60 - zone.total_seconds() - time.time()) % _DAY
        if min(off, _DAY - off) < _NEAR:
            return b"<now>"
    return found[0]


def _tag(found: re.Match[bytes]) -> bytes:
    """nginx makes the tag of a file of its second and its size."""
    return b'"<now>' + found[2] if _is_now(int(found[1], 16)) else found[0]


def _unix(found: re.Match[bytes]) -> bytes:
    return b"<now>" if _is_now(int(found[1])) else found[0]


def _http(found: re.Match[bytes]) -> bytes:
    return b"<now>" if _is_now(_seconds(found[0])) else found[0]


def _expires(found: re.Match[bytes]) -> bytes:
    """The date by which a cookie ends, where it says the same as the seconds behind it."""
    until = int(found[4]) or _ENDED
    return found[1] + b"<then>" + found[3] if _is_now(_seconds(found[2]) - until) else found[0]


def _seconds(date: bytes) -> float:
    return parsedate_to_datetime(date.decode()).timestamp()


def _entity(found: re.Match[bytes]) -> bytes:
    """Mail addresses have some of their letters, at random, written as numbers."""
    number = int(found[1])
    return bytes([number]) if number in _OF_ADDRESSES else found[0]
