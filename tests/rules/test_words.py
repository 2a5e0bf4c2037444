"""What is wrong with a rule's words is named exactly, with what to write instead."""

from __future__ import annotations

import pytest

from edge.rules.words import DEEPEST, LONGEST, words
from tests.rules.known import flaws, only_flaw, rule


def test_words_stand_where_they_are_written() -> None:
    found = words('a.b>=\n "ü" ')
    assert [(word.shape, word.text, word.start, word.end) for word in found] == [
        ("name", "a.b", 0, 3),
        ("operator", ">=", 3, 5),
        ("text", '"ü"', 7, 10),
    ]


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("country = 'DE'", "=", "write == to compare"),
        ("country === 'DE'", "===", "write == to compare"),
        ("country <> 'DE'", "<>", "write != to compare"),
        ("now.hour => 3", "=>", "write >= to compare"),
        ("new && bot", "&&", "write and"),
        ("new || bot", "||", "write or"),
        ("!new", "!", "write not"),
        ("new AND bot", "AND", "write and"),
        ("new == true", "true", "write True"),
        ("country is null", "null", "write None"),
        ("country == “DE”", "“DE”", 'write straight quotes: "…"'),
        ("country == 'DE", "'DE", "end it with ' in the same line"),
        ("new # first visit", "#", "put the comment on its own line of the file, outside the rule"),
        ("new\xa0and bot", "\xa0", "type an ordinary space"),
        ("country == f'DE'", "f'DE'", "write only the quotes"),
        (r"path == 'a\d'", r"'a\d'", "write \\\\ for one backslash"),
        ("now.hour ** 2 > 3", "**", "multiply with *"),
        ("traits.seats > 1_000", "1_000", "write it as in 1000 or 0.5"),
        ("traits.seats > " + "9" * 19, "9" * 19, "write at most 18 digits"),
        ("país == 'DE'", "país", "put text in quotes; retype the name of a fact"),
        ("new\x00", "\x00", "delete it and type the place anew"),
        ("country in ('DE' 'AT')", "'DE' 'AT'", "put a comma between them"),
        ("(new", "(", "close the bracket"),
        ("new)", ")", "delete it, or open the bracket before"),
        ("(new]", "]", "delete it, or open the bracket before"),
    ],
)
def test_a_typical_mistake_has_its_place_and_its_cure(text: str, place: str, cure: str) -> None:
    found = only_flaw(text)
    assert (found[0], found[2]) == (place, cure)


def test_a_word_of_python_is_refused_with_what_is_allowed() -> None:
    place, cause, cure = only_flaw("await path")
    assert (place, cause) == ("await", "await is a word of Python that rules do not use")
    assert "is None" in cure


def test_every_wrong_word_is_told() -> None:
    text = "country = 'DE' && new % 2"
    assert [text[flaw.start : flaw.end] for flaw in flaws(text)] == ["=", "&&", "%"]


def test_quotes_and_backslashes_can_stand_in_a_text() -> None:
    written = rule(r"""path == "/\"a\"\\n" or path == '/it\'s'""")
    assert [part.parts[1].value for part in written.root.parts] == ['/"a"\\n', "/it's"]


def test_a_rule_has_a_longest_length() -> None:
    long = "new or " * 285 + "new"
    assert len(long) <= LONGEST
    rule(long)
    padded = long.ljust(LONGEST + 1)
    (flaw,) = flaws(padded)
    assert (flaw.start, flaw.end) == (LONGEST, LONGEST + 1)


@pytest.mark.parametrize("opening", ["(", "not "])
def test_a_rule_has_a_deepest_nesting(opening: str) -> None:
    closing = ")" if opening == "(" else ""
    rule(opening * DEEPEST + "new" + closing * DEEPEST)
    (flaw,) = flaws(opening * (DEEPEST + 1) + "new" + closing * (DEEPEST + 1))
    assert "inside each other" in flaw.cause


def test_many_conditions_beside_each_other_are_not_nested() -> None:
    rule(" and ".join(["(not (now.hour + 1 > 3))"] * 60))
