"""What a block's template may say: refuses what loads, defines, calls, or nests without end."""

from __future__ import annotations

import re
from collections.abc import Collection
from types import MappingProxyType

from jinja2 import nodes

from edge.blocks.filters import FILTERS, parameters
from edge.blocks.language import TESTS
from edge.errors import Flaw
from edge.facts import suggest

__all__ = ["check_grammar", "did_you_mean", "offset", "word_flaw"]

_DEEPEST = 30
_DEEPEST_LOOP = 4
_MOST_BRANCHES = 100
_LISTED = 40

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword),
    *(nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Concat, nodes.Call, nodes.Neg, nodes.Pos),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
)

_ALONE = ("a block stands alone: it cannot take in another file", "put what they share into one block")
_REFUSED: MappingProxyType[type[nodes.Node], tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block), _ALONE),
        **dict.fromkeys(
            (nodes.Macro, nodes.CallBlock), ("a block has no macros", "write it out, or use {% for %}")
        ),
        nodes.FilterBlock: ("{% filter %} is not available", "use the filter in {{ … }}"),
        nodes.AssignBlock: ("{% set %} … {% endset %} is not available", "write {% set name = value %}"),
        nodes.With: ("{% with %} is not available", "write {% set name = value %}"),
        nodes.Scope: ("autoescape cannot be switched", "use |tojson in a script, |url for a URL"),
        nodes.NSRef: ("only plain names can be set", "write {% set name = value %}"),
        nodes.Pow: ("** is not available", "multiply"),
    }
)
_SAFE = "what a visitor brings is always escaped: use |tojson in a script, |url for a URL"


def check_grammar(tree: nodes.Template, source: str) -> tuple[tuple[Flaw, ...], bool]:
    """Everything in the template that the language of blocks does not have; and whether it is built of nothing but
    known parts, so that its names and markup can be looked at all the same."""
    checker = _Checker(source)
    checker.check(tree, depth=0, loops=0)
    return tuple(checker.flaws), checker.known


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A cure for a name that nobody knows."""
    close = suggest(name, known)
    if close:
        return f"did you mean {close}?"
    names = sorted(known)
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"there are: {', '.join(names[:_LISTED])}{more}"


def offset(node: nodes.Node) -> int:
    """Where in the source the node begins: a few have no place of their own, some only that of their operator."""
    lines: list[int | None] = [part.lineno for part in (node, *node.find_all(nodes.Node))]
    known = [line for line in lines if line is not None]
    return min(known) if isinstance(node, nodes.Expr) else known[0]


def word_flaw(source: str, start: int, cause: str, cure: str) -> Flaw:
    """A flaw of the word or sign at `start`."""
    word = re.compile(r"\w+|\S").match(source, start)
    return Flaw(cause, cure, start, word.end() if word else start)


class _Checker:
    def __init__(self, source: str) -> None:
        self._source = source
        self.flaws: list[Flaw] = []
        self.known = True

    def check(self, node: nodes.Node, depth: int, loops: int) -> None:
        loops += isinstance(node, nodes.For)
        if depth > _DEEPEST or loops > _DEEPEST_LOOP:
            self.known = False
            cure = "take it apart with {% set %}"
            self._flaw(node, f"this is nested more than {_DEEPEST_LOOP} loops or {_DEEPEST} parts deep", cure)
        elif type(node) not in _ALLOWED:
            self.known = False
            self._refuse(node)
        else:
            self._check_node(node)
            for child in node.iter_child_nodes():
                self.check(child, depth + 1, loops)

    def _refuse(self, node: nodes.Node) -> None:
        cause, cure = next(
            (words for kind, words in _REFUSED.items() if isinstance(node, kind)),
            ("blocks do not have this part of Jinja", "blocks know {% if %}, {% for %}, {% set %} and filters"),
        )
        self._flaw(node, cause, cure)

    def _check_node(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Filter):
            self._check_filter(node)
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            self._flaw(node, f"there is no test {node.name!r}", did_you_mean(node.name, TESTS))
        elif isinstance(node, nodes.Call):
            self._check_call(node)
        elif isinstance(node, nodes.For) and node.recursive:
            self._flaw(node, "a loop cannot be recursive", "leave out `recursive`")
        elif isinstance(node, nodes.If) and len(node.elif_) > _MOST_BRANCHES:
            self._flaw(node, f"this has more than {_MOST_BRANCHES} {{% elif %}}", "make several blocks of it")

    def _check_filter(self, node: nodes.Filter) -> None:
        if node.name in ("safe", "forceescape"):
            self._flaw(node, f"|{node.name} is not available", _SAFE)
        elif node.name not in FILTERS or node.node is None:
            self._flaw(node, f"there is no filter {node.name!r}", did_you_mean(node.name, FILTERS))
        elif not _fits(node):
            names = ", ".join(parameters(node.name)[0]) or "nothing"
            self._flaw(node, f"|{node.name} is not used like this", f"it takes {names}")

    def _check_call(self, node: nodes.Call) -> None:
        called = node.node
        if not (isinstance(called, nodes.Name) and called.name == "range"):
            self._flaw(
                node, "a block cannot call methods or functions, but for range(…)", "use a filter: value|upper"
            )
        elif node.kwargs or node.dyn_args or node.dyn_kwargs or not 1 <= len(node.args) <= 3:
            self._flaw(node, "range takes one to three numbers", "write range(stop) or range(start, stop, step)")

    def _flaw(self, node: nodes.Node, cause: str, cure: str) -> None:
        own: int | None = node.lineno
        start = offset(node) if own is None else own
        self.flaws.append(word_flaw(self._source, start, cause, cure))


def _fits(node: nodes.Filter) -> bool:
    """Whether the filter takes these arguments."""
    names, needed = parameters(node.name)
    given = [*names[: len(node.args)], *(keyword.key for keyword in node.kwargs)]
    return (
        not (node.dyn_args or node.dyn_kwargs)
        and len(node.args) <= len(names)
        and len(set(given)) == len(given)
        and set(names[:needed]) <= set(given) <= set(names)
    )
