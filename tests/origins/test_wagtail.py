"""A real Wagtail on a server of its own, asked directly and by HTTP through `edge serve`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.door.served import serving_edge
from tests.hosts.client import Answer, Client, crawl
from tests.hosts.editor import Editor
from tests.hosts.test_wagtail import Served, served, site
from tests.hosts.wagtail_site import EDITOR, HOST, PASSWORD
from tests.hosts.wagtail_site.answers import HALLO, OFFER, READER, TRIAL, of_the_origin, opened, plain
from tests.hosts.wagtail_site.folder import SITE

__all__ = ["served", "site"]

STREAMED = b"<!--edge:slot offer--><p>Free shipping</p><!--/edge:slot-->"


@pytest.fixture(scope="module")
def empty(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`edge serve` with an empty site folder, in front of the bare Wagtail."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "site").mkdir()
    yield from _serve(folder, "site", served)


@pytest.fixture(scope="module")
def edge(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With the site folder of the mounted one."""
    yield from _serve(tmp_path_factory.mktemp("operator"), str(SITE), served)


def _serve(folder: Path, name: str, served: Served) -> Iterator[str]:
    with serving_edge(folder, name, "--origin", served.urls["bare"]) as running:
        yield running.url
        assert running.end() == 0
        assert "Traceback" not in running.said.text


def undated(answer: Answer) -> Answer:
    """This Wagtail's server says no date, so the door does (RFC 9110 section 6.6.1)."""
    assert len(answer.values(b"date")) <= 1
    return replace(answer, headers=[pair for pair in answer.headers if pair[0] != b"date"])


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_crawl_is_the_same_byte_for_byte(site: Served, empty: str, coding: str) -> None:
    start = ["/", "/static/wagtail_site/north.svg", "/admin/", "/documents/", "/sitemap.xml"]
    with (
        site.client("bare", accept_encoding=coding) as bare,
        Client(empty, HOST, accept_encoding=coding) as behind,
    ):
        origin, found = crawl(bare, start), crawl(behind, start)
    assert {"/headphones/", "/contact/", "/live/", "/catalogue/", "/report.csv", "/gone/"} <= found.keys()
    assert found.keys() == origin.keys()
    for path, answer in found.items():
        assert undated(opened(answer)) == undated(opened(origin[path])), path


def work(client: Client) -> dict[str, Answer]:
    editor = Editor(client, EDITOR, PASSWORD)
    editor.work()
    return editor.steps


def test_an_editor_does_the_same_work(site: Served, empty: str) -> None:
    with site.client("bare") as bare:
        origin = work(bare)
    site.reset()
    with Client(empty, HOST) as client:
        behind = work(client)
    assert list(origin) == list(behind)
    for name, answer in behind.items():
        assert undated(plain(answer)) == undated(plain(origin[name])), name


def test_an_editor_works_beside_slots(site: Served, edge: str) -> None:
    """Only the preview of a draft is a page of the site."""
    with site.client("bare") as bare:
        origin = work(bare)
    site.reset()
    with Client(edge, HOST, cf_ipcountry="NO") as client:
        behind = work(client)
    preview = behind.pop("preview")
    assert plain(preview).body == plain(origin["preview"]).body
    assert of_the_origin(undated(preview)) == of_the_origin(undated(origin["preview"]))
    for name, answer in behind.items():
        assert undated(plain(answer)) == undated(plain(origin[name])), name


def test_a_page_is_made_for_its_visitor(site: Served, edge: str) -> None:
    with site.client("bare") as bare, Client(edge, HOST, cf_ipcountry="DE") as behind:
        for path, offer, count in (("/", OFFER, 1), ("/headphones/", OFFER, 2), ("/live/", STREAMED, 1)):
            origin = bare.get(path).body
            assert origin.count(offer) == count
            heading = origin.partition(b"<h1>")[2].partition(b"</h1>")[0]
            expected = origin.replace(b"<h1>%b</h1>" % heading, HALLO).replace(offer, TRIAL)
            assert behind.get(f"{path}?{READER}").body == expected
