"""A block and the facts of a page to HTML."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import TemplateError

from edge.blocks.block import Block, BlockFailed, Input
from edge.blocks.language import Unknown
from edge.blocks.limits import BUDGET, MAX_OUTPUT, Budget
from edge.facts import Env

__all__ = ["Given", "given", "render", "render_given"]

# What a template can raise: values that do not fit what is done with them.
_RAISED = (BlockFailed, TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Given = tuple[Hashable, ...]
"""What a template reads, in the order of the block's inputs: equal where the rendering would be."""


def render(block: Block, env: Env) -> str:
    """The block's HTML for a page. Raises BlockFailed where a limit is passed or a value is not known."""
    return render_given(block, given(block, env))


def given(block: Block, env: Env) -> Given:
    """The values of what the block reads."""
    return tuple([_value(source, env) for source in block.inputs])


def render_given(block: Block, values: Given) -> str:
    """The block's HTML for these values. Raises BlockFailed."""
    context: dict[str, Any] = {BUDGET: Budget()}
    for source, value in zip(block.inputs, values, strict=True):
        context[source.variable] = _thawed(source, value)
    try:
        return "".join(_limited(block.template.root_render_func(block.template.new_context(context))))
    except _RAISED as error:
        raise BlockFailed(f"{_line(block, error)}{_why(error)}") from error


def _line(block: Block, error: Exception) -> str:
    """Where in the block it failed: `line 3: `."""
    traced = error.__traceback__
    while traced is not None:
        if traced.tb_frame.f_globals.get("__jinja_template__") is block.template:
            offset = block.template.get_corresponding_lineno(traced.tb_lineno)
            return f"line {bisect_left(block.line_ends, offset) + 1}: "
        traced = traced.tb_next
    return ""


def _why(error: Exception) -> str:
    """What failed. Where Python's own message could quote a value, other words."""
    quotes = isinstance(error, LookupError | ValueError)
    return "a value does not fit what is done with it" if quotes else str(error)


def _limited(pieces: Iterable[str]) -> Iterator[str]:
    room = MAX_OUTPUT
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise BlockFailed(f"it puts out more than {MAX_OUTPUT:,} characters")
        yield piece


class _Typed(tuple[type, Any]):
    """A value that is no text: 1, 1.0 and True are equal, and print differently."""

    __slots__ = ()


def _value(source: Input, env: Env) -> Hashable:
    value = env[source.fact]
    if source.key is not None:
        value = value.get(source.key) if isinstance(value, Mapping) else None
    if value is None:
        return None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, frozenset):
        return _Typed((frozenset, tuple(sorted(map(_plain, value)))))  # in the same order in every process
    if isinstance(value, Mapping):
        return _Typed((dict, tuple(sorted((_plain(name), _plain(item)) for name, item in value.items()))))
    if isinstance(value, float):
        value += 0.0  # -0.0 equals 0.0 and prints otherwise: it becomes 0.0
    return _Typed((type(value), value))


def _plain(value: Any) -> Any:
    """A text of any subclass as plain text: one that says of itself that it is HTML would not be escaped."""
    return str.__str__(value) if isinstance(value, str) else value


def _thawed(source: Input, value: Any) -> Any:
    if value is None:
        name = source.fact if source.key is None else f"{source.fact}.{source.key}"
        return Unknown(f"{name} is not known")
    if not isinstance(value, _Typed):
        return value
    kind, plain = value
    return dict(plain) if kind is dict else plain
