"""`edge try`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.cli import main


def test_a_rule_that_matches_ends_with_0_and_its_trace(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", 'country == "DE" or device == "phone"', "--as", "anna"]) == 0
    said = capsys.readouterr().out
    assert said.startswith('the rule matches for "anna"\n\n')
    assert 'country is "DE"' in said


def test_a_rule_that_does_not_match_ends_with_1(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "now.hour < 12", "--as", "anna"]) == 1
    said = capsys.readouterr().out
    assert said.startswith('the rule does not match for "anna"\n\n')
    assert "now.hour is 23" in said


def test_a_segments_name_stands_for_its_rule(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "german", "--as", "ben", "--site", str(site)]) == 1
    said = capsys.readouterr().out
    assert said.startswith('the segment "german" does not match for "ben"\n\n')
    assert 'country is "FR"' in said


def test_a_rule_may_ask_for_segments(site: Path) -> None:
    assert main(["try", '"german" in segments and "vip" in segments', "--as", "anna"]) == 0


def test_a_page_may_be_given(site: Path) -> None:
    assert main(["try", 'path == "/pricing"', "--as", "anna", "--path", "/pricing"]) == 0
    assert main(["try", 'path == "/pricing"', "--as", "anna"]) == 1


def test_machines_get_the_trace_as_a_tree(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = '"vip" in traits.tags and now.date > "2026-01-01"'
    assert main(["try", rule, "--as", "anna", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["matches"], said["problems"]) == (True, True, [])
    assert said["trace"]["text"] == rule
    values = [child["children"][0]["value"] for child in said["trace"]["children"]]
    assert values == [["dealer", "vip"], "2026-11-21"]


def test_a_wrong_rule_ends_with_2_and_its_flaws(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", 'contry == "DE"', "--as", "anna"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("the rule:1:1: there is no fact contry\n")
    assert said.err.endswith("1 problem in the rule\n")


def test_a_wrong_site_ends_with_2_and_its_problems(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "new", "--as", "anna"]) == 2
    assert "segments.toml:2:9" in capsys.readouterr().err


def test_machines_get_the_flaws(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", 'contry == "DE"', "--as", "anna", "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["matches"], said["problems"][0]["column"]) == (False, None, 1)


def test_an_unknown_persona_is_wrong_usage(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["try", "new", "--as", "anne"])
    assert ended.value.code == 2
    assert 'did you mean "anna"?' in capsys.readouterr().err


def test_without_personas_that_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "personas.toml").unlink()
    with pytest.raises(SystemExit):
        main(["try", "new", "--as", "anna"])
    assert "personas.toml has none" in capsys.readouterr().err


@pytest.mark.parametrize(("rule", "meant"), [("germn", "german"), ("early-brid", "early-bird"), ("vpi", "vip")])
def test_a_misspelt_segment_is_asked_about(
    site: Path, capsys: pytest.CaptureFixture[str], rule: str, meant: str
) -> None:
    with (site / "segments.toml").open("a") as file:
        file.write("[early-bird]\nwhen = 'now.hour < 6'\n")
    assert main(["try", rule, "--as", "anna"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f'the rule:1:1: there is no segment "{rule}"\n')
    assert f'did you mean the segment "{meant}"?' in said


def test_who_is_in_a_segment_from_elsewhere_the_persona_says(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (site / "segments.toml").open("a", encoding="utf-8") as file:
        file.write('[partner]\nfrom = "remote"\n')
    (site / "personas.toml").write_text('[carl]\nsegments = ["partner"]\n[dora]\n', encoding="utf-8")
    assert main(["try", "partner", "--as", "carl"]) == 0
    said = capsys.readouterr().out
    assert said == 'the segment "partner" matches for "carl"\n\n✓ "partner" in segments\n'
    assert main(["try", "partner", "--as", "dora"]) == 1
    assert main(["try", '"partner" in segments and not new', "--as", "carl"]) == 0
    assert main(["try", "partnr", "--as", "carl"]) == 2
    assert 'did you mean the segment "partner"?' in capsys.readouterr().err
