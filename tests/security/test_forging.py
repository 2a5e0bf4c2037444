"""Cookies that somebody else made, changed, kept too long or sent in odd company: nobody is known by one."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest
from itsdangerous import Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from edge import EdgeMiddleware
from edge.visitors import Cookies, Keys
from edge.visitors.tokens import COOKIE, DAY, SKEW, Tokens
from tests.page.raw import ask, html
from tests.page.sites import KEY, NOW, Front

OLD, NEW, OTHER = (b"the older key, of thirty-two byte", b"the newer key, of thirty-two byte", b"k" * 32)
KEYS = Keys((OLD, NEW))
ID = b"AAECAwQFBgcICQoLDA0ODw"
AT = 1_800_000_000
TOKEN = Tokens(KEYS, COOKIE).sign(ID, AT)
PAYLOAD, STAMP, SIGNATURE = TOKEN.split(b".")


def is_known(*headers: bytes, secure: bool = True, keys: Keys = KEYS, now: float = AT) -> bool:
    return Cookies(keys).read(headers, secure, now) is not None


def cookie(token: bytes) -> bytes:
    return b"__Host-edge=" + token


def test_the_true_one_is_known() -> None:
    assert is_known(cookie(TOKEN))


def test_no_flipped_bit_passes() -> None:
    for at in range(len(TOKEN)):
        for bit in range(8):
            forged = TOKEN[:at] + bytes([TOKEN[at] ^ 1 << bit]) + TOKEN[at + 1 :]
            assert not is_known(cookie(forged)), (at, bit)


def test_no_part_of_it_passes_nor_it_with_more() -> None:
    for start in range(len(TOKEN)):
        for end in range(start, len(TOKEN) + 1):
            assert (start, end) == (0, len(TOKEN)) or not is_known(cookie(TOKEN[start:end]))
    for more in (b".", b"=", b"==", b"A", b"\0", b"\xff", b"%00", b"." + SIGNATURE, b"\xc2\xa0"):
        assert not is_known(cookie(TOKEN + more))
        assert not is_known(cookie(more + TOKEN))


def _signed(key: bytes, salt: bytes, text: bytes, digest: str = "sha256") -> bytes:
    derived = hmac.new(key, salt, digest).digest()
    return text + b"." + base64_encode(hmac.new(derived, text, digest).digest())


def test_the_test_can_sign_as_edge_does() -> None:
    assert _signed(NEW, b"edge.cookie", PAYLOAD + b"." + STAMP) == TOKEN


SALT = b"edge.cookie"
TEXT = PAYLOAD + b"." + STAMP
FOREIGN: dict[str, bytes] = {
    "no signature": TEXT + b".",
    "an empty one": PAYLOAD + b"." + STAMP,
    "all zeros": TEXT + b"." + base64_encode(bytes(32)),
    "another key": _signed(OTHER, SALT, TEXT),
    "no key": _signed(b"", SALT, TEXT),
    "the salt as key": _signed(SALT, SALT, TEXT),
    "another salt": _signed(NEW, b"edge.cookie2", TEXT),
    "no salt": _signed(NEW, b"", TEXT),
    "the library's default salt": _signed(NEW, b"itsdangerous.Signer", TEXT),
    "SHA-1": _signed(NEW, SALT, TEXT, "sha1"),
    "SHA-512": _signed(NEW, SALT, TEXT, "sha512"),
    "MD5": _signed(NEW, SALT, TEXT, "md5"),
    "SHA3": _signed(NEW, SALT, TEXT, "sha3_256"),
    "the key itself, not derived": TEXT + b"." + base64_encode(hmac.digest(NEW, TEXT, "sha256")),
    "a plain hash": TEXT + b"." + base64_encode(hashlib.sha256(NEW + TEXT).digest()),
    "a hash without a key": TEXT + b"." + base64_encode(hashlib.sha256(TEXT).digest()),
    "both keys as one": _signed(OLD + NEW, SALT, TEXT),
    "the library's plain signer": Signer(NEW, SALT).sign(TEXT),
    "the library's derivations": Signer(NEW, SALT, key_derivation="concat").sign(TEXT),
    "the library's other one": Signer(NEW, SALT, key_derivation="django-concat").sign(TEXT),
    "none at all": Signer(NEW, SALT, key_derivation="none").sign(TEXT),
    "the library's timed signer": TimestampSigner(NEW, SALT, digest_method=hashlib.sha256).sign(PAYLOAD),
    "the library's serializer": URLSafeTimedSerializer(NEW, salt=SALT).dumps(PAYLOAD.decode()).encode(),
    "without the time": _signed(NEW, SALT, PAYLOAD),
    "another time": PAYLOAD + b".1800000001." + SIGNATURE,
    "another id": ID[::-1] + b"." + STAMP + b"." + SIGNATURE,
    "the separator moved": PAYLOAD[:-1] + b"." + PAYLOAD[-1:] + STAMP + b"." + SIGNATURE,
    "another separator": PAYLOAD + b":" + STAMP + b":" + SIGNATURE,
    "hexadecimal": TEXT + b"." + hmac.digest(hmac.digest(NEW, SALT, "sha256"), TEXT, "sha256").hex().encode(),
    "standard base64": TEXT + b"." + SIGNATURE.replace(b"-", b"+").replace(b"_", b"/") + b"=",
    "a JSON web token": b".".join(
        base64_encode(part) for part in (b'{"alg":"none"}', json.dumps({"id": ID.decode()}).encode(), b"")
    ),
    "quoted by percent": TOKEN.replace(b".", b"%2E"),
    "full-width": "．".join(TOKEN.decode().split(".")).encode(),
    "upper case": TOKEN.upper(),
    "with a space within": PAYLOAD + b" ." + STAMP + b"." + SIGNATURE,
}


@pytest.mark.parametrize("name", FOREIGN)
def test_whatever_is_signed_otherwise_is_nobodys(name: str) -> None:
    assert not is_known(cookie(FOREIGN[name]))


@pytest.mark.parametrize(
    ("age", "known"),
    [
        (0, True),
        (SKEW, True),
        (-SKEW, True),
        (-SKEW - 1, False),
        (-DAY, False),
        (400 * DAY, True),
        (400 * DAY + SKEW, True),
        (400 * DAY + SKEW + 1, False),
        (10_000 * DAY, False),
    ],
)
def test_times_of_the_past_and_the_future(age: int, known: bool) -> None:
    assert is_known(cookie(TOKEN), now=AT + age) is known


@pytest.mark.parametrize(
    "stamp", [b"-1", b"0", b"+1800000000", b" 1800000000", b"18_00_000_000", b"1e9", b"nan", b"inf"]
)
def test_a_time_that_only_the_key_could_have_signed_is_still_a_time(stamp: bytes) -> None:
    """Only Edge signs, and never so; even then no such cookie raises, or lives for ever."""
    token = _signed(NEW, SALT, PAYLOAD + b"." + stamp)
    assert not is_known(cookie(token), now=AT + 500 * DAY)
    assert not is_known(cookie(_signed(NEW, SALT, PAYLOAD + b"." + b"9" * 30)))


def test_a_key_that_was_taken_away_verifies_nothing_any_more() -> None:
    old = Tokens(Keys((OLD,)), COOKIE).sign(ID, AT)
    assert is_known(cookie(old))
    assert not is_known(cookie(old), keys=Keys((NEW,)))
    assert not is_known(cookie(TOKEN), keys=Keys((OLD,)))


def _crowds() -> Iterator[tuple[str, list[bytes], bool]]:
    mine, forged = cookie(TOKEN), cookie(b"x." + STAMP + b"." + SIGNATURE)
    yield "twice", [mine + b"; " + mine], True
    yield "in two headers", [mine, mine], True
    yield "behind three forged ones", [b"; ".join([forged] * 3 + [mine])], True
    yield "behind a thousand forged ones", [b"; ".join([forged] * 1000 + [mine])], False
    yield "behind ten thousand others", [b"; ".join(b"a%d=b" % n for n in range(10_000)) + b"; " + mine], True
    yield "in ten thousand headers", [b"a%d=b" % n for n in range(10_000)] + [mine], True
    yield "behind a megabyte", [b"a=" + b"x" * (1 << 20) + b"; " + mine], True
    yield "as a megabyte", [cookie(TOKEN + b"x" * (1 << 20))], False
    yield "as a megabyte of semicolons", [b";" * (1 << 20) + mine], True
    yield "in a name", [b"x__Host-edge=" + TOKEN], False
    yield "in a value", [b"x=__Host-edge=" + TOKEN], False
    yield "in quotes of another", [b'x="; ' + mine + b'; y="'], True
    yield "with the wrong prefix", [b"__Secure-edge=" + TOKEN], False
    yield "without the prefix", [b"edge=" + TOKEN], False
    yield "with the prefix in another case", [b"__HOST-edge=" + TOKEN], False
    yield "with an attribute of old", [b"$Version=1; __Host-edge=" + TOKEN + b"; $Path=/"], True
    for space in (
        b"\x0b",
        b"\x0c",
        b"\x1c",
        b"\x85",
        b"\xa0",
        b"\xc2\xa0",
        b"\xe2\x80\x83",
        b"\xef\xbb\xbf",
        b"\0",
        b"\r",
    ):
        yield f"behind {space!r}", [b"a=b; " + space + mine], False
        yield f"first behind {space!r}", [space + mine], False
        yield f"before {space!r}", [mine + space], False
    yield "with commas", [b"a=b, " + mine], False
    yield "of Unicode", ["__Host‑edge=".encode() + TOKEN], False


CROWDS = list(_crowds())


@pytest.mark.parametrize(("headers", "known"), [case[1:] for case in CROWDS], ids=[case[0] for case in CROWDS])
def test_in_whatever_company(headers: list[bytes], known: bool) -> None:
    """A subdomain can set any cookie but one with the prefix; browsers and proxies differ in what they strip off
    a name. So only spaces and tabs are stripped (RFC 6265 section 5.6)."""
    assert is_known(*headers) is known


COOKIED = {"experiences.toml": '[h]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}
PAGE = b"<main data-edge-slot=hero>x</main>"


def _set(answer_header: bytes | None) -> bytes:
    return (answer_header or b"").partition(b";")[0]


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(html(PAGE), COOKIED)


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_on_a_public_host_only_the_prefixed_cookie_counts(edge: EdgeMiddleware, scheme: str) -> None:
    """Also over plain http, which is most likely a proxy that ends TLS: `edge` could come from any subdomain."""
    pair = _set(ask(edge, scheme=scheme).header(b"set-cookie"))
    assert pair.startswith(b"__Host-edge=")
    assert ask(edge, "/", [(b"cookie", pair)], scheme=scheme).body == PAGE
    plain = pair.removeprefix(b"__Host-")
    assert ask(edge, "/", [(b"cookie", plain)], scheme=scheme).body != PAGE


@pytest.mark.parametrize("host", [b"localhost", b"127.0.0.1:8000", b"shop.localhost", b"[::1]"])
def test_over_https_no_name_of_this_machine_makes_a_cookie_less_secure(front: Front, host: bytes) -> None:
    edge = front(html(PAGE), COOKIED)
    answer = ask(edge, "/", [(b"host", host)], scheme="https")
    assert _set(answer.header(b"set-cookie")).startswith(b"__Host-edge=")


@pytest.mark.parametrize(
    "host",
    [b"localhost.evil.example", b"localhost@evil.example", b"127.0.0.1.evil.example", b"127.0.0.1/x", b"", b"::1"],
)
def test_a_host_that_only_looks_like_this_machine_is_not(front: Front, host: bytes) -> None:
    edge = front(html(PAGE), COOKIED)
    headers = [(b"host", host)]
    scope_headers = ask(edge, "/", headers, scheme="http").header(b"set-cookie")
    assert _set(scope_headers).startswith(b"__Host-edge=")


def test_every_forgery_is_a_new_visitor_and_nothing_else(edge: EdgeMiddleware) -> None:
    """The page comes, the visitor is new, and gets a cookie of their own with another id."""
    expected = ask(edge).body
    ids = set()
    for forged in FOREIGN.values():
        answer = ask(edge, "/", [(b"cookie", cookie(forged))])
        assert (answer.status, answer.body) == (200, expected)
        ids.add(_set(answer.header(b"set-cookie")).split(b".")[0])
    assert len(ids) == len(FOREIGN)


def test_a_visitors_cookie_of_another_site_is_nobodys(front: Front, edge: EdgeMiddleware) -> None:
    pair = _set(ask(edge).header(b"set-cookie"))
    other = front(html(PAGE), COOKIED, environ={"EDGE_SECRET_KEYS": KEY[::-1]})
    assert ask(other, "/", [(b"cookie", pair)]).body != PAGE


def test_the_clock_that_counts_is_the_servers(front: Front) -> None:
    now = NOW
    edge = front(html(PAGE), COOKIED, clock=lambda: now)
    pair = _set(ask(edge).header(b"set-cookie"))
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(NOW)).encode()
    now += 500 * DAY
    assert ask(edge, "/", [(b"cookie", pair), (b"date", date)]).body != PAGE
