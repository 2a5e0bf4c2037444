"""Lines, columns and carets of a text."""

from __future__ import annotations

from edge.site.text import Text


def test_a_problem_shows_its_line_and_column() -> None:
    problem = Text("a.toml", "one\ntwo three\n").problem(8, 13, "cause", "cure")
    assert (problem.line, problem.column, problem.width, problem.source) == (2, 5, 5, "two three")


def test_the_caret_stays_in_the_first_line() -> None:
    problem = Text("a.toml", "one\ntwo\nthree").problem(1, 11, "cause", "cure")
    assert (problem.line, problem.column, problem.width) == (1, 2, 2)


def test_a_problem_at_the_very_end_has_a_caret() -> None:
    problem = Text("a.toml", "one").problem(3, 3, "cause", "cure")
    assert (problem.line, problem.column, problem.width) == (1, 4, 1)


def test_a_tab_takes_one_column_and_controls_reach_no_terminal() -> None:
    problem = Text("a.toml", "\ta\x1b[31m\u202eb").problem(1, 2, "cause", "cure")
    assert problem.source == " a [31m b"
    assert str(problem).splitlines()[2].index("^") == str(problem).splitlines()[1].index("a")


def test_a_message_stays_short_and_on_one_line() -> None:
    problem = Text("a.toml", "one").problem(0, 1, "a\nb" + "x" * 10_000, "c\x1bd")
    assert problem.cause.startswith("a bxxx")
    assert len(problem.cause) < 400
    assert problem.cure == "c d"


def test_a_line_is_shown_only_as_far_as_it_helps() -> None:
    assert len(Text("a.toml", "x" * 10_000).problem(5, 6, "cause", "cure").source) < 300
