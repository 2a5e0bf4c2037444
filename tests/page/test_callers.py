"""Who sends a Cookie header: the same as if it were read anew each time."""

from __future__ import annotations

import pytest

from edge.model import Visitor
from edge.page.callers import Caller, Callers
from edge.page.request import Requests
from edge.visitors import Consent, Cookies, Keys
from tests.page.raw import scope_of

DAY = 86_400
NOW = 1_800_000_000.0
KEYS = Keys((b"a key of thirty-two bytes, or so.",))
COOKIES = Cookies(KEYS, max_age_days=400, renew_days=30)
KNOWN = COOKIES.set_cookie(Visitor("A" * 22, signed_at=int(NOW)), True, NOW).partition(b";")[0]


def callers_of(consent: Consent | None = None, *, needed: bool = True) -> Callers:
    return Callers(Requests(()), COOKIES, consent or Consent(), needed)


def found(
    callers: Callers,
    cookie: bytes | None,
    now: float = NOW,
    *more: tuple[bytes, bytes],
    scheme: str = "https",
) -> Caller:
    headers = [(b"host", b"shop.localhost"), *more]
    if cookie is not None:
        headers.append((b"cookie", cookie))
    return callers.find({**scope_of("/"), "scheme": scheme, "headers": headers}, dict(headers), now)


def test_the_same_cookie_is_read_once() -> None:
    callers = callers_of()
    first = found(callers, b"a=1; " + KNOWN)
    assert first.visitor == Visitor("A" * 22, new=False, signed_at=int(NOW))
    assert not first.owed
    assert found(callers, b"a=1; " + KNOWN, NOW + 5) is first
    assert found(callers, b"a=2; " + KNOWN, NOW + 5) is not first


def test_a_known_visitor_is_owed_a_new_cookie_when_it_is_due_and_nobody_when_it_has_expired() -> None:
    callers = callers_of()
    days = (0, 29.9, 30, 399.9, 401, 29.9)  # the clock may be set back
    seen = [found(callers, KNOWN, NOW + day * DAY) for day in days]
    assert [caller.owed for caller in seen] == [False, False, True, True, True, False]
    assert [caller.visitor is not None and caller.visitor.new for caller in seen] == [False] * 4 + [True, False]


def test_the_same_text_is_another_cookie_where_it_need_not_be_secure() -> None:
    callers = callers_of()
    assert found(callers, KNOWN).visitor != found(callers, KNOWN, scheme="http").visitor == Visitor()


def test_who_has_no_cookie_is_new_and_owed_one() -> None:
    for cookie in (None, b"", b"a=1", b"__Host-edge=forged.1800000000.AAAA"):
        caller = found(callers_of(), cookie)
        assert (caller.visitor, caller.owed) == (Visitor(), True)


def test_nobody_is_known_where_nobody_needs_to_be() -> None:
    caller = found(callers_of(needed=False), KNOWN)
    assert (caller.visitor, caller.owed) == (None, False)


@pytest.mark.parametrize("said", [b"consent=no; ", b""])
def test_consent_by_cookie(said: bytes) -> None:
    callers = callers_of(Consent(cookie="consent", values=frozenset(("yes",))))
    for _ in range(2):
        assert found(callers, said + KNOWN).visitor is None
        assert not found(callers, said + KNOWN).owed
        assert found(callers, b"consent=yes; " + KNOWN).visitor is not None
        assert found(callers, None).visitor is None


def test_consent_by_header_may_differ_from_one_request_to_the_next() -> None:
    callers = callers_of(Consent(header="X-Consent"))
    for _ in range(2):
        assert found(callers, KNOWN).visitor is None
        assert found(callers, KNOWN, NOW, (b"x-consent", b"1")).visitor is not None


def test_who_may_be_in_preview() -> None:
    callers = callers_of(needed=False)
    assert found(callers, b"a=1; __Host-edge-preview=x").previews
    assert not found(callers, KNOWN).previews


def test_what_is_known_has_a_limit_in_bytes() -> None:
    callers = callers_of()
    for number in range(20_000):
        found(callers, b"a=%d; " % number + b"x" * 500)
    assert len(callers._known) < 6000
    held = len(callers._known)
    assert found(callers, b"x" * 5000 + b"; " + KNOWN).visitor is not None
    assert len(callers._known) == held


def test_what_was_asked_of_a_caller_is_kept_up_to_a_limit() -> None:
    callers = callers_of()
    caller = found(callers, KNOWN)
    for number in range(1000):
        caller.keep(number, (number,))
    assert 0 < len(caller.asked) < 100
    assert found(callers, KNOWN) is caller
    assert found(callers, KNOWN, NOW, (b"accept", b"text/html")) is not caller


def test_cookies_in_several_headers_are_one() -> None:
    callers = callers_of()
    caller = found(callers, b"a=1", NOW, (b"cookie", KNOWN))
    assert caller.visitor == found(callers, KNOWN).visitor
    assert found(callers, b"a=1").visitor == Visitor()


def test_callers_who_come_again_and_again_take_no_more_room() -> None:
    callers = callers_of()
    known = found(callers, KNOWN)
    for turn in range(30):
        for number in range(300):
            found(callers, None, NOW + 11 * turn, (b"user-agent", b"%d" % number))
    assert found(callers, KNOWN) is known
