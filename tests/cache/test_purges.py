"""Purges: what they name, and that every process hears of them."""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
import threading
from pathlib import Path

import pytest

from edge.cache import EVERYTHING, PageCache, Purge, PurgeFile, parse_purge
from edge.cache.purges import Purges
from edge.errors import PurgeError
from edge.types import Receive, Scope, Send
from tests.cache.asking import cached, fresh, message, note, site_of
from tests.page.raw import Answer, ask, exchange, scope_of, start

HOST = b"shop.example"


def sharing(file: PurgeFile) -> PageCache:
    """One process's cache."""
    return PageCache(site_of(fresh()), cached(None).settings, file=file)


def is_kept(cache: PageCache, path: str = "/") -> bool:
    return note(ask(cache, path)).startswith(b"Edge; hit")


@pytest.fixture(autouse=True)
def _looking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cache.purges._LOOK_EVERY", 0.0)


@pytest.fixture
def file(tmp_path: Path) -> PurgeFile:
    found = PurgeFile(tmp_path / "purges")
    found.create()
    return found


NAMED = [
    ("https://shop.example/", Purge(HOST, b"/")),
    ("https://Shop.Example", Purge(HOST, b"/")),
    ("http://shop.example:8080/a?b=c", Purge(b"shop.example:8080", b"/a?b=c")),
    ("https://shop.example?b", Purge(HOST, b"/?b")),
    ("/blog/", Purge(b"", b"/blog/")),
    ("/café?ü", Purge(b"", b"/caf%C3%A9?%C3%BC")),
    ("/a%2Fb", Purge(b"", b"/a%2Fb")),
    ("//shop.example/a", Purge(HOST, b"/a")),
    ("https://[::1]:8000/", Purge(b"[::1]:8000", b"/")),
    ("https://bücher.example/", Purge(b"xn--bcher-kva.example", b"/")),
]


@pytest.mark.parametrize(("url", "purge"), NAMED)
def test_what_a_url_names(url: str, purge: Purge) -> None:
    assert parse_purge(url) == purge


@pytest.mark.parametrize(
    "url", ["", "blog", "ftp://a/", "https:///a", "https://a@b/", "mailto:a", "https://[a/", "?a"]
)
def test_what_names_nothing(url: str) -> None:
    with pytest.raises(PurgeError):
        parse_purge(url)


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("www.example.com/blog/", "write https://www.example.com/blog/, or /blog/ for every host"),
        ("localhost:8000/", "write https://localhost:8000/, or / for every host"),
        ("bücher.example/?a", "write https://bücher.example/?a, or /?a for every host"),
        ("www.example.com", "write https://www.example.com/"),
    ],
)
def test_a_scheme_that_was_left_out_is_told(url: str, cure: str) -> None:
    with pytest.raises(PurgeError) as caught:
        parse_purge(url)
    assert str(caught.value) == f"{url!r} has no scheme: {cure}"


MATCHES = [
    (Purge(HOST, b"/a"), b"/a", True),
    (Purge(HOST, b"/a"), b"/a?x", False),
    (Purge(HOST, b"/a"), b"/ab", False),
    (Purge(HOST, b"/a", prefix=True), b"/ab?x", True),
    (Purge(HOST, b"/a", prefix=True), b"/b", False),
    (Purge(HOST, b"/%61"), b"/a", True),
    (Purge(HOST, b"/a"), b"/%61", True),
    (Purge(HOST, b"/caf%C3%A9"), b"/caf%c3%a9", True),
    (Purge(HOST, b"/caf%C3%A9"), "/café".encode(), True),
    (Purge(b"", b"/a"), b"/a", True),
    (Purge(b"shop.example:443", b"/a"), b"/a", True),
    (Purge(b"shop.example.", b"/a"), b"/a", True),
    (Purge(b"other.example", b"/a"), b"/a", False),
    (Purge(b"shop.example:8080", b"/a"), b"/a", False),
    (EVERYTHING, b"/a", True),
]


@pytest.mark.parametrize(("purge", "target", "expected"), MATCHES)
def test_what_a_purge_is_for(purge: Purge, target: bytes, expected: bool) -> None:
    assert purge.matches((HOST, target)) is expected


def test_every_process_forgets_before_its_next_answer(file: PurgeFile) -> None:
    caches = [sharing(file) for _ in range(3)]
    for cache in caches:
        for path in ("/a", "/b"):
            ask(cache, path)
    caches[0].purge(parse_purge("https://shop.example/a"))
    assert [is_kept(cache, "/b") for cache in caches] == [True] * 3
    assert [is_kept(cache, "/a") for cache in caches] == [False] * 3
    assert [is_kept(cache, "/a") for cache in caches] == [True] * 3


