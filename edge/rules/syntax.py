"""A rule's text as a Python expression, with every node's place in the text."""

from __future__ import annotations

import ast
from bisect import bisect_right
from itertools import pairwise

from edge.errors import Flaw, RuleError
from edge.rules.words import LONGEST, OPERANDS, Word, flaws, words

__all__ = ["Spans", "parse"]


class Spans:
    """Where nodes stand in the text, in characters: `ast` counts lines, and bytes of UTF-8 within a line.

    The parser saw the text in brackets, which let it run over several lines; the opening one shifts line 1.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = f"({text}\n)".split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def of(self, node: ast.expr) -> tuple[int, int]:
        """Start and end of `node`."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        return self.at(line, len(self._lines[line - 1].encode()[:column].decode()) + 1)

    def at(self, line: int, column: int) -> int:
        """The offset of what a SyntaxError points at: its columns count characters, from 1. What would stand in
        one of our own brackets, as a tuple does that takes them for its own, begins or ends with the text."""
        return min(max(self._starts[line - 1] + column - 2, 0), len(self.text))


def parse(text: str) -> tuple[ast.expr, Spans]:
    """The expression that `text` is. Raises RuleError with every word that cannot stand in a rule or, where the
    words are right, the first place where they do not make an expression."""
    if len(text) > LONGEST:
        cure = "split the rule: give parts of it a name in segments.toml"
        raise RuleError(
            Flaw(f"a rule has at most {LONGEST:,} characters, not {len(text):,}", cure, LONGEST, len(text))
        )
    found = words(text)
    wrong = sorted(flaws(text, found), key=lambda flaw: flaw.start)
    if wrong:
        raise RuleError(wrong)
    if not found:
        raise RuleError(Flaw("the rule is empty", 'write a condition, as in country == "DE"', 0, len(text)))
    spans = Spans(text)
    try:
        return ast.parse(f"({text}\n)", mode="eval").body, spans
    except SyntaxError as error:
        raise RuleError(_misplaced(found, spans.at(error.lineno or 1, error.offset or 1))) from None


def _misplaced(found: tuple[Word, ...], offset: int) -> Flaw:
    """What to say of the words that stop making sense at or near `offset`."""
    index = min(bisect_right([word.start for word in found], offset), len(found)) - 1
    plain = [word for word, after in pairwise((*found, found[-1])) if (word.text, after.text) != ("not", "in")]
    for left, right in pairwise(plain):
        if _ends_operand(left) and _begins_operand(right):
            cure = "write and, or, or a comparison such as == between them"
            return Flaw(f"nothing joins {left.text} and {right.text}", cure, left.start, right.end)
    word = found[max(index, 0)]
    if _wants_more(found[-1]):
        return Flaw(
            f"the rule stops after {found[-1].text}", "write what should follow", found[-1].start, found[-1].end
        )
    return Flaw(f"{word.text} cannot stand here", "look at what stands before and after it", word.start, word.end)


_JOINING = frozenset({"and", "or", "not", "in", "is"})


def _wants_more(word: Word) -> bool:
    return word.shape == "operator" or word.text in _JOINING


def _ends_operand(word: Word) -> bool:
    return word.shape == "close" or (word.shape in OPERANDS and word.text not in _JOINING)


def _begins_operand(word: Word) -> bool:
    return word.text == "not" or (word.shape in OPERANDS and word.text not in _JOINING)
