"""What is served of the widgets: their style, and the gallery."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo_site.app import app as demo
from edge import EdgeMiddleware
from edge.cli.new_widget import new_widget
from edge.types import Receive, Scope, Send
from tests.conftest import Serve
from tests.widgets.parts import WIDGETS

KEYS = {"EDGE_SECRET_KEYS": "a-key-for-the-tests-of-the-widgets"}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"the app"})


@pytest.fixture
def edge(tmp_path: Path) -> EdgeMiddleware:
    new_widget(tmp_path, "promise")
    return EdgeMiddleware(app, site=tmp_path, environ=KEYS)


@pytest.fixture
def client(edge: EdgeMiddleware, serve: Serve) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(edge), headers={"accept-encoding": "identity"}) as client:
        yield client


def enter(client: httpx.Client, edge: EdgeMiddleware) -> None:
    client.get(edge.preview_path(client.base_url.netloc.decode()))


def test_the_style_is_that_of_all_widgets(client: httpx.Client) -> None:
    answer = client.get("/_edge/widgets.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert [name for name in [*WIDGETS, "promise"] if f".edge-{name}" not in answer.text] == []
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_below_its_hash_it_is_kept_for_ever(client: httpx.Client, edge: EdgeMiddleware) -> None:
    assert re.fullmatch(r"/_edge/widgets\.[0-9a-f]{12}\.css", edge.stylesheet)
    answer = client.get(edge.stylesheet)
    assert answer.text == client.get("/_edge/widgets.css").text
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_another_style_has_another_address(edge: EdgeMiddleware, tmp_path: Path) -> None:
    (tmp_path / "widgets/promise/style.css").write_text(".edge-promise { gap: 2em }", encoding="utf-8")
    assert EdgeMiddleware(app, site=tmp_path, environ=KEYS).stylesheet != edge.stylesheet


def test_a_page_from_before_has_a_style_all_the_same(client: httpx.Client) -> None:
    answer = client.get("/_edge/widgets.0123456789ab.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/_edge/widgets.0123.css").status_code == 404


def test_below_its_plain_address_it_is_asked_for_again(client: httpx.Client) -> None:
    answer = client.get("/_edge/widgets.css")
    assert answer.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=86400"
    again = client.get("/_edge/widgets.css", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_is_gzipped_for_whoever_takes_that(client: httpx.Client) -> None:
    plain = client.get("/_edge/widgets.css")
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/_edge/widgets.css", headers={"accept-encoding": "br, gzip;q=0.5"}) as zipped:
        body = b"".join(zipped.iter_raw())
    assert gzip.decompress(body) == plain.content
    assert len(body) < 4096
    assert zipped.headers["vary"] == "accept-encoding"
    assert zipped.headers["etag"] != plain.headers["etag"]
    refused = client.get("/_edge/widgets.css", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize("path", ["/_edge/widgets.css", "/_edge/widgets"])
def test_nothing_can_be_sent_there(client: httpx.Client, edge: EdgeMiddleware, path: str) -> None:
    enter(client, edge)
    assert client.post(path).status_code == 405
    assert client.head("/_edge/widgets.css").content == b""


def test_the_gallery_is_for_whoever_is_in_preview(client: httpx.Client, edge: EdgeMiddleware) -> None:
    refused = client.get("/_edge/widgets")
    assert refused.status_code == 403
    assert "<code>edge preview SITE --host HOST</code>" in refused.text
    assert client.post("/_edge/widgets").status_code == 403
    enter(client, edge)
    answer = client.get("/_edge/widgets")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-store, max-age=0"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_it_shows_each_with_its_inputs_and_what_to_write(client: httpx.Client, edge: EdgeMiddleware) -> None:
    enter(client, edge)
    page = client.get("/_edge/widgets").text
    for name in [*WIDGETS, "promise"]:
        article = page.partition(f'<article class="widget" id="{name}">')[2].partition("</article>")[0]
        assert article.count(f'class="edge-widget edge-{name}"') == 2, name
        assert f'show = "widget:{name}"' in article
        inputs = set(WIDGETS[name].inputs) if name in WIDGETS else {"title", "text", "action"}
        assert {*re.findall(r'<th scope="row"><code>(\w+)</code>', article), "lang", "dir"} == {
            *inputs,
            "lang",
            "dir",
        }
    assert f'href="{edge.stylesheet}"' in page


def test_it_leads_back_to_where_one_came_from(client: httpx.Client, edge: EdgeMiddleware) -> None:
    enter(client, edge)

    def back(**query: str) -> str:
        page = client.get("/_edge/widgets", params=query).text
        return page.partition('class="back"><a href="')[2].partition('"')[0]

    assert back(**{"from": "/a?b=1&c"}) == "/a?b=1&amp;c"
    for elsewhere in ("", "//elsewhere.example/", "javascript:alert(1)"):
        assert back(**{"from": elsewhere}) == "/"
    assert (
        "?scheme=dark&amp;direction=ltr&amp;accent=ink&amp;from=%2Fa"
        in client.get("/_edge/widgets", params={"from": "/a"}).text
    )


def test_its_pictures_are_there(client: httpx.Client, edge: EdgeMiddleware) -> None:
    enter(client, edge)
    sources = set(re.findall(r'src="([^"]+)"', client.get("/_edge/widgets").text))
    assert len(sources) == 7
    assert {client.get(one).headers["content-type"] for one in sources} == {"image/svg+xml"}


def test_what_is_asked_for_cannot_be_markup(client: httpx.Client, edge: EdgeMiddleware) -> None:
    enter(client, edge)
    page = client.get("/_edge/widgets", params={"scheme": '"><script>', "direction": "rtl"}).text
    assert "<script" not in page
    assert '<html lang="en" class="system">' in page
    assert 'class="stage desktop" dir="rtl"' in page


def test_all_of_it_is_below_the_sites_own_prefix(tmp_path: Path, serve: Serve) -> None:
    (tmp_path / "edge.toml").write_text('prefix = "/~"', encoding="utf-8")
    edge = EdgeMiddleware(app, site=tmp_path, environ=KEYS)
    with httpx.Client(base_url=serve(edge)) as client:
        enter(client, edge)
        page = client.get("/~/widgets").text
        assert edge.stylesheet.startswith("/~/widgets.")
        assert 'src="/~/widgets/picture.svg"' in page
        assert 'href="/_edge' not in page
        assert client.get("/_edge/widgets.css").text == "the app"


def test_the_demo_opens_it_for_everybody(serve: Serve) -> None:
    headers = {"sec-fetch-dest": "document"}
    with httpx.Client(base_url=serve(demo), headers=headers, follow_redirects=True) as client:
        page = client.get("/_edge/widgets?scheme=dark")
    assert page.url.path == "/_edge/widgets"
    assert page.text.count("<article") == len(WIDGETS) + 1  # the demo has one of its own
    assert '<html lang="en" class="dark">' in page.text


def test_a_sample_that_cannot_be_shown_says_why(tmp_path: Path, serve: Serve) -> None:
    new_widget(tmp_path, "promise")
    (tmp_path / "widgets/promise/sample.toml").write_text('title = "In {{ city }}"', encoding="utf-8")
    edge = EdgeMiddleware(app, site=tmp_path, environ=KEYS)
    with httpx.Client(base_url=serve(edge)) as client:
        enter(client, edge)
        assert "This sample cannot be shown: line 1: city is not known" in client.get("/_edge/widgets").text
