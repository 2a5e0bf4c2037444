"""The template language of blocks: Jinja's, in its immutable sandbox, without what loads, calls or never ends.

Offsets: Jinja remembers only lines. Here every token is given its offset in the source for a line number, so that
each node of a parsed template says where it stands.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes, pass_context
from jinja2.lexer import TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from edge.blocks.block import BlockFailed
from edge.blocks.filters import FILTERS
from edge.blocks.limits import MAX_STEPS, bounded, budget, work
from edge.blocks.metering import METERS
from edge.blocks.syntax import explain
from edge.errors import BlockError, Flaw

__all__ = ["ENVIRONMENT", "LOOP", "TESTS", "Tag", "Unknown", "parse", "tags"]

LOOP = frozenset(("index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"))
"""What a template may ask of `loop`."""


class Unknown(Undefined):
    """A value that is not known. It may be tested and compared; whatever else is done with it fails the block."""

    __slots__ = ()
    __iter__ = __str__ = __len__ = Undefined._fail_with_undefined_error

    def __eq__(self, other: Any) -> bool:
        return other is None or isinstance(other, Undefined)

    def __hash__(self) -> int:
        return hash(None)

    def __contains__(self, item: Any) -> bool:
        return False


_CONTROLS = [code for code in range(0x20) if chr(code) not in "\t\n\r"]
_CONTROL = re.compile("[" + "".join(f"\\x{code:02x}" for code in _CONTROLS) + "]")
_REPLACED = dict.fromkeys(_CONTROLS, "\ufffd")
"""Controls that HTML does not allow (https://html.spec.whatwg.org/#preprocessing-the-input-stream): a visitor can
bring them, and a log or terminal may obey them."""


@pass_context
def _printable(context: Context, value: Any) -> Any:
    """What `{{ }}` prints: text, numbers, dates; nothing that is not known, and no list."""
    if isinstance(value, Undefined):
        return str(value)
    if value is None or isinstance(value, list | tuple | dict | range):
        raise BlockFailed(f"a {type(value).__name__} cannot be printed")
    if isinstance(value, str) and _CONTROL.search(value):
        return value.translate(_REPLACED)
    return value


def _is_none(value: Any) -> bool:
    return value is None or isinstance(value, Undefined)


def _number(value: Any) -> Any:
    """A number, and no text: there `%` would fill a format that the visitor may have written."""
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BlockFailed(f"a {type(value).__name__} is neither even nor odd")
    return value


TESTS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {
        "defined": lambda value: not _is_none(value),
        "undefined": _is_none,
        "none": _is_none,
        "boolean": lambda value: isinstance(value, bool),
        "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
        "string": lambda value: isinstance(value, str),
        "true": lambda value: value is True,
        "false": lambda value: value is False,
        "even": lambda value: _number(value) % 2 == 0,
        "odd": lambda value: _number(value) % 2 == 1,
        "divisibleby": lambda value, number: _number(value) % _number(number) == 0,
    }
)
"""The tests that a block may use after `is`."""


class _Environment(ImmutableSandboxedEnvironment):
    """Numbers stay numbers, text stays short, and an object is only what it holds."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        budget(context).spend(work(left, right))
        texts = isinstance(left, str) and isinstance(right, str) and operator == "+"
        if not texts and not (isinstance(left, int | float) and isinstance(right, int | float)):
            kinds = f"{type(left).__name__} {operator} {type(right).__name__}"
            raise BlockFailed(f"{kinds} cannot be computed")
        return bounded(_ARITHMETIC[operator](left, right))

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, LoopContext) and argument in LOOP:
            return getattr(obj, argument)
        if isinstance(obj, Undefined):
            return obj[argument]
        try:
            return obj[argument]
        except LookupError:
            return Unknown("what it looks up is not there")


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > MAX_STEPS:
        raise BlockFailed(f"a range of more than {MAX_STEPS:,} numbers")
    return found


def _environment() -> _Environment:
    environment = _Environment(autoescape=True, undefined=Unknown, finalize=_printable)
    environment.filters = {**FILTERS, **METERS}
    environment.tests = dict(TESTS)
    environment.globals = {"range": _range}
    return environment


ENVIRONMENT = _environment()


def parse(source: str) -> nodes.Template:
    """The template's tree, each node's line number being its offset in `source`, whose line breaks must be single
    line feeds. Raises BlockError."""
    parser = Parser(ENVIRONMENT, "")
    try:
        parser.stream = TokenStream(ENVIRONMENT.lexer.wrap(_tokens(source)), None, None)
        return parser.parse()
    except TemplateSyntaxError as error:
        raise BlockError(explain(error, source, _readable)) from None
    except RecursionError:
        raise BlockError(
            Flaw("this is nested too deeply", "take it apart with {% set %}", 0, len(source))
        ) from None
    except ValueError:  # a number of thousands of digits
        raise BlockError(Flaw("this number is too long", "write at most 18 digits", 0, len(source))) from None


class Tag(NamedTuple):
    """One `{{ }}` (kind "variable"), `{% %}` ("block"), `{# #}` ("comment") or raw part of a source: the offsets
    of its ends, and of what stands between its marks."""

    kind: str
    start: int
    inner: int
    inner_end: int
    end: int


def tags(source: str) -> Iterator[Tag]:
    """The tags of a source, whose line breaks must be single line feeds. Raises BlockError."""
    start = inner = 0
    try:
        for at, token, value in _tokens(source):
            kind, _, side = token.rpartition("_")
            if side == "begin":
                start, inner = at, at + len(value)
            elif side == "end":
                yield Tag(kind, start, inner, at, at + len(value))
    except TemplateSyntaxError as error:
        raise BlockError(explain(error, source, _readable)) from None


def _tokens(source: str) -> Iterator[tuple[int, str, str]]:
    at = 0
    try:
        for _, token, value in ENVIRONMENT.lexer.tokeniter(source, None):
            at = source.index(value, at)  # white space that a `-` strips is left out between tokens
            yield at, token, value
            at += len(value)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", at) from None


def _readable(source: str) -> Iterator[tuple[int, str, str]]:
    """The tokens as far as they can be read."""
    with suppress(TemplateSyntaxError):
        yield from _tokens(source)
