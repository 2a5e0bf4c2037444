"""What `edge check` warns of, and does not refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.cli import main
from edge.cli.warnings import warnings
from tests.site.folders import load, write

GEO = '[geo]\ncountry = "CF-IPCountry"\nregion = "X-Region"\ncity = "X-City"\n'
SHOW = '[{0}]\nslot = "hero"\nshow = "{0}"\n'


def test_a_place_that_no_header_brings_is_told_of(tmp_path: Path) -> None:
    files = {
        "edge.toml": '[geo]\nregion = "X-Region"\n',
        "segments.toml": '[german]\nwhen = \'country == "DE" and region == "x"\'\n',
        "experiences.toml": '[a]\nslot = "hero"\nfor = \'country == "FR"\'\nshow = "a"\n'
        '[off]\nslot = "hero"\nfor = \'country == "FR"\'\nplace = "remove"\nenabled = false\n',
        "blocks/a.html": "{{ country }}{{ city or 'you' }}",
        "blocks/unused.html": "{{ country }}",
    }
    assert warnings(load(tmp_path, files)) == (
        "country is never known: [geo] in edge.toml names no header for it, and "
        'the segment "german", the experience "a", the block "a" read it',
        'city is never known: [geo] in edge.toml names no header for it, and the block "a" reads it',
    )


def test_a_slot_of_slots_toml_that_nothing_changes_is_told_of(tmp_path: Path) -> None:
    files = {
        "slots.toml": "[hero]\n[offer]\n[logo]\n",
        "experiences.toml": '[a]\nslot = "hero"\nplace = "remove"\n'
        '[b]\nslot = "logo"\nplace = "remove"\nenabled = false\n',
    }
    assert warnings(load(tmp_path, files)) == (
        'slots.toml lists the slot "offer", which no enabled experience changes',
        'slots.toml lists the slot "logo", which no enabled experience changes',
    )


@pytest.mark.parametrize(
    ("block", "rule", "said"),
    [
        ("{{ city }}", "", 'whose city is known; write {{ city or "…" }} for the others'),
        (
            "{{ utm.term }}{{ city }}",
            "",
            'whose utm.term and city are known; write {{ utm.term or "…" }} for the others',
        ),
        ("{{ query.ref }}", "", 'whose query.ref is known; write {{ query.ref or "…" }} for the others'),
        (
            "{{ traits.seats + 1 }}",
            "",
            "whose traits.seats is known; write {% if traits.seats is defined %} around it for the others",
        ),
        ("{{ city }}", "city != 'Ulm'", 'whose city is known; write {{ city or "…" }} for the others'),
        ("{{ city or 'you' }}{{ device }}{{ now.hour }}{{ path }}", "", None),
        ("{{ city }}", "city == 'Ulm'", None),
        ("{{ city }}", "'ulm' in segments and new", None),
        ("{{ query.ref }}", "query.ref == 'x'", None),
    ],
)
def test_a_block_that_fails_for_some_is_told_of(tmp_path: Path, block: str, rule: str, said: str | None) -> None:
    files = {
        "edge.toml": GEO,
        "facts.toml": '[traits.seats]\nkind = "number"\n',
        "segments.toml": "[ulm]\nwhen = \"city in ['Ulm']\"\n",
        "experiences.toml": SHOW.format("a") + (f'for = "{rule}"\n' if rule else ""),
        "blocks/a.html": block,
    }
    expected = () if said is None else (f'the block "a" shows only to visitors {said}',)
    assert warnings(load(tmp_path, files)) == expected


def test_a_site_with_warnings_is_fine_all_the_same(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "edge.toml").unlink()
    said = 'country is never known: [geo] in edge.toml names no header for it, and the segment "german" reads it'
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"warning: {said}"
    assert main(["check", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["problems"], answer["warnings"]) == (True, [], [said])


REMOTE = '[remote]\nurl = "https://crm.example/{visitor}"\n'
VIP = '[vip]\nfrom = "remote"\n[other]\nfrom = "remote"\n'
FOR_VIP = '[a]\nslot = "hero"\nfor = "vip"\nplace = "remove"\n'


def test_a_secret_that_is_not_set_is_told_of_and_not_refused(tmp_path: Path) -> None:
    headers = 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }\nbasic_auth = ":"\n'.replace("basic_auth", "#")
    files = {"edge.toml": REMOTE + headers, "segments.toml": VIP, "experiences.toml": FOR_VIP}
    site = load(tmp_path, files)
    assert warnings(site, {}) == ("edge.toml:3: CRM_TOKEN is not set here; without it Edge does not start",)
    assert warnings(site, {"CRM_TOKEN": "x"}) == ()


def test_a_segment_that_nobody_is_asked_for_is_told_of(tmp_path: Path) -> None:
    site = load(tmp_path, {"segments.toml": VIP, "experiences.toml": FOR_VIP})
    assert warnings(site) == (
        'edge.toml has no [remote]: who is in "vip" only the `profiles` of your app can say',
    )


def test_a_service_that_is_never_asked_is_told_of(tmp_path: Path) -> None:
    files = {"edge.toml": REMOTE, "segments.toml": VIP, "experiences.toml": FOR_VIP.replace('for = "vip"', "")}
    assert warnings(load(tmp_path, files)) == (
        "[remote] in edge.toml is not asked: no enabled experience asks for a trait or a segment from elsewhere",
    )


def test_files_of_serve_that_are_not_here_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "public").mkdir()
    settings = '[serve]\norigin = "public"\ntls_cert = "../a.pem"\n'
    write(tmp_path / "site", {"edge.toml": settings, "experiences.toml": ""})
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert (
        f"warning: edge.toml:2: there is no such folder: {tmp_path / 'site' / 'public'}; here, `edge serve` would"
        " not start: paths in edge.toml are seen from the site folder: write ../public\n"
    ) in said
    assert "warning: edge.toml:3: there is no file site/../a.pem; here" in said
    (tmp_path / "a.pem").touch()
    (tmp_path / "site" / "public").mkdir()
    assert main(["check"]) == 0
    assert "warning" not in capsys.readouterr().out
