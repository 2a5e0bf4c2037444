"""Every key and value of a TOML text has its place."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.site.positions import Path, locate, string_offsets

_TEXT = '''\
# a comment with = and [brackets] and "quotes"
title = "Edge" # said "so"
"quoted key" = 'literal'
'a.b' = 1
dotted . "part two".third = true
number = +1_000
float = 6.02e23
day = 2026-11-21
moment = 2026-11-21 23:30:00Z
clock = 23:30:00
empty = ""
also_empty = \'\'
list = [ "one", 'two', [3, 4], { five = 5 }, ]
long = [
  "a", # first
  # nothing
  "b"
]
inline = { one = 1, two.three = "x", "four five" = [6] }
text = """
first
  "quoted" \\"escaped\\" \\
      joined"""
raw = \'\'\'it's
raw \\ text\'\'\'
closed = """ends in quotes"""""

[table]
key = 1
[ table . "sub table" ]
key = "deep"

[[things]]
name = "first"
[things.inner]
value = 1
[[things]]
name = "second"
[[things.parts]]
name = "part"
[[things.parts]]
name = "other part"
'''


def _paths(value: Any, path: Path = ()) -> set[Path]:
    found: set[Path] = {path} if path else set()
    if isinstance(value, dict):
        return found.union(*(_paths(inner, (*path, key)) for key, inner in value.items()))
    if isinstance(value, list):
        return found.union(*(_paths(inner, (*path, index)) for index, inner in enumerate(value)))
    return found


def _at(path: Path, text: str = _TEXT) -> tuple[str, str]:
    found = locate(text)
    key = text[slice(*found.keys[path])] if path in found.keys else ""
    value = text[slice(*found.values[path])] if path in found.values else ""
    return key, value


def test_everything_that_tomllib_reads_has_a_place() -> None:
    found = locate(_TEXT)
    assert _paths(tomllib.loads(_TEXT)) == found.keys.keys() | found.values.keys()


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), "title", '"Edge"'),
        (("quoted key",), '"quoted key"', "'literal'"),
        (("a.b",), "'a.b'", "1"),
        (("dotted",), "dotted", ""),
        (("dotted", "part two"), '"part two"', ""),
        (("dotted", "part two", "third"), "third", "true"),
        (("number",), "number", "+1_000"),
        (("float",), "float", "6.02e23"),
        (("day",), "day", "2026-11-21"),
        (("moment",), "moment", "2026-11-21 23:30:00Z"),
        (("clock",), "clock", "23:30:00"),
        (("empty",), "empty", '""'),
        (("also_empty",), "also_empty", "''"),
        (("list", 0), "", '"one"'),
        (("list", 1), "", "'two'"),
        (("list", 2), "", "[3, 4]"),
        (("list", 2, 1), "", "4"),
        (("list", 3), "", "{ five = 5 }"),
        (("list", 3, "five"), "five", "5"),
        (("long", 1), "", '"b"'),
        (("inline", "two"), "two", ""),
        (("inline", "two", "three"), "three", '"x"'),
        (("inline", "four five", 0), "", "6"),
        (("text",), "text", '"""\nfirst\n  "quoted" \\"escaped\\" \\\n      joined"""'),
        (("raw",), "raw", "'''it's\nraw \\ text'''"),
        (("closed",), "closed", '"""ends in quotes"""""'),
        (("table",), "table", ""),
        (("table", "sub table"), '"sub table"', ""),
        (("table", "sub table", "key"), "key", '"deep"'),
        (("things", 0, "name"), "name", '"first"'),
        (("things", 0, "inner", "value"), "value", "1"),
        (("things", 1, "name"), "name", '"second"'),
        (("things", 1, "parts", 0, "name"), "name", '"part"'),
        (("things", 1, "parts", 1, "name"), "name", '"other part"'),
    ],
)
def test_keys_and_values_stand_where_they_are_written(path: Path, key: str, value: str) -> None:
    assert _at(path) == (key, value)


@pytest.mark.parametrize(
    "text",
    ['"\\u00e4\\U0001F600\\t\\"x" = 1', '"a\\\\b" = 1', "'a\\b' = 1", '"\\b\\f\\n\\r" = 1'],
)
def test_escapes_in_quoted_keys_are_understood(text: str) -> None:
    assert _paths(tomllib.loads(text)) == set(locate(text).keys)


@pytest.mark.parametrize(
    "raw",
    [
        '"plain"',
        "'plain'",
        '""',
        '"a\\"b\\\\c\\t\\u00e4\\U0001F600d"',
        '"""\nfirst\nsecond"""',
        '"""one \\\n\n     two"""',
        '"""one \\   \n  two \\"three\\" """',
        "'''\nraw \\ one\n'two'\n'''",
        '""""quoted" at both "ends"""""',
        "'''''two quotes first'''",
    ],
)
def test_each_character_of_a_string_has_its_place(raw: str) -> None:
    value = tomllib.loads(f"x = {raw}")["x"]
    offsets = string_offsets(raw, 10)
    assert len(offsets) == len(value) + 1
    assert offsets == sorted(offsets)
    for char, offset in zip(value, offsets, strict=False):
        assert raw[offset - 10] in (char, "\\")


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\u{ord(char):04x}" if char in '"\\' else char for char in text) + '"'


_KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f'", "g.h", '"\\u0069"'])
_WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), max_size=8)
_SCALARS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.booleans().map(lambda one: str(one).lower()),
    _WORDS.map(_quoted),
    _WORDS.map(lambda text: f'"""\n{_quoted(text)[1:-1]}\\\n  """'),
    _WORDS.filter(lambda text: "'" not in text).map(lambda text: f"'{text}'"),
    st.dates().map(str),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ " + ", # c]\n ".join(items) + "\n]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {one}" for n, one in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
_LINES = st.one_of(
    st.tuples(_KEYS, _VALUES).map(" = ".join),
    _KEYS.map("[{}]".format),
    _KEYS.map("[[{}]] # head".format),
    st.just("# nothing"),
)


@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_a_text_that_tomllib_reads_has_all_its_places(text: str) -> None:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        locate(text)
        return
    found = locate(text)
    assert _paths(value) == found.keys.keys() | found.values.keys()
    assert all(statement.whole for statement in found.statements)


@given(st.text(st.sampled_from("a=.[]{}\"'\\#,\n 1-é\t"), max_size=40))
def test_no_text_is_too_odd_to_walk(text: str) -> None:
    found = locate(text)
    ends = [statement.end for statement in found.statements]
    assert ends == sorted(ends)
    assert all(0 <= one.start < one.end <= len(text) for one in found.statements)
