"""Why a rule came out as it did: a tree of its sub-expressions with their values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from edge.facts import Env
from edge.rules.segments import Bound, Written
from edge.rules.term import Term

__all__ = ["Trace", "trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One sub-expression, evaluated. `text` is characters `start` to `end` of its rule. `value` is the verdict
    of a condition or the value of an operand, None for not known; `skipped` says that what came before it
    settled the matter. `decided` is the index of the child that settled it alone, None where none did.

    Literals are left out. Under `"name" in segments` stands the trace of that segment's rule, whose offsets
    are of that rule's text, once in a tree."""

    text: str
    start: int
    end: int
    value: Any = None
    children: tuple[Trace, ...] = ()
    decided: int | None = None
    skipped: bool = False
    operand: bool = False

    def decisive(self) -> Trace:
        """The smallest sub-expression that settled the verdict."""
        found = self
        while found.decided is not None:
            found = found.children[found.decided]
        return found

    def render(self) -> str:
        """The tree as indented lines: ✓ true, ✗ false, – skipped; beside a comparison what its facts are."""
        return "\n".join(self._lines(0))

    def _lines(self, level: int) -> Iterator[str]:
        mark = "–" if self.skipped else "✓" if self.value else "✗"
        notes = "not needed" if self.skipped else ", ".join(dict.fromkeys(self._notes()))
        line = f"{'  ' * level}{mark} {_one_line(self.text)}"
        yield f"{line}   {notes}" if notes else line
        for child in self.children:
            if not child.operand:
                yield from child._lines(level + 1)

    def _notes(self) -> Iterator[str]:
        for child in self.children:
            if child.operand:
                yield from child._facts()

    def _facts(self) -> Iterator[str]:
        if self.children:
            for child in self.children:
                yield from child._facts()
        else:
            yield f"{self.text} is {_shown(self.value)}"


def trace(rule: Written, env: Env) -> Trace:
    """`rule` evaluated for `env`, with its reasons."""
    return _Tracer(rule.text, env, set()).condition(rule.root)


class _Tracer:
    """Goes through one rule. `told` are the segments whose rules are already in the tree."""

    def __init__(self, text: str, env: Env, told: set[str]) -> None:
        self._text = text
        self._env = env
        self._told = told

    def condition(self, term: Term) -> Trace:
        match term.op:
            case "and" | "or":
                return self._joined(term)
            case "not":
                child = self.condition(term.parts[0])
                return self._trace(term, not child.value, (child,), 0)
            case "segment":
                return self._segment(term)
        children = tuple(self._operand(part) for part in term.parts if part.op != "literal")
        return self._trace(term, term.run(self._env), children)

    def _joined(self, term: Term) -> Trace:
        settles = term.op == "or"
        children: list[Trace] = []
        decided = None
        for index, part in enumerate(term.parts):
            if decided is not None:
                children.append(self._skipped(part))
                continue
            children.append(self.condition(part))
            if children[-1].value is settles:
                decided = index
        return self._trace(term, settles if decided is not None else not settles, tuple(children), decided)

    def _segment(self, term: Term) -> Trace:
        verdict = term.run(self._env)
        bound = self._env.segments
        rule = bound.rules.get(term.name) if isinstance(bound, Bound) else None
        if rule is None or term.name in self._told:
            return self._trace(term, verdict)
        self._told.add(term.name)
        inner = _Tracer(rule.text, self._env, self._told).condition(rule.root)
        return self._trace(term, verdict, (inner,), 0)

    def _operand(self, term: Term) -> Trace:
        children = tuple(self._operand(part) for part in term.parts if part.op != "literal" and term.op != "item")
        text = self._text[term.start : term.end]
        return Trace(text, term.start, term.end, term.run(self._env), children, operand=True)

    def _trace(
        self, term: Term, value: Any, children: tuple[Trace, ...] = (), decided: int | None = None
    ) -> Trace:
        return Trace(self._text[term.start : term.end], term.start, term.end, value, children, decided)

    def _skipped(self, term: Term) -> Trace:
        return Trace(self._text[term.start : term.end], term.start, term.end, skipped=True)


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)


def _shown(value: Any) -> str:
    """A value as a rule would write it, on one line, not too long."""
    match value:
        case None:
            return "not known"
        case str():
            shown = json.dumps(value, ensure_ascii=False)
        case date():
            shown = f'"{value}"'
        case frozenset() | set():
            shown = ", ".join(json.dumps(word, ensure_ascii=False) for word in sorted(map(str, value))) or "empty"
        case bool() | int() | float():
            shown = str(value)
        case _:
            shown = (
                ", ".join(f"{name}={json.dumps(text, ensure_ascii=False)}" for name, text in value.items())
                or "empty"
            )
    return shown if len(shown) <= 80 else shown[:79] + "…"
