"""The same Wagtail site on hypercorn and granian, all of it in one pass each: the crawl, the editor's work in the
admin, pages made for their visitors over HTTP/1.1 and HTTP/2. In the soak, all of it both ways, by two workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts.client import Client, Form, crawl
from tests.hosts.editor import Editor
from tests.hosts.packages import need_package
from tests.hosts.servers import Running, running
from tests.hosts.tested import TESTED
from tests.hosts.wagtail_site import EDITOR, HOST, PASSWORD
from tests.hosts.wagtail_site.answers import HALLO, HERO, OFFER, READER, TRIAL, of_the_origin, opened, plain
from tests.hosts.wagtail_site.folder import put_back
from tests.page.sites import KEY

pytestmark = pytest.mark.timeout(300)  # all of it in one test

START = ["/", "/static/wagtail_site/north.svg", "/admin/", "/documents/", "/sitemap.xml"]


@dataclass(frozen=True)
class Site:
    """The site on a server, its files, and its files as they were first."""

    running: Running
    folder: Path
    first: Path

    def client(self, door: str, http2: bool = False, /, **headers: str) -> Client:
        return Client(self.running.url, HOST, http2, x_door=door, **headers)

    def reset(self) -> None:
        put_back(self.first, self.folder)


@contextmanager
def served(server: str, folders: pytest.TempPathFactory, workers: int = 1) -> Iterator[Site]:
    for package in ("wagtail", server):
        need_package(package)
    folder, run = folders.mktemp("wagtail") / "site", folders.getbasetemp()
    first = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "wagtail-first"
    folder.mkdir()
    environ = {
        "WAGTAIL_SITE_FOLDER": str(folder),
        "WAGTAIL_SITE_FIRST": str(first),
        "EDGE_SECRET_KEYS": KEY,
        "PYTHONHASHSEED": "0",  # the admin lists some things in the order of a set, which is each worker's own
    }
    app = "tests.hosts.wagtail_site.doors:app"
    with running(server, app, folder.parent, workers=workers, environ=environ) as one:
        yield Site(one, folder, first)
    assert "Traceback" not in one.said()


@pytest.mark.parametrize("server", [server for server in TESTED["Wagtail"] if server != "uvicorn"])
def test_the_whole_site_works_on_another_server(server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(server, tmp_path_factory) as site:
        without_an_active_experience_a_crawl_is_the_same(site, http2=server == "granian", coding="identity")
        the_admin_is_untouched(site)
        for http2 in (False, True):
            pages_are_made_for_their_visitors(site, http2=http2)
            forms_work_on_tailored_pages(site, http2=http2)


@pytest.mark.soak
@pytest.mark.parametrize("server", TESTED["Wagtail"])
def test_two_workers_serve_the_whole_site(server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(server, tmp_path_factory, workers=2) as site:
        for http2 in (False,) if server == "uvicorn" else (False, True):
            for coding in ("identity", "gzip"):
                without_an_active_experience_a_crawl_is_the_same(site, http2=http2, coding=coding)
            the_admin_is_untouched(site, http2=http2)
            pages_are_made_for_their_visitors(site, http2=http2)
            forms_work_on_tailored_pages(site, http2=http2)


def without_an_active_experience_a_crawl_is_the_same(site: Site, *, http2: bool, coding: str) -> None:
    with (
        site.client("bare", http2, accept_encoding=coding) as bare,
        site.client("idle", http2, accept_encoding=coding) as idle,
    ):
        origin, found = crawl(bare, START), crawl(idle, START)
    assert found.keys() == origin.keys()
    assert {"/headphones/", "/contact/", "/live/", "/catalogue/", "/report.csv", "/gone/"} <= found.keys()
    assert any(path.startswith("/media/") for path in found)
    assert any(path.startswith("/static/wagtailadmin/") for path in found)
    for path, answer in found.items():
        assert opened(answer) == opened(origin[path]), path


def the_admin_is_untouched(site: Site, *, http2: bool = False) -> None:
    """The login, the images, the drafts and their preview, the search: all but the preview, which is a page."""
    steps = []
    for door in ("bare", "edge"):
        site.reset()
        with site.client(door, http2, cf_ipcountry="NO", **({} if http2 else {"connection": "close"})) as client:
            editor = Editor(client, EDITOR, PASSWORD)
            editor.work()
            steps.append(editor.steps)
    site.reset()
    origin, behind = steps
    assert list(origin) == list(behind)
    preview = behind.pop("preview")
    assert plain(preview).body == plain(origin["preview"]).body
    assert of_the_origin(plain(preview)) == of_the_origin(plain(origin["preview"]))
    for name, answer in behind.items():
        assert plain(answer) == plain(origin[name]), name


def pages_are_made_for_their_visitors(site: Site, *, http2: bool) -> None:
    with site.client("bare", http2) as bare, site.client("edge", http2, cf_ipcountry="DE") as edge:
        home, catalogue, live = (bare.get(path).body for path in ("/", "/catalogue/", "/live/"))
        assert edge.get(f"/?{READER}").body == home.replace(HERO, HALLO).replace(OFFER, TRIAL)
        assert edge.get("/catalogue/").body == catalogue.replace(b"<h1>All of it</h1>", HALLO)
        assert edge.get("/live/").body == live.replace("<h1>Live from Tromsø</h1>".encode(), HALLO)
        for path in ("/", "/live/"):
            zipped = edge.get(path, accept_encoding="gzip")
            assert zipped.header(b"content-encoding") == b"gzip"
            assert zipped.decoded == edge.get(path).body


def forms_work_on_tailored_pages(site: Site, *, http2: bool) -> None:
    with site.client("edge", http2, cf_ipcountry="DE") as edge:
        first = edge.get("/contact/")
        assert HALLO in first.body
        fields = {**Form(first).fields, "name": "Ingrid"}
        assert edge.ask("POST", "/contact/", data={"name": "Ingrid"}).status == 403
        sent = edge.ask("POST", "/contact/", data=fields)
        assert (sent.status, sent.header(b"location")) == (302, b"/contact/")
        after = edge.get("/contact/")
        assert b"Thank you, Ingrid" in after.body
        assert b"Visits: 2" in after.body
