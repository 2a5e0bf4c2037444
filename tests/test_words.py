"""The words."""

from __future__ import annotations

from edge.errors import Flaw, Problem, RuleError, SiteError


def test_a_problem_reads_as_file_line_caret_and_cure() -> None:
    problem = Problem(
        file="segments.toml",
        line=3,
        column=8,
        width=5,
        source="when = contry == 1",
        cause="no such fact",
        cure="country?",
    )
    assert str(problem).splitlines() == [
        "segments.toml:3:8: no such fact",
        "    3 | when = contry == 1",
        "               ^^^^^",
        "      → country?",
    ]


def test_a_site_error_shows_every_problem() -> None:
    problems = [Problem("a.toml", 1, 1, 1, "x", "one", "do"), Problem("b.toml", 0, 0, 0, "", "two", "")]
    text = str(SiteError(problems))
    assert text.startswith("2 problems in the site folder")
    assert "a.toml:1:1: one" in text
    assert "b.toml: two" in text


def test_a_text_error_takes_one_flaw_or_many() -> None:
    flaw = Flaw("cause", "cure", 1, 2)
    assert RuleError(flaw).flaws == (flaw,)
    assert RuleError([flaw, flaw]).flaws == (flaw, flaw)
