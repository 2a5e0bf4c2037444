"""What passes between the client and a site: exactly what was sent, but for what ends at Edge."""

from __future__ import annotations

import threading

import pytest

from edge.serve import Origin, transport
from tests.hosts.wire import Reply, wired
from tests.serve.fronted import fronted
from tests.serve.raw_origin import Asked, Script, Talk, ok, raw_origin
from tests.serve.recorder import gated, head


def ask(*lines: bytes, body: bytes = b"", answer: bytes | Script = b"") -> tuple[Asked, Reply]:
    """One request, as the site got it, and its answer as the client did."""
    with fronted(answer or ok(b"fine")) as (site, wire):
        wire.send(head(*lines) + body)
        reply = wire.reply(lines[0].partition(b" ")[0].decode())
        return site.asked[0], reply


OURS = [
    b"x-forwarded-for: 127.0.0.1",
    b"x-forwarded-proto: http",
    b"x-forwarded-host: t",
    b"forwarded: for=127.0.0.1;host=t;proto=http",
]


def test_the_site_sees_the_request_as_it_was_sent() -> None:
    lines = [b"b: \xe9\xff", b"a: 1", b"cookie: x=1; y", b"a: 2, 3", b"user-agent:", b"content-length: 5", b"a: 1"]
    asked, reply = ask(b"PUT /a HTTP/1.1", *lines, body=b"\x00\r\n\r\n")
    assert asked.head.replace(b": \r\n", b":\r\n").split(b"\r\n") == [
        b"PUT /a HTTP/1.1",
        b"host: t",
        *lines,
        *OURS,
    ]
    assert asked.body == b"\x00\r\n\r\n"
    assert reply.body == b"fine"


@pytest.mark.parametrize(
    "target",
    [
        b"/", b"/?", b"//", b"//a//b", b"/a/../b", b"/./", b"/%2F%2f", b"/%2e%2e/", b"/a;b=c;d", b"/a?b?c&&=;",
        b"/%", b"/caf\xc3\xa9", b"/\xff\xfe?\x80", b"/a|b^`{}\"<>\\'", b"/?a#b", b"/a:b@c", b"/http://a/",
        b"/a%00b", b"/a+b?c+d",
    ],
)  # fmt: skip
def test_the_site_sees_the_target_as_it_was_sent(target: bytes) -> None:
    asked, _ = ask(b"GET " + target + b" HTTP/1.1")
    assert asked.line == b"GET " + target + b" HTTP/1.1"


def test_the_server_itself_is_asked_for_its_options() -> None:
    assert ask(b"OPTIONS * HTTP/1.1")[0].line == b"OPTIONS * HTTP/1.1"


def test_an_absolute_target_arrives_as_path_and_host() -> None:
    asked, _ = ask(b"GET http://shop.example//a?b HTTP/1.1")
    assert asked.line == b"GET //a?b HTTP/1.1"
    assert asked.values(b"host") == [b"shop.example"]


METHODS = (
    "GET POST PUT DELETE PATCH OPTIONS PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH PURGE QUERY"
)


def test_the_site_sees_the_method_as_it_was_sent() -> None:
    with fronted(ok()) as (site, wire):
        for method in METHODS.encode().split():
            wire.send(head(method + b" / HTTP/1.1"))
            assert wire.reply().status == 200
    assert [asked.line.partition(b" ")[0] for asked in site.asked] == METHODS.encode().split()


@pytest.mark.parametrize("method", [b"POST", b"GET", b"DELETE", b"OPTIONS"])
def test_a_body_arrives_as_it_was_framed(method: bytes) -> None:
    with fronted(ok()) as (site, wire):
        wire.send(head(method + b" / HTTP/1.1", b"Content-Length: 3") + b"abc")
        wire.send(head(method + b" / HTTP/1.1", b"Content-Length: 0"))
        wire.send(
            head(method + b" / HTTP/1.1", b"Transfer-Encoding: chunked")
            + b"2;x\r\nab\r\n1\r\nc\r\n0\r\nA: b\r\n\r\n"
        )
        wire.send(head(method + b" / HTTP/1.1", b"Transfer-Encoding: chunked") + b"0\r\n\r\n")
        wire.send(head(method + b" / HTTP/1.1"))
        assert [wire.reply().status for _ in range(5)] == [200] * 5
    assert [asked.body for asked in site.asked] == [b"abc", b"", b"abc", b"", b""]
    lengths = [asked.values(b"content-length") + asked.values(b"transfer-encoding") for asked in site.asked]
    assert lengths == [[b"3"], [b"0"], [b"chunked"], [b"chunked"], []]


