"""What Chromium makes of the pages that are attacked elsewhere with a parser: a few of each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from edge.types import Receive, Scope, Send
from tests.conftest import Serve
from tests.page.sites import Front
from tests.security.payloads import CLASSES
from tests.security.reflections import MARKUPS, WAYS
from tests.security.test_headers import TARGETS
from tests.security.test_reflection import SITE, origin

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

pytestmark = pytest.mark.browser

BLOCK = """
<p title="{{ query.q }}" class='{{ query.q }}'>{{ query.q }}</p>
<textarea>{{ query.q }}</textarea><svg><text>{{ query.q }}</text><title>{{ query.q }}</title></svg>
<select><option value="{{ query.q }}">{{ query.q }}</option></select>
<noscript><p title="{{ query.q }}">{{ query.q }}</p></noscript><template><p>{{ query.q }}</p></template>
<math><mi>{{ query.q }}</mi></math><a href="/x/{{ query.q|urlencode }}?y={{ query.q|urlencode }}">x</a>
<script>said = {{ query.q|tojson }};</script><p data-said="{{ query.q|tojson }}">end</p>
"""
CHARSETS = ("", "utf-8", "windows-1252", "shift_jis", "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "koi8-r")
PAYLOADS = [
    payload
    for group in CLASSES.values()
    for payload in group[::5]
    if 0 < len(quote(payload.encode("utf-8", "replace"))) < 6000
]
CHARSET_TRICKS = [*CLASSES["charsets"][:14], "\x1b(J\\", "\x1b$B<\x1b(B", "é\" x='", "…<b>", "表'\"><b>"]

SEEN = """() => document.querySelector('main a') && [
    [...document.querySelectorAll('*')].map((one) => [one.tagName, ...one.getAttributeNames()].join(' ')),
    document.documentElement.outerHTML.split('<!--').length,
    typeof said,
    document.querySelector('a').href.split('/').length,
]"""


async def shop(scope: Scope, receive: Receive, send: Send) -> None:
    """A page in the charset that its path names."""
    charset = scope["path"].strip("/")
    kind = f"text/html; charset={charset}" if charset else "text/html"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind.encode())]})
    await send(
        {"type": "http.response.body", "body": b"<!doctype html><body><main data-edge-slot=hero>x</main>end"}
    )


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.soak)])
def test_no_text_becomes_more_than_text(front: Front, serve: Serve, browser: Browser, step: int) -> None:
    edge = front(shop, {"experiences.toml": '[h]\nslot = "hero"\nshow = "all"', "blocks/all.html": BLOCK})
    url = serve(edge)
    page = browser.new_page()
    fired: list[str] = []

    def fire(dialog: Dialog) -> None:
        fired.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", fire)
    for charset, payloads in (("utf-8", PAYLOADS[::step]), *((name, CHARSET_TRICKS[::step]) for name in CHARSETS)):
        page.goto(f"{url}/{charset}?q=qqq")
        expected = page.evaluate(SEEN)
        assert expected
        for payload in payloads:
            page.goto(f"{url}/{charset}?q={quote(payload.encode('utf-8', 'replace'))}")
            seen = page.evaluate(SEEN)  # nothing where the block is not shown
            assert seen in (expected, None), (charset, payload)
    page.close()
    assert not fired


def test_reflected_markup_shows_no_more_than_the_block(front: Front, serve: Serve, browser: Browser) -> None:
    """Where Chromium sees no second slot, there is no second block."""
    edge = front(origin, {**SITE, "experiences.toml": '[h]\nslot = "hero"\nshow = "new"'})
    url = serve(edge)
    page = browser.new_page()
    counted = """() => [
        document.querySelectorAll('[data-edge-slot=hero], #main-hero').length,
        document.documentElement.textContent.split('NEW').length - 1,
        document.body.textContent.includes('Keep this.') && document.body.textContent.includes('And this.')
    ]"""
    for way in [way for way in WAYS if way != "cut"][
        ::5
    ]:  # cut, the element takes in what follows: in any browser
        page.goto(f"{url}/?way={quote(way)}&where=behind&q={quote(MARKUPS[0])}", wait_until="commit")
        page.wait_for_load_state("domcontentloaded")
        slots, blocks, whole = page.evaluate(counted)
        assert (blocks <= slots, whole) == (True, True), way
    page.close()


def test_no_preview_link_leads_away_however_a_browser_reads_it(
    front: Front, serve: Serve, browser: Browser
) -> None:
    edge = front(shop)
    with httpx.Client(base_url=serve(edge), trust_env=False) as client:
        link = edge.preview_path(f"{client.base_url.host}:{client.base_url.port}")
        targets = [quote(target.encode("utf-8", "replace"), safe="") for target in TARGETS]
        answers = [client.get(f"{link}&next={target}") for target in targets]
    locations = [answer.headers["location"] for answer in answers]
    page = browser.new_page()
    read = "(all) => all.map((one) => new URL(one, 'https://shop.example/_edge/preview').origin)"
    origins = page.evaluate(read, locations)
    page.close()
    assert set(origins) == {"https://shop.example"}
    assert len(set(locations)) > 20
