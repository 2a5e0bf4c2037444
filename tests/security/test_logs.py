"""What Edge writes to the log holds nothing of a visitor and no secret: not at INFO, not at DEBUG, and least of
all where something fails."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from edge import EdgeMiddleware, Profile, SecretError, SiteError, Visitor
from edge.types import ASGIApp, Receive, Scope, Send
from edge.visitors import load_keys
from tests.page.raw import Answer, Pairs, exchange, html, scope_of
from tests.page.sites import NOW, PAGE, Front, write_site

SAID = "said-by-a-visitor"
OF_THEM = "known-of-a-visitor"
KEY = "the-key-of-this-site-nobody-may-know"

SITE = {
    "edge.toml": "[geo]\ncountry = 'CF-IPCountry'\ncity = 'X-City'\n[consent]\ncookie = 'consent'",
    "facts.toml": """
        [traits.name]
        kind = "text"
        [traits.orders]
        kind = "number"
        [traits.since]
        kind = "date"
        [traits.plan]
        kind = "choice"
        choices = ["free", "pro"]
        [traits.tags]
        kind = "words"
    """,
    "segments.toml": """
        [known]
        when = 'traits.name == "x" or like(path, "*y*") or query.q == "z" or "w" in traits.tags'
    """,
    "experiences.toml": """
        [for-all]
        slot = "hero"
        for = 'not ("known" in segments)'
        show = "all"
        [offer]
        slot = "offer"
        show = "failing"
    """,
    "personas.toml": '[hans]\ntraits = { name = "hans" }',
    "blocks/all.html": "<p>{{ path }} {{ query.q or '' }} {{ traits.name or '' }} {{ city or '' }}</p>",
    "blocks/failing.html": "<a href='{{ query.q|url }}'>{{ traits.name|int // 0 }}</a>",
}
REQUEST: Pairs = [
    (b"referer", f"https://{SAID}.example/{SAID}?{SAID}".encode()),
    (b"user-agent", SAID.encode()),
    (b"accept-language", SAID.encode()),
    (b"x-city", SAID.encode()),
    (b"cf-ipcountry", b"DE"),
    (b"authorization", f"Basic {SAID}".encode()),
    (b"x-forwarded-for", SAID.encode()),
]
PATH = f"/{SAID}?q=x-{SAID}:{SAID}&utm_source={SAID}&{SAID}={SAID}"

Profiles = Callable[[Visitor], Any]


async def _good(visitor: Visitor) -> Profile:
    return Profile(
        {"name": OF_THEM, "orders": 3, "since": date(2026, 11, 21), "plan": "pro", "tags": frozenset((OF_THEM,))}
    )


async def _wrong_kinds(visitor: Visitor) -> Profile:
    wrong: dict[str, Any] = {
        "name": [OF_THEM],
        "orders": OF_THEM,
        "since": OF_THEM,
        "plan": OF_THEM,
        "tags": OF_THEM,
        "undeclared": OF_THEM,
    }
    return Profile(wrong)


async def _raising(visitor: Visitor) -> Profile:
    raise LookupError(f"{OF_THEM}: nothing about {visitor.id} {visitor!r}")


async def _chained(visitor: Visitor) -> Profile:
    raise ValueError(f"{OF_THEM} {visitor.id}") from KeyError(OF_THEM)


async def _hanging(visitor: Visitor) -> Profile:
    await asyncio.sleep(3600)
    return Profile({"name": OF_THEM})


async def _no_profile(visitor: Visitor) -> Any:
    return {"name": OF_THEM, "id": visitor.id}


def _not_async(visitor: Visitor) -> Any:
    return Profile({"name": OF_THEM})


PROFILES: dict[str, Profiles | None] = {
    "none": None,
    "good": _good,
    "of other kinds": _wrong_kinds,
    "raising": _raising,
    "raising because of another": _chained,
    "hanging": _hanging,
    "no profile": _no_profile,
    "not async": _not_async,
}


async def _asking(scope: Scope, receive: Receive, send: Send) -> None:
    """Looks at everything, and prints it where Python prints things."""
    visit = scope["edge"]
    _ = (
        visit.visitor,
        visit.segments,
        visit.segment(SAID),
        visit.fact("traits.name"),
        visit.fact(SAID),
        f"{visit!r}",
    )
    await html(PAGE[:50], PAGE[50:])(scope, receive, send)


async def _failing(scope: Scope, receive: Receive, send: Send) -> None:
    raise LookupError(SAID)


APPS: dict[str, ASGIApp] = {
    "whole": html(PAGE, headers=[(b"etag", b'"1"')]),
    "in pieces": html(PAGE[:50], PAGE[50:]),
    "asking": _asking,
    "damaged gzip": html(gzip.compress(PAGE)[:60], b"x" * 40, headers=[(b"content-encoding", b"gzip")]),
    "a wrong length": html(PAGE, headers=[(b"content-length", b"3")]),
    "failing": _failing,
}

BROKEN = (
    "edge.rules.segments.Bound.__missing__",
    "edge.page.showing.decide",
    "edge.blocks.renditions.render_given",
    "edge.visitors.cookie.Cookies.read",
    "edge.visitors.preview.Previews.read_cookie",
    "edge.visitors.consent.Consent.allowed",
    "edge.visitors.request.read_agent",
    "edge.visitors.request.parse_query",
    "edge.page.whole.splice",
    "edge.page.visit.Visit.cookie_headers",
)


class _Everything(logging.Handler):
    """Keeps what a handler could write: the message, its arguments, and the exception as it would be printed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler = _Everything()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.setLevel(before)
    root.removeHandler(handler)


