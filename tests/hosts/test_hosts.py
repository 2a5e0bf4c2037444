"""Edge in front of the shop in each framework, mounted as the README says, on a real uvicorn."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.hosts.client import Answer, Form, crawl
from tests.hosts.host import (
    BACK,
    HALLO,
    HERO,
    OFFER,
    READER,
    TRIAL,
    Doors,
    Host,
    opened,
    tailored,
)
from tests.hosts.hosts import HOSTS
from tests.hosts.shop import SITE, Shop
from tests.hosts.shopper import Shopper, explore
from tests.hosts.tested import TESTED
from tests.hosts.wire import Wire, request, wired
from tests.serving import serving

pytestmark = pytest.mark.filterwarnings(
    # Quart leaves a file open when it cannot give the range that is asked of it.
    r"ignore:Exception ignored in. <_io.FileIO name='.*/tests/hosts/shop/:pytest.PytestUnraisableExceptionWarning"
)
CODINGS = pytest.mark.parametrize("coding", ["identity", "gzip"])


@pytest.fixture(scope="module", params=HOSTS, ids=str)
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    host: Host = request.param
    with opened(host, SITE, tmp_path_factory.mktemp("host")) as found:
        yield found


def test_every_host_that_is_said_to_be_tested_is() -> None:
    elsewhere = {"Django", "Wagtail"}
    assert {host.name for host in HOSTS} == {name for name, on in TESTED.items() if "uvicorn" in on} - elsewhere


@pytest.fixture(scope="module")
def origin(doors: Doors) -> dict[str, Answer]:
    """The site without Edge."""
    with doors.client("bare") as bare:
        return explore(bare, doors.host.start)


@pytest.fixture(scope="module")
def zipped_origin(doors: Doors) -> dict[str, Answer]:
    with doors.client("bare", accept_encoding="gzip") as bare:
        return crawl(bare, doors.host.start)


# Without an active experience.


def test_without_an_active_experience_everything_is_the_same_byte_for_byte(
    doors: Doors, origin: dict[str, Answer]
) -> None:
    host = doors.host
    with doors.client("idle") as idle:
        found = explore(idle, host.start)
    assert {path for path in host.tailored if f"GET {path}" not in found} == set()
    assert found.keys() == origin.keys()
    for asked, answer in found.items():
        assert host.plain(answer) == host.plain(origin[asked]), asked


def test_what_is_gzipped_is_the_same_byte_for_byte(doors: Doors, zipped_origin: dict[str, Answer]) -> None:
    host = doors.host
    with doors.client("idle", accept_encoding="gzip") as idle:
        found = crawl(idle, host.start)
    assert found.keys() == zipped_origin.keys()
    for path, answer in found.items():
        assert host.plain(answer) == host.plain(zipped_origin[path]), path


@CODINGS
def test_without_an_active_experience_visitors_do_all_that_they_did(doors: Doors, coding: str) -> None:
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("idle", accept_encoding=coding) as idle,
    ):
        origin, found = Shopper(bare).shop(), Shopper(idle).shop()
    for step, answer in found.items():
        assert doors.host.plain(answer) == doors.host.plain(origin[step]), step


# With experiences.


@CODINGS
def test_pages_with_slots_are_made_for_their_visitor(doors: Doors, coding: str) -> None:
    host = doors.host
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("edge", accept_encoding=coding, cf_ipcountry="DE") as edge,
    ):
        for path in sorted(host.tailored):
            origin, answer = bare.get(path), edge.get(f"{path}?{READER}")
            assert has_slots(origin)
            status, text, headers = host.page(origin)
            assert host.page(answer) == (status, tailored(text), headers), path
            assert answer.header(b"cache-control") == b"private, no-cache, max-age=0", path


def test_all_else_is_untouched(doors: Doors, origin: dict[str, Answer]) -> None:
    host = doors.host
    with doors.client("edge", cf_ipcountry="NO") as edge:
        found = explore(edge, host.start)
    assert {answer.url for answer in origin.values() if has_slots(answer)} == host.tailored
    for asked, answer in origin.items():
        if "as a page" in asked:
            continue  # below
        if answer.url not in host.tailored:
            assert_same(host, found[asked], answer, asked == f"GET {answer.url}")
        elif asked in found and "part" not in asked and " if " not in asked:  # Edge answers these, below too
            assert_same(host, found[asked], answer, False)


def test_all_else_is_untouched_where_it_is_gzipped(doors: Doors, zipped_origin: dict[str, Answer]) -> None:
    host = doors.host
    with doors.client("edge", accept_encoding="gzip", cf_ipcountry="NO") as edge:
        found = crawl(edge, host.start)
    assert found.keys() == zipped_origin.keys()
    for path, answer in found.items():
        assert_same(host, answer, zipped_origin[path], path not in host.tailored)


def assert_same(host: Host, answer: Answer, origin: Answer, whole: bool) -> None:
    """A page, or a part of one, of which Edge does not see whether it has slots, is kept out of shared caches."""
    streamed = origin.header(b"content-length") is None
    if may_be_shared(origin) and (streamed or not whole):
        assert host.page(answer) == host.page(origin)
    else:
        assert host.plain(answer) == host.plain(origin)


def has_slots(answer: Answer) -> bool:
    return may_be_shared(answer) and (HERO in answer.decoded or OFFER in answer.decoded)


def may_be_shared(answer: Answer) -> bool:
    """Whether this is a page or a part of one, which Edge keeps out of shared caches."""
    return answer.status in (200, 206) and answer.is_html


def test_a_page_that_its_visitor_has_is_not_sent_again(doors: Doors) -> None:
    path = "/products/north"
    with doors.client("bare") as bare, doors.client("edge") as edge:
        page = edge.get(f"{path}?{READER}")
        ours, theirs = page.header(b"etag"), bare.get(path).header(b"etag")
        assert ours
        assert theirs
        again = edge.get(f"{path}?{READER}", if_none_match=ours.decode())
        assert (again.status, again.body) == (304, b"")
        for tag in (ours, theirs):  # a browser may hold the page from before it had slots
            other = edge.get(path, if_none_match=tag.decode())
            assert (other.status, other.body) == (200, bare.get(path).body)


def test_a_part_of_a_page_is_sent_only_to_who_cannot_want_the_page(doors: Doors) -> None:
    part = {"range": "bytes=0-9"}
    with doors.client("bare") as bare, doors.client("edge", cf_ipcountry="DE") as edge:
        origin, answer = bare.ask("GET", "/guide/", part), edge.ask("GET", "/guide/", part)
        assert (answer.status, answer.header(b"content-range")) == (origin.status, origin.header(b"content-range"))
        assert answer.body == (
            origin.body if origin.status == 206 else tailored(origin.body).replace(TRIAL, OFFER)
        )
        page = edge.ask("GET", f"/guide/?{READER}", part | {"sec-fetch-dest": "document"})
        assert (page.status, page.body) == (200, tailored(bare.get("/guide/").body))


def test_a_returning_visitor_is_known(doors: Doors) -> None:
    with doors.client("bare") as bare, doors.client("edge", referer="https://www.google.com/") as edge:
        origin, first = bare.get("/contact"), edge.get("/contact")
        (cookie,) = [value for value in first.values(b"set-cookie") if value.startswith(b"__Host-edge=")]
        again = edge.get("/contact", cookie=cookie.partition(b";")[0].decode())
        assert doors.host.plain(first).body == doors.host.plain(origin).body
        assert BACK + HERO in again.body
        assert not any(value.startswith(b"__Host-edge=") for value in again.values(b"set-cookie"))


# What frameworks offer.


@CODINGS
def test_sessions_messages_forms_and_uploads_work_on_tailored_pages(doors: Doors, coding: str) -> None:
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("edge", accept_encoding=coding, cf_ipcountry="DE") as edge,
    ):
        origin, found = Shopper(bare).shop(), Shopper(edge).shop()
    assert HALLO in found["message"].decoded
    for step, answer in found.items():
        if may_be_shared(origin[step]):
            status, text, headers = doors.host.page(origin[step])
            assert doors.host.page(answer) == (status, text.replace(HERO, HALLO), headers), step
        else:
            assert doors.host.plain(answer) == doors.host.plain(origin[step]), step


def test_a_form_without_its_token_is_refused(doors: Doors) -> None:
    for door in ("bare", "edge"):
        with doors.client(door) as client:
            form = Form(client.get("/contact"), "contact").fields
            tokens = [name for name, value in form.items() if value]
            assert len(tokens) == ("csrf" not in doors.host.lacks)
            right = {**form, "name": "Ingrid", "email": "ingrid@example.com"}
            forged = right | {name: "0" * len(form[name]) for name in tokens}
            assert client.ask("POST", "/contact", data=forged).status == (403 if tokens else 303)
            assert client.ask("POST", "/contact", data=right).status == 303
            client.ask("POST", "/api/van")


def test_events_arrive_as_they_are_sent(doors: Doors) -> None:
    told = ["Edge's <p data-edge-slot='hero'>", "Tromsø"]
    heard = [listen(doors, door, told) for door in ("bare", "edge")]
    assert heard[0] == heard[1]
    assert len(heard[0]) == 1 + len(told)
    assert all(b"data: " in event for event in heard[0])


def listen(doors: Doors, door: str, told: list[str]) -> list[bytes]:
    """The events, each read before the next is told."""
    with doors.client(door) as client, doors.wire(door) as wire:
        wire.send(request("/feed", b"Accept: text/event-stream"))
        assert (wire.head().header(b"content-type") or b"").startswith(b"text/event-stream")
        heard = [event(wire)]
        for text in told:
            assert client.ask("POST", "/api/news", json={"text": text}).status == 204
            heard.append(event(wire))
        assert client.ask("DELETE", "/api/news").status == 204
        assert wire.chunk() == b""
    return heard


def event(wire: Wire) -> bytes:
    """What is sent up to the end of an event, in as many chunks as it came."""
    data = b""
    while not data.endswith((b"\n\n", b"\r\n\r\n")):
        data += wire.chunk() or pytest.fail("no more events")
    return data


def test_what_is_done_after_the_response_is_done_after_it(doors: Doors) -> None:
    """The letter waits for the van, and the van is told to leave by who has the response."""
    with doors.client("edge", cf_ipcountry="DE") as client, doors.wire("edge") as wire:
        wire.send(request("/feed", b"Accept: text/event-stream"))
        wire.head()
        event(wire)
        form = Form(client.get("/contact"), "contact").fields
        sent = {**form, "name": "Ingrid", "email": "ingrid@example.com"}
        assert client.ask("POST", "/contact", data=sent).status == 303
        assert client.ask("POST", "/api/van").status == 204
        while b"letter from Ingrid" not in event(wire):
            pass  # letters of other tests left with the same van
        client.ask("DELETE", "/api/news")
        while wire.chunk():
            pass


def test_a_websocket_talks_to_the_app(doors: Doors) -> None:
    url = doors.urls["edge"].replace("http:", "ws:") + "/echo"
    if "websocket" in doors.host.lacks:
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, open_timeout=10)
        return
    with connect(url, subprotocols=[Subprotocol("echo")], open_timeout=10) as socket:
        assert socket.subprotocol == "echo"
        for text in ('<p data-edge-slot="hero">', "Tromsø"):
            socket.send(text)
            assert socket.recv(timeout=10) == text


def test_a_handler_reads_who_is_looking(doors: Doors) -> None:
    with doors.client("edge") as client:
        german = client.get("/visit", cf_ipcountry="DE")
        assert json.loads(german.body) == ["german"]
        assert json.loads(client.get(f"/visit?{READER}").body) == ["reader"]
        assert (german.header(b"cache-control") or b"").startswith(b"private")


def test_the_preview_shows_its_bar(doors: Doors) -> None:
    with doors.client("edge") as client:
        style = client.get("/_edge/bar.css")
        assert (style.status, style.header(b"content-type")) == (200, b"text/css; charset=utf-8")
        assert client.get("/_edge/preview?token=guessed").status == 403


@pytest.mark.parametrize("host", [host for host in HOSTS if "lifespan" not in host.lacks], ids=str)
def test_the_lifespan_is_the_apps_own_and_whoever_leaves_is_let_go(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop()
    monkeypatch.setenv("EDGE_SECRET_KEYS", "a-key-that-only-the-tests-know")
    with serving(host.mount(host.build(shop), SITE), lifespan="on") as url:
        assert shop.open
        with wired(url) as wire:
            wire.send(request("/feed"))
            wire.head()
            event(wire)
            assert not shop.feed.left.is_set()
        assert shop.feed.left.wait(10)
    assert not shop.open
