"""Puts a meter wherever Jinja itself would loop, compare or grow without asking anyone: a filter that no template
can name, because the grammar does not know it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from edge.blocks.block import BlockFailed
from edge.blocks.filters import as_json, joined, paying, urlencode
from edge.blocks.limits import budget, known

__all__ = ["METERS", "meter"]


def meter(tree: nodes.Template) -> nodes.Template:
    """The template with meters in it."""
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


@pass_context
def _turns(context: Context, value: Any, weight: int) -> Any:
    return budget(context).turns(value, weight)


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def _compare(left: Any, operation: str, right: Any) -> Any:
    return _COMPARE[operation](left, right)


def _slice(value: Any, *bounds: Any) -> Any:
    return known(value)[slice(*bounds)]


def _concat(value: list[Any]) -> str:
    return joined(value)


def _scalar(value: Any) -> Any:
    """A member of a list: not another list, or lists of lists of lists would grow without a loop."""
    if isinstance(value, list | tuple | dict | range):
        raise BlockFailed("a list in a list must be written there")
    return value


_UNSAFE_IN_SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'"})


def _script(value: Any) -> Markup:
    """JSON as code of a script: nothing in it can end the script or begin a comment."""
    return Markup(as_json(value).translate(_UNSAFE_IN_SCRIPT))  # noqa: S704


def _segment(value: Any) -> str:
    """As `urlencode`, and not empty: `/` and `/login` around it would make `//login`, which is a host."""
    text = urlencode(value)
    if not text:
        raise BlockFailed("nothing between the slashes of a URL, which would make a host of what follows")
    return text


METERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "_turns": _turns,
        "_compare": paying(_compare),
        "_slice": paying(_slice),
        "_concat": paying(_concat),
        "_scalar": paying(_scalar),
        "_script": paying(_script),
        "_segment": paying(_segment),
    }
)
"""The meters by name, as Jinja calls them."""
