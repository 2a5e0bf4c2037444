"""Pages made for what a service elsewhere knows: Edge, a site folder, and a real service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from edge import EdgeMiddleware, Profile, SiteError, Visitor
from edge.remote.profiles import RemoteProfiles
from edge.types import Message, Receive, Scope, Send
from tests.conftest import Serve
from tests.page.raw import Answer, ask, exchange, html, scope_of
from tests.page.sites import KEY, PAGE, Front, write_site
from tests.remote.conftest import Service
from tests.remote.loopback import Loopback, reply
from tests.serving import serving

VIP = {"segments": ["vip"], "traits": {"plan": "pro"}}
OFFER_PRO = """
        [offer-pro]
        slot = "offer"
        for = 'traits.plan == "pro"'
        show = "pro"
"""
FILES: Mapping[str, str | None] = {
    "segments.toml": '[vip]\nfrom = "remote"\n[quiet-vip]\nwhen = \'"vip" in segments and not new\'\n',
    "facts.toml": '[traits.plan]\nkind = "text"\n',
    "experiences.toml": f"""
        [hero-vip]
        slot = "hero"
        for = "quiet-vip"
        show = "hallo"
        {OFFER_PRO}
    """,
    "blocks/pro.html": "<b>For professionals</b>",
    "blocks/trial.html": None,
}
HERO, OFFER = "Klänge für alle".encode(), b"For professionals"


def settings(there: Loopback | None, more: str = "") -> str:
    if there is None:
        return ""
    return f'[remote]\nurl = "{there.url}/v/{{visitor}}"\nallow_private = true\n{more}\n'


def site(there: Loopback | None, more: str = "", top: str = "") -> Mapping[str, str | None]:
    return {**FILES, "edge.toml": f"budget_ms = 2000\n{top}\n{settings(there, more)}"}


def known(edge: EdgeMiddleware) -> tuple[bytes, bytes]:
    """The cookie of a visitor who was here before."""
    value = ask(edge).header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def shown(answer: Answer) -> tuple[bool, bool]:
    return HERO in answer.body, OFFER in answer.body


def source(edge: EdgeMiddleware) -> RemoteProfiles:
    assert edge.setup is not None
    (found,) = [one for one in edge.setup.profiles if isinstance(one, RemoteProfiles)]
    return found


def remote(edge: EdgeMiddleware) -> dict[str, int]:
    return {reason: times for (what, reason), times in edge.counts.items() if what == "remote"}


@pytest.mark.parametrize("chunks", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_a_page_is_tailored_by_what_the_service_says(
    front: Front, service: Service, chunks: tuple[bytes, ...]
) -> None:
    there = service(reply(VIP))
    edge = front(html(*chunks), site(there))
    sent = known(edge)
    assert there.calls == [], "nobody is asked about a visitor who is new"
    answer = ask(edge, "/", [sent])
    assert shown(answer) == (True, True)
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
    (call,) = there.calls
    identity = call.target.removeprefix("/v/")
    assert len(identity) > 20
    assert identity.encode() in sent[1], "it is the id of the cookie"


def test_who_is_not_in_the_segment_sees_the_default(front: Front, service: Service) -> None:
    there = service(reply({"segments": ["other"], "traits": {"plan": "free"}}))
    edge = front(html(PAGE), site(there))
    assert ask(edge, "/", [known(edge)]).body == PAGE
    assert remote(edge) == {"asked": 1, "unknown segment": 1}


def test_nobody_is_asked_where_no_slot_depends_on_it(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    files = {**site(there), "experiences.toml": '[a]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}
    edge = front(html(PAGE), files)
    assert edge.setup is not None
    assert edge.setup.profiles == ()
    assert ask(edge).header(b"set-cookie") is not None, "for another reason"


def test_a_site_with_such_a_segment_needs_the_cookie(front: Front, service: Service) -> None:
    files = {**site(service(reply(VIP))), "experiences.toml": '[a]\nslot = "hero"\nfor = "vip"\nshow = "hallo"'}
    assert ask(front(html(PAGE), files)).header(b"set-cookie") is not None
    unused = {**files, "experiences.toml": '[a]\nslot = "hero"\nfor = \'country == "DE"\'\nshow = "hallo"'}
    assert ask(front(html(PAGE), unused)).header(b"set-cookie") is None


def test_without_consent_nobody_is_asked(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    edge = front(html(PAGE), site(there, top='[consent]\ncookie = "consent"'))
    given = ask(edge, "/", [(b"cookie", b"consent=yes")]).header(b"set-cookie")
    assert given is not None
    value = given.partition(b";")[0]
    assert ask(edge, "/", [(b"cookie", value)]).body == PAGE
    assert there.calls == []
    assert shown(ask(edge, "/", [(b"cookie", value + b"; consent=yes")])) == (True, True)


def test_the_app_behind_finds_at_once_what_is_kept(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    told = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append((scope["edge"].segment("vip"), scope["edge"].fact("traits.plan"), scope["edge"].segments))
        await html(PAGE)(scope, receive, send)

    edge = front(app, site(there))
    sent = known(edge)
    for _ in range(2):
        assert shown(ask(edge, "/", [sent])) == (True, True)
    assert told[:2] == [(False, None, frozenset())] * 2
    assert told[2] == (True, "pro", {"vip", "quiet-vip"})


def test_a_persona_is_in_the_segments_that_it_names_and_nobody_is_asked(
    front: Front, service: Service, serve: Serve
) -> None:
    there = service(reply({"segments": []}))
    personas = '[partner]\nsegments = ["vip"]\nnew = false\n[stranger]\n'
    edge = front(html(PAGE), {**site(there), "personas.toml": personas})
    with httpx.Client(base_url=serve(edge)) as client:
        seen = {}
        for persona in ("partner", "stranger"):
            client.get(edge.preview_path(client.base_url.netloc.decode(), persona))
            seen[persona] = HERO in client.get("/").content
    assert seen == {"partner": True, "stranger": False}
    assert there.calls == []


# The app's own profiles beside it.


async def free(visitor: Visitor) -> Profile:
    return Profile({"plan": "free"}, frozenset({"vip", "unheard-of"}))


async def broken(visitor: Visitor) -> Profile:
    raise LookupError("no such table")


async def hanging(visitor: Visitor) -> Profile:
    await asyncio.sleep(30)
    raise AssertionError("nobody waited for this")


def test_the_app_may_name_segments_without_a_service(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    edge = front(html(PAGE), site(None), profiles=free)
    assert shown(ask(edge, "/", [known(edge)])) == (True, False)
    (record,) = caplog.records
    assert record.getMessage() == (
        'the segment unheard-of is left out, reported once: segments.toml does not list it with from = "remote"'
    )


def test_both_are_asked_and_of_a_trait_the_app_is_believed(front: Front, service: Service) -> None:
    there = service(reply({"traits": {"plan": "pro"}}))
    edge = front(html(PAGE), site(there), profiles=free)
    assert shown(ask(edge, "/", [known(edge)])) == (True, False)
    assert len(there.calls) == 1


def test_both_are_asked_at_the_same_time(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    there.gate.clear()

    async def after_the_service(visitor: Visitor) -> Profile:
        await asyncio.to_thread(there.wait_for, 1)
        there.gate.set()
        return Profile()

    edge = front(html(PAGE), site(there), profiles=after_the_service)
    assert shown(ask(edge, "/", [known(edge)])) == (True, True)


def test_where_the_service_fails_what_the_app_says_counts(front: Front, service: Service) -> None:
    edge = front(html(PAGE), site(service(reply({}, "500 Down"))), profiles=free)
    sent = known(edge)
    before = dict(edge.counts)
    assert shown(ask(edge, "/", [sent])) == (True, False)
    assert ("defaulted", "failed") not in before
    assert edge.counts["defaulted", "failed"] == 0, "the app has said all that these slots ask for"


def test_where_the_app_fails_what_the_service_says_counts(front: Front, service: Service) -> None:
    edge = front(html(PAGE), site(service(reply(VIP))), profiles=broken)
    assert shown(ask(edge, "/", [known(edge)])) == (True, True)


def test_where_one_is_late_what_the_other_says_counts(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    edge = front(html(PAGE), {**site(there), "edge.toml": f"budget_ms = 200\n{settings(there)}"}, profiles=hanging)
    assert shown(ask(edge, "/", [known(edge)])) == (True, True)
    there = service(reply(VIP))
    there.handler = there.hold
    edge = front(html(PAGE), {**site(there), "edge.toml": f"budget_ms = 50\n{settings(there)}"}, profiles=free)
    assert shown(ask(edge, "/", [known(edge)])) == (True, False)


NOT_VIP = """
    [join]
    slot = "hero"
    for = '"vip" not in segments'
    show = "hallo"
