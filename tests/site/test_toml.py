"""A TOML file with mistakes: each is told once, and the rest is still read."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import Flaw, Problem
from edge.site.text import Text
from edge.site.toml import Document, parse_toml


def _parsed(content: str) -> tuple[Document, list[Problem]]:
    problems: list[Problem] = []
    return parse_toml(Text("file.toml", content), problems), problems


def test_a_text_that_is_right_is_what_tomllib_says() -> None:
    content = '[a]\nb = 1\nc = ["x", { y = 2026-11-21 }]\n'
    document, problems = _parsed(content)
    assert document.data == tomllib.loads(content)
    assert problems == []
    assert document.complete
    assert not document.damaged


def test_a_mistake_costs_one_statement_and_marks_its_table() -> None:
    document, problems = _parsed("[a]\nb = x\nc = 1\n\n[d]\ne = 2\n")
    assert document.data == {"a": {"c": 1}, "d": {"e": 2}}
    assert document.damaged == {"a"}
    assert document.complete
    assert [(one.line, one.column) for one in problems] == [(2, 5)]


def test_a_head_with_a_mistake_takes_its_keys_along() -> None:
    document, problems = _parsed("[a]\nb = 1\n[c d]\nb = 2\ne = x\n[f]\ng = 3\n")
    assert document.data == {"a": {"b": 1}, "f": {"g": 3}}
    assert not document.complete
    assert [one.line for one in problems] == [3]


def test_a_list_without_end_does_not_swallow_the_next_table() -> None:
    document, problems = _parsed('[a]\nb = ["x",\n  "y"\n[c]\nd = 1\n')
    assert document.data == {"a": {}, "c": {"d": 1}}
    assert [one.line for one in problems] == [2]


def test_a_text_block_without_end_does_not_swallow_the_next_table() -> None:
    document, problems = _parsed("[a]\nb = '''\nx = 1\n[c]\nd = 1\n")
    assert document.data == {"a": {}, "c": {"d": 1}}
    assert [one.line for one in problems] == [2]


def test_a_control_character_is_named_though_nobody_sees_it() -> None:
    _, problems = _parsed('[a]\nb = "x\x01y"\n')
    assert [(one.line, one.column, one.cause) for one in problems] == [
        (2, 7, "an invisible control character stands here")
    ]


def test_tables_that_contradict_each_other_leave_nothing() -> None:
    document, problems = _parsed("a.b = 1\na.b.c = 2\n")
    assert document.data == {}
    assert not document.complete
    assert [(one.line, one.column, one.width) for one in problems] == [(2, 1, 5)]


@pytest.mark.parametrize(
    "content",
    ["a = " + "[" * 5000, "a = " + "{b=" * 5000, "a = " + "[" * 400 + "]" * 400, "a = " + "9" * 5000, "a." * 5000],
)
def test_absurd_texts_are_refused_or_read_but_never_crash(content: str) -> None:
    document, _ = _parsed(content)
    assert document.at_value(("a", 0, 0, 0), "cause", "cure").line == 1


@pytest.mark.parametrize(
    ("content", "flaw", "place"),
    [
        ('a = "abcd"', (1, 3), (1, 7, 2)),
        ("a = 'abcd'", (1, 3), (1, 7, 2)),
        ('a = "\\"b\\" c"', (4, 5), (1, 12, 1)),
        ('a = """\nab\ncd"""', (3, 5), (3, 1, 2)),
        ("a = '''\nab\ncd'''", (3, 5), (3, 1, 2)),
        ('a = """ab\\\n   cd"""', (2, 4), (2, 4, 2)),
        ('a = "ab"', (0, 0), (1, 6, 1)),
        ('a = "ab"', (2, 2), (1, 8, 1)),
        ('a = "ab"', (90, 99), (1, 8, 1)),
    ],
)
def test_a_flaw_inside_a_text_stands_in_its_line_and_column(
    content: str, flaw: tuple[int, int], place: tuple[int, int, int]
) -> None:
    document, _ = _parsed(content)
    problem = document.in_string(("a",), Flaw("cause", "cure", *flaw))
    assert (problem.line, problem.column, problem.width) == place


def test_a_flaw_in_what_is_no_text_stands_at_its_key() -> None:
    document, _ = _parsed("[a]\nb = 1\n")
    assert document.in_string(("a",), Flaw("cause", "cure", 3, 9)).column == 2


def test_a_problem_with_nothing_known_stands_at_the_top() -> None:
    assert Document(Text("file.toml", "")).at_key(("a",), "cause", "cure").line == 1


_PIECES = st.sampled_from(
    [
        "[a]\n",
        "[b]\n",
        "[[c]]\n",
        "k = 1\n",
        'l = "x"\n',
        "m = [",
        "]",
        "{",
        "}",
        '"""',
        "'''",
        '"',
        "'",
        "\n",
        "=",
        "#",
        "x",
        "“",
        "\\",
        ".",
        ",",
        "n.o = 2\n",
        " ",
        "\x01",
        "\r",
        "2026-02-30",
    ]
)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_whatever_is_wrong_is_told_in_its_place(content: str) -> None:
    document, problems = _parsed(content)
    lines = content.split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.cause
        assert problem.cure
    try:
        expected = tomllib.loads(content)
    except tomllib.TOMLDecodeError:
        assert problems
    else:
        assert (document.data, problems) == (expected, [])
