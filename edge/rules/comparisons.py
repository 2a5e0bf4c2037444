"""Comparisons: two operands, what may be compared with what, and what can never be."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import edge.rules.closures as closures
from edge.facts import Fact, FactError, convert
from edge.rules.bounds import note_contradiction
from edge.rules.closures import Test
from edge.rules.operands import TEXTUAL, literal, operand
from edge.rules.reading import Reading
from edge.rules.term import Term, walk

__all__ = ["comparison"]

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ORDERED = frozenset({"number", "date"})
_NAMES = {
    "text": "text",
    "choice": "text",
    "number": "a number",
    "flag": "true or false",
    "date": "a date",
    "words": "a set of words",
    "map": "text by name",
}


def comparison(node: ast.Compare, reading: Reading) -> Term | None:
    """`a < b`, or `a < b < c`, which is `a < b and b < c`."""
    lefts = [node.left, *node.comparators]
    links = [
        _link(left, op, right, reading) for left, op, right in zip(lefts, node.ops, node.comparators, strict=False)
    ]
    whole = tuple(link for link in links if link is not None)
    if len(whole) < len(links):
        return None
    if len(whole) == 1:
        return replace(whole[0], start=reading.span(node)[0], end=reading.span(node)[1])
    if note_contradiction(whole, reading):
        return None
    return Term("and", "flag", *reading.span(node), closures.all_of([link.run for link in whole]), whole)


def _link(left: ast.expr, op: ast.cmpop, right: ast.expr, reading: Reading) -> Term | None:
    match op:
        case ast.Is() | ast.IsNot():
            return _known(left, isinstance(op, ast.IsNot), right, reading)
        case ast.In() | ast.NotIn():
            found = _membership(left, op, right, reading)
            if found is not None and isinstance(op, ast.NotIn):
                return replace(found, run=closures.negate(found.run), sign="not in")
            return found
    a, b = operand(left, reading), operand(right, reading)
    if a is None or b is None:
        return None
    return _compared(a, _SIGNS[type(op)], b, reading)


def _known(left: ast.expr, known: bool, right: ast.expr, reading: Reading) -> Term | None:
    value = operand(left, reading)
    if value is None:
        return None
    if not (isinstance(right, ast.Constant) and right.value is None):
        reading.flaw(right, "is works only with None", "write == to compare")
        return None
    if value.op == "literal":
        reading.flaw(value, "a fixed value is always known", "write a fact before is")
        return None
    test = closures.is_known(value.run)
    run, sign = (test, "is not") if known else (closures.negate(test), "is")
    return Term("test", "flag", value.start, reading.span(right)[1], run, (value,), sign=sign)


def _compared(left: Term, sign: str, right: Term, reading: Reading) -> Term | None:
    pair = _settled(left, right, sign, reading)
    if pair is None:
        return None
    left, right = pair
    for part in pair:
        if part.kind in ("words", "map"):
            written = reading.text(part)
            reading.flaw(
                part, f"{written} is {_NAMES[part.kind]}, which {sign} cannot compare", f'write "…" in {written}'
            )
            return None
    if left.kind != right.kind and not {left.kind, right.kind} <= TEXTUAL:
        cause = f"{reading.text(left)} is {_NAMES[left.kind]} and {reading.text(right)} is {_NAMES[right.kind]}"
        reading.flaw(left, cause, _quoted(left, sign, right, reading), until=right)
        return None
    if sign not in ("==", "!=") and left.kind not in _ORDERED:
        reading.flaw(
            left, f"only numbers and dates can be compared with {sign}", "write == or != or in", until=right
        )
        return None
    return Term("test", "flag", left.start, right.end, _test(left, sign, right), (left, right), sign=sign)


def _quoted(left: Term, sign: str, right: Term, reading: Reading) -> str:
    """The cure for two types: quotes around a number where the other side is text."""
    sides = [reading.text(left), reading.text(right)]
    for index, (one, other) in enumerate(((left, right), (right, left))):
        if (one.op, one.kind) == ("literal", "number") and other.kind in TEXTUAL and sign in ("==", "!="):
            sides[index] = f'"{sides[index]}"'
            return f"write {sides[0]} {sign} {sides[1]}"
    return "compare two of the same type"


def _test(left: Term, sign: str, right: Term) -> Test:
    if sign == "==" and left.op == "fact" and isinstance(right.value, str):
        return closures.fact_is(left.name, right.value)
    return closures.compare(sign, left.run, right.run)


def _settled(left: Term, right: Term, sign: str, reading: Reading) -> tuple[Term, Term] | None:
    """Both with a literal taken for what the other side is: text in quotes for a date. None, with a flaw, where
    the literal is nothing that the other side can ever be."""
    if not any(part.op == "fact" for side in (left, right) for part in walk(side)):
        reading.flaw(left, "this compares two fixed values", "compare a fact with a value", until=right)
        return None
    if right.op == "literal":
        settled = _as(left, right, sign, reading)
        return None if settled is None else (left, settled)
    if left.op == "literal":
        settled = _as(right, left, sign, reading)
        return None if settled is None else (settled, right)
    return left, right


def _as(other: Term, value: Term, sign: str, reading: Reading) -> Term | None:
    """The literal `value` as what `other` can be."""
    if other.op == "lower" and isinstance(value.value, str) and value.value != value.value.lower():
        reading.flaw(value, "lower-case text never has capital letters", f'write "{value.value.lower()}"')
        return None
    fact = other.fact
    if fact is None or fact.kind in ("words", "map") or _bounds(fact, sign, value):
        return value
    try:
        return literal(convert(fact, value.value), fact.kind, value)
    except FactError as error:
        written = reading.text(other)
        reading.flaw(
            value, error.cause, f"write {written}, or not {written}" if fact.kind == "flag" else error.cure
        )
        return None


def _bounds(fact: Fact, sign: str, value: Term) -> bool:
    """Whether the number bounds the fact from just outside, as 24 does in `now.hour < 24`."""
    if fact.limits is None or value.kind != "number" or sign not in ("<", ">", "<=", ">="):
        return False
    low, high = fact.limits
    return bool(low - 1 <= value.value <= high + 1)


def _membership(left: ast.expr, op: ast.In | ast.NotIn, right: ast.expr, reading: Reading) -> Term | None:
    if isinstance(right, ast.Name) and right.id == "segments" and "segments" not in reading.facts:
        return _segment(left, right, reading)
    value = operand(left, reading)
    if isinstance(right, ast.Tuple | ast.List | ast.Set):
        return _one_of(value, right, reading)
    whole = operand(right, reading)
    if value is None or whole is None:
        return None
    if whole.op == "literal" or whole.kind not in ("text", "choice", "words", "map"):
        cure = "write == to compare"
        if whole.op == "literal":
            cure = _listed(reading.text(left), isinstance(op, ast.NotIn), reading.text(whole), whole.value)
        reading.flaw(whole, "in needs a list, a text fact, or words on its right", cure)
        return None
    if value.kind not in TEXTUAL or value.value == "":
        reading.flaw(value, f"only text that is not empty can be in {reading.text(whole)}", "write it in quotes")
        return None
    return Term(
        "test", "flag", value.start, whole.end, closures.contains(whole.run, value.run), (value, whole), sign="in"
    )


def _listed(left: str, negated: bool, written: str, value: Any) -> str:
    """The cure for what is no list: one, of the parts of a text that are joined by commas."""
    parts = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else []
    if len(parts) < 2:
        return f"write {left} {'!=' if negated else '=='} {written}"
    texts = ", ".join(f'"{part}"' for part in parts)
    return f"write {left} {'not in' if negated else 'in'} [{texts}]"


def _segment(left: ast.expr, right: ast.expr, reading: Reading) -> Term | None:
    match left:
        case ast.Constant(str() as name) if name in reading.segments:
            start, end = reading.span(left)[0], reading.span(right)[1]
            return Term("segment", "flag", start, end, closures.in_segment(name), name=name, sign="in")
        case ast.Constant(str() as name):
            meant = reading.suggest(name, reading.segment_names)
            reading.flaw(
                left,
                f'there is no segment "{name}"',
                f'did you mean "{meant}"?' if meant else "define it in segments.toml",
            )
        case _:
            reading.flaw(left, "a segment is named by a text in quotes", 'write "name" in segments')
    return None


def _one_of(value: Term | None, options: ast.Tuple | ast.List | ast.Set, reading: Reading) -> Term | None:
    terms = [operand(option, reading) for option in options.elts]
    if not terms:
        reading.flaw(options, "the list is empty, so nothing is ever in it", 'write it as in ("DE", "AT")')
        return None
    if value is not None and value.kind not in TEXTUAL | _ORDERED:
        reading.flaw(value, f"{reading.text(value)} is {_NAMES[value.kind]}, which no list can hold", "write ==")
        return None
    settled = [_option(value, term, reading) for term in terms if term is not None]
    whole = [term for term in settled if term is not None]
    if value is None or len(whole) < len(terms):
        return None
    test = closures.one_of(value.run, frozenset(term.value for term in whole))
    return Term("test", "flag", value.start, reading.span(options)[1], test, (value,), sign="in")


def _option(value: Term | None, option: Term, reading: Reading) -> Term | None:
    """One literal of the list, as what `value` can be."""
    if option.op != "literal":
        reading.flaw(
            option, f"{reading.text(option)} is a fact, and a list holds fixed values", "join with or instead"
        )
        return None
    if value is None:
        return None
    pair = _settled(value, option, "==", reading)
    if pair is None:
        return None
    if pair[1].kind != value.kind and not {value.kind, pair[1].kind} <= TEXTUAL:
        cause = (
            f"{reading.text(value)} is {_NAMES[value.kind]} and {reading.text(option)} is {_NAMES[option.kind]}"
        )
        reading.flaw(option, cause, "compare two of the same type")
        return None
    return pair[1]
