"""The visitor's cookie: what is read, what is refused without a word, and what is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.model import Visitor
from edge.visitors import Cookies, Keys
from edge.visitors.tokens import COOKIE, PREVIEW, SKEW, Tokens

DAY = 86_400
NOW = 1_800_000_000
OLD, NEW = b"the older key, of thirty-two byte", b"the newer key, of thirty-two byte"
KEYS = Keys((OLD, NEW))
VISITOR = Visitor("AAECAwQFBgcICQoLDA0ODw", new=True, signed_at=NOW)
TOKEN = Tokens(KEYS, COOKIE).sign(b"AAECAwQFBgcICQoLDA0ODw", NOW)
OTHER = Tokens(KEYS, COOKIE).sign(b"EBESExQVFhcYGRobHB0eHw", NOW)


def id_of(*headers: bytes, secure: bool = True, now: float = NOW, cookies: Cookies | None = None) -> str | None:
    visitor = (cookies or Cookies(KEYS)).read(headers, secure, now)
    return None if visitor is None else visitor.id


def test_a_visitor_who_comes_back_is_known_by_the_same_id() -> None:
    cookies = Cookies(KEYS)
    visitor = cookies.issue(NOW)
    pair = cookies.set_cookie(visitor, True, NOW).partition(b";")[0]
    again = cookies.read([b"theme=dark; " + pair + b"; _ga=1"], True, NOW + 5)
    assert again == Visitor(visitor.id, new=False, signed_at=NOW)
    assert cookies.read([b"only=" + pair], True, NOW) is None


def test_a_new_visitor_gets_128_random_bits() -> None:
    cookies = Cookies(KEYS)
    ids = {cookies.issue(NOW).id for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", str(id)) for id in ids)
    assert (cookies.issue(NOW + 0.9).new, cookies.issue(NOW + 0.9).signed_at) == (True, NOW)


def test_the_cookie_holds_the_signed_id_and_nothing_else() -> None:
    assert Cookies(KEYS).set_cookie(VISITOR, True, NOW) == (
        b"__Host-edge=" + TOKEN + b"; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax"
    )
    assert TOKEN.split(b".")[:2] == [b"AAECAwQFBgcICQoLDA0ODw", b"1800000000"]


def test_on_plain_http_to_this_machine_it_is_called_edge() -> None:
    header = Cookies(KEYS).set_cookie(VISITOR, False, NOW)
    assert header == b"edge=" + TOKEN + b"; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax"
    assert id_of(b"edge=" + TOKEN, secure=False) == VISITOR.id
    assert id_of(b"edge=" + TOKEN, secure=True) is None
    assert id_of(b"__Host-edge=" + TOKEN, secure=False) is None


def test_nobody_without_an_id_gets_a_cookie() -> None:
    with pytest.raises(ValueError, match="without an id"):
        Cookies(KEYS).set_cookie(Visitor(), True, NOW)


@pytest.mark.parametrize(
    "header",
    [
        b"__Host-edge=" + TOKEN,
        b"a=1; __Host-edge=" + TOKEN + b"; b=2",
        b"a=1;__Host-edge=" + TOKEN + b";b=2",
        b"a=1; \t __Host-edge=" + TOKEN + b" \t; b=2",
        b'__Host-edge="' + TOKEN + b'"',
        b"x__Host-edge=1; __Host-edge=" + TOKEN,
        b"a=__Host-edge=" + OTHER + b"; __Host-edge=" + TOKEN,
        b"__Host-edge=forged; __Host-edge=" + TOKEN,
        b"__Host-edge=" + TOKEN + b"; __Host-edge=" + OTHER,
        b"__Host-edge=; __Host-edge=" + TOKEN + b";;;",
        b"\xff\xfe=\x80; __Host-edge=" + TOKEN,
        b"; " * 5000 + b"__Host-edge=" + TOKEN,
        b"a=" + b"__Host-edge=" * 5000 + b"; __Host-edge=" + TOKEN,
    ],
)
def test_our_cookie_is_found_among_others_and_the_first_valid_one_counts(header: bytes) -> None:
    assert id_of(header) == VISITOR.id


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"__Host-edge",
        b"__Host-edge=",
        b"__host-edge=" + TOKEN,
        b"x__Host-edge=" + TOKEN,
        b"x=__Host-edge=" + TOKEN,
        b"x __Host-edge=" + TOKEN,
        b"__Host-edge =" + TOKEN,
        b"__Host-edge==" + TOKEN,
        b"__Host-edge=" + TOKEN + b"x",
        b"__Host-edge=" + TOKEN + b"=",
        b"__Host-edge=" + TOKEN + b", b=2",
        b"__Host-edge=" + TOKEN[:-1],
        b"__Host-edge=." + TOKEN,
        b"__Host-edge=" + TOKEN * 2,
        b"__Host-edge=" + TOKEN + b"A" * 100_000,
        b"__Host-edge=" + b"\xe9" * 77,
        b"__Host-edge=\x00",
    ],
)
def test_anything_else_is_a_new_visitor(header: bytes) -> None:
    assert id_of(header) is None


def test_several_cookie_headers_are_read_in_order() -> None:
    assert id_of(b"a=1", b"__Host-edge=forged", b"__Host-edge=" + TOKEN) == VISITOR.id
    assert id_of() is None


def test_only_a_few_forged_cookies_are_tried() -> None:
    forged = b"__Host-edge=x.1.AAAA; "
    assert id_of(forged * 3 + b"__Host-edge=" + TOKEN) == VISITOR.id
    assert id_of(forged * 4 + b"__Host-edge=" + TOKEN) is None


@pytest.mark.parametrize(
    ("age", "known"),
    [
        (-SKEW - 1, False),
        (-SKEW, True),
        (0, True),
        (400 * DAY + SKEW, True),
        (400 * DAY + SKEW + 1, False),
        (-(10**12), False),
        (10**12, False),
    ],
)
def test_a_cookie_is_good_for_its_age_and_the_clocks_differences(age: int, known: bool) -> None:
    assert (id_of(b"__Host-edge=" + TOKEN, now=NOW + age) is not None) is known


def test_a_remembered_cookie_expires_too() -> None:
    cookies = Cookies(KEYS, max_age_days=40)
    header = b"__Host-edge=" + TOKEN
    assert id_of(header, cookies=cookies) == VISITOR.id
    assert id_of(header, cookies=cookies, now=NOW + 40 * DAY + SKEW + 1) is None
    assert id_of(header, cookies=cookies, now=NOW - SKEW - 1) is None
    assert id_of(header, cookies=cookies, now=NOW + 1) == VISITOR.id


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.visitors.cookie._MAX_KNOWN", 3)
    cookies = Cookies(KEYS)
    pairs = [cookies.set_cookie(cookies.issue(NOW), True, NOW).partition(b";")[0] for _ in range(10)]
    first = [id_of(pair, cookies=cookies) for pair in pairs]
    assert len(cookies._known) <= 3
    assert [id_of(pair, cookies=cookies) for pair in pairs] == first
    assert None not in first


def test_nothing_forged_is_remembered() -> None:
    cookies = Cookies(KEYS)
    for n in range(100):
        cookies.read([b"__Host-edge=AAECAwQFBgcICQoLDA0ODw.1800000000.%043d" % n], True, NOW)
    assert not cookies._known


def test_keys_rotate() -> None:
    signed_by_old = b"__Host-edge=" + Tokens(Keys((OLD,)), COOKIE).sign(b"someone", NOW)
    assert id_of(signed_by_old) == "someone"
    assert id_of(signed_by_old, cookies=Cookies(Keys((NEW,)))) is None
    assert id_of(b"__Host-edge=" + TOKEN, cookies=Cookies(Keys((NEW,)))) == VISITOR.id, "the newest key signs"
    assert id_of(b"__Host-edge=" + TOKEN, cookies=Cookies(Keys((OLD,)))) is None


def test_another_kind_of_token_is_no_cookie() -> None:
    assert id_of(b"__Host-edge=" + Tokens(KEYS, PREVIEW).sign(b"AAECAwQFBgcICQoLDA0ODw", NOW)) is None


def test_every_single_character_counts() -> None:
    known = Cookies(KEYS)
    assert id_of(b"__Host-edge=" + TOKEN, cookies=known) == VISITOR.id
    for at in range(len(TOKEN)):
        for byte in b"A1a-_.=+/ \x00\xff~":
            changed = TOKEN[:at] + bytes([byte]) + TOKEN[at + 1 :]
            if changed.strip() != TOKEN:
                assert id_of(b"__Host-edge=" + changed, cookies=known) is None, (at, byte)
        assert id_of(b"__Host-edge=" + TOKEN[:at], cookies=known) is None
        assert id_of(b"__Host-edge=" + TOKEN[:at] + b"!" + TOKEN[at:], cookies=known) is None


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300)))
@example([b"__Host-edge=" + TOKEN[:40]])
@example([b"__Host-edge=.."])
@example([b"__Host-edge=..A"])
def test_no_bytes_make_reading_raise(headers: list[bytes]) -> None:
    assert id_of(*headers) is None
    assert id_of(*[b"__Host-edge=" + header for header in headers]) is None


@pytest.mark.parametrize(("days", "due"), [(0, False), (29.9, False), (30, True), (399, True)])
def test_a_cookie_is_written_anew_only_when_it_is_old(days: float, due: bool) -> None:
    known = Visitor("someone", new=False, signed_at=NOW)
    assert Cookies(KEYS).is_due(known, NOW + days * DAY) is due


def test_who_has_no_cookie_yet_has_none_to_write_anew() -> None:
    cookies = Cookies(KEYS)
    assert not cookies.is_due(Visitor(), NOW)
    assert not cookies.is_due(Visitor("someone", new=True, signed_at=0), NOW)


def test_a_renewed_cookie_keeps_the_id_and_lives_on() -> None:
    cookies = Cookies(KEYS)
    pair = cookies.set_cookie(VISITOR, True, NOW + 300 * DAY).partition(b";")[0]
    assert id_of(pair, now=NOW + 690 * DAY) == VISITOR.id


@pytest.mark.parametrize(("max_age", "renew"), [(401, 30), (30, 31), (10, 0)])
def test_ages_that_no_browser_grants_or_that_make_no_sense_are_refused(max_age: int, renew: int) -> None:
    with pytest.raises(ValueError, match="renew_days must be"):
        Cookies(KEYS, max_age, renew)


def test_no_id_stands_in_a_repr() -> None:
    cookies = Cookies(KEYS)
    visitor = cookies.read([b"__Host-edge=" + TOKEN], True, NOW)
    for text in (repr(visitor), repr(cookies), repr(KEYS), str(KEYS)):
        assert "AAECAwQ" not in text
        assert "key, of" not in text
