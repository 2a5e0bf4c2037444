"""Which facts a template reads. Each becomes one variable of its own, so that what a rendering depends on is
exact: of the query string, only the parameters that are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from edge.blocks.block import Input
from edge.blocks.grammar import did_you_mean
from edge.blocks.language import LOOP
from edge.errors import Flaw
from edge.facts import Catalogue, Fact, FactError, convert

__all__ = ["bind_names"]

_WRITTEN = re.compile(r"""\w+(?:\.\w+|\[\s*(?:"[^"]*"|'[^']*')\s*\])*""")
_LITERAL = re.compile(r"""\w+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL)
_RESERVED = frozenset(("loop", "range"))


def bind_names(
    tree: nodes.Template, source: str, facts: Catalogue
) -> tuple[nodes.Template, tuple[Input, ...], tuple[Flaw, ...]]:
    """The template with variables for facts, what they stand for, and the names that nobody knows."""
    binder = _Binder(source, facts)
    bound = cast(nodes.Template, binder.visit(tree))
    return bound, tuple(binder.inputs.values()), tuple(binder.flaws)


class _Binder(NodeTransformer):
    def __init__(self, source: str, facts: Catalogue) -> None:
        self._source = source
        self._facts = facts
        self._roots = {name.partition(".")[0] for name in facts}
        self._scopes: list[set[str]] = [set()]
        self._loops = 0
        self.inputs: dict[tuple[str, str | None], Input] = {}
        self.flaws: list[Flaw] = []

    # Statements, in the order in which they are evaluated

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:  # noqa: N802
        node.node = self.visit(node.node)
        self._declare(node.target)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        node.iter = self.visit(node.iter)
        self._scopes.append(set())
        self._loops += 1
        self._declare(node.target)
        node.test = self.visit(node.test) if node.test else None
        node.body = [self.visit(child) for child in node.body]
        self._loops -= 1
        self._scopes.pop()
        self._scopes.append(set())
        node.else_ = [self.visit(child) for child in node.else_]
        self._scopes.pop()
        return node

    def _declare(self, target: nodes.Node) -> None:
        for name in target.find_all(nodes.Name) if not isinstance(target, nodes.Name) else (target,):
            if name.name in self._roots | _RESERVED:
                self._flaw(name, f"{name.name} already means something else", "choose another name")
            elif not name.name.isascii() or name.name.startswith("_"):
                self._flaw(
                    name, f"{name.name} cannot be a name here", "use ASCII letters, digits and _, a letter first"
                )
            self._scopes[-1].add(name.name)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        for part in node.nodes:
            if isinstance(part, nodes.Name | nodes.Getattr | nodes.Getitem):
                self._check_printed(part)
        return self.generic_visit(node)

    def _check_printed(self, part: nodes.Expr) -> None:
        root, parts = _path(part)
        fact = self._facts.get(".".join([root.name, *parts])) if root else None
        if root and fact and fact.kind in ("words", "map"):
            cure = "write |join(', ') after it" if fact.kind == "words" else f"name one entry: {fact.name}.…"
            self._flaw(root, f"{fact.name} is {_KINDS[fact.kind]}: it cannot be printed", cure)

    # Expressions

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        left = node.expr
        for operand in node.ops:
            right = operand.expr
            if operand.op in ("eq", "ne"):
                self._check_values(left, [right])
                self._check_values(right, [left])
            elif operand.op in ("in", "notin") and isinstance(right, nodes.List | nodes.Tuple):
                self._check_values(left, right.items)
            left = right
        return self.generic_visit(node)

    def _read(self, node: nodes.Expr) -> Fact | None:
        """The fact that the node names, and nothing else."""
        root, parts = _path(node)
        if root is None or any(root.name in scope for scope in self._scopes):
            return None
        return self._facts.get(".".join([root.name, *parts]))

    def _check_values(self, node: nodes.Expr, values: Iterable[nodes.Expr]) -> None:
        """Notes each literal that the fact which `node` names can never be."""
        fact = self._read(node)
        if fact is None or fact.kind not in ("choice", "text"):
            return
        for value in values:
            if isinstance(value, nodes.Const):
                self._check_value(fact, value)

    def _check_value(self, fact: Fact, value: nodes.Const) -> None:
        try:
            convert(fact, value.value)
        except FactError as error:
            written = _LITERAL.match(self._source, value.lineno)
            end = written.end() if written else value.lineno
            self.flaws.append(Flaw(error.cause, error.cure, value.lineno, end))

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        node.args = [self.visit(argument) for argument in node.args]  # of `range`, which the grammar made sure of
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        return self._resolve(node)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        return self._resolve(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        return self._resolve(node)

    def _resolve(self, node: nodes.Expr) -> nodes.Node:
        root, parts = _path(node)
        if root is None:
            return self.generic_visit(node)
        if any(root.name in scope for scope in self._scopes):
            return node
        if root.name == "loop" and self._loops:
            return self._loop(node, root, parts)
        return self._fact(node, root, [root.name, *parts])

    def _loop(self, node: nodes.Expr, root: nodes.Name, parts: list[str]) -> nodes.Node:
        if parts[:1] and parts[0] in LOOP:
            return node
        name = ".".join(["loop", *parts])
        self._flaw(root, f"there is no {name}", did_you_mean(name, [f"loop.{part}" for part in LOOP]))
        return node

    def _fact(self, node: nodes.Expr, root: nodes.Name, parts: list[str]) -> nodes.Node:
        for count in range(len(parts), 0, -1):
            fact = self._facts.get(".".join(parts[:count]))
            if fact is None:
                continue
            rest = parts[count:]
            if len(rest) > (fact.kind == "map"):
                self._flaw(root, f"{fact.name} is {_KINDS[fact.kind]}: it has no {rest[-1]}", f"write {fact.name}")
            key = (fact.name, rest[0] if rest else None)
            found = self.inputs.setdefault(key, Input(*key, f"_fact{len(self.inputs)}"))
            return nodes.Name(found.variable, "load", lineno=root.lineno)
        self._unknown(root, ".".join(parts))
        return node

    def _unknown(self, root: nodes.Name, name: str) -> None:
        if root.name == "segments":
            self._flaw(root, "blocks see facts only, no segments", "make an experience for the segment")
            return
        inside = [fact for fact in self._facts if fact.startswith(f"{name}.")]
        if inside:
            self._flaw(root, f"{name} is a group of facts", f"name one of them: {', '.join(sorted(inside))}")
        else:
            self._flaw(
                root, f"there is no fact {name}", did_you_mean(name, [*self._facts, *set().union(*self._scopes)])
            )

    def _flaw(self, node: nodes.Name, cause: str, cure: str) -> None:
        written = _WRITTEN.match(self._source, node.lineno)
        self.flaws.append(Flaw(cause, cure, node.lineno, written.end() if written else node.lineno))


_KINDS: Mapping[str, str] = {
    "text": "text",
    "number": "a number",
    "flag": "true or false",
    "date": "a date",
    "choice": "text",
    "words": "a list of words",
    "map": "text by name",
}


def _path(node: nodes.Expr) -> tuple[nodes.Name | None, list[str]]:
    """`a.b["c"]` as its name and its parts; no name where it is anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        if isinstance(node, nodes.Getattr):
            parts.append(node.attr)
        elif isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            parts.append(node.arg.value)
        else:
            return None, []
        node = node.node
    return (node, parts[::-1]) if isinstance(node, nodes.Name) else (None, [])
