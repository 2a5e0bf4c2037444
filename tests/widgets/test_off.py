"""With EDGE_OFF, what pages from before and defaults out of widgets need is still there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.cli.new_widget import new_widget
from tests.page.raw import ask, html

ON = {"EDGE_SECRET_KEYS": "a-key-for-the-tests-of-the-widgets"}
OFF = {"EDGE_OFF": "1"}


def edge(site: Path, environ: dict[str, str]) -> EdgeMiddleware:
    return EdgeMiddleware(html(b"the site's"), site=site, environ=environ)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    new_widget(tmp_path, "promise")
    return tmp_path


def test_the_style_is_the_same_at_each_of_its_addresses(site: Path) -> None:
    on, off = edge(site, ON), edge(site, OFF)
    assert off.stylesheet == on.stylesheet
    for path in (on.stylesheet, "/_edge/widgets.css", "/_edge/widgets.0123456789ab.css"):
        assert b".edge-promise" in ask(off, path).body
        assert ask(off, path).told == ask(on, path).told


def test_the_pictures_of_defaults_are_there(site: Path) -> None:
    answer = ask(edge(site, OFF), "/_edge/widgets/picture.svg")
    assert (answer.status, answer.header(b"content-type")) == (200, b"image/svg+xml")


BEGUN = "import sys; from edge import EdgeMiddleware; print(EdgeMiddleware(print, site=sys.argv[1]).stylesheet)"


def test_a_broken_package_of_widgets_keeps_no_site_from_being_switched_off(site: Path, tmp_path: Path) -> None:
    broken, told = tmp_path / "broken/promise", tmp_path / "broken-1.dist-info"
    broken.mkdir(parents=True)
    told.mkdir()
    (broken / "widget.toml").write_text("", encoding="utf-8")
    (tmp_path / "broken/base.css").write_bytes(b"\xe4")
    (told / "METADATA").write_text("Name: broken\nVersion: 1\n", encoding="utf-8")
    (told / "entry_points.txt").write_text("[edge.widgets]\na = broken\n", encoding="utf-8")
    environ = {**os.environ, **OFF, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    begun = subprocess.run(
        [sys.executable, "-c", BEGUN, str(site)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert begun.stdout.startswith("/_edge/widgets."), begun.stderr
    assert "UnicodeDecodeError" in begun.stderr


def test_the_gallery_is_not(site: Path) -> None:
    assert ask(edge(site, OFF), "/_edge/widgets").body == b"the site's"


def test_it_is_below_the_sites_own_prefix(site: Path) -> None:
    (site / "edge.toml").write_text('prefix = "/~"', encoding="utf-8")
    off = edge(site, OFF)
    assert off.stylesheet.startswith("/~/widgets.")
    assert ask(off, "/~/widgets.css").header(b"content-type") == b"text/css; charset=utf-8"
    assert ask(off, "/_edge/widgets.css").body == b"the site's"


def test_whatever_is_wrong_with_the_folder_the_rest_of_the_style_is_there(site: Path) -> None:
    good = ask(edge(site, OFF), "/_edge/widgets.css").body
    new_widget(site, "reach")
    (site / "widgets/reach/style.css").write_text("body { display: none }", encoding="utf-8")
    (site / "widgets/promise/widget.toml").unlink()
    (site / "widgets/style.css").write_text("* { color: red }", encoding="utf-8")
    (site / "experiences.toml").write_text("broken [", encoding="utf-8")
    assert ask(edge(site, OFF), "/_edge/widgets.css").body == good


def test_without_a_folder_it_is_that_of_our_widgets(tmp_path: Path) -> None:
    (tmp_path / "widgets").write_text("no folder", encoding="utf-8")
    for site in (tmp_path, tmp_path / "none", tmp_path / "widgets"):
        assert b".edge-hero" in ask(edge(site, OFF), "/_edge/widgets.css").body
