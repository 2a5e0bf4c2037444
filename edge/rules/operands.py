"""The operands of a rule: facts, literals, `.lower()` and arithmetic."""

from __future__ import annotations

import ast
from typing import Any

import edge.rules.closures as closures
from edge.facts import Kind
from edge.rules.reading import Reading
from edge.rules.term import Term

__all__ = ["TESTS", "TEXTUAL", "dotted", "literal", "operand"]

TEXTUAL = frozenset({"text", "choice"})

TESTS = ("startswith", "endswith")
"""Methods of a text that make a condition of it."""

_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def operand(node: ast.expr, reading: Reading) -> Term | None:
    """The checked operand that `node` is; None where it has a flaw, which is noted."""
    match node:
        case ast.Constant():
            return _constant(node, reading)
        case ast.Name() | ast.Attribute():
            return _fact(node, reading)
        case ast.Subscript():
            return _subscript(node, reading)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return _signed(node, reading)
        case ast.BinOp():
            return _arithmetic(node, reading)
        case ast.Call():
            return _call(node, reading)
        case ast.BoolOp() | ast.Compare() | ast.UnaryOp():
            reading.flaw(node, "a condition stands where a value belongs", "join conditions with and, or, not")
        case ast.Tuple() | ast.List() | ast.Set():
            reading.flaw(node, "a list can stand only after in", 'write it as in country in ("DE", "AT")')
        case _:
            reading.flaw(
                node, f"{reading.text(node)} is not allowed in a rule", "use facts, numbers and quoted texts"
            )
    return None


def literal(value: Any, kind: Kind, place: Term) -> Term:
    """The literal at `place`, with the value that it stands for."""
    return Term("literal", kind, place.start, place.end, closures.constant(value), value=value)


