"""The page cache under Edge: kept once for all, made for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge import EdgeMiddleware
from edge.errors import SecretError, SiteError
from edge.site import load_site
from edge.types import Receive, Scope, Send
from tests.cache.asking import Clock, Site, fresh, message, note
from tests.live.changing import AT_ONCE, look, move_in
from tests.page.raw import Answer, Pairs, ask, exchange, scope_of, start
from tests.page.sites import GERMAN, KEY, PAGE, SITE, Front, front, write_site

__all__ = ["front"]

TOKEN = "a-token-that-only-tests-know"
HTML = (b"content-type", b"text/html; charset=utf-8")
ON = SITE["edge.toml"] + "\n[page_cache]\n"


def page_of(headers: Pairs = (), body: bytes = PAGE) -> Site:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML, *headers]))
        await send(message(body))

    return Site(answer)


@pytest.fixture
def edge(front: Front, tmp_path: Path) -> Callable[..., EdgeMiddleware]:
    """Edge with the page cache on. Keywords are variables of the environment."""

    def build(app: Any, toml: str = ON, files: Any = None, **environ: str) -> EdgeMiddleware:
        given = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(tmp_path / "data"), **environ}
        return front(app, {"edge.toml": toml, **(files or {})}, environ=given, watching=AT_ONCE)

    return build


def test_a_page_is_kept_once_and_made_for_each(edge: Any) -> None:
    site = page_of(fresh())
    app = edge(site)
    plain = ask(app)
    german = ask(app, "/", [GERMAN])
    news = ask(app, "/?utm_source=news")
    assert (plain.body, site.times) == (PAGE, 2)
    assert "Klänge für alle".encode() in german.body
    assert b"30 days free for news" in news.body
    assert note(german).startswith(b"Edge; hit; ttl=")
    for answer in (plain, german, news):
        assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
        assert answer.header(b"age") is None or answer.header(b"age") == b"0"
    assert app.counts["cache", "hit"] == 1
    assert app.counts["tailored", "hero"] == 1


def test_a_site_that_chooses_by_country_says_so(edge: Any) -> None:
    """What the rules look at makes no second page of the site; what the site looks at does, by its `Vary`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        country = dict(scope["headers"]).get(b"cf-ipcountry", b"nowhere")
        await send(start([HTML, *fresh(60, (b"vary", b"CF-IPCountry"))]))
        await send(message(PAGE + b"<p>In " + country + b"</p>"))

    site = Site(answer)
    app = edge(site)
    for _ in range(2):
        german, french = ask(app, "/", [GERMAN]), ask(app, "/", [(b"cf-ipcountry", b"FR")])
        assert "Klänge für alle".encode() in german.body
        assert b"<p>In DE</p>" in german.body
        assert french.body == PAGE + b"<p>In FR</p>"
    assert site.times == 2


@pytest.mark.unchopped(reason="a body that is cut is another object")
def test_the_plan_is_found_without_looking_at_the_page(edge: Any) -> None:
    """The body is the same object each time."""
    app = edge(page_of(fresh()))
    for _ in range(3):
        ask(app, "/", [GERMAN])
    (kept,) = app.setup.plans._paths["/"]
    stored = app.setup.cache.memory.store.newest((b"shop.example", b"/"))
    assert kept.plan.body is stored.body


def test_it_is_off_unless_it_is_turned_on(edge: Any) -> None:
    site = page_of(fresh())
    for toml in (SITE["edge.toml"], ON + "on = false"):
        app = edge(site, toml)
        assert ask(app).header(b"cache-status") is None
        assert app.setup.cache is None
    ask(app)
    assert site.times == 3


def test_emergency_off_is_off(edge: Any) -> None:
    site = page_of(fresh())
    app = edge(site, EDGE_OFF="1")
    for _ in range(2):
        ask(app)
    assert site.times == 2


def test_what_an_app_made_for_whoever_looks_is_not_kept(edge: Any) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        name = b"german" if scope["edge"].segment("german") else b"somebody"
        await send(start([HTML, *fresh()]))
        await send(message(b"<p>for %b</p>" % name))

    app = edge(Site(answer))
    assert ask(app, "/", [GERMAN]).body == b"<p>for german</p>"
    answer_ = ask(app)
    assert answer_.body == b"<p>for somebody</p>"
    assert b"private" in (answer_.header(b"cache-control") or b"")
    assert app.counts["uncached", "visitor"] == 2


