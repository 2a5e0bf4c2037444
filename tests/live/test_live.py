"""The site folder while it runs: what is taken, what is not, and what the log says of it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edge import EdgeMiddleware, SiteError
from edge.site import Watching, load_site
from edge.types import Receive, Scope, Send
from tests.live.changing import AT_ONCE, copy, look, move_in, shown, turn
from tests.page.raw import Answer, exchange, html, scope_of, start
from tests.page.sites import GERMAN, KEY, PAGE, SITE, Front, write_site

HALLO = "blocks/hallo.html"
NEW = "<h1>Neue Klänge</h1>"
BROKEN = "[german]\nwhen = 'cuntry == \"DE\"'\n"


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(html(PAGE), watching=AT_ONCE)


@pytest.fixture
def site(edge: EdgeMiddleware, tmp_path: Path) -> Path:
    return tmp_path / "site"


def version(edge: EdgeMiddleware) -> str:
    assert edge.version is not None
    return edge.version.name


def said(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    """What the log says, from this level on; forgotten then."""
    lines = [record.getMessage() for record in caplog.records if record.levelno >= level]
    caplog.clear()
    return lines


# What is taken.


def change_a_block(site: Path) -> None:
    (site / HALLO).write_text(NEW, encoding="utf-8")


def change_a_rule(site: Path) -> None:
    (site / "segments.toml").write_text("[german]\nwhen = 'country == \"AT\"'", encoding="utf-8")


def change_an_experience(site: Path) -> None:
    (site / "experiences.toml").write_text('[x]\nslot = "offer"\nplace = "remove"', encoding="utf-8")


def change_a_setting(site: Path) -> None:
    (site / "edge.toml").write_text('[geo]\ncountry = "X-Country"', encoding="utf-8")


def add_a_slot(site: Path) -> None:
    (site / "slots.toml").write_text('[foot]\nselect = "footer"', encoding="utf-8")
    with (site / "experiences.toml").open("a", encoding="utf-8") as file:
        file.write('\n[foot]\nslot = "foot"\nshow = "hallo"')


def add_a_block_in_a_new_folder(site: Path) -> None:
    (site / "blocks" / "new" / "deep").mkdir(parents=True)
    (site / "blocks" / "new" / "deep" / "one.html").write_text("<i>new</i>", encoding="utf-8")
    (site / "experiences.toml").write_text('[x]\nslot = "offer"\nshow = "new/deep/one"', encoding="utf-8")


def take_away_what_is_not_needed(site: Path) -> None:
    (site / "experiences.toml").unlink()
    shutil.rmtree(site / "blocks")


def move_another_block_in(site: Path) -> None:
    move_in(site / HALLO, NEW)


def change_nothing_but_the_bytes(site: Path) -> None:
    """As `rsync --times` may: of the same length, with the old time of modification."""
    was = (site / HALLO).stat()
    text = (site / HALLO).read_text(encoding="utf-8").replace("h1", "h2")
    (site / HALLO).write_text(text, encoding="utf-8")
    os.utime(site / HALLO, ns=(was.st_atime_ns, was.st_mtime_ns))


CHANGES: list[Callable[[Path], None]] = [
    change_a_block,
    change_a_rule,
    change_an_experience,
    change_a_setting,
    add_a_slot,
    add_a_block_in_a_new_folder,
    take_away_what_is_not_needed,
    move_another_block_in,
    change_nothing_but_the_bytes,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_taken(
    edge: EdgeMiddleware, site: Path, change: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before, old = shown(edge, "/", [GERMAN]), version(edge)
    change(site)
    look(edge)
    assert shown(edge, "/", [GERMAN]) != before
    assert version(edge) != old
    assert said(caplog, logging.INFO) == [f"version {version(edge)} of the site folder is live"]


def test_a_folder_that_did_not_change_is_not_read(edge: EdgeMiddleware) -> None:
    setup = edge.setup
    look(edge)
    assert edge.setup is setup


def test_a_file_that_was_only_touched_changes_nothing(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    setup = edge.setup
    (site / HALLO).touch()
    (site / "segments.toml").chmod(0o600)
    look(edge)
    assert edge.setup is setup
    assert said(caplog, logging.INFO) == []


def test_the_version_is_that_of_the_text(edge: EdgeMiddleware, site: Path) -> None:
    old = version(edge)
    assert re.fullmatch("[0-9a-f]{12}", old)
    change_a_block(site)
    look(edge)
    (site / HALLO).write_text(SITE[HALLO], encoding="utf-8")
    look(edge)
    assert version(edge) == old


@pytest.mark.parametrize(
    "name", [".hallo.html.swp", ".#hallo.html", "hallo.html~", "4913", ".hallo.html", ".git/x.html"]
)
def test_what_editors_leave_lying_about_is_nothing(edge: EdgeMiddleware, site: Path, name: str) -> None:
    setup = edge.setup
    file = site / "blocks" / name
    file.parent.mkdir(exist_ok=True)
    if name == ".#hallo.html":
        file.symlink_to("somebody@somewhere.4711")  # Emacs
    else:
        file.write_text("{% half", encoding="utf-8")
    look(edge)
    assert edge.setup is setup
    assert load_site(site).blocks.keys() == {"hallo", "trial"}


def test_what_changes_between_its_reading_and_the_first_page_is_taken(front: Front, tmp_path: Path) -> None:
    edge = front(html(PAGE), watching=AT_ONCE)
    change_a_block(tmp_path / "site")
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])


def test_a_folder_given_relative_to_where_the_process_was_started_is_found_from_elsewhere(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_site(tmp_path / "site", SITE)
    monkeypatch.chdir(tmp_path)
    edge = EdgeMiddleware(html(PAGE), "site", environ={"EDGE_SECRET_KEYS": KEY}, watching=AT_ONCE)
    monkeypatch.chdir("/")
    change_a_block(tmp_path / "site")
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    (tmp_path / "site" / "segments.toml").write_text(BROKEN, encoding="utf-8")
    look(edge)
    assert "\nsite/segments.toml:2:9: there is no fact cuntry\n" in caplog.text


# Stillness.


def test_a_change_is_taken_once_it_has_been_still(front: Front, tmp_path: Path) -> None:
    now = 0.0
    edge = front(html(PAGE), watching=Watching(0.3, 3600.0, clock=lambda: now))

    def taken(at: float) -> bool:
        nonlocal now
        now = at
        look(edge)
        return NEW in shown(edge, "/", [GERMAN])

    change_a_block(tmp_path / "site")
    assert [taken(at) for at in (0.0, 0.2)] == [False, False]
    move_in(tmp_path / "site" / HALLO, NEW + "!")
    assert [taken(at) for at in (0.25, 0.5, 0.6)] == [False, False, True]


def test_a_folder_that_never_keeps_still_is_told_of(
    front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    edge = front(html(PAGE), watching=Watching(0.3, 3600.0, clock=lambda: now))
    for _ in range(400):
        move_in(tmp_path / "site" / HALLO, NEW)
        look(edge)
        now += 0.2
    (line,) = said(caplog)
    assert line.endswith(f"version {version(edge)} stays live:\n\nit is never still for 0.3 seconds")
    for _ in range(3):
        look(edge)
        now += 0.2
    assert NEW in shown(edge, "/", [GERMAN])
    assert "can be used again" in said(caplog)[0]


def test_what_changes_while_it_is_read_is_not_taken_and_not_complained_of(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments are read before blocks: between the two, the folder becomes another, of which half was read."""
    segments = (site / "segments.toml").read_text(encoding="utf-8")
    (site / "segments.toml").write_text(BROKEN, encoding="utf-8")
    read = Path.open

    def changing(path: Path, *args: object, **more: object) -> object:
        if path.name == "hallo.html":
            move_in(site / "segments.toml", segments)
        return read(path, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", changing)
    look(edge)
    assert said(caplog) == []
    monkeypatch.undo()
    setup = edge.setup
    look(edge)
    assert edge.setup is setup


# What cannot be used.


def test_a_broken_edit_keeps_the_last_good_one_and_says_so_as_edge_check_does(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = shown(edge, "/", [GERMAN])
    (site / "segments.toml").write_text(BROKEN, encoding="utf-8")
    change_a_block(site)
    look(edge)
    assert shown(edge, "/", [GERMAN]) == before
    with pytest.raises(SiteError) as wrong:
        load_site(site)
    (problem,) = wrong.value.problems
    assert said(caplog, logging.ERROR) == [
        f"the site folder {site} cannot be used as it is now; version {version(edge)} stays live:\n\n"
        f"{problem}\n\n1 problem"
    ]
    assert f"{site}/segments.toml:2:9: there is no fact cuntry" in str(problem)
    assert "^^^^^^" in str(problem)
    assert "did you mean country?" in str(problem)


def test_each_broken_state_is_told_of_once(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = []
    for text in (BROKEN, BROKEN, BROKEN + "# more", BROKEN.replace("cuntry", "contry"), BROKEN):
        (site / "segments.toml").write_text(text, encoding="utf-8")
        look(edge)
        told.append(len(said(caplog)))
        look(edge)
        assert said(caplog) == []
    assert told == [1, 0, 0, 1, 1]


def test_when_it_is_mended_the_log_says_so(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (site / "segments.toml").write_text(BROKEN, encoding="utf-8")
    change_a_block(site)
    look(edge)
    said(caplog)
    (site / "segments.toml").write_text(SITE["segments.toml"], encoding="utf-8")
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    mended = f"the site folder {site} can be used again; version {version(edge)} is live"
    assert said(caplog) == [mended]


def test_when_it_is_mended_by_undoing_it_the_log_says_so_too(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    setup = edge.setup
    (site / "segments.toml").write_text(BROKEN, encoding="utf-8")
    look(edge)
    (site / "segments.toml").write_text(SITE["segments.toml"], encoding="utf-8")
    look(edge)
    assert edge.setup is setup
    assert [line.split(";")[0] for line in said(caplog)] == [
        f"the site folder {site} cannot be used as it is now",
        f"the site folder {site} can be used again",
    ]


def test_of_very_many_problems_some_are_shown(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(50):
        (site / "blocks" / f"b{number}.html").write_text("{{ nothing }}", encoding="utf-8")
    look(edge)
    (line,) = said(caplog)
    assert line.count("→") == 20
    assert line.endswith("\n\n50 problems, of which 20 are shown")


@pytest.mark.parametrize("what", ["gone", "empty", "a file", "a link to nothing"])
def test_a_folder_that_is_gone_keeps_the_last_good_one_until_it_is_back(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    setup = edge.setup
    away = site.rename(site.with_name("away"))
    if what == "empty":
        site.mkdir()  # as a mount point that nothing is mounted on
    elif what == "a file":
        site.write_text("")
    elif what == "a link to nothing":
        site.symlink_to("nothing")
    look(edge)
    assert edge.setup is setup
    (line,) = said(caplog, logging.ERROR)
    assert f"\n\n{site}: " in line
    if what == "empty":
        site.rmdir()
    else:
        site.unlink(missing_ok=True)
    away.rename(site)
    change_a_block(site)
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    assert "can be used again" in said(caplog)[0]


def test_a_folder_that_was_empty_from_the_start_may_become_a_site(
    front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "site").mkdir()
    edge = EdgeMiddleware(html(PAGE), tmp_path / "site", environ={"EDGE_SECRET_KEYS": KEY}, watching=AT_ONCE)
    assert shown(edge, "/", [GERMAN]) == PAGE.decode()
    write_site(tmp_path / "site", SITE)
    look(edge)
    assert "Klänge" in shown(edge, "/", [GERMAN])
    (told,) = said(caplog)
    assert "holds nothing that Edge reads" in told


# How folders are swapped.


def test_another_folder_in_its_place(edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = copy(site, site.with_name("other"))
    change_a_block(other)
    site.rename(site.with_name("old"))
    other.rename(site)
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    assert said(caplog) == []


def test_a_link_to_a_release_that_is_turned(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = write_site(tmp_path / "releases" / "1", SITE)
    second = copy(first, tmp_path / "releases" / "2")
    change_a_block(second)
    (tmp_path / "site").symlink_to(first)
    edge = EdgeMiddleware(html(PAGE), tmp_path / "site", environ={"EDGE_SECRET_KEYS": KEY}, watching=AT_ONCE)
    turn(tmp_path / "site", second)
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    turn(tmp_path / "site", first)
    shutil.rmtree(second)
    look(edge)
    assert NEW not in shown(edge, "/", [GERMAN])
    assert said(caplog) == []


@pytest.mark.parametrize("mounted", ["", "blocks"])
def test_a_config_map_of_kubernetes(tmp_path: Path, mounted: str, caplog: pytest.LogCaptureFixture) -> None:
    """Files are links to `..data/…`, which is a link to a folder with a date for a name, turned in one step:
    https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically"""
    site = write_site(tmp_path / "site", SITE)
    top = site / mounted
    names = [path.name for path in top.iterdir()]

    def mount(date: str, change: Callable[[Path], None] | None) -> None:
        volume = top / f"..{date}"
        if change is None:
            volume.mkdir()
            for name in names:
                (top / name).rename(volume / name)
        else:
            shutil.copytree((top / "..data").resolve(), volume)
            change(volume)
        turn(top / "..data", f"..{date}")

    mount("2026_11_21", None)
    for name in names:
        (top / name).symlink_to(f"..data/{name}")
    edge = EdgeMiddleware(html(PAGE), site, environ={"EDGE_SECRET_KEYS": KEY}, watching=AT_ONCE)
    assert "Klänge" in shown(edge, "/", [GERMAN])

    def change(volume: Path) -> None:
        file = volume / HALLO.removeprefix(f"{mounted}/" if mounted else "")
        file.write_text(NEW, encoding="utf-8")

    mount("2026_11_22", change)
    shutil.rmtree(top / "..2026_11_21")
    look(edge)
    assert NEW in shown(edge, "/", [GERMAN])
    assert said(caplog) == []


# Pages that are on their way.


def test_a_request_keeps_the_version_that_it_began_with(front: Front, tmp_path: Path) -> None:
    asked: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        visit = scope["edge"]
        asked.append(visit.segment("german"))
        assert changing.live is not None
        if len(asked) == 1:
            change_a_block(tmp_path / "site")
            (tmp_path / "site" / "segments.toml").write_text(
                "[german]\nwhen = 'country == \"AT\"'\n[x]\nwhen='bot'"
            )
            await changing.live.look()
        asked.append((visit.segment("x"), visit.segments))
        await html(PAGE)(scope, receive, send)

    changing = front(app, watching=AT_ONCE)
    assert "Klänge für alle" in shown(changing, "/", [GERMAN])
    assert shown(changing, "/", [GERMAN]) == PAGE.decode()
    assert asked == [True, (False, {"german"}), False, (False, frozenset())]


def test_a_page_that_streams_keeps_the_version_that_it_began_with(front: Front, tmp_path: Path) -> None:
    both = {"experiences.toml": '[a]\nslot = "hero"\nshow = "hallo"\n[b]\nslot = "offer"\nshow = "hallo"'}
    cut = PAGE.index(b"<!--edge:slot")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([(b"content-type", b"text/html; charset=utf-8")]))
        await send({"type": "http.response.body", "body": PAGE[:cut], "more_body": True})
        change_a_block(tmp_path / "site")
        assert changing.live is not None
        await changing.live.look()
        await send({"type": "http.response.body", "body": PAGE[cut:]})

    changing = front(app, both, watching=AT_ONCE)
    page = shown(changing)
    assert page.count("Klänge für alle") == 2
    assert NEW not in page
    assert shown(changing).count(NEW) == 2


# Turned off.


def test_reload_false_ends_it_and_says_so(
    edge: EdgeMiddleware, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (site / "edge.toml").write_text("reload = false", encoding="utf-8")
    look(edge)
    assert said(caplog) == ["reload is false in edge.toml: from now on, changes take a restart"]


def test_where_reload_is_false_nothing_is_looked_at(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = front(html(PAGE), {"edge.toml": "reload = false"}, watching=Watching(0.0, 0.0))
    looked: list[Path] = []
    monkeypatch.setattr("edge.runtime.sources.look_at_site", looked.append)

    async def run() -> None:
        await exchange(edge, scope_of("/"), Answer())
        await asyncio.sleep(0.05)

    asyncio.run(run())
    assert [folder for folder in looked if folder.is_relative_to(tmp_path)] == []  # others of this process go on


def test_the_log_says_at_the_start_which_version_is_live(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "edge")
    folder = write_site(tmp_path / "site", SITE)
    edge = EdgeMiddleware(html(PAGE), folder, environ={"EDGE_SECRET_KEYS": KEY})
    assert said(caplog, logging.INFO) == [f"version {version(edge)} of the site folder is live"]
    assert said(caplog, logging.WARNING) == []


def test_a_folder_of_nothing_is_told_of_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It may be a volume that was not mounted."""
    EdgeMiddleware(html(PAGE), tmp_path, environ={"EDGE_SECRET_KEYS": KEY})
    (told,) = said(caplog, logging.WARNING)
    assert told == f"the site folder {tmp_path} holds nothing that Edge reads: every page passes as it is"