"""


def test_what_is_not_known_is_not_taken_for_not_so(front: Front, service: Service) -> None:
    """An offer to those who are no customers yet must not be shown to customers while the CRM is down."""
    there = service(reply({"segments": []}))
    edge = front(html(PAGE), {**site(there), "experiences.toml": NOT_VIP})
    sent = known(edge)
    assert HERO in ask(edge, "/", [sent]).body
    for broken_service in (reply({}, "500 Down"), reply({"segments": 7})):
        there = service(broken_service)
        edge = front(html(PAGE), {**site(there), "experiences.toml": NOT_VIP})
        assert ask(edge, "/", [sent]).body == PAGE
        assert edge.counts["defaulted", "failed"] == 1
    edge = front(html(PAGE), {**site(None), "experiences.toml": NOT_VIP}, profiles=broken)
    assert ask(edge, "/", [sent]).body == PAGE


def test_what_the_app_knows_in_part_leaves_the_rest_unknown(front: Front) -> None:
    async def part(visitor: Visitor) -> Profile:
        return Profile({"plan": "pro"}, complete=False)

    files = {**site(None), "experiences.toml": NOT_VIP + OFFER_PRO}
    edge = front(html(PAGE), files, profiles=part)
    assert shown(ask(edge, "/", [known(edge)])) == (False, True)


# When it hangs.


async def silent() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def answer_of(answer: Answer) -> Send:
    async def send(message: Message) -> None:
        answer.messages.append(message)

    return send


async def seen(edge: EdgeMiddleware, scope: Scope) -> Answer:
    answer = Answer()
    await exchange(edge, scope, answer)
    return answer


def test_with_the_service_hanging_pages_leave_within_the_budget_and_the_answer_is_for_the_next(
    front: Front, service: Service
) -> None:
    there = service(reply(VIP))
    edge = front(html(PAGE), {**site(there), "edge.toml": f"budget_ms = 5\n{settings(there)}"})
    sent = known(edge)
    there.gate.clear()

    async def pages() -> None:
        first = await seen(edge, scope_of("/", [sent]))
        assert first.body == PAGE
        assert edge.counts["defaulted", "late"] == 2
        there.gate.set()
        flights = list(source(edge)._flights.values())
        assert len(flights) == 1, "the call goes on"
        await asyncio.wait(flights)
        assert shown(await seen(edge, scope_of("/", [sent]))) == (True, True)

    asyncio.run(pages())
    assert len(there.calls) == 1


def test_with_the_breaker_open_a_page_makes_no_task_and_waits_for_nothing(
    front: Front, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = service(reply({}, "500 Down"))
    edge = front(html(PAGE), site(there))
    sent = known(edge)

    async def pages() -> None:
        for _ in range(5):
            assert (await seen(edge, scope_of("/", [sent]))).body == PAGE
        assert remote(edge) == {"status": 5}
        made: list[object] = []
        answer = Answer()
        with monkeypatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "create_task", lambda *a, **k: made.append(a))
            patch.setattr(asyncio, "wait", lambda *a, **k: made.append(a))
            await edge(scope_of("/", [sent]), silent, answer_of(answer))
        assert made == []
        assert answer.body == PAGE

    asyncio.run(pages())
    assert remote(edge) == {"status": 5, "open": 1}
    assert len(there.calls) == 5


# Secrets.


def test_a_missing_secret_is_told_at_start_with_its_place(tmp_path: Path, service: Service) -> None:
    there = service(reply(VIP))
    more = 'headers = { Authorization = "Bearer ${CRM_TOKEN}", X-Key = "${CRM_KEY}" }'
    files = {name: text for name, text in site(there, more).items() if text is not None}
    folder = write_site(tmp_path / "site", {**files, "blocks/hallo.html": "hi"})
    with pytest.raises(SiteError) as caught:
        EdgeMiddleware(html(PAGE), folder, environ={"EDGE_SECRET_KEYS": KEY, "CRM_KEY": "x"})
    (problem,) = caught.value.problems
    assert str(problem) == (
        f"{folder}/edge.toml:6:37: CRM_TOKEN is not set\n"
        f"    6 | {more}\n"
        "                                            ^^^^^^^^^^^^\n"
        "      → set CRM_TOKEN in the environment, or let CRM_TOKEN_FILE name a file that holds it"
    )


def test_the_secret_is_sent(front: Front, service: Service) -> None:
    there = service(reply(VIP))
    edge = front(
        html(PAGE),
        site(there, 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }'),
        environ={"EDGE_SECRET_KEYS": KEY, "CRM_TOKEN": "s3cret"},
    )
    assert shown(ask(edge, "/", [known(edge)])) == (True, True)
    assert there.calls[0].headers["authorization"] == "Bearer s3cret"


# On a real server.


def test_on_a_server_it_works_from_the_first_request_and_leaves_nothing(
    tmp_path: Path, front: Front, serve: Serve, service: Service
) -> None:
    there = service(reply(VIP))
    edge = front(html(PAGE), site(there))
    with httpx.Client(base_url=serve(edge)) as client:
        assert client.get("/").text.encode() == PAGE
        pages = [client.get("/").text for _ in range(5)]
    assert all("Klänge für alle" in page and "For professionals" in page for page in pages)
    assert remote(edge) == {"asked": 1, "kept": 4}
    assert len(there.calls) == 1


@pytest.mark.parametrize("lifespan", ["on", "off"])
def test_on_a_server_that_ends_its_connections_end(front: Front, service: Service, lifespan: str) -> None:
    there = service(reply(VIP))
    edge = front(html(PAGE), site(there))
    with serving(edge, lifespan=lifespan) as url, httpx.Client(base_url=url) as client:
        client.get("/")
        client.get("/")
        assert there.connections == 1
        assert len(source(edge)._service._transport._idle) == 1
    assert source(edge)._service._transport._idle == []