@pytest.mark.parametrize("way", ["visitor", "segments", "segment", "fact"])
def test_nor_what_it_made_for_somebody_while_nobody_looked(edge: Any, way: str) -> None:
    clock = Clock()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if site.times > 1:
            visit = scope["edge"]
            {
                "visitor": lambda: visit.visitor,
                "segments": lambda: visit.segments,
                "segment": lambda: visit.segment("german"),
                "fact": lambda: visit.fact("country"),
            }[way]()
        await send(start([HTML, (b"cache-control", b"max-age=10, stale-while-revalidate=100")]))
        await send(message(b"<p>%d</p>" % site.times))

    site = Site(answer)
    app = edge(site)
    app.setup.cache._asking.ticks = lambda: clock.ticks

    async def run() -> bytes:
        await exchange(app, scope_of(), Answer())
        clock.sleep(20)
        for _ in range(2):
            given = Answer()
            await exchange(app, scope_of(), given)
            await asyncio.gather(*app.setup.cache.memory.tasks)
        return given.body

    assert asyncio.run(run()) == b"<p>1</p>"
    assert app.counts["uncached", "visitor"] == 2


def test_edges_cookie_neither_hinders_nor_reaches_the_app(edge: Any) -> None:
    site = page_of(fresh())
    files = {"segments.toml": "[german]\nwhen = 'new'"}
    app = edge(site, files=files)
    cookies = [ask(app).header(b"set-cookie") or b"" for _ in range(2)]
    assert all(cookie.startswith(b"__Host-edge=") for cookie in cookies)
    assert cookies[0] != cookies[1]
    assert site.times == 1
    cookie = cookies[0].partition(b";")[0]
    answer = ask(app, "/other", [(b"cookie", cookie)])
    assert note(answer) == b"Edge; fwd=uri-miss"
    assert site.header(b"cookie") is None
    assert answer.header(b"set-cookie") is None


def test_a_preview_is_made_of_what_is_kept_and_kept_by_nobody(edge: Any) -> None:
    site = page_of(fresh())
    app = edge(site)
    ask(app)
    link = app.preview_path("shop.example")
    cookie = (ask(app, link).header(b"set-cookie") or b"").partition(b";")[0]
    seen = ask(app, "/", [(b"cookie", cookie)])
    assert b"/_edge/bar." in seen.body
    assert b"no-store" in (seen.header(b"cache-control") or b"")
    assert site.times == 1
    assert ask(app).body == PAGE


def test_what_is_no_page_is_kept_too(edge: Any) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([(b"content-type", b"image/png"), *fresh()]))
        await send(message(b"picture"))

    site = Site(answer)
    app = edge(site)
    for _ in range(2):
        seen = ask(app, "/p.png", [(b"sec-fetch-dest", b"image")])
        assert (seen.body, seen.header(b"cache-control")) == (b"picture", b"max-age=60")
    assert site.times == 1


# Changes while it runs.


def test_a_change_of_the_folder_empties_nothing(edge: Any, tmp_path: Path) -> None:
    site = page_of(fresh())
    app = edge(site)
    ask(app)
    move_in(tmp_path / "site" / "blocks" / "hallo.html", "<h1>Neu</h1>")
    look(app)
    assert b"<h1>Neu</h1>" in ask(app, "/", [GERMAN]).body
    move_in(tmp_path / "site" / "edge.toml", ON + "memory_mb = 32\ndefault_seconds = 5")
    look(app)
    assert note(ask(app)).startswith(b"Edge; hit")
    assert app.setup.cache.settings.memory_mb == 32
    assert site.times == 1


def test_it_can_be_turned_on_and_off_while_it_runs(edge: Any, tmp_path: Path) -> None:
    site = page_of(fresh())
    app = edge(site, SITE["edge.toml"])
    toml = tmp_path / "site" / "edge.toml"
    for text, times in ((ON, 1), (SITE["edge.toml"], 3), (ON, 4)):
        move_in(toml, text)
        look(app)
        ask(app)
        ask(app)
        assert site.times == times


def test_what_goes_on_behind_ends_with_the_server(edge: Any) -> None:
    ended = asyncio.Event()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if site.times > 1:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
        await send(start([HTML, (b"cache-control", b"max-age=0, stale-while-revalidate=100")]))
        await send(message(PAGE))

    site = Site(answer)
    app = edge(site)

    async def run() -> None:
        for _ in range(2):
            await exchange(app, scope_of(), Answer())
        await asyncio.sleep(0)
        assert len(app.setup.cache.memory.tasks) == 1
        await app._beside.stop()
        assert ended.is_set()

    asyncio.run(run())


# Purges from elsewhere.


def purging(
    app: EdgeMiddleware, form: bytes, token: str = TOKEN, method: str = "POST", path: str = "/purge"
) -> Answer:
    headers = [
        (b"authorization", f"Bearer {token}".encode()),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]
    return ask(app, f"/_edge{path}", headers, method, [form])


