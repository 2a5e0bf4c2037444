"""Who sends a Cookie header: the same as if it were read anew each time."""

from __future__ import annotations

import pytest

from edge.model import Visitor
from edge.page.callers import Caller, Callers
from edge.visitors import Consent, Cookies, Keys

DAY = 86_400
NOW = 1_800_000_000.0
KEYS = Keys((b"a key of thirty-two bytes, or so.",))
COOKIES = Cookies(KEYS, max_age_days=400, renew_days=30)
KNOWN = COOKIES.set_cookie(Visitor("A" * 22, signed_at=int(NOW)), True, NOW).partition(b";")[0]


def found(callers: Callers, cookie: bytes | None, now: float = NOW, *, secure: bool = True) -> Caller:
    return callers.find([], cookie, secure, now)


def test_the_same_cookie_is_read_once() -> None:
    callers = Callers(COOKIES, Consent(), True)
    first = found(callers, b"a=1; " + KNOWN)
    assert first.visitor == Visitor("A" * 22, new=False, signed_at=int(NOW))
    assert not first.owed
    assert found(callers, b"a=1; " + KNOWN, NOW + 5) is first
    assert found(callers, b"a=2; " + KNOWN, NOW + 5) is not first


def test_a_known_visitor_is_owed_a_new_cookie_when_it_is_due_and_nobody_when_it_has_expired() -> None:
    callers = Callers(COOKIES, Consent(), True)
    days = (0, 29.9, 30, 399.9, 401, 29.9)  # the clock may be set back
    seen = [found(callers, KNOWN, NOW + day * DAY) for day in days]
    assert [caller.owed for caller in seen] == [False, False, True, True, True, False]
    assert [caller.visitor is not None and caller.visitor.new for caller in seen] == [False] * 4 + [True, False]


def test_the_same_text_is_another_cookie_where_it_need_not_be_secure() -> None:
    callers = Callers(COOKIES, Consent(), True)
    assert found(callers, KNOWN).visitor != found(callers, KNOWN, secure=False).visitor == Visitor()


def test_who_has_no_cookie_is_new_and_owed_one() -> None:
    for cookie in (None, b"", b"a=1", b"__Host-edge=forged.1800000000.AAAA"):
        caller = found(Callers(COOKIES, Consent(), True), cookie)
        assert (caller.visitor, caller.owed) == (Visitor(), True)


def test_nobody_is_known_where_nobody_needs_to_be() -> None:
    caller = found(Callers(COOKIES, Consent(), False), KNOWN)
    assert (caller.visitor, caller.owed) == (None, False)


@pytest.mark.parametrize("said", [b"consent=no; ", b""])
def test_consent_by_cookie(said: bytes) -> None:
    callers = Callers(COOKIES, Consent(cookie="consent", values=frozenset(("yes",))), True)
    for _ in range(2):
        assert found(callers, said + KNOWN).visitor is None
        assert not found(callers, said + KNOWN).owed
        assert found(callers, b"consent=yes; " + KNOWN).visitor is not None
        assert found(callers, None).visitor is None


def test_consent_by_header_may_differ_from_one_request_to_the_next() -> None:
    callers = Callers(COOKIES, Consent(header="X-Consent"), True)
    for _ in range(2):
        assert callers.find([], KNOWN, True, NOW).visitor is None
        assert callers.find([(b"x-consent", b"1")], KNOWN, True, NOW).visitor is not None


def test_who_may_be_in_preview() -> None:
    callers = Callers(COOKIES, Consent(), False)
    assert found(callers, b"a=1; __Host-edge-preview=x").previews
    assert not found(callers, KNOWN).previews


def test_what_is_known_has_a_limit_in_bytes() -> None:
    callers = Callers(COOKIES, Consent(), True)
    for number in range(20_000):
        found(callers, b"a=%d; " % number + b"x" * 500)
    assert len(callers._known) < 5000
    held = len(callers._known)
    assert found(callers, b"x" * 5000 + b"; " + KNOWN).visitor is not None
    assert len(callers._known) == held