def test_what_was_purged_makes_up_for_no_failure(file: PurgeFile) -> None:
    """A call that began before fails behind the purge: those who came behind it wait for no old answer."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        status.append(200 if not status else 503)
        if len(status) == 2:
            await go.wait()
        await send(start([(b"cache-control", b"max-age=0, stale-if-error=60"), (b"etag", b'"1"')], status[-1]))
        await send(message(b"%d" % len(status)))

    async def run() -> bytes:
        await exchange(cache, scope_of(), Answer())
        first, second = Answer(), Answer()
        asking = [asyncio.ensure_future(exchange(cache, scope_of(), first))]
        while len(status) < 2:
            await asyncio.sleep(0)
        cache.memory.alone.clear()
        cache.purge(EVERYTHING)
        asking.append(asyncio.ensure_future(exchange(cache, scope_of(), second)))
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*asking)
        assert first.body == b"1"
        return second.body

    status: list[int] = []
    go = asyncio.Event()
    cache = PageCache(app, cached(None).settings, file=file)
    assert asyncio.run(run()) == b"3"


def test_nobody_looks_twice_in_a_thousandth_of_a_second(file: PurgeFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cache.purges._LOOK_EVERY", 3600.0)
    cache = sharing(file)
    ask(cache, "/a")
    PurgeFile(file.path).append(parse_purge("/a"))
    assert is_kept(cache, "/a")
    cache.memory.purges.look()
    assert not is_kept(cache, "/a")


def test_a_change_by_one_process_is_known_to_the_others(file: PurgeFile) -> None:
    one, other = sharing(file), sharing(file)
    for cache in (one, other):
        ask(cache, "/a")
    ask(one, "/a", method="POST")
    assert not is_kept(other, "/a")


def write_many(path: str, name: str, count: int) -> None:
    file = PurgeFile(Path(path))
    for number in range(count):
        file.append(Purge(name.encode(), b"/%d" % number))


def test_many_who_write_at_once_lose_nothing(file: PurgeFile) -> None:
    heard: list[Purge] = []
    purges = Purges(file, heard.append)
    heard.clear()
    writers = [
        threading.Thread(target=write_many, args=(str(file.path), f"w{number}", 100)) for number in range(3)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        purges.look()
    for writer in writers:
        writer.join()
    purges.look()
    expected = {(b"w%d" % writer, b"/%d" % number) for writer in range(3) for number in range(100)}
    assert {(purge.host, purge.target) for purge in heard} == expected
    assert len(heard) == 300


def test_the_file_stays_small_and_who_keeps_up_misses_nothing(file: PurgeFile) -> None:
    heard: list[Purge] = []
    purges = Purges(file, heard.append)
    heard.clear()
    for number in range(1500):
        file.append(Purge(HOST, b"/%d%s" % (number, b"x" * 1000)))
        if number % 100 == 0:
            purges.look()
    purges.look()
    assert len(heard) == 1500
    assert EVERYTHING not in heard
    assert file.path.stat().st_size < 1024 * 1024 + 2000


def test_who_is_too_far_behind_forgets_everything(file: PurgeFile) -> None:
    heard: list[Purge] = []
    purges = Purges(file, heard.append)
    file.append(Purge(HOST, b"/first"))
    purges.look()
    heard.clear()
    for number in range(1500):
        file.append(Purge(HOST, b"/%d%s" % (number, b"x" * 1000)))
    purges.look()
    assert heard == [EVERYTHING]
    file.append(Purge(HOST, b"/last"))
    purges.look()
    assert heard == [EVERYTHING, Purge(HOST, b"/last")]


def gone(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def another(path: Path) -> None:
    path.unlink()
    PurgeFile(path).create()


def damaged(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"nonsense\n")


@pytest.mark.parametrize("harm", [gone, emptied, another, damaged])
def test_where_the_file_is_not_what_it_was_everything_is_forgotten(file: PurgeFile, harm: object) -> None:
    cache = sharing(file)
    ask(cache, "/a")
    assert callable(harm)
    harm(file.path)
    assert not is_kept(cache, "/a")
    assert is_kept(cache, "/a")
    PurgeFile(file.path).append(parse_purge("/a"))
    assert not is_kept(cache, "/a")


def test_half_a_line_is_waited_for(file: PurgeFile) -> None:
    cache = sharing(file)
    ask(cache, "/a")
    line = json.dumps(["", "/a", False]).encode() + b"\n"
    with file.path.open("ab", buffering=0) as opened:
        opened.write(line[:5])
        assert is_kept(cache, "/a")
        opened.write(line[5:])
        assert not is_kept(cache, "/a")


def test_without_a_file_it_forgets_alone() -> None:
    cache = cached(site_of(fresh()))
    ask(cache)
    assert not cache.purge(EVERYTHING)
    assert not is_kept(cache)


def test_where_it_cannot_be_written_it_forgets_alone_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    file = PurgeFile(folder / "purges")
    file.create()
    cache = sharing(file)
    ask(cache)
    shutil.rmtree(folder)
    assert not cache.purge(EVERYTHING)
    assert not is_kept(cache)


def test_one_who_stands_still_with_the_lock_holds_nobody_up(file: PurgeFile) -> None:
    cache = sharing(file)
    ask(cache)
    with file.path.open("ab") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        assert not cache.purge(EVERYTHING)
    assert not is_kept(cache)
    assert cache.purge(EVERYTHING)


def test_a_start_with_an_old_file_knows_nothing_of_it(file: PurgeFile) -> None:
    file.append(parse_purge("/a"))
    cache = sharing(file)
    ask(cache, "/a")
    assert is_kept(cache, "/a")


def test_nobody_else_may_read_or_write_it(file: PurgeFile) -> None:
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_what_was_purged_long_ago_hinders_and_what_was_purged_before_does_not(file: PurgeFile) -> None:
    purges = Purges(file, lambda _: None)
    purges.add(parse_purge("/a"))
    number = purges.number
    assert not purges.since(number, (HOST, b"/a"))
    purges.add(parse_purge("/a"))
    assert purges.since(number, (HOST, b"/a"))
    assert not purges.since(number, (HOST, b"/b"))
    for _ in range(1001):
        purges.add(parse_purge("/c"))
    assert purges.since(number, (HOST, b"/b"))  # nobody remembers
