"""`edge widgets`."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from starlette.applications import Starlette

from edge import EdgeMiddleware
from edge.cli import main
from edge.site import load_site


def test_it_lists_all_widgets_with_their_inputs(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widgets"]) == 0
    said = capsys.readouterr().out
    assert "banner  One line across the page, with one link (edge_widgets)\n" in said
    assert "    text    text, needed, at most 160 characters\n    action  link of { text, href }\n" in said
    assert "10 widgets. Each takes lang and dir too.\n" in said
    assert said.endswith('<link rel="stylesheet" href="/_edge/widgets.css">\n')


def test_it_needs_no_site_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["widgets"]) == 0
    said = capsys.readouterr()
    assert "10 widgets." in said.out
    assert said.err.startswith('there is no site folder "site" here, so these are only the widgets that come with')
    assert main(["widgets", "list", "nosuch"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "nosuch: there is no such folder" in said.err


def test_machines_get_each_input_in_parts(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widgets", "list", "site", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    hero = next(one for one in said["widgets"] if one["name"] == "hero")
    assert (hero["where"], len(said["widgets"])) == ("edge_widgets", 10)
    assert hero["inputs"][0] == {
        "name": "title",
        "kind": "text",
        "required": True,
        "takes": "text, needed, at most 120 characters",
        "about": "The headline",
    }
    edge = EdgeMiddleware(Starlette(), site=site, environ={"EDGE_SECRET_KEYS": "k" * 40})
    assert said["stylesheet"] == edge.stylesheet


def test_what_it_says_to_write_can_be_used(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in load_site(site).widgets:
        assert main(["widgets", "show", name]) == 0
        said = capsys.readouterr().out
        experience = said.partition("# experiences.toml\n")[2].partition("\n<!-- ")[0]
        (site / "experiences.toml").write_text(experience, encoding="utf-8")
        assert f"widget:{name}/my-{name}" in load_site(site).blocks
        assert f'class="edge-widget edge-{name}"' in said.partition("<!-- ")[2]


def test_a_new_one_is_listed_and_can_be_checked(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widgets", "new", "promise"]) == 0
    assert f"made {Path('site') / 'widgets' / 'promise' / 'widget.toml'}\n" in capsys.readouterr().out
    assert main(["widgets", "list"]) == 0
    assert "promise  What it is for, in a line (widgets/promise)\n" in capsys.readouterr().out
    assert main(["check"]) == 0


def test_a_folder_that_is_there_is_left_as_it_is(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("site") / "widgets" / "promise"
    main(["widgets", "new", "promise"])
    (folder / "style.css").write_text("/* mine */", encoding="utf-8")
    capsys.readouterr()
    for more in ([], ["--replace"]):
        assert main(["widgets", "new", "promise", *more]) == 1
        said = f"edge: {folder} is there already, and was left as it is: choose another name, or remove it first\n"
        assert capsys.readouterr() == ("", said)
    assert (folder / "style.css").read_text(encoding="utf-8") == "/* mine */"


def test_one_of_ours_is_replaced_only_on_purpose(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("site") / "widgets" / "hero"
    assert main(["widgets", "new", "hero"]) == 1
    said = capsys.readouterr().err
    assert f"and {folder} would take its place on this site.\n" in said
    assert not folder.parent.exists()
    other, same = re.findall(r": edge (widgets new .+)", said)
    assert main(other.split()) == main(same.split()) == 0
    widgets = load_site(site).widgets
    assert {widgets[name].where for name in ("hero", "my-hero")} == {"widgets/hero", "widgets/my-hero"}


def test_what_cannot_be_written_is_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "widgets").write_text("a file", encoding="utf-8")
    assert main(["widgets", "new", "promise"]) == 1
    assert capsys.readouterr().err == f"edge: {Path('site') / 'widgets' / 'promise'}: Not a directory\n"


def test_the_style_is_that_which_is_served(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widgets", "css"]) == 0
    assert capsys.readouterr().out == load_site(site).style + "\n"


@pytest.fixture
def slipped(site: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with two widgets of its own, one of them wrong, and an experience that misspells one of ours."""
    for name in ("promise", "oath"):
        main(["widgets", "new", name])
    (site / "widgets" / "oath" / "template.html").write_text("<p>{{ titel }}</p>", encoding="utf-8")
    (site / "experiences.toml").write_text('[a]\nslot = "hero"\nshow = "widget:heroo"\n', encoding="utf-8")
    capsys.readouterr()
    return site


