"""`like(path, "/pricing*")`: `*` is any run of characters, `?` any one. Every other character is itself.

The visitor writes the text and a colleague the pattern, so the matcher takes linear time whatever they are: no
regular expression that could backtrack. A pattern falls into pieces at its stars; the first and last are tied to
the ends, and each other piece goes to the first place that it fits, which leaves most room for the rest.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["like"]

Find = Callable[[str, int, int], int]
"""Where after a start and before an end a piece ends for the first time; -1 for nowhere."""


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text, case and all, is like `pattern`."""
    first, *rest = pattern.split("*")
    if not rest:
        return _whole(pattern)
    *middle, last = rest
    if not any(middle) and "?" not in pattern:
        return _ends(first, last)
    begins, ends = _fixed(first), _fixed(last)
    finds = [_find(piece) for piece in middle if piece]

    def matches(text: str) -> bool:
        at, end = len(first), len(text) - len(last)
        if at > end or not begins(text[:at]) or not ends(text[end:]):
            return False
        for find in finds:
            at = find(text, at, end)
            if at < 0:
                return False
        return True

    return matches


def _whole(pattern: str) -> Callable[[str], bool]:
    fixed, length = _fixed(pattern), len(pattern)
    return lambda text: len(text) == length and fixed(text)


def _ends(first: str, last: str) -> Callable[[str], bool]:
    if not last:
        return lambda text: text.startswith(first)
    length = len(first) + len(last)
    return lambda text: len(text) >= length and text.startswith(first) and text.endswith(last)


def _fixed(piece: str) -> Callable[[str], bool]:
    """Whether a text as long as `piece` is like it."""
    if "?" not in piece:
        return piece.__eq__
    places = [(index, char) for index, char in enumerate(piece) if char != "?"]
    return lambda text: all(text[index] == char for index, char in places)


def _find(piece: str) -> Find:
    if "?" in piece:
        return _shift_and(piece)
    length = len(piece)

    def find(text: str, start: int, end: int) -> int:
        found = text.find(piece, start, end)
        return -1 if found < 0 else found + length

    return find


def _shift_and(piece: str) -> Find:
    """The Shift-And algorithm (Baeza-Yates and Gonnet, 1992): bit i of the state says that the first i + 1
    characters of the piece end here, so one pass over the text follows all beginnings at once."""
    anything = sum(1 << index for index, char in enumerate(piece) if char == "?")
    masks = dict.fromkeys(piece, anything)
    for index, char in enumerate(piece):
        masks[char] |= 1 << index
    masks["?"] = anything  # in the text it is a character like any other
    done = 1 << (len(piece) - 1)

    def find(text: str, start: int, end: int) -> int:
        state = 0
        for index in range(start, end):
            state = (state << 1 | 1) & masks.get(text[index], anything)
            if state & done:
                return index + 1
        return -1

    return find
