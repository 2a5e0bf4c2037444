"""What goes on from one state of the site to the next, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from edge import EdgeMiddleware, Profile, Visitor
from edge.page import Setup
from tests.live.changing import AT_ONCE, look, shown
from tests.page.raw import ask, html, whole
from tests.page.sites import GERMAN, PAGE, SITE, Front, write_site

NEWS = "/?utm_source=news"
FAILING = {
    "experiences.toml": '[a]\nslot = "hero"\nshow = "town"\n[b]\nslot = "offer"\nshow = "hallo"',
    "blocks/town.html": "<h1>{{ city }}</h1>",
}


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(whole(PAGE, headers=[(b"etag", b'"1"')]), watching=AT_ONCE)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def setup_of(edge: EdgeMiddleware) -> Setup:
    assert edge.setup is not None
    return edge.setup


def change(edge: EdgeMiddleware, site: Path, files: Mapping[str, str]) -> None:
    """Writes these files, and lets them be taken."""
    before = edge.setup
    write_site(site, files)
    look(edge)
    assert edge.setup is not before


ANOTHER_RULE = '[german]\nwhen = \'country in ("DE", "AT")\''
ANOTHER_SLOT = SITE["experiences.toml"] + '\n[foot]\nslot = "foot"\nshow = "hallo"'


def test_counts_go_on(edge: EdgeMiddleware, site: Path) -> None:
    shown(edge, "/", [GERMAN])
    change(edge, site, {"segments.toml": ANOTHER_RULE})
    shown(edge, "/", [GERMAN])
    assert edge.counts["tailored", "hero"] == 2


def test_plans_go_on_where_the_slots_do(edge: EdgeMiddleware, site: Path) -> None:
    shown(edge)
    plans = setup_of(edge).plans
    change(edge, site, {"segments.toml": ANOTHER_RULE, "blocks/hallo.html": "<h1>x</h1>"})
    assert setup_of(edge).plans is plans
    change(edge, site, {"experiences.toml": ANOTHER_SLOT})
    assert setup_of(edge).plans is not plans
    assert setup_of(edge).plans.find("/", PAGE, "text/html; charset=utf-8") is None


def test_a_page_that_gets_its_first_slot_is_seen_by_whom_has_it_already(front: Front, site: Path) -> None:
    """Their browser asks whether the page it holds is still good: the origin's page is, ours is not."""
    edge = front(html(PAGE, headers=[(b"etag", b'"1"')]), {"experiences.toml": ""}, watching=AT_ONCE)
    first = ask(edge, "/", [GERMAN])
    tag = first.header(b"etag")
    assert tag is not None
    change(edge, site, {"experiences.toml": SITE["experiences.toml"]})
    again = ask(edge, "/", [GERMAN, (b"if-none-match", tag)])
    assert "Klänge".encode() in again.body


def test_renditions_of_blocks_that_did_not_change_go_on(edge: EdgeMiddleware, site: Path) -> None:
    shown(edge, NEWS, [GERMAN])
    renditions, blocks = setup_of(edge).renditions, setup_of(edge).blocks
    assert len(renditions) == 2
    change(edge, site, {"blocks/hallo.html": "<h1>x</h1>"})
    assert setup_of(edge).renditions is renditions
    assert len(renditions) == 1
    assert setup_of(edge).blocks["trial"] is blocks["trial"]
    assert "30 days free for news" in shown(edge, NEWS)
    assert len(renditions) == 1


def test_blocks_are_checked_anew_where_the_facts_have_changed(edge: EdgeMiddleware, site: Path) -> None:
    blocks = setup_of(edge).blocks
    (site / "facts.toml").write_text('[traits.plan]\nkind = "text"', encoding="utf-8")
    look(edge)
    assert setup_of(edge).blocks["trial"] is not blocks["trial"]


