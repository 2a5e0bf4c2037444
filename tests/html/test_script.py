"""A place in a script is code only if every reading of it says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.html.script import CODE, is_code, read_script


@pytest.mark.parametrize(
    "text",
    [
        "",
        "let a = ",
        "f('a', \"b\", ",
        "'it\\'s' + ",
        '"\\\\" + ',
        "// it's\n a = ",
        "/* ' ** */ a = ",
        "a = 1 / 2;\nb = ",
        "a = /'/;\nb = ",
        "a = /[/']/;\nb = ",
        "a--; b - ",
        '{"a": [1, ',
        "x // \u2028 y = ",
        "'a\\\nb' + ",
    ],
)
def test_code(text: str) -> None:
    assert is_code(read_script(CODE, text))


@pytest.mark.parametrize(
    "text",
    [
        "a = '",
        'a = "b',
        "a = 'it\\'s ",
        "// a",
        "/* a",
        "/* a *",
        "/",
        "`a` + ",
        "`${",
        "a = 1 / 2; b = ",  # may be the inside of a regular expression
        "a = /'/; b = ",
        "a = /[/]",
        "a = /\\/",
        "a = /[\\]",
        "'a\nb = ",  # cut off: no script that runs
        "--> '",
        "x-->",
    ],
)
def test_not_certainly_code(text: str) -> None:
    assert not is_code(read_script(CODE, text))


@given(st.text("ab'\"`/\\*[]\n->"), st.integers(0, 30))
def test_a_script_reads_the_same_however_it_is_cut(text: str, cut: int) -> None:
    assert read_script(read_script(CODE, text[:cut]), text[cut:]) == read_script(CODE, text)