def test_what_could_be_read_is_listed_above_what_is_wrong(
    slipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["widgets"]) == 1
    said = capsys.readouterr()
    assert "11 widgets." in said.out
    assert "promise  What it is for" in said.out
    assert "oath" not in said.out
    assert 'there is no widget "heroo"' in said.err
    assert said.err.endswith("2 problems in site\n")
    assert main(["widgets", "list", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["widgets"]) == 11


def test_one_that_could_be_read_is_shown_above_what_is_wrong(
    slipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["widgets", "show", "hero"]) == 1
    said = capsys.readouterr()
    assert 'show = "widget:hero"\n' in said.out
    assert said.err.endswith("2 problems in site\n")
    for name, cure in (("oath", "see below"), ("heor", 'did you mean "hero"?')):
        assert main(["widgets", "show", name]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith(f'edge: there is no widget "{name}" that can be shown: {cure}\n')


def test_of_a_widget_its_style_and_its_template_are_told_at_once(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["widgets", "new", "promise"])
    (site / "widgets" / "promise" / "style.css").write_text("body{color:red}", encoding="utf-8")
    (site / "widgets" / "promise" / "template.html").write_text("<p>{{ titel }}</p>", encoding="utf-8")
    capsys.readouterr()
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert (
        "style.css:1:1: this selector reaches beyond the widget\n    1 | body{color:red}\n        ^^^^\n" in said
    )
    assert "template.html:1:" in said
    assert said.endswith("2 problems in site\n")


@pytest.mark.parametrize("given", [None, "site/", "my site"])
def test_the_commands_that_it_offers_are_for_the_folder_that_was_given(
    given: str | None, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [given] if given else []
    site = site if given != "my site" else site.rename(site.with_name(given))
    assert main(["widgets", "new", "hero", *more]) == 1
    commands = re.findall(r"(?:: |`)edge (widgets [^`\n]+)", capsys.readouterr().err)
    assert [shlex.split(command) for command in commands] == [
        ["widgets", "show", "hero", *more],
        ["widgets", "new", "my-hero", *more],
        ["widgets", "new", "hero", *more, "--replace"],
    ]
    assert [main(shlex.split(command)) for command in commands] == [0, 0, 0]
    assert set(load_site(site).own_widgets) == {"hero", "my-hero"}


@pytest.mark.parametrize("given", [None, "my site"])
def test_a_new_one_ends_with_the_command_that_says_what_to_paste(
    given: str | None, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = site.rename(site.with_name(given)) if given else site
    (site / "edge.toml").write_text('prefix = "/-/edge"\n', encoding="utf-8")
    assert main(["widgets", "new", "promise", *([given] if given else [])]) == 0
    *_, command, gallery = capsys.readouterr().out.splitlines()
    assert gallery == "/-/edge/widgets  shows it, in preview"
    words, about = command.split("  ")
    assert about == "prints the experience to paste"
    program, *arguments = shlex.split(words)
    assert program == "edge"
    assert main(arguments) == 0
    said = capsys.readouterr().out
    experience = said.partition("# experiences.toml\n")[2].partition("\n<!-- ")[0]
    (site / "experiences.toml").write_text(experience, encoding="utf-8")
    assert "widget:promise/my-promise" in load_site(site).blocks
    assert said.endswith('in the head of that page -->\n<link rel="stylesheet" href="/-/edge/widgets.css">\n')


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("site", "to list the widgets of a site folder: edge widgets list site"),
        ("no such/", "to list the widgets of a site folder: edge widgets list 'no such/'"),
        ("lst", 'did you mean "list"?'),
        ("zzz", 'there is "list", "show", "new" and "css"'),
    ],
)
def test_a_folder_where_a_command_is_wanted_is_told_with_the_command(
    name: str, cure: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["widgets", name])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f'error: there is no command "{name}": {cure}\n')


@pytest.mark.parametrize("command", ["list", "show", "css"])
def test_problems_of_the_folder_are_told(command: str, broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["widgets", command, *(["hero"] if command == "show" else []), "site"]) == 1
    assert "1 problem in site" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "heor"], 'there is no widget "heor": did you mean "hero"?'),
        (["show", "zzz"], 'there is no widget "zzz": there is banner, call-to-action'),
        (["new", "Hero"], '"Hero" cannot name a widget: begin with a small letter; a–z'),
        (["new", "hero", "nosuch"], 'there is no site folder "nosuch": make it, or end the command with the path'),
        (["show"], "the following arguments are required: NAME"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], said: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["widgets", *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith(f"usage: edge widgets {arguments[0]} ")
