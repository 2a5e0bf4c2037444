"""A real Wagtail site on a real uvicorn, bare and behind Edge: pages are tailored, all else is untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts.client import Client, Form, crawl
from tests.hosts.editor import HOME, Editor
from tests.hosts.packages import need_package
from tests.hosts.wagtail_site import EDITOR, HOST, PASSWORD
from tests.hosts.wagtail_site.answers import HALLO, HERO, OFFER, READER, TRIAL, of_the_origin, opened, plain
from tests.hosts.wagtail_site.folder import put_back

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    """The site behind its three doors: `bare`, `edge`, and `idle` (an Edge without an active experience)."""

    folder: Path
    first: Path
    urls: dict[str, str]

    def client(self, door: str, **headers: str) -> Client:
        return Client(self.urls[door], HOST, **headers)

    def reset(self) -> None:
        put_back(self.first, self.folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """In a process of its own: Django has one set of settings a process."""
    need_package("wagtail")
    folder, run = tmp_path_factory.mktemp("wagtail") / "site", tmp_path_factory.getbasetemp()
    first = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "wagtail-first"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.hosts.wagtail_site", str(folder), str(first)]
    log_file = folder.with_name("log")
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, log_file.read_text()
            yield Served(folder, first, json.loads(line))
            process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()
    said = log_file.read_text()
    assert process.returncode == 0, said
    assert "Traceback" not in said


@pytest.fixture
def site(served: Served) -> Served:
    served.reset()
    return served


def test_a_page_is_made_for_its_visitor(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge") as edge:
        origin = bare.get("/")
        assert origin.body.count(HERO) == origin.body.count(OFFER) == 1
        assert edge.get("/", cf_ipcountry="DE").body == origin.body.replace(HERO, HALLO)
        assert edge.get(f"/?{READER}").body == origin.body.replace(OFFER, TRIAL)
        both = edge.get(f"/?{READER}", cf_ipcountry="DE")
        assert both.body == origin.body.replace(HERO, HALLO).replace(OFFER, TRIAL)


def test_every_slot_that_an_editor_wrote_is_filled(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge") as edge:
        origin = bare.get("/headphones/").body
        assert origin.count(OFFER) == 2
        assert edge.get(f"/headphones/?{READER}").body == origin.replace(OFFER, TRIAL)


def test_another_visitor_gets_the_default(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge", cf_ipcountry="NO") as edge:
        for path in ("/", "/headphones/", "/about/?from=nav&page=1", "/live/"):
            assert edge.get(path).body == bare.get(path).body


def test_a_page_with_slots_leaves_as_private(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge") as edge:
        for country in ("DE", "NO"):
            origin, answer = bare.get("/"), edge.get("/", cf_ipcountry=country)
            assert answer.status == 200
            assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
            assert answer.header(b"content-length") == b"%d" % len(answer.body)
            assert of_the_origin(answer) == of_the_origin(origin)


def test_a_page_that_its_visitor_has_is_not_sent_again(site: Served) -> None:
    with site.client("edge") as edge:
        german = (edge.get("/", cf_ipcountry="DE").header(b"etag") or b"").decode()
        again = edge.get("/", cf_ipcountry="DE", if_none_match=german)
        assert (again.status, again.body) == (304, b"")
        other = edge.get("/", cf_ipcountry="NO", if_none_match=german)
        assert other.status == 200
        assert HERO in other.body


def test_a_returning_visitor_is_known(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge", referer="https://www.google.com/") as edge:
        origin, first = bare.get("/").body, edge.get("/")
        assert first.body == origin
        (cookie,) = [value for value in first.values(b"set-cookie") if value.startswith(b"__Host-edge=")]
        again = edge.get("/", cookie=cookie.partition(b";")[0].decode())
        assert again.body == origin.replace(HERO, b"<p>Good to see you again</p>" + HERO)
        assert again.values(b"set-cookie") == []


def test_cookies_of_django_are_kept_apart_from_each_other_and_from_ours(site: Served) -> None:
    with site.client("edge") as edge:
        cookies = edge.get("/contact/").values(b"set-cookie")
    assert [cookie.partition(b"=")[0] for cookie in cookies] == [b"csrftoken", b"sessionid", b"__Host-edge"]


def test_sessions_forms_and_messages_work_on_a_tailored_page(site: Served) -> None:
    with site.client("edge", cf_ipcountry="DE") as edge:
        first = edge.get("/contact/")
        assert HALLO in first.body
        assert b"Visits: 1" in first.body
        fields = {**Form(first).fields, "name": "Ingrid"}
        assert edge.ask("POST", "/contact/", data={"name": "Ingrid"}).status == 403
        sent = edge.ask("POST", "/contact/", data=fields)
        assert (sent.status, sent.header(b"location")) == (302, b"/contact/")
        after = edge.get("/contact/")
        assert b"Thank you, Ingrid" in after.body
        assert b"Visits: 2" in after.body


def test_a_streamed_page_is_made_for_its_visitor(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge", cf_ipcountry="DE") as edge:
        origin, answer = bare.get("/live/"), edge.get(f"/live/?{READER}")
    expected = origin.body.replace("<h1>Live from Tromsø</h1>".encode(), HALLO)
    offer = b"<!--edge:slot offer--><p>Free shipping</p><!--/edge:slot-->"
    assert answer.body == expected.replace(offer, TRIAL)
    assert answer.header(b"transfer-encoding") == b"chunked"
    assert answer.header(b"content-length") is None


def test_a_gzipped_page_is_made_for_its_visitor(site: Served) -> None:
    with site.client("edge", cf_ipcountry="DE") as edge:
        for path in ("/", "/live/"):
            zipped, open_ = edge.get(path, accept_encoding="gzip, br"), edge.get(path)
            assert zipped.header(b"content-encoding") == b"gzip"
            assert zipped.header(b"content-length") in (b"%d" % len(zipped.body), None)
            assert b"Accept-Encoding" in (zipped.header(b"vary") or b"")
            assert zipped.decoded == open_.body
            assert HALLO in open_.body


def test_what_is_no_page_is_untouched(site: Served) -> None:
    paths = [
        "/static/wagtail_site/site.css",  # these two hold what would be a slot in a page
        "/report.csv",
        "/gone/",  # so does the 404 page
        "/kopfhoerer",
        "/about",
        "/search/?query=quiet",  # a page without slots
        "/static/wagtailadmin/css/core.css",
    ]
    with site.client("bare") as bare, site.client("edge", cf_ipcountry="DE") as edge:
        answers = {path: (bare.get(path), edge.get(path)) for path in paths}
    assert [origin.status for origin, _ in answers.values()] == [200, 200, 404, 301, 301, 200, 200]
    for origin, answer in answers.values():
        assert answer == origin


def test_a_page_that_django_cuts_in_pieces_is_made_for_its_visitor(site: Served) -> None:
    with site.client("bare") as bare, site.client("edge", cf_ipcountry="DE") as edge:
        origin = bare.get("/catalogue/").body
        assert len(origin) > 3 * 64 * 1024
        assert origin.count(OFFER) > 100
        hero = origin.replace(b"<h1>All of it</h1>", HALLO)
        assert edge.get("/catalogue/").body == hero
        assert edge.get(f"/catalogue/?{READER}").body == hero.replace(OFFER, TRIAL)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_without_an_active_experience_a_crawl_is_the_same_byte_for_byte(site: Served, coding: str) -> None:
    with site.client("bare", accept_encoding=coding) as bare, site.client("idle", accept_encoding=coding) as idle:
        start = ["/", "/static/wagtail_site/north.svg", "/admin/", "/documents/", "/sitemap.xml"]
        origin, found = crawl(bare, start), crawl(idle, start)
    assert {
        "/headphones/",
        "/contact/",
        "/about/",
        "/live/",
        "/catalogue/",
        "/report.csv",
        "/gone/",
    } <= found.keys()
    assert any(path.startswith("/media/") for path in found)
    assert any(path.startswith("/static/wagtailadmin/") for path in found)
    assert found.keys() == origin.keys()
    for path, answer in found.items():
        assert opened(answer) == opened(origin[path])


def test_the_admin_is_untouched(site: Served) -> None:
    steps = []
    for door in ("bare", "edge"):
        site.reset()
        with site.client(door, cf_ipcountry="NO") as client:
            editor = Editor(client, EDITOR, PASSWORD)
            editor.work()
            steps.append(editor.steps)
    origin, behind = steps
    assert list(origin) == list(behind)
    preview = behind.pop("preview")
    assert plain(preview).body == plain(origin["preview"]).body
    assert of_the_origin(preview) == of_the_origin(origin["preview"])
    for name, answer in behind.items():
        assert plain(answer) == plain(origin[name]), name


def test_what_an_editor_publishes_shows_on_the_tailored_page(site: Served) -> None:
    with site.client("edge") as client, site.client("edge") as visitor:
        before = visitor.get("/", cf_ipcountry="DE").body
        assert b"Autumn sale" not in before
        editor = Editor(client, EDITOR, PASSWORD)
        editor.log_in()
        editor.upload()
        fields = editor.edit()
        assert visitor.get("/", cf_ipcountry="DE").body == before
        draft = client.get(f"/admin/pages/{HOME}/edit/preview/?mode=", cf_ipcountry="DE")
        editor.publish(fields)
        after = visitor.get("/", cf_ipcountry="DE").body
        reader = visitor.get(f"/?{READER}").body
    for page in (draft.body, after):
        assert HALLO in page
        assert b"Sound for everybody" not in page
        assert b"Autumn sale" in page
    assert b"red.2e16d0ba.fill-320x200.png" in after
    assert b"<h1>Sound for everybody</h1>" in reader
    assert TRIAL + b"<hr>" in reader
