"""The conditions of a rule: everything that is true or false."""

from __future__ import annotations

import ast
from collections.abc import Callable

import edge.rules.closures as closures
from edge.rules.bounds import note_contradiction
from edge.rules.comparisons import comparison
from edge.rules.like import like
from edge.rules.operands import TESTS, TEXTUAL, operand
from edge.rules.reading import Reading
from edge.rules.term import Term

__all__ = ["condition"]

_AS_CONDITION = {
    "number": "compare it, as in {} > 0",
    "date": 'compare it, as in {} >= "2026-12-24"',
    "choice": 'compare it, as in {} == "{}"',
}


def condition(node: ast.expr, reading: Reading) -> Term | None:
    """The checked condition that `node` is; None where it has a flaw, which is noted."""
    match node:
        case ast.BoolOp(op, values):
            return _joined("and" if isinstance(op, ast.And) else "or", node, values, reading)
        case ast.UnaryOp(ast.Not(), inner):
            part = condition(inner, reading)
            return part and Term("not", "flag", *reading.span(node), closures.negate(part.run), (part,))
        case ast.Compare():
            return comparison(node, reading)
        case ast.Call(ast.Attribute(value, name)) if name in TESTS:
            return _text_test(node, value, node.args, name, reading)
        case ast.Call(ast.Name("like"), [value, *rest]):
            return _text_test(node, value, rest, "like", reading)
        case ast.Constant(bool() as value):
            return Term("test", "flag", *reading.span(node), closures.constant(value))
    part = operand(node, reading)
    return part and _by_itself(part, reading)


def _joined(op: str, node: ast.expr, values: list[ast.expr], reading: Reading) -> Term | None:
    parts = [condition(value, reading) for value in values]
    whole = tuple(part for part in parts if part is not None)
    if len(whole) < len(parts):
        return None
    runs = [part.run for part in whole]
    if op == "and":
        if note_contradiction(whole, reading):
            return None
        return Term("and", "flag", *reading.span(node), closures.all_of(runs), whole)
    return Term("or", "flag", *reading.span(node), closures.any_of(runs), whole)


def _by_itself(part: Term, reading: Reading) -> Term | None:
    """A flag is a condition; so is a text, words or a map: known and not empty."""
    if part.op == "literal" or part.kind in _AS_CONDITION:
        written = reading.text(part)
        example = part.fact.choices[0] if part.fact and part.fact.choices else ""
        cure = _AS_CONDITION.get(part.kind, 'compare a fact with it, as in country == "DE"').format(
            written, example
        )
        reading.flaw(part, f"{written} by itself is neither true nor false", cure)
        return None
    return Term("test", "flag", part.start, part.end, closures.truth(part.run), (part,))


def _text_test(node: ast.expr, value: ast.expr, args: list[ast.expr], name: str, reading: Reading) -> Term | None:
    form = 'like(path, "/x*")' if name == "like" else f'path.{name}("/x")'
    text = operand(value, reading)
    match args:
        case [ast.Constant(str() as wanted)] if wanted and not node.keywords:  # type: ignore[attr-defined]
            pass
        case _:
            reading.flaw(node, f"{name} takes one quoted text, not empty", f"write it as in {form}")
            return None
    if text is None:
        return None
    if text.kind not in TEXTUAL or text.op == "literal":
        reading.flaw(text, f"{reading.text(text)} is not a fact of text", f"write it as in {form}")
        return None
    if never := _never(text, name, wanted):
        reading.flaw(args[0], *never)
        return None
    return Term("test", "flag", *reading.span(node), closures.text_test(text.run, _test(name, wanted)), (text,))


def _test(name: str, wanted: str) -> Callable[[str], bool]:
    if name == "like":
        return like(wanted)
    if name == "startswith":
        return lambda text: text.startswith(wanted)
    return lambda text: text.endswith(wanted)


def _never(text: Term, name: str, wanted: str) -> tuple[str, str] | None:
    """Why no text can pass the test, and the cure."""
    if text.op == "lower" and wanted != wanted.lower():
        return "lower-case text never has capital letters", f'write "{wanted.lower()}"'
    if text.name == "path" and name != "endswith" and wanted[0] not in "/*?"[: 3 if name == "like" else 1]:
        return "a path always begins with /", f'write "/{wanted}"'
    return None