def test_whoever_has_the_token_may_purge(edge: Any) -> None:
    site = page_of(fresh())
    app = edge(site, EDGE_PURGE_TOKEN=TOKEN)
    for form, kept in (
        (b"url=https://shop.example/a", [False, True]),
        (b"prefix=/", [False, False]),
        (b"url=/a&url=/b", [False, False]),
        (b"all=yes", [False, False]),
        (b"url=/c", [True, True]),
    ):
        ask(app, "/a")
        ask(app, "/b")
        answer = purging(app, form)
        assert (answer.status, answer.body) == (200, b"Purged.\n")
        assert b"no-store" in (answer.header(b"cache-control") or b"")
        assert [note(ask(app, path)).startswith(b"Edge; hit") for path in ("/a", "/b")] == kept


def test_nobody_else_may(edge: Any) -> None:
    app = edge(page_of(fresh()), EDGE_PURGE_TOKEN=TOKEN)
    ask(app)
    for token in ("", "wrong", TOKEN + "x", TOKEN[:-1], "é"):
        answer = purging(app, b"all=yes", token)
        assert (answer.status, answer.header(b"www-authenticate")) == (401, b"Bearer")
    for headers in ([], [(b"authorization", b"Basic " + TOKEN.encode())]):
        assert ask(app, "/_edge/purge", headers, "POST", [b"all=yes"]).status == 401
    assert note(ask(app)).startswith(b"Edge; hit")


def test_what_cannot_be_purged_is_said(edge: Any) -> None:
    app = edge(page_of(fresh()), EDGE_PURGE_TOKEN=TOKEN)
    for form in (
        b"",
        b"url=",
        b"url=ftp://x/",
        b"all=no",
        b"prefix=blog",
        b"\xff\xfe",
        b"&".join([b"url=/a"] * 1001),
    ):
        assert purging(app, form).status == 400, form
    assert purging(app, b"url=/" + b"x" * 300_000).status == 413
    assert purging(app, b"", method="GET").status == 405


def test_without_a_token_there_is_no_such_page(edge: Any) -> None:
    for environ in ({}, {"EDGE_PURGE_TOKEN": ""}):
        assert purging(edge(page_of(fresh()), **environ), b"all=yes").status == 404
    assert purging(edge(page_of(fresh()), SITE["edge.toml"], EDGE_PURGE_TOKEN=TOKEN), b"all=yes").status == 404


def test_a_token_that_can_be_guessed_is_refused(edge: Any) -> None:
    with pytest.raises(SecretError, match="EDGE_PURGE_TOKEN is too short"):
        edge(page_of(fresh()), EDGE_PURGE_TOKEN="short")


def test_a_data_folder_that_cannot_be_written_is_told_of(
    edge: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING, "edge"):
        app = edge(page_of(fresh()), EDGE_DATA=str(tmp_path / "file"), EDGE_PURGE_TOKEN=TOKEN)
    assert "purges reach only the process that is asked" in caplog.text
    ask(app)
    assert purging(app, b"all=yes").status == 503
    assert not note(ask(app)).startswith(b"Edge; hit")


# What edge.toml says.


def test_every_setting_can_be_said(tmp_path: Path) -> None:
    text = """
        [page_cache]
        memory_mb = 8
        answer_kb = 512
        ignore_cookies = ["_ga", "_ga_*"]
        default_seconds = 60
        stale_while_revalidate = 30
        stale_if_error = 0
    """
    settings = load_site(write_site(tmp_path, {"edge.toml": text})).settings.page_cache
    assert settings.on
    assert (settings.memory_mb, settings.answer_kb, settings.ignore_cookies) == (8, 512, ("_ga", "_ga_*"))
    assert (settings.default_seconds, settings.stale_while_revalidate, settings.stale_if_error) == (60, 30, 0)


@pytest.mark.parametrize(
    ("line", "place", "cause"),
    [
        ("on = 1", "2:6", '"on" is a number'),
        ("memory_mb = 0", "2:13", '"memory_mb" is 0'),
        ("answer_kb = 20000", "2:13", '"answer_kb" is 20000'),
        ('ignore_cookies = ["_ga", "a b"]', "2:26", '"a b" cannot be the name of a cookie'),
        ('ignore_cookies = "*"', "2:18", '"*" is every cookie'),
        ("default_seconds = -1", "2:19", '"default_seconds" is -1'),
        ("ttl = 5", "2:1", 'there is no key "ttl" here'),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(tmp_path: Path, line: str, place: str, cause: str) -> None:
    folder = write_site(tmp_path, {"edge.toml": f"[page_cache]\n{line}\n"})
    with pytest.raises(SiteError) as caught:
        load_site(folder)
    (problem,) = caught.value.problems
    assert f"{problem.line}:{problem.column}" == place
    assert problem.cause.startswith(cause)
    assert problem.cure


def test_a_small_memory_has_small_answers(tmp_path: Path) -> None:
    folder = write_site(tmp_path, {"edge.toml": "[page_cache]\nmemory_mb = 1\n"})
    assert load_site(folder).settings.page_cache.answer_kb == 256