def test_what_belongs_to_the_connection_stays_there() -> None:
    asked, _ = ask(
        b"GET / HTTP/1.1",
        b"Connection: keep-alive, X-Named , te",
        b"Keep-Alive: timeout=5",
        b"Proxy-Connection: keep-alive",
        b"Proxy-Authorization: Basic eA==",
        b"Proxy: http://evil/",
        b"TE: trailers, gzip",
        b"Trailer: Expires",
        b"Upgrade: h2c",
        b"x-named: 1",
        b"X-Other: 2",
        b"connection: close",
    )
    assert asked.head.split(b"\r\n")[1:] == [b"host: t", b"x-other: 2", *OURS]


def test_connection_cannot_name_what_frames_or_forwards_a_request() -> None:
    asked, _ = ask(
        b"POST / HTTP/1.1",
        b"Connection: host, content-length, x-forwarded-for, x-forwarded-proto, x-forwarded-host, forwarded",
        b"Content-Length: 2",
        body=b"ok",
    )
    assert asked.head.split(b"\r\n")[1:] == [b"host: t", b"content-length: 2", *OURS]
    assert asked.body == b"ok"


def test_edges_own_cookies_are_not_the_sites_business() -> None:
    asked, _ = ask(
        b"GET / HTTP/1.1",
        b"Cookie: a=1; __Host-edge=x.y;  b=\"2\" ;__Host-edge-preview=z; c",
        b"Cookie: __Host-edge=x",
        b"Cookie: edge=theirs; my__Host-edge=theirs",
    )  # fmt: skip
    assert asked.values(b"cookie") == [b'a=1;  b="2" ; c', b"edge=theirs; my__Host-edge=theirs"]


def test_the_client_sees_the_answer_as_it_was_sent() -> None:
    answer = (
        b"HTTP/1.1 418 I am a teapot\r\nB: \xe9\r\nset-cookie: a=1; Path=/\r\nA: 1\r\nSet-Cookie: b=2, c\r\n"
        b"Date: today\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nEmpty:\r\nServer: theirs\r\n"
        b"Set-Cookie: a=1; Path=/\r\n\r\n\x1f\x8b\x00\xff"
    )
    _, reply = ask(b"GET / HTTP/1.1", answer=answer)
    assert reply.status == 418
    assert reply.body == b"\x1f\x8b\x00\xff"
    assert reply.headers == [
        (b"b", b"\xe9"), (b"set-cookie", b"a=1; Path=/"), (b"a", b"1"), (b"set-cookie", b"b=2, c"),
        (b"date", b"today"), (b"content-encoding", b"gzip"), (b"content-length", b"4"), (b"empty", b""),
        (b"server", b"theirs"),
        (b"set-cookie", b"a=1; Path=/"),
    ]  # fmt: skip


def test_what_belongs_to_the_sites_connection_stays_there() -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive, x-named\r\nKeep-Alive: timeout=5\r\nX-Named: 1\r\n"
        b"Trailer: Expires\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\n"
        b"Transfer-Encoding: chunked\r\nA: b\r\n\r\n"
        b"2;x=y\r\nab\r\n1\r\nc\r\n0\r\nExpires: never\r\n\r\n"
    )
    _, reply = ask(b"GET / HTTP/1.1", answer=answer)
    assert reply.headers == [(b"a", b"b"), (b"transfer-encoding", b"chunked")]
    assert (reply.body, reply.whole) == (b"abc", True)


def test_an_offer_to_upgrade_is_not_taken() -> None:
    """Apache makes one with every answer where it knows HTTP/2."""
    with fronted(ok(b"fine", b"Upgrade: h2,h2c", b"Connection: Upgrade, Keep-Alive")) as (site, wire):
        for _ in range(2):
            wire.send(head(b"GET / HTTP/1.1"))
            reply = wire.reply()
            assert (reply.body, reply.headers) == (b"fine", [(b"content-length", b"4")])
        assert site.connections == 1


