"""A site folder, whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import SiteError
from edge.model import Persona
from edge.site import load_site
from edge.site.folder import MAX_FILE
from edge.site.table import MAX_TABLES
from tests.site.folders import as_owner, load, problems, write

FILES = {
    "edge.toml": 'timezone = "Europe/Berlin"\n',
    "facts.toml": '[traits.plan]\nkind = "choice"\nchoices = ["free", "pro"]\nabout = "What they pay for"\n',
    "slots.toml": '[hero]\nselect = "#main-hero"\ntimes = 1\n[logo]\nselect = "img.logo"\nplace = "replace"\n',
    "segments.toml": "[german]\nwhen = 'country == \"DE\"'\nabout = 'Speaks German'\n"
    '[pro]\nwhen = \'traits.plan == "pro"\'\n[both]\nwhen = \'"pro" in segments and "german" in segments\'\n',
    "experiences.toml": '[hero-pro]\nslot = "hero"\nfor = "both"\nshow = "hero/pro"\nfrom = 2026-11-27\n'
    'until = 2026-11-27\npaths = ["/", "/pricing*"]\n'
    '[hero-all]\nslot = "hero"\nshow = "default"\nset = { class = "calm", title = "Hi" }\n'
    '[logo-gone]\nslot = "logo"\nfor = \'device == "phone"\'\nplace = "remove"\nenabled = false\n',
    "personas.toml": '[anna]\nabout = "Pays"\ncountry = "DE"\nnow = "2026-11-21T23:30"\nnew = false\n'
    'utm = { source = "mail" }\nquery = { a = "b" }\nreferrer = "https://www.google.com/search"\n'
    '[anna.traits]\nplan = "pro"\n',
    "blocks/hero/pro.html": "<p>For professionals</p>\n",
}


def test_a_site_holds_what_its_files_say(tmp_path: Path) -> None:
    site = load(tmp_path, FILES)
    assert list(site.segments) == ["german", "pro", "both"]
    assert [one.name for one in site.experiences["hero"]] == ["hero-pro", "hero-all"]
    assert [one.name for one in site.experiences["logo"]] == ["logo-gone"]
    assert list(site.blocks) == ["hero/pro"]
    assert [fact.name for fact in site.traits] == ["traits.plan"]


def test_a_site_may_have_thousands_of_segments(tmp_path: Path) -> None:
    lines = "".join(f"s{number}.when = 'new'\n" for number in range(MAX_TABLES + 1))
    assert len(load(tmp_path, {"segments.toml": lines}).segments) == MAX_TABLES + 1


def test_an_experience_knows_its_block_place_attributes_paths_and_time(tmp_path: Path) -> None:
    pro, calm = load(tmp_path, FILES).experiences["hero"]
    assert (pro.block, pro.place, pro.set) == ("hero/pro", "inside", ())
    assert (calm.block, calm.rule, calm.set) == (None, None, (("class", "calm"), ("title", "Hi")))
    assert pro.rule is not None
    assert pro.rule.segments == {"both"}
    assert pro.paths is not None
    assert (pro.paths("/pricing/teams"), pro.paths("/blog")) == (True, False)
    assert pro.starts == datetime(2026, 11, 26, 23, tzinfo=UTC).timestamp()
    assert pro.ends == datetime(2026, 11, 27, 23, tzinfo=UTC).timestamp()


def test_only_slots_that_can_change_are_looked_for(tmp_path: Path) -> None:
    site = load(tmp_path, FILES)
    assert site.slots.names == {"hero"}
    assert [(selector.text, name) for selector, name in site.slots.selectors] == [("#main-hero", "hero")]
    assert dict(site.slots.times) == {"hero": 1}


def test_a_persona_has_its_facts_by_name(tmp_path: Path) -> None:
    assert load(tmp_path, FILES).personas["anna"] == Persona(
        "anna",
        "Pays",
        {
            "country": "DE",
            "now.hour": 23,
            "now.weekday": "saturday",
            "now.date": date(2026, 11, 21),
            "new": False,
            "utm.source": "mail",
            "query": {"a": "b"},
            "referrer.url": "https://www.google.com/search",
            "referrer.host": "google.com",
            "referrer.kind": "search",
            "traits.plan": "pro",
        },
        datetime(2026, 11, 21, 22, 30, tzinfo=UTC).timestamp(),
    )


def test_a_personas_clock_with_a_zone_is_put_into_the_sites(tmp_path: Path) -> None:
    persona = load(
        tmp_path, {"edge.toml": FILES["edge.toml"], "personas.toml": "[a]\nnow = 2026-11-21T23:30:00Z\n"}
    ).personas["a"]
    assert persona.facts == {"now.hour": 0, "now.weekday": "sunday", "now.date": date(2026, 11, 22)}


def test_a_persona_may_say_a_referrers_parts(tmp_path: Path) -> None:
    persona = load(tmp_path, {"personas.toml": '[a]\nreferrer = { kind = "mail" }\n'}).personas["a"]
    assert persona.facts == {"referrer.kind": "mail"}


@pytest.mark.parametrize(
    ("experience", "block", "cookie"),
    [
        ('for = "both"\nplace = "remove"', "", True),
        ('for = "german"\nplace = "remove"', "", False),
        ('for = "new"\nplace = "remove"', "", True),
        ('for = "both"\nplace = "remove"\nenabled = false', "", False),
        ('show = "b"', "<p>{{ traits.plan }}</p>", True),
        ('show = "b"', "<p>{{ country }}</p>", False),
        ('show = "b"\nenabled = false', "<p>{{ traits.plan }}</p>", False),
    ],
)
def test_a_cookie_is_needed_where_something_enabled_reads_what_needs_one(
    tmp_path: Path, experience: str, block: str, cookie: bool
) -> None:
    files = {**FILES, "experiences.toml": f'[one]\nslot = "hero"\n{experience}\n', "blocks/b.html": block}
    assert load(tmp_path, files).cookie is cookie


def test_a_segments_name_goes_before_a_fact_of_that_name(tmp_path: Path) -> None:
    files = {
        "segments.toml": "[new]\nwhen = 'country == \"DE\"'\n",
        "experiences.toml": '[a]\nslot = "hero"\nfor = "new"\nplace = "remove"\n',
    }
    (experience,) = load(tmp_path, files).experiences["hero"]
    assert experience.rule is not None
    assert experience.rule.segments == {"new"}
    assert not experience.rule.reads


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01T09:00:00", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("2026-07-01T09:00:00Z", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01T09:00:00-05:00", datetime(2026, 7, 1, 14, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ('"2026-07-01"', datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ('"2026-07-01T09:00"', datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ('"2026-12-01 09:00"', datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_the_sites_zone(tmp_path: Path, text: str, moment: datetime) -> None:
    experience = f'[a]\nslot = "hero"\nplace = "remove"\nfrom = {text}\n'
    site = load(tmp_path, {"edge.toml": FILES["edge.toml"], "experiences.toml": experience})
    assert site.experiences["hero"][0].starts == moment.timestamp()


def test_a_date_at_the_end_of_time_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems(
        tmp_path, {"experiences.toml": '[a]\nslot = "hero"\nplace = "remove"\nuntil = 9999-12-31\n'}
    )
    assert problem.line == 4


@pytest.mark.parametrize(
    ("slot", "experience", "place"),
    [
        ("", 'show = "b"', "inside"),
        ('place = "after"', 'show = "b"', "after"),
        ('place = "after"', 'show = "b"\nplace = "before"', "before"),
        ('select = "img.x"\nplace = "replace"', 'set = { src = "/a" }', "replace"),
        ('select = "img.x"', 'set = { src = "/a" }', "inside"),
        ('place = "remove"', "", "remove"),
    ],
)
def test_a_place_is_the_experiences_else_the_slots(tmp_path: Path, slot: str, experience: str, place: str) -> None:
    files = {
        "slots.toml": f"[hero]\n{slot}\n",
        "experiences.toml": f'[a]\nslot = "hero"\n{experience}\n',
        "blocks/b.html": "x",
    }
    assert load(tmp_path, files).experiences["hero"][0].place == place


def test_an_empty_folder_is_a_site(tmp_path: Path) -> None:
    site = load_site(tmp_path)
    assert not any((site.experiences, site.segments, site.blocks, site.personas, site.cookie, site.slots.names))


def test_a_folder_may_be_named_by_a_text(tmp_path: Path) -> None:
    assert load_site(str(tmp_path)) == load_site(tmp_path)


def test_files_are_named_with_the_folder_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "site", {"experiences.toml": "[a]\n"})
    monkeypatch.chdir(tmp_path)
    for given_as in ("site/", Path("site")):
        with pytest.raises(SiteError, match=r"(?m)^site/experiences\.toml:1:2: ") as caught:
            load_site(given_as)
        assert {problem.file for problem in caught.value.problems} == {str(Path("site/experiences.toml"))}


@pytest.mark.parametrize("inner", ["site/segments.toml", "site/blocks/a.html", "Site/edge.toml"])
def test_a_site_folder_within_the_folder_is_pointed_at(tmp_path: Path, inner: str) -> None:
    (problem,) = problems(tmp_path, {inner: "", "pyproject.toml": "", "a/b.txt": "", "z/slots.toml": ""})
    folder = inner.partition("/")[0]
    assert problem.file == "."
    assert problem.cause == f"no file of a site folder lies here, but in {folder}/ there are some"
    assert problem.cure == f"give that folder: {tmp_path / folder}"


def test_a_folder_within_a_site_folder_is_left_alone(tmp_path: Path) -> None:
    assert not load(
        tmp_path, {"segments.toml": "", "old/segments.toml": "x", ".#edge.toml": "x", "notes.txt": ""}
    ).segments


def test_a_folder_that_may_not_be_read_is_a_problem(plain_folder: Path) -> None:
    inner = plain_folder / "site"
    with as_owner():
        inner.mkdir()
        inner.chmod(0o111)
    with pytest.raises(SiteError) as caught:
        load_site(inner)
    with as_owner():
        inner.chmod(0o700)
    assert caught.value.problems[0].cause.startswith("this folder cannot be read: ")


@pytest.mark.parametrize("name", ["absent", "file"])
def test_what_is_no_folder_is_a_problem(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"file": ""})
    with pytest.raises(SiteError) as caught:
        load_site(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / name)
    assert problem.cure


def test_a_path_that_cannot_be_one_is_a_problem() -> None:
    with pytest.raises(SiteError) as caught:
        load_site("x" * 5000)
    assert caught.value.problems[0].cause.startswith("this cannot be read: ")


@pytest.mark.parametrize("name", ["heor", "hreo", "heros", "hera", "shero", "heo_", "Hero"])
def test_a_slot_that_looks_like_a_slip_is_asked_about(tmp_path: Path, name: str) -> None:
    files = {
        "slots.toml": "[hero]\n[hero_]\n",
        "experiences.toml": f'[a]\nslot = "{name}"\nplace = "remove"\n',
    }
    (problem,) = problems(tmp_path, files)
    assert 'did you mean "hero' in problem.cure


@pytest.mark.parametrize("name", ["hero", "hero2", "hero-2", "heroine", "offer", "her"])
def test_a_slot_with_another_name_exists_because_an_experience_names_it(tmp_path: Path, name: str) -> None:
    files = {"slots.toml": "[hero]\n", "experiences.toml": f'[a]\nslot = "{name}"\nplace = "remove"\n'}
    assert load(tmp_path, files).slots.names == {name}


def test_what_is_no_address_may_speak_of_javascript(tmp_path: Path) -> None:
    experience = '[a]\nslot = "hero"\nset = { title = "JavaScript: the good parts" }\n'
    assert load(tmp_path, {"experiences.toml": experience}).experiences["hero"][0].set[0][0] == "title"


def test_all_problems_of_all_files_are_told_in_order(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        {
            "slots.toml": '[a]\nplace = "x"\n[b]\ntimes = 0\n',
            "edge.toml": "budget_ms = 0\n",
            "segments.toml": "[a]\nwhen = 'x'\n",
            "experiences.toml": "[a]\nslot = 1\n[b]\n",
            "personas.toml": "[a]\nage = 1\n",
            "facts.toml": "[traits.a]\n",
            "blocks/a b.html": "",
        },
    )
    places = [(one.file, one.line) for one in found]
    assert places == sorted(places)
    assert {one.file for one in found} == {
        *("slots.toml", "edge.toml", "segments.toml", "experiences.toml"),
        *("personas.toml", "facts.toml", "blocks/a b.html"),
    }
    assert len(found) >= 9


@pytest.mark.parametrize(
    "files",
    [
        {
            "segments.toml": "[a\nwhen = 'new'\n",
            "experiences.toml": '[e]\nslot = "s"\nfor = "a"\nplace = "remove"\n',
        },
        {
            "segments.toml": "[a]\nwhen = 'contry == 1'\n[b]\nwhen = '\"a\" in segments'\n",
            "experiences.toml": '[e]\nslot = "s"\nfor = "a"\nplace = "remove"\n',
        },
        {"segments.toml": "[a]\nwhen = x\n[b]\nwhen = '\"a\" in segments'\n"},
        {"facts.toml": "[traits.plan]\nkind = 'x'\n", "segments.toml": "[a]\nwhen = 'traits.plan == 1'\n"},
        {"facts.toml": "[traits.plan\n", "personas.toml": "[a]\ntraits = { plan = 1 }\n"},
        {"facts.toml": "[traits.plan]\nkind = 'x'\n", "blocks/b.html": "{{ traits.plan }}"},
        {"blocks/b.html": b"\xff", "experiences.toml": '[e]\nslot = "s"\nshow = "b"\n'},
        {"experiences.toml": "[a]\nslot = x\n"},
        {"facts.toml": "[traits.plan]\nkind = x\n"},
        {"segments.toml": "[a]\nwhen = x\n"},
        {"edge.toml": "[consent]\ncookie = x\n"},
    ],
)
def test_one_mistake_is_told_once_whoever_depends_on_it(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert len(problems(tmp_path, files)) == 1


def test_a_file_that_is_not_utf8_is_a_problem_of_that_file(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"segments.toml": b'[a]\nabout = "caf\xe9"\nwhen = "new"\n'})
    assert (problem.file, problem.cause) == ("segments.toml", "line 2 is not UTF-8: byte 0xe9")


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_move_nothing(tmp_path: Path, start: bytes, end: str) -> None:
    text = end.join(["[a]", "when = '''", "new", "and contry'''", ""])
    (problem,) = problems(tmp_path, {"segments.toml": start + text.encode()})
    assert (problem.line, problem.column, problem.source) == (4, 5, "and contry'''")


def test_a_file_that_is_a_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "segments.toml").mkdir()
    (problem,) = problems(tmp_path, {})
    assert problem.file == "segments.toml"


@pytest.mark.parametrize("name", ["segments.toml", "blocks/big.html"])
def test_a_huge_file_is_a_problem(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, {name: "#" * (MAX_FILE + 1)})
    assert (problem.file, problem.cause) == (name, "this file is larger than 1024 KiB")


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.html", "loop.html", "nowhere.html"])
def test_a_link_out_of_the_folder_or_to_nowhere_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"outside.html": "secret"})
    (tmp_path / "site" / "blocks").mkdir(parents=True)
    (tmp_path / "site" / "blocks" / "loop.html").symlink_to(
        target if target != "../outside.html" else "../" + target
    )
    (problem,) = problems(tmp_path / "site", {})
    assert problem.file == "blocks/loop.html"


def test_a_linked_folder_of_blocks_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/b.html": "secret", "site/blocks/a.html": "x"})
    (tmp_path / "site" / "blocks" / "more").symlink_to(tmp_path / "elsewhere")
    assert list(load_site(tmp_path / "site").blocks) == ["a"]


def test_a_link_within_the_folder_is_fine(tmp_path: Path) -> None:
    write(tmp_path, {"blocks/a.html": "x"})
    (tmp_path / "blocks" / "b.html").symlink_to("a.html")
    assert list(load_site(tmp_path).blocks) == ["a", "b"]


def test_a_file_that_may_not_be_read_is_a_problem(plain_folder: Path) -> None:
    with as_owner():
        write(plain_folder, {"segments.toml": ""})
        (plain_folder / "segments.toml").chmod(0)
    with pytest.raises(SiteError) as caught:
        load_site(plain_folder)
    (problem,) = caught.value.problems
    assert problem.file == str(plain_folder / "segments.toml")


def test_too_many_blocks_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.site.folder.MAX_BLOCKS", 2)
    (problem,) = problems(tmp_path, {f"blocks/{name}.html": "x" for name in "abc"})
    assert problem.file == "blocks"


def test_what_is_no_block_in_blocks_is_left_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "blocks/.DS_Store": b"\xff",
        "blocks/README.md": "x",
        "blocks/a/b.c/d.html": "x",
        "blocks/x.html/y.txt": "x",
    }
    assert list(load(tmp_path, files).blocks) == ["a/b.c/d"]


def test_every_block_and_every_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    opened: list[str] = []
    original = Path.open

    def spy(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(str(self.relative_to(tmp_path)))
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", spy)
    load_site(tmp_path)
    assert sorted(opened) == sorted(FILES)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_folder_with_any_edit_loads_or_says_what_is_wrong(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    new = data.draw(st.text(st.sampled_from("\"'[]{}=.,#\\\n ab1é\x00“<>%!-"), max_size=4))
    write(tmp_path, FILES)
    try:
        load(tmp_path, {name: text[:start] + new + text[end:]})
    except SiteError as error:
        found = error.problems
    else:
        return
    assert found
    assert all(problem.cause for problem in found)
