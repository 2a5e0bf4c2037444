"""One request's visitor: cookie, consent, budget, and what the app behind may ask."""

from __future__ import annotations

import asyncio
import logging
import re
import time

import pytest

from edge import EdgeMiddleware, Profile, Visit, Visitor
from edge.blocks import Block, Renditions
from edge.facts import Env
from edge.types import Receive, Scope, Send
from tests.page.raw import Answer, ask, html, replying, start, whole
from tests.page.sites import GERMAN, NOW, PAGE, Front

NEW = {"experiences.toml": '[hero-new]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}
PRO = {
    "facts.toml": '[traits.plan]\nkind = "text"',
    "experiences.toml": '[hero-pro]\nslot = "hero"\nfor = \'traits.plan == "pro"\'\nshow = "hallo"',
}
DAY = 86_400


def set_cookie(answer: Answer) -> bytes | None:
    return answer.header(b"set-cookie")


def cookie(answer: Answer) -> tuple[bytes, bytes]:
    value = set_cookie(answer)
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def test_no_cookie_where_no_rule_needs_one(front: Front) -> None:
    assert set_cookie(ask(front(html(PAGE)), "/", [GERMAN])) is None


def test_a_new_visitor_gets_a_cookie_and_is_known_by_it(front: Front) -> None:
    edge = front(html(PAGE), NEW)
    first = ask(edge)
    value = set_cookie(first)
    assert value is not None
    assert re.fullmatch(rb"__Host-edge=[\w.-]+; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax", value)
    assert first.body != PAGE
    again = ask(edge, "/", [cookie(first)])
    assert (again.body, set_cookie(again)) == (PAGE, None)


def test_a_streamed_page_gives_a_cookie_too(front: Front) -> None:
    assert set_cookie(ask(front(html(PAGE[:50], PAGE[50:]), NEW))) is not None


def test_a_page_without_slots_gives_no_cookie(front: Front) -> None:
    answer = ask(front(whole(b"<p>hi</p>", [(b"cache-control", b"public, max-age=60")]), NEW))
    assert set_cookie(answer) is None


def test_a_cookie_is_renewed_rarely(front: Front) -> None:
    now = NOW
    edge = front(html(PAGE), NEW, clock=lambda: now)
    sent = cookie(ask(edge))
    now = NOW + 29 * DAY
    assert set_cookie(ask(edge, "/", [sent])) is None
    now = NOW + 31 * DAY
    renewed = cookie(ask(edge, "/", [sent]))
    assert renewed != sent
    identity = re.compile(rb"=(.{20})")
    assert identity.findall(renewed[1]) == identity.findall(sent[1])
    now = NOW + 401 * DAY
    assert ask(edge, "/", [sent]).body != PAGE
    assert ask(edge, "/", [renewed]).body == PAGE


@pytest.mark.parametrize(
    "value",
    [b"", b"x", b"a.b.c", b"__Host-edge", b'"', b"\xff\xfe", b"9" * 8000, b"e30.1.AAAA"],
)
def test_a_forged_cookie_is_a_new_visitor(front: Front, value: bytes) -> None:
    edge = front(html(PAGE), NEW)
    answer = ask(edge, "/", [(b"cookie", b"__Host-edge=" + value)])
    assert answer.body != PAGE
    assert set_cookie(answer) is not None


def test_a_bot_gets_the_default_and_no_cookie(front: Front) -> None:
    answer = ask(front(html(PAGE), NEW), "/", [(b"user-agent", b"Mozilla/5.0 (compatible; bingbot/2.0)")])
    assert (answer.body, set_cookie(answer)) == (PAGE, None)


def test_without_consent_there_is_no_cookie_and_nobody_is_known(front: Front) -> None:
    files = {**NEW, "edge.toml": '[consent]\ncookie = "consent"\nvalue = "yes"'}
    edge = front(html(PAGE), files)
    refused = ask(edge, "/", [(b"cookie", b"consent=no")])
    assert (refused.body, set_cookie(refused)) == (PAGE, None)
    agreed = ask(edge, "/", [(b"cookie", b"consent=yes")])
    assert agreed.body != PAGE
    name, value = cookie(agreed)
    revoked = ask(edge, "/", [(name, value + b"; consent=no")])
    assert (revoked.body, set_cookie(revoked)) == (PAGE, None)


def test_without_consent_the_request_alone_decides(front: Front) -> None:
    files = {"edge.toml": '[consent]\nheader = "X-Consent"\n[geo]\ncountry = "CF-IPCountry"'}
    assert ask(front(html(PAGE), files), "/", [GERMAN]).body != PAGE


# Profiles that come from elsewhere.


def known(edge: EdgeMiddleware) -> tuple[bytes, bytes]:
    return cookie(ask(edge))


async def pro(visitor: Visitor) -> Profile:
    assert visitor.id is not None
    await asyncio.sleep(0)
    return Profile({"plan": "pro"})


async def hanging(visitor: Visitor) -> Profile:
    await asyncio.sleep(30)
    raise AssertionError("nobody waited for this")


async def failing(visitor: Visitor) -> Profile:
    raise LookupError("@".join(["jo", "example.com"]))  # in pieces: a traceback quotes this line


@pytest.mark.parametrize("chunks", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_a_profile_is_asked_for_once_and_used(front: Front, chunks: tuple[bytes, ...]) -> None:
    edge = front(html(*chunks), PRO, profiles=pro)
    sent = known(edge)
    assert ask(edge).body == PAGE
    assert ask(edge, "/", [sent]).body != PAGE


@pytest.mark.parametrize("chunks", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_a_page_waits_for_a_profile_no_longer_than_its_budget(front: Front, chunks: tuple[bytes, ...]) -> None:
    edge = front(html(*chunks), {**PRO, "edge.toml": "budget_ms = 5"}, profiles=hanging)
    sent = known(edge)
    before = dict(edge.counts)
    answer = ask(edge, "/", [sent])
    assert answer.body == PAGE
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
    assert edge.counts["defaulted", "late"] == before.get(("defaulted", "late"), 0) + 1


def test_deciding_has_the_same_budget(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    render = Renditions.render

    def slow(renditions: Renditions, block: Block, env: Env, codec: str) -> bytes:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        return render(renditions, block, env, codec)

    monkeypatch.setattr(Renditions, "render", slow)
    settings = {"edge.toml": "budget_ms = 5\n[geo]\ncountry = 'CF-IPCountry'"}
    edge = front(html(PAGE), settings)
    answer = ask(edge, "/?utm_source=news", [GERMAN])
    assert "Klänge".encode() in answer.body
    assert b"Free shipping" in answer.body
    assert edge.counts == {("tailored", "hero"): 1, ("defaulted", "late"): 1}


def test_what_a_busy_process_did_for_others_is_no_time_spent_deciding(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = Renditions.render

    def held_up(renditions: Renditions, block: Block, env: Env, codec: str) -> bytes:
        time.sleep(0.02)  # the machine lets another process run
        return render(renditions, block, env, codec)

    async def busy(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([(b"content-type", b"text/html; charset=utf-8")]))
        middle = PAGE.index(b"<!--edge")
        await send({"type": "http.response.body", "body": PAGE[:middle], "more_body": True})
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        await send({"type": "http.response.body", "body": PAGE[middle:]})

    monkeypatch.setattr(Renditions, "render", held_up)
    edge = front(busy, {"edge.toml": "budget_ms = 5\n[geo]\ncountry = 'CF-IPCountry'"})
    ask(edge, "/?utm_source=news", [GERMAN])
    assert edge.counts == {("tailored", "hero"): 1, ("tailored", "offer"): 1}


def test_a_profile_that_fails_costs_nothing_but_the_tailoring(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    edge = front(html(PAGE), PRO, profiles=failing)
    assert ask(edge, "/", [known(edge)]).body == PAGE
    assert "jo@example.com" not in caplog.text
    assert "LookupError" in caplog.text


def test_the_visitors_work_runs_beside_the_origin(front: Front) -> None:
    order: list[str] = []

    async def slow(visitor: Visitor) -> Profile:
        order.append("asked")
        await asyncio.sleep(0)
        order.append("found")
        return Profile({"plan": "pro"})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        order.append("origin")
        await html(PAGE)(scope, receive, send)

    edge = front(app, PRO, profiles=slow)
    sent = known(edge)
    order.clear()
    assert ask(edge, "/", [sent]).body != PAGE
    assert order == ["asked", "found", "origin"]


def test_a_profile_that_nobody_waits_for_is_cancelled(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    async def watched(visitor: Visitor) -> Profile:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        raise AssertionError

    pages = [html(b"<p>no slots</p>"), html(PAGE)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await pages.pop()(scope, receive, send)

    edge = front(app, PRO, profiles=watched)
    caplog.set_level(logging.DEBUG)
    assert ask(edge, "/", [known(edge)]).body == b"<p>no slots</p>"
    assert ended == ["cancelled"]


# What the app behind may ask.


def test_the_app_behind_finds_what_edge_knows(front: Front) -> None:
    found: dict[str, object] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        visit = scope["edge"]
        assert isinstance(visit, Visit)
        found["country"] = visit.fact("country")
        found["odd"] = visit.fact("no such fact")
        found["german"] = visit.segment("german")
        found["unknown"] = visit.segment("unknown")
        found["segments"] = visit.segments
        found["visitor"] = visit.visitor.id
        await html(b"<p>made by the app</p>", headers=[(b"cache-control", b"public"), (b"etag", b'"x"')])(
            scope, receive, send
        )

    answer = ask(front(app), "/", [GERMAN])
    assert found == {
        "country": "DE",
        "odd": None,
        "german": True,
        "unknown": False,
        "segments": frozenset({"german"}),
        "visitor": None,
    }
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("destination", [b"image", b"empty"])
def test_whatever_an_app_made_for_the_visitor_is_shared_with_nobody(
    front: Front, method: str, destination: bytes
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        country = str(scope["edge"].fact("country")).encode()
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"max-age=9"), (b"etag", b'"1"')]
        await replying(start(headers), {"type": "http.response.body", "body": country})(scope, receive, send)

    answer = ask(front(app), "/", [GERMAN, (b"sec-fetch-dest", destination)], method)
    assert answer.body == b"DE"
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
    assert answer.header(b"etag") == b'"1"'


def test_what_an_app_did_not_make_for_the_visitor_stays_shared(front: Front) -> None:
    app = replying(start([(b"content-type", b"text/css"), (b"cache-control", b"max-age=9")]))
    assert ask(front(app), "/a.css", [(b"sec-fetch-dest", b"style")]).told == ask(app).told


# Personas.


def test_a_persona_looks_at_its_own_time(front: Front) -> None:
    edge = front(
        html(PAGE),
        {
            "experiences.toml": """
                [hero-advent]
                slot = "hero"
                show = "hallo"
                from = 2026-12-01
                until = 2026-12-24
            """,
            "personas.toml": """
                [now]
                country = "DE"
                [advent]
                now = "2026-12-24T18:00"
            """,
        },
    )
    bodies = {}
    for persona in ("now", "advent"):
        sent = cookie(ask(edge, edge.preview_path("shop.example", persona)))
        bodies[persona] = ask(edge, "/", [sent]).body
    assert b"<h1>Sound for everyone</h1>" in bodies["now"]
    assert "Klänge für alle".encode() in bodies["advent"]