def dotted(node: ast.expr) -> str | None:
    """The name that `node` spells with dots, None where it is something else."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            before = dotted(value)
            return None if before is None else f"{before}.{name}"
    return None


def _constant(node: ast.Constant, reading: Reading) -> Term | None:
    match node.value:
        case bool():
            kind: Kind = "flag"
        case str():
            kind = "text"
        case int() | float():
            kind = "number"
        case _:
            reading.flaw(node, "None can stand only after is", "write is None or is not None")
            return None
    return Term("literal", kind, *reading.span(node), closures.constant(node.value), value=node.value)


def _fact(node: ast.Name | ast.Attribute, reading: Reading) -> Term | None:
    name = dotted(node)
    fact = reading.facts.get(name or "")
    if fact is not None:
        return Term(
            "fact", fact.kind, *reading.span(node), closures.read(fact.name, fact.kind), name=fact.name, fact=fact
        )
    if isinstance(node, ast.Attribute) and _is_map(node.value, reading):
        return _item(node, node.value, node.attr, reading)
    if name is None:
        assert isinstance(node, ast.Attribute)
        reading.flaw(
            node,
            f".{node.attr} cannot stand here",
            "of a value there is only .lower(), .startswith(…), .endswith(…)",
        )
    else:
        _unknown(node, name, reading)
    return None


def _is_map(node: ast.expr, reading: Reading) -> bool:
    fact = reading.facts.get(dotted(node) or "")
    return fact is not None and fact.kind == "map"


def _unknown(node: ast.expr, name: str, reading: Reading) -> None:
    """Notes that there is no fact `name`, with the likeliest cure."""
    group = [fact for fact in reading.facts if fact.startswith(name + ".")]
    before, _, last = name.rpartition(".")
    if name == "segments":
        cause, cure = "segments stands by itself", 'write "name" in segments'
    elif name in reading.segment_names:
        cause, cure = f"{name} is a segment, not a fact", f'write "{name}" in segments'
    elif before in reading.facts:
        cause, cure = (
            f"{before} has no .{last}",
            "there is only .lower(), .startswith(…), .endswith(…), each with its brackets",
        )
    elif group:
        cause, cure = f"{name} is a group of facts, not a fact", f"write one of {', '.join(group[:8])}"
    elif not name.isupper() and (meant := reading.suggest(name, reading.facts)):
        cause, cure = f"there is no fact {name}", f"did you mean {meant}?"
    elif segment := reading.suggest(name, reading.segment_names):
        cause, cure = f"there is no fact {name}", f'did you mean the segment: "{segment}" in segments?'
    elif before == "traits":
        cause, cure = f"there is no fact {name}", f"declare the trait {last} in facts.toml"
    elif before:
        cause, cure = f"there is no fact {name}", "use one of Edge's facts, or declare a trait in facts.toml"
    else:
        cause, cure = f"there is no fact {name}", f'if you mean a text, put it in quotes: "{name}"'
    reading.flaw(node, cause, cure)


def _subscript(node: ast.Subscript, reading: Reading) -> Term | None:
    match node.slice:
        case ast.Constant(str() as key) if _is_map(node.value, reading):
            return _item(node, node.value, key, reading)
    name = dotted(node.value)
    if (
        name is not None
        and name not in reading.facts
        and not any(fact.startswith(name + ".") for fact in reading.facts)
    ):
        _unknown(node.value, name, reading)
    else:
        reading.flaw(node, "brackets [ ] cannot stand here", 'they take a name out of the query: query["ref"]')
    return None


def _item(node: ast.expr, of: ast.expr, key: str, reading: Reading) -> Term | None:
    whole = operand(of, reading)
    assert whole is not None
    return Term("item", "text", *reading.span(node), closures.item(whole.run, key), (whole,), name=key)


def _signed(node: ast.UnaryOp, reading: Reading) -> Term | None:
    number = operand(node.operand, reading)
    if number is None:
        return None
    if number.kind != "number":
        reading.flaw(number, f"{reading.text(number)} is not a number", "only a number can have a sign")
        return None
    start, end = reading.span(node)
    minus = isinstance(node.op, ast.USub)
    if number.op == "literal":
        value = -number.value if minus else number.value
        return Term("literal", "number", start, end, closures.constant(value), value=value)
    run = closures.negative(number.run) if minus else number.run
    return Term("arithmetic", "number", start, end, run, (number,))


def _arithmetic(node: ast.BinOp, reading: Reading) -> Term | None:
    written = reading.text(node)
    if written in reading.segment_names:  # headphone-fan reads as a difference
        reading.flaw(node, f"{written} is a segment, not a fact", f'write "{written}" in segments')
        return None
    parts = [reading.facts.get(name) for part in (node.left, node.right) if (name := dotted(part))]
    if parts == [None, None] and (meant := reading.suggest(written, reading.segment_names)):
        reading.flaw(node, f'there is no segment "{written}"', f'did you mean "{meant}" in segments?')
        return None
    sign = _SIGNS[type(node.op)]
    left, right = operand(node.left, reading), operand(node.right, reading)
    if left is None or right is None:
        return None
    days = sign == "-" and left.kind == right.kind == "date"
    if not days:
        for part in (left, right):
            if part.kind != "number":
                cure = (
                    "numbers can be added, subtracted, multiplied and divided, and a date subtracted from a date"
                )
                reading.flaw(part, f"{reading.text(part)} is not a number", cure)
                return None
    return Term(
        "arithmetic", "number", *reading.span(node), closures.arithmetic(sign, left.run, right.run), (left, right)
    )


def _call(node: ast.Call, reading: Reading) -> Term | None:
    match node:
        case ast.Call(ast.Attribute(value, "lower"), [], []):
            text = operand(value, reading)
            if text is None:
                return None
            if text.kind in TEXTUAL:
                return Term("lower", "text", *reading.span(node), closures.lower(text.run), (text,))
            reading.flaw(text, f"{reading.text(text)} is not text", "only text has .lower()")
        case ast.Call(ast.Attribute(_, "lower")):
            reading.flaw(node, ".lower() takes nothing in its brackets", "write .lower()")
        case ast.Call(ast.Attribute(_, name)) if name in TESTS:
            reading.flaw(node, f".{name}(…) is a condition, not a value", "join conditions with and, or, not")
        case ast.Call(ast.Name("like")):
            reading.flaw(node, "like(…) is a condition, not a value", "join conditions with and, or, not")
        case _:
            reading.flaw(node.func, f"{reading.text(node.func)}(…) is not known", _known_call(node, reading))
    return None


def _known_call(node: ast.Call, reading: Reading) -> str:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else dotted(func) or ""
    text = reading.text(func.value) if isinstance(func, ast.Attribute) else "path"
    wanted = reading.text(node.args[0]) if len(node.args) == 1 else '"x"'
    meant = {
        "contains": f"write {wanted} in {text}",
        "includes": f"write {wanted} in {text}",
        "matches": f'write like({text}, "/x*")',
    }
    if name in meant:
        return meant[name]
    close = reading.suggest(name.replace("_", ""), ("like", "lower", *TESTS))
    forms = {
        "like": 'like(path, "/x*")',
        "lower": "path.lower()",
        **{test: f'path.{test}("/x")' for test in TESTS},
    }
    if close:
        return f"did you mean {forms[close]}?"
    return f"there are only {', '.join(forms.values())}"
