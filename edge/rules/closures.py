"""The closures that a rule is made of. Each reads what it needs from an `Env` and never raises.

A fact may be not known (None), and a trait may hold a value of another type than declared: such a value counts
as not known. A comparison with something not known is False, but `!=` and `not in` are True.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from edge.facts import LARGEST, Env, Kind

__all__ = [
    "ARITHMETIC",
    "COMPARISONS",
    "Run",
    "Test",
    "all_of",
    "any_of",
    "arithmetic",
    "compare",
    "constant",
    "contains",
    "fact_is",
    "in_segment",
    "is_known",
    "item",
    "lower",
    "negate",
    "negative",
    "one_of",
    "read",
    "text_test",
    "truth",
]

Run = Callable[[Env], Any]
"""Gives an operand's value: None for not known."""

Test = Callable[[Env], bool]
"""Gives a condition's verdict."""

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

_TYPES: Mapping[Kind, tuple[type, ...]] = {
    "text": (str,),
    "choice": (str,),
    "flag": (bool,),
    "words": (frozenset, set),
    "map": (Mapping,),
}


def constant(value: Any) -> Run:
    return lambda env: value


def read(name: str, kind: Kind) -> Run:
    """The fact's value where it is of its kind, else None."""
    if kind == "number":
        return _read_number(name)
    if kind == "date":  # a datetime is a date too, but cannot be compared with one
        return lambda env: value if type(value := env[name]) is date else None
    types = _TYPES[kind]
    return lambda env: value if isinstance(value := env[name], types) else None


def _read_number(name: str) -> Run:
    def run(env: Env) -> Any:
        value = env[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return value if _small(value) else None

    return run


def _small(value: float) -> bool:
    return -LARGEST <= value <= LARGEST  # False for NaN


def item(map_of: Run, key: str) -> Run:
    """The text that a map has under `key`."""

    def run(env: Env) -> Any:
        found = map_of(env)
        value = None if found is None else found.get(key)
        return value if isinstance(value, str) else None

    return run


def lower(text: Run) -> Run:
    return lambda env: None if (value := text(env)) is None else value.lower()


def arithmetic(sign: str, left: Run, right: Run) -> Run:
    """A number; days for the difference of two dates; None for a division by zero or a result beyond LARGEST."""
    apply = ARITHMETIC[sign]

    def run(env: Env) -> Any:
        a, b = left(env), right(env)
        if a is None or b is None or (b == 0 and sign == "/"):
            return None
        value = apply(a, b)
        if not isinstance(value, int | float):
            return value.days
        return value if _small(value) else None

    return run


def negative(number: Run) -> Run:
    return lambda env: None if (value := number(env)) is None else -value


def compare(sign: str, left: Run, right: Run) -> Test:
    apply = COMPARISONS[sign]
    if sign == "!=":

        def differs(env: Env) -> bool:
            a, b = left(env), right(env)
            return a is None or b is None or bool(a != b)

        return differs

    def holds(env: Env) -> bool:
        a, b = left(env), right(env)
        return a is not None and b is not None and apply(a, b)

    return holds


def fact_is(name: str, text: str) -> Test:
    """`fact == "text"`, the commonest of all comparisons: no value of another type equals a text."""
    return lambda env: env[name] == text


def one_of(value: Run, options: frozenset[Any]) -> Test:
    return lambda env: value(env) in options


def contains(whole: Run, part: Run) -> Test:
    """Text in text, a word in words, a name in a map."""

    def run(env: Env) -> bool:
        a, b = whole(env), part(env)
        return a is not None and b is not None and b in a

    return run


def text_test(text: Run, test: Callable[[str], bool]) -> Test:
    return lambda env: (value := text(env)) is not None and test(value)


def in_segment(name: str) -> Test:
    return lambda env: env.segments[name]


def is_known(value: Run) -> Test:
    return lambda env: value(env) is not None


def truth(value: Run) -> Test:
    """A flag that is true; a text, words or a map that is known and not empty."""
    return lambda env: bool(value(env))


def negate(test: Test) -> Test:
    return lambda env: not test(env)


def all_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda env: first(env) and second(env)

    def run(env: Env) -> bool:
        for test in tests:  # noqa: SIM110 - all() over a generator costs twice as much
            if not test(env):
                return False
        return True

    return run


def any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda env: first(env) or second(env)

    def run(env: Env) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(env):
                return True
        return False

    return run