@pytest.mark.parametrize("limit", ["plans_mb", "renditions_mb"])
def test_a_new_limit_holds_at_once(edge: EdgeMiddleware, site: Path, limit: str) -> None:
    before = setup_of(edge)
    change(edge, site, {"edge.toml": f"{SITE['edge.toml']}\n[limits]\n{limit} = 1"})
    after = setup_of(edge)
    assert (after.plans is before.plans) == (limit != "plans_mb")
    assert (after.renditions is before.renditions) == (limit != "renditions_mb")
    assert after.plans.limit == (1 << 20 if limit == "plans_mb" else 64 << 20)


def test_a_page_that_did_not_change_stays_fresh(edge: EdgeMiddleware, site: Path) -> None:
    tag = ask(edge, "/", [GERMAN]).header(b"etag")
    assert tag is not None
    change(edge, site, {"segments.toml": ANOTHER_RULE, "blocks/trial.html": "<b>other</b>"})
    assert ask(edge, "/", [GERMAN, (b"if-none-match", tag)]).status == 304
    change(edge, site, {"blocks/hallo.html": "<h1>x</h1>"})
    answer = ask(edge, "/", [GERMAN, (b"if-none-match", tag)])
    assert (answer.status, b"<h1>x</h1>" in answer.body) == (200, True)


def test_visitors_are_known_further(front: Front, site: Path) -> None:
    edge = front(
        html(PAGE), {"experiences.toml": '[a]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}, watching=AT_ONCE
    )
    sent = (b"cookie", (ask(edge).header(b"set-cookie") or b"").partition(b";")[0])
    cookies = setup_of(edge).cookies
    change(edge, site, {"blocks/hallo.html": "<h1>x</h1>"})
    assert setup_of(edge).cookies is cookies
    assert shown(edge, "/", [sent]) == PAGE.decode()
    change(edge, site, {"edge.toml": "[cookie]\nmax_age_days = 10\nrenew_days = 5"})
    assert b"Max-Age=864000;" in (ask(edge).header(b"set-cookie") or b"")


# What the log was told.


def test_a_failing_block_is_told_of_once_however_often_the_site_changes(
    front: Front, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edge = front(html(PAGE), FAILING, watching=AT_ONCE)
    for number in range(3):
        shown(edge)
        change(edge, site, {"blocks/hallo.html": f"<h1>{number}</h1>"})
    shown(edge)
    assert caplog.text.count("block town fails") == 1


def test_a_block_that_fails_anew_once_it_was_edited_is_told_of_anew(
    front: Front, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edge = front(html(PAGE), FAILING, watching=AT_ONCE)
    shown(edge)
    change(edge, site, {"blocks/town.html": "<h1>{{ region }}</h1>"})
    shown(edge)
    assert caplog.text.count("block town fails") == 2
    assert "city is not known" in caplog.text
    assert "region is not known" in caplog.text
    assert len(setup_of(edge).reported) == 1


def test_a_trait_that_is_left_out_is_told_of_once_and_anew_when_it_is_wrong_otherwise(
    front: Front, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def profiles(visitor: Visitor) -> Profile:
        return Profile({"plan": "pro", "age": "old"})

    files = {
        "facts.toml": '[traits.plan]\nkind = "text"',
        "experiences.toml": '[a]\nslot = "hero"\nfor = \'traits.plan == "pro"\'\nshow = "hallo"',
    }
    edge = front(html(PAGE), files, profiles=profiles, watching=AT_ONCE)
    sent = (b"cookie", (ask(edge).header(b"set-cookie") or b"").partition(b";")[0])
    for text in ("<h1>1</h1>", "<h1>2</h1>"):
        shown(edge, "/", [sent])
        change(edge, site, {"blocks/hallo.html": text})
    assert caplog.text.count("the trait age is left out") == 1
    change(edge, site, {"facts.toml": '[traits.plan]\nkind = "text"\n[traits.age]\nkind = "number"'})
    shown(edge, "/", [sent])
    assert caplog.text.count("the trait age is left out") == 2
    assert "not of the kind" in caplog.text
