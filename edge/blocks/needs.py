"""Which inputs a template cannot do without: where one of them is not known, it fails for that visitor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jinja2 import nodes

__all__ = ["needed"]

_DEFAULTS = frozenset(("default", "d", "tojson", "_script"))
"""Filters that take what is not known."""

_COMPUTING = frozenset(("even", "odd", "divisibleby"))
_EQUAL = frozenset(("eq", "in"))

_Known = frozenset[str]
_NONE: _Known = frozenset()


def needed(tree: nodes.Template) -> frozenset[str]:
    """The variables that must be known wherever they are reached: printed or computed with, without a default and
    not within an `if` that asks for them. Values that `set` keeps are not followed."""
    return _statements(tree.body, _NONE)


def _statements(body: Iterable[nodes.Node], known: _Known) -> _Known:
    found = _NONE
    for node in body:
        if isinstance(node, nodes.Output):
            found |= _all(node.nodes, known)
        elif isinstance(node, nodes.If):
            found |= _branches(node, known)
        elif isinstance(node, nodes.For):
            found |= _printed(node.iter, known) | _statements([*node.body, *node.else_], known)
        elif isinstance(node, nodes.Assign):
            found |= _used(node.node, known)
    return found


def _branches(node: nodes.If, known: _Known) -> _Known:
    found = _NONE
    for branch in (node, *node.elif_):
        found |= _used(branch.test, known) | _statements(branch.body, known | _true(branch.test))
        known |= _false(branch.test)
    return found | _statements(node.else_, known)


def _all(parts: Iterable[nodes.Node], known: _Known) -> _Known:
    return _NONE.union(*(_printed(part, known) for part in parts))


def _printed(node: nodes.Node, known: _Known) -> _Known:
    """What must be known where the value itself is needed."""
    match node:
        case nodes.Name():
            return frozenset((node.name,)) - known
        case nodes.Or():
            return _used(node.left, known) | _printed(node.right, known | _false(node.left))
        case nodes.And():
            return _printed(node.left, known) | _printed(node.right, known | _true(node.left))
        case nodes.CondExpr():
            found = _used(node.test, known) | _printed(node.expr1, known | _true(node.test))
            return found | (_printed(node.expr2, known | _false(node.test)) if node.expr2 else _NONE)
    return _used(node, known)


def _used(node: nodes.Node, known: _Known) -> _Known:
    """What must be known where the value is only tested or kept."""
    match node:
        case nodes.Name():
            return _NONE
        case nodes.Or():
            return _used(node.left, known) | _used(node.right, known | _false(node.left))
        case nodes.And():
            return _used(node.left, known) | _used(node.right, known | _true(node.left))
        case nodes.Not():
            return _used(node.node, known)
        case nodes.CondExpr():
            return _printed(node, known)
        case nodes.Filter() if node.name in _DEFAULTS and node.node is not None:
            return _used(node.node, known) | _all(node.args, known)
        case nodes.Test() if node.name not in _COMPUTING:
            return _used(node.node, known)
        case nodes.Compare():
            operands = [node.expr, *(operand.expr for operand in node.ops)]
            if any(operand.op in ("lt", "lteq", "gt", "gteq") for operand in node.ops):
                return _all(operands, known)
            return _NONE.union(*(_used(operand, known) for operand in operands))
    return _all(node.iter_child_nodes(), known)


def _true(test: nodes.Node) -> _Known:
    """What is known where the test holds."""
    match test:
        case nodes.And():
            return _true(test.left) | _true(test.right)
        case nodes.Or():
            return _true(test.left) & _true(test.right)
        case nodes.Not():
            return _false(test.node)
        case nodes.Test() if test.name not in ("undefined", "none"):
            return _names([test.node])
        case nodes.Compare() if test.ops[0].op in _EQUAL and _fixed(test):
            return _names([test.expr, test.ops[0].expr])
    return _names([test])


def _false(test: nodes.Node) -> _Known:
    """What is known where the test does not hold."""
    match test:
        case nodes.And():
            return _false(test.left) & _false(test.right)
        case nodes.Or():
            return _false(test.left) | _false(test.right)
        case nodes.Not():
            return _true(test.node)
        case nodes.Test() if test.name in ("undefined", "none"):
            return _names([test.node])
        case nodes.Compare() if test.ops[0].op in ("ne", "notin") and _fixed(test):
            return _names([test.expr, test.ops[0].expr])
    return _NONE


def _fixed(test: nodes.Compare) -> bool:
    """Whether one side of the only comparison is a value, not None: what is not known never equals it."""
    sides: Sequence[nodes.Node] = [test.expr, test.ops[0].expr]
    values = [side for side in sides if isinstance(side, nodes.Const | nodes.List | nodes.Tuple)]
    return len(test.ops) == 1 and any(not (isinstance(one, nodes.Const) and one.value is None) for one in values)


def _names(parts: Iterable[nodes.Node]) -> _Known:
    return frozenset(part.name for part in parts if isinstance(part, nodes.Name))
