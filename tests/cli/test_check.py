"""`edge check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.cli import main


def test_a_site_without_problems_is_summed_up(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "no problem in site: 2 segments, 1 experience in 1 slot (hero), 1 block, 2 personas, 1 trait",
        'no experience shows "hero/old"',
        "visitors get no cookie: no experience asks for anything that needs one",
    ]


def test_what_makes_a_cookie_needed_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "blocks/hero/old.html").unlink()
    (site / "experiences.toml").write_text(
        '[a]\nslot = "hero"\nfor = "vip"\nplace = "remove"\n'
        '[b]\nslot = "hero"\nfor = \'new and "vip" in segments\'\nplace = "remove"\n'
        '[c]\nslot = "hero"\nfor = "new"\nplace = "remove"\nenabled = false\n'
    )
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "visitors get a cookie, which is needed for",
        '    new          read by "b"',
        '    traits.tags  read by "a" and "b"',
    ]


def test_of_many_blocks_that_nothing_shows_the_first_are_named(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(60):
        (site / f"blocks/spare{n:02}.html").write_text("<hr>", encoding="utf-8")
    assert main(["check"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("no experience"))
    assert line == 'no experience shows "hero/old", "spare00", "spare01", "spare02", "spare03" and 56 more'
    assert main(["check", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["found"]["unused_blocks"]) == 61


def test_widgets_of_its_own_are_counted_and_those_that_nothing_shows_are_named(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("oath", "promise"):
        main(["widgets", "new", name])
    capsys.readouterr()
    shown = 'show = "widget:oath"\ninputs = { title = "x" }\n'
    (site / "experiences.toml").write_text(f'[a]\nslot = "hero"\n{shown}', encoding="utf-8")
    assert main(["check"]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert ", 2 blocks, 2 widgets of its own, 2 personas, " in first
    assert second == 'no experience shows "hero/old" and "widget:promise"'
    assert main(["check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    assert (found["widgets"], found["unused_widgets"], found["unused_blocks"]) == (2, ["promise"], ["hero/old"])


def test_of_many_that_read_a_fact_the_first_are_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = "".join(f'[a{n}]\nslot = "s{n}"\nfor = "vip"\nplace = "remove"\n' for n in range(60))
    (site / "experiences.toml").write_text(many, encoding="utf-8")
    assert main(["check"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line == '    traits.tags  read by "a0", "a1", "a2" and 57 more'


def test_an_experience_below_one_for_everyone_is_told_of(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = '[{}]\nslot = "hero"\nplace = "remove"\n{}\n'
    rest = one.format("off", "enabled = false") + one.format("later", "from = 2026-11-27")
    (site / "experiences.toml").write_text(one.format("fan", 'for = "german"') + one.format("all", "") + rest)
    assert main(["check"]) == 0
    assert (
        "warning: later is never reached: all, above it, is for everyone" in capsys.readouterr().out.splitlines()
    )
    assert main(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"]["unreached_experiences"] == ["later"]


def test_an_empty_folder_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    assert said.endswith(": 0 segments, 0 experiences in 0 slots, 0 blocks, 0 personas, 0 traits")


def test_problems_are_shown_with_files_as_seen_from_here(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site"]) == 1
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{Path('site') / 'segments.toml'}:2:9: ")
    assert last == "1 problem in site"


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "no-site")]) == 1
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'no-site'}: there is no such folder")


def test_machines_get_what_was_found(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "site": "site",
        "problems": [],
        "warnings": [],
        "found": {
            "segments": 2,
            "remote_segments": 0,
            "experiences": 1,
            "slots": 1,
            "blocks": 1,
            "unused_blocks": ["hero/old"],
            "widgets": 0,
            "unused_widgets": [],
            "unreached_experiences": [],
            "personas": 2,
            "traits": 1,
            "cookie": False,
        },
    }


def test_machines_get_each_problem_in_parts(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "site", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["found"], said["warnings"]) == (False, None, [])
    problem = said["problems"][0]
    assert set(problem) == {"file", "line", "column", "width", "source", "cause", "cure"}
    file = str(Path("site") / "segments.toml")
    assert (problem["file"], problem["line"], problem["column"], problem["width"]) == (file, 2, 9, 6)


def test_a_segment_from_elsewhere_needs_the_cookie(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "segments.toml").write_text(
        '[german]\nwhen = \'"partner" in segments and country == "DE"\'\n[partner]\nfrom = "remote"\n',
        encoding="utf-8",
    )
    assert main(["check", str(site)]) == 0
    said = capsys.readouterr().out
    assert "2 segments" in said
    assert 'which is needed for\n    "partner" in segments  read by "gone"\n' in said
