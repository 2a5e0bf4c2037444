"""Who is believed about the client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from edge.errors import OriginError
from edge.serve.forwarded import Forwarding, Peers, forward, is_forwarding
from tests.page.raw import scope_of

Pairs = list[tuple[bytes, bytes]]
STRANGER = ("198.51.100.7", 40000)
PROXY = ("10.0.0.9", 40000)
TRUSTED = Peers(["10.0.0.0/8", "2001:db8::/32"])


def seen(headers: Pairs, client: Any = STRANGER, peers: Peers = TRUSTED, **more: Any) -> Any:
    return forward(scope_of("/", headers, client=client, **more), peers)


def values(scope: Any, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


LIES: Pairs = [
    (b"x-forwarded-for", b"127.0.0.1"),
    (b"x-forwarded-proto", b"http"),
    (b"x-forwarded-host", b"evil.example"),
    (b"x-forwarded-port", b"1"),
    (b"x-forwarded-prefix", b"/evil"),
    (b"x-real-ip", b"127.0.0.1"),
    (b"forwarded", b"for=127.0.0.1;host=evil.example"),
    (b"x_forwarded_for", b"127.0.0.1"),
    (b"x-forwarded_host", b"evil.example"),
    (b"x_real_ip", b"127.0.0.1"),
]


def test_a_stranger_is_not_believed() -> None:
    scope = seen(LIES)
    assert scope["client"] == STRANGER
    assert scope["scheme"] == "https"
    assert scope["headers"] == [
        (b"host", b"shop.example"),
        (b"x-forwarded-for", b"198.51.100.7"),
        (b"x-forwarded-proto", b"https"),
        (b"x-forwarded-host", b"shop.example"),
        (b"forwarded", b"for=198.51.100.7;host=shop.example;proto=https"),
    ]


def test_a_trusted_proxy_is_believed() -> None:
    scope = seen(
        [
            (b"x-forwarded-for", b"203.0.113.5"),
            (b"x-forwarded-proto", b"http"),
            (b"x-forwarded-host", b"www.shop.example"),
            (b"x-forwarded-port", b"80"),
            (b"x-real-ip", b"203.0.113.5"),
        ],
        PROXY,
    )
    assert (scope["client"], scope["scheme"]) == (("203.0.113.5", 0), "http")
    assert scope["headers"] == [
        (b"host", b"shop.example"),
        (b"x-forwarded-port", b"80"),
        (b"x-real-ip", b"203.0.113.5"),
        (b"x-forwarded-for", b"203.0.113.5, 10.0.0.9"),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-host", b"www.shop.example"),
        (b"forwarded", b"for=10.0.0.9;host=www.shop.example;proto=http"),
    ]


def test_a_trusted_proxy_may_have_let_through_what_a_stranger_spelt_otherwise() -> None:
    lies = [pair for pair in LIES if b"_" in pair[0]]
    assert seen([*lies, (b"x-forwarded-for", b"203.0.113.5")], PROXY)["headers"] == [
        (b"host", b"shop.example"),
        (b"x-forwarded-for", b"203.0.113.5, 10.0.0.9"),
        (b"x-forwarded-proto", b"https"),
        (b"x-forwarded-host", b"shop.example"),
        (b"forwarded", b"for=10.0.0.9;host=shop.example;proto=https"),
    ]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (b"203.0.113.5", "203.0.113.5"),
        (b"1.1.1.1, 203.0.113.5", "203.0.113.5"),
        (b"1.1.1.1, 203.0.113.5, 10.1.1.1, 10.2.2.2", "203.0.113.5"),
        (b"10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (b"203.0.113.5:4711", "203.0.113.5"),
        (b"[2001:db9::1]:4711", "2001:db9::1"),
        (b"2001:db9::1", "2001:db9::1"),
        (b"2001:db8::1, 10.0.0.1", "2001:db8::1"),
        (b"unknown", "unknown"),
        (b"", "10.0.0.9"),
        (b" , ", "10.0.0.9"),
    ],
)
def test_the_client_is_the_nearest_that_is_not_trusted(chain: bytes, client: str) -> None:
    assert seen([(b"x-forwarded-for", chain)], PROXY)["client"][0] == client


def test_a_chain_may_stand_in_several_headers() -> None:
    scope = seen([(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"203.0.113.5")], PROXY)
    assert scope["client"][0] == "203.0.113.5"
    assert values(scope, b"x-forwarded-for") == [b"1.1.1.1, 203.0.113.5, 10.0.0.9"]


@pytest.mark.parametrize(
    ("element", "client", "scheme"),
    [
        (b"for=203.0.113.5;proto=http;host=a", "203.0.113.5", "http"),
        (b'For="[2001:db9::1]:47011"; Proto=HTTP', "2001:db9::1", "http"),
        (b"for=1.1.1.1;proto=http, for=203.0.113.5;proto=https", "203.0.113.5", "https"),
        (b"for=_hidden;proto=http", "10.0.0.9", "http"),
    ],
)
def test_the_standard_header_is_believed_too(element: bytes, client: str, scheme: str) -> None:
    scope = seen([(b"forwarded", element)], PROXY)
    assert (scope["client"][0], scope["scheme"]) == (client, scheme)
    assert values(scope, b"forwarded")[0].startswith(element + b", for=10.0.0.9;")


@pytest.mark.parametrize("proto", [b"ftp", b"", b"https, x"])
def test_a_scheme_that_is_none_says_nothing(proto: bytes) -> None:
    assert seen([(b"x-forwarded-proto", proto)], PROXY, scheme="http")["scheme"] == "http"


def test_a_websocket_has_schemes_of_its_own() -> None:
    scope = seen([(b"x-forwarded-proto", b"https")], PROXY, scheme="ws", type="websocket")
    assert scope["scheme"] == "wss"
    assert values(scope, b"x-forwarded-proto") == [b"https"]
    assert seen([], scheme="wss", type="websocket")["scheme"] == "wss"


@pytest.mark.parametrize(
    ("trusted", "client", "believed"),
    [
        (["unix"], None, True),
        (["10.0.0.0/8"], None, False),
        ([], PROXY, False),
        (["10.0.0.9"], PROXY, True),
        (["10.0.0.0/8"], ("::ffff:10.0.0.9", 1), True),
        (["::1"], ("::1", 1), True),
        (["::1"], ("127.0.0.1", 1), False),
        (["10.0.0.0/8"], ("testclient", 1), False),
    ],
)
def test_who_is_trusted(trusted: list[str], client: Any, believed: bool) -> None:
    scope = seen([(b"x-forwarded-for", b"203.0.113.5")], client, Peers(trusted))
    assert (scope["client"] == ("203.0.113.5", 0)) is believed


def test_a_peer_without_an_address_is_unknown() -> None:
    scope = seen([], None)
    assert values(scope, b"x-forwarded-for") == []
    assert values(scope, b"forwarded") == [b"for=unknown;host=shop.example;proto=https"]


@pytest.mark.parametrize(
    ("client", "host", "element"),
    [
        (("2001:db9::1", 1), b"a", b'for="[2001:db9::1]";host=a;proto=https'),
        (STRANGER, b"a:8080", b'for=198.51.100.7;host="a:8080";proto=https'),
        (STRANGER, b"[::1]", b'for=198.51.100.7;host="[::1]";proto=https'),
    ],
)
def test_what_is_no_token_is_quoted(client: Any, host: bytes, element: bytes) -> None:
    scope = scope_of("/", client=client)
    scope["headers"] = [(b"host", host)]
    assert values(forward(scope, TRUSTED), b"forwarded") == [element]


def test_it_is_said_once() -> None:
    once = seen([(b"x-forwarded-for", b"203.0.113.5")], PROXY)
    assert forward(once, Peers()) is once


@pytest.mark.parametrize("name", ["10.0.0.0/99", "localhost", ""])
def test_a_peer_that_is_none_is_told_at_once(name: str) -> None:
    with pytest.raises(OriginError, match="trusted peers"):
        Peers([name])


@pytest.mark.parametrize(
    "name", [b"x-forwarded", b"xforwarded-for", b"host", b"from", b"x-real-ip-2", b"xx-forwarded-for"]
)
def test_other_headers_are_left_alone(name: bytes) -> None:
    assert not is_forwarding(name)


def test_the_apps_behind_see_who_is_believed() -> None:
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)

    async def nothing(*_: Any) -> Any:
        return {}

    forwarding = Forwarding(app, TRUSTED)
    given = scope_of("/", [(b"x-forwarded-for", b"203.0.113.5")], client=PROXY)
    asyncio.run(forwarding(given, nothing, nothing))
    asyncio.run(forwarding({"type": "lifespan"}, nothing, nothing))
    assert scopes[0]["client"][0] == "203.0.113.5"
    assert given["client"] == PROXY  # the server's own scope stays
    assert scopes[1] == {"type": "lifespan"}