def _visit(edge: EdgeMiddleware) -> list[str]:
    """Everything that a visitor may do, twice; what must stay between them and the site."""
    consent = (b"cookie", f"consent=yes-{SAID}; other={SAID}".encode())
    answers = [_ask(edge, PATH, [consent, *REQUEST])]
    pair = (answers[0].header(b"set-cookie") or b"").partition(b";")[0] if answers[0].messages else b""
    entered = (_ask(edge, edge.preview_path("shop.example", "hans"), []).header(b"set-cookie") or b"").partition(
        b";"
    )[0]
    both = (b"cookie", b"; ".join([pair, consent[1]]))
    for sent in (both, (b"cookie", b"; ".join([pair, entered])), (b"cookie", b"__Host-edge=" + SAID.encode())):
        for method in ("GET", "HEAD", "POST"):
            answers.append(_ask(edge, PATH, [sent, *REQUEST], method))
    _ask(edge, f"/_edge/preview?token={SAID}&next={quote(SAID)}", REQUEST)
    _ask(edge, "/_edge/preview", [(b"cookie", entered), (b"sec-fetch-site", b"same-origin"), *REQUEST], "POST")
    gc.collect()
    secrets = [pair.partition(b"=")[2], entered.partition(b"=")[2], pair.partition(b"=")[2].partition(b".")[0]]
    return [SAID, OF_THEM, KEY, *(secret.decode() for secret in secrets if secret)]


def _ask(edge: EdgeMiddleware, path: str, headers: Pairs, method: str = "GET") -> Answer:
    answer = Answer()
    with suppress(Exception):  # of the app, or what breaks a connection off: the server's to write down
        asyncio.run(exchange(edge, scope_of(path, headers, method), answer))
    return answer


def _leaks(lines: list[str], secrets: list[str]) -> list[str]:
    return [line for line in lines if any(secret in line for secret in secrets)]


@pytest.mark.parametrize("profiles", PROFILES)
def test_whatever_profiles_do_nothing_of_a_visitor_is_logged(
    front: Front, lines: list[str], profiles: str
) -> None:
    for app in APPS.values():
        edge = front(
            app,
            {**SITE, "edge.toml": "budget_ms = 5\n" + SITE["edge.toml"]},
            profiles=PROFILES[profiles],
            environ={"EDGE_SECRET_KEYS": KEY},
        )
        secrets = _visit(edge)
        assert not _leaks(lines, secrets)


@pytest.mark.parametrize("broken", BROKEN)
def test_whatever_fails_in_edge_nothing_of_a_visitor_is_logged(
    front: Front, lines: list[str], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Faults of ours may have a visitor's text in theirs: it is the place that is told, not the text."""

    def fail(*arguments: Any, **named: Any) -> Any:
        raise ValueError(f"{SAID} {OF_THEM} {arguments!r}")

    whole = html(PAGE, headers=[(b"content-length", b"%d" % len(PAGE))])
    edge = front(whole, SITE, profiles=_good, environ={"EDGE_SECRET_KEYS": KEY})
    secrets = _visit(edge)
    monkeypatch.setattr(broken, fail)
    secrets += _visit(edge)
    assert any("because of ValueError" in line for line in lines), "it was not even called"
    assert not _leaks(lines, secrets)


def test_faults_are_told_of_at_all(front: Front, lines: list[str]) -> None:
    """Or the tests above would hold of a product that logs nothing."""
    edge = front(html(PAGE), SITE, profiles=_raising, environ={"EDGE_SECRET_KEYS": KEY})
    _visit(edge)
    assert any("LookupError" in line for line in lines)
    assert any("reason=" in line for line in lines)


def test_at_info_a_page_is_no_news(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    edge = front(
        html(PAGE),
        {**SITE, "blocks/failing.html": "<p>fine</p>"},
        profiles=_good,
        environ={"EDGE_SECRET_KEYS": KEY},
    )
    caplog.clear()  # the start is one
    for _ in range(3):
        _visit(edge)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("edge")] == []


def test_no_key_is_in_what_is_said_of_keys(tmp_path: Path, lines: list[str]) -> None:
    file = tmp_path / "keys"
    file.write_text(KEY)
    file.chmod(0o644)
    said = []
    for environ in (
        {"EDGE_SECRET_KEYS": KEY[:12]},
        {"EDGE_SECRET_KEYS": f"{KEY},{KEY[:5]}"},
        {"EDGE_SECRET_KEYS": KEY, "EDGE_SECRET_KEYS_FILE": str(file)},
        {"EDGE_SECRET_KEYS_FILE": str(file)},
        {"EDGE_SECRET_KEYS_FILE": f"{file}/{KEY}"[:200] + "\0"},
    ):
        try:
            load_keys(environ)
        except (SecretError, ValueError) as error:
            said.append(str(error) + repr(error))
    assert len(said) == 5
    assert all(KEY[:5] not in text.replace(str(file), "").replace(f"/{KEY}", "") for text in [*said, *lines])


def test_no_key_is_in_anything_that_python_shows(front: Front) -> None:
    edge = front(html(PAGE), SITE, environ={"EDGE_SECRET_KEYS": KEY})
    shown = [repr(edge), str(edge), repr(edge.setup), repr(edge.setup and edge.setup.cookies), repr(vars(edge))]
    assert all(KEY not in text for text in shown)


def test_a_problem_of_the_site_folder_shows_only_its_own_files(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "outside").write_text(OF_THEM)
    site = write_site(tmp_path / "site", {"segments.toml": "[a]\nwhen = 'x'"})
    (site / "facts.toml").symlink_to(tmp_path / "outside")
    with pytest.raises(SiteError) as caught:
        EdgeMiddleware(html(PAGE), site, environ={"EDGE_SECRET_KEYS": KEY}, clock=lambda: NOW)
    assert OF_THEM not in str(caught.value) + "".join(lines)
