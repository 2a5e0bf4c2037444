"""Puts a meter wherever Jinja itself would loop, compare or grow without asking anyone."""

from __future__ import annotations

from typing import TypeVar, cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

__all__ = ["meter"]

_Node = TypeVar("_Node", bound=nodes.Node)


def meter(tree: nodes.Template) -> nodes.Template:
    """The template with the internal filters of `edge.blocks.filters` in it."""
    return cast(nodes.Template, _Meter().visit(tree))


class _Meter(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        parts = [*node.body, *([node.test] if node.test else [])]
        weight = 1 + sum(1 for part in parts for _ in part.find_all(nodes.Node)) + len(parts)
        self.generic_visit(node)
        node.iter = _filter("_turns", node.iter, nodes.Const(weight))
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        left, found = node.expr, []
        for operand in node.ops:
            found.append(_filter("_compare", left, nodes.Const(operand.op), operand.expr))
            left = operand.expr
        result: nodes.Expr = found[0]
        for comparison in found[1:]:
            result = nodes.And(result, comparison, lineno=node.lineno)
        return result

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return _filter("_slice", node.node, *(bound or nodes.Const(None) for bound in bounds))

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter("_concat", nodes.List(node.nodes, lineno=node.lineno))

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.items = [_member(item) for item in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [_member(item) for item in node.items]
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.value = _member(node.value)
        return node


def _member(item: nodes.Expr) -> nodes.Expr:
    written = isinstance(item, nodes.List | nodes.Tuple | nodes.Dict | nodes.Const)
    return item if written else _filter("_scalar", item)


def _filter(name: str, value: nodes.Node, *arguments: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(cast(nodes.Expr, value), name, list(arguments), [], None, None, lineno=value.lineno)