def test_an_answer_that_ends_with_its_connection_ends_properly() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(b"HTTP/1.0 200 OK\r\nA: b\r\n\r\nuntil the end")

    with fronted(answer) as (_, wire):
        wire.send(head(b"GET / HTTP/1.1"))
        reply = wire.reply()
        assert (reply.body, reply.whole) == (b"until the end", True)


@pytest.mark.parametrize(
    ("request_line", "answer", "length", "connections"),
    [
        (b"HEAD / HTTP/1.1", b"HTTP/1.1 200 OK\r\nContent-Length: 59000\r\n\r\n", b"59000", 3),
        (b"HEAD / HTTP/1.1", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"0", 1),
        (b"HEAD / HTTP/1.1", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", None, 3),
        (b"HEAD / HTTP/1.1", b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n", b"9", 3),
        (b"GET / HTTP/1.1", b"HTTP/1.1 204 No Content\r\n\r\n", None, 1),
        (b"GET / HTTP/1.1", b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 59000\r\n\r\n", None, 3),
        (b"HEAD / HTTP/1.1", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 59000\r\n\r\n", None, 3),
        (b"GET / HTTP/1.1", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"0", 1),
        (b"GET / HTTP/1.1", b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", b"0", 1),
    ],
)  # fmt: skip
def test_answers_without_a_body_leave_both_connections_fit(
    request_line: bytes, answer: bytes, length: bytes | None, connections: int
) -> None:
    """But for the site's, where the answer speaks of a body: some sites send it all the same."""
    with fronted(answer) as (site, wire):
        for _ in range(3):
            wire.send(head(request_line))
            reply = wire.reply(request_line.split(b" ")[0].decode())
            assert reply.header(b"content-length") == length
            assert (reply.status, reply.body) == (int(answer[9:12]), b"")
        assert (site.connections, len(site.asked)) == (connections, 3)


def test_informational_answers_are_absorbed() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    early += b"HTTP/1.1 100 Continue\r\n\r\n"
    with fronted(early + ok(b"fine")) as (site, wire):
        for _ in range(2):
            wire.send(head(b"GET / HTTP/1.1"))
            assert wire.reply().body == b"fine"
        assert site.connections == 1


def test_a_redirect_is_the_clients_to_follow() -> None:
    with fronted(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n") as (site, wire):
        wire.send(head(b"GET / HTTP/1.1"))
        assert wire.reply().header(b"location") == b"/elsewhere"
        assert len(site.asked) == 1


def test_no_visitor_gets_the_cookies_of_another() -> None:
    with raw_origin(ok(b"", b"Set-Cookie: session=first; Path=/")) as site:
        named = site.url.replace("127.0.0.1", "localhost")  # cookie jars ignore addresses
        with gated(Origin(named)) as url:
            for _ in range(2):
                with wired(url) as wire:
                    wire.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert wire.reply().status == 200
    assert [asked.values(b"cookie") for asked in site.asked] == [[], []]


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(b"GET / HTTP/1.1")[1].body == b"fine"


# Expect: 100-continue

EXPECTING = head(b"POST / HTTP/1.1", b"Content-Length: 5", b"Expect: 100-continue")


def test_a_client_goes_on_when_the_site_says_so() -> None:
    heads: list[bytes | None] = []
    go = threading.Event()

    def answer(talk: Talk) -> None:
        heads.append(talk.head())
        go.wait(10)
        talk.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        talk.send(ok(talk.file.read(5)))

    with fronted(answer) as (_, wire):
        wire.send(EXPECTING)
        wire.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            wire.socket.recv(1)
        wire.socket.settimeout(10)
        go.set()
        assert wire.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(b"hello")
        assert wire.reply().body == b"hello"
    assert heads[0] is not None
    assert b"\r\nexpect: 100-continue" in heads[0]


def test_a_client_does_not_go_on_when_the_site_says_no() -> None:
    def answer(talk: Talk) -> None:
        talk.head()
        talk.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")

    with fronted(answer) as (_, wire):
        wire.send(EXPECTING)
        reply = wire.reply()
        assert (reply.status, reply.body) == (413, b"no")


def test_a_client_goes_on_when_the_site_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_PATIENCE", 0.05)

    def answer(talk: Talk) -> None:
        asked = talk.ask()
        assert asked is not None
        talk.send(ok(asked.body))

    with fronted(answer) as (_, wire):
        wire.send(EXPECTING)
        assert wire.head().status == 100
        wire.send(b"hello")
        assert wire.reply().body == b"hello"
