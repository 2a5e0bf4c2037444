"""The facts of an imaginary site, and pages to render blocks for."""

from __future__ import annotations

from collections.abc import Mapping

from edge.blocks import compile_block, render
from edge.errors import BlockError, Flaw
from edge.facts import BUILTIN, Env, Fact, catalogue
from edge.model import Value

__all__ = ["FACTS", "env", "flaws", "marked", "rendered"]

FACTS = catalogue(
    BUILTIN,
    [
        Fact("traits.first_name", "text", "Their first name", "the shop"),
        Fact("traits.age", "number", "Their age", "the shop"),
        Fact("traits.vip", "flag", "Whether they are one", "the shop"),
        Fact("traits.tags", "words", "What they like", "the shop"),
        Fact("traits.fan-of", "text", "Whom they admire", "the shop"),
    ],
)


def env(known: Mapping[str, Value] | None = None) -> Env:
    return Env({}, None, known)


def rendered(source: str, known: Mapping[str, Value] | None = None) -> str:
    """What a block with this source shows where these facts are known."""
    return render(compile_block("test", source, FACTS), env(known))


def flaws(source: str) -> tuple[Flaw, ...]:
    """What is wrong with a block's source; none if nothing is."""
    try:
        compile_block("test", source, FACTS)
    except BlockError as error:
        return error.flaws
    return ()


def marked(source: str) -> list[tuple[str, str]]:
    """What is wrong with a block's source: the marked part of it, and the cause."""
    return [(source[flaw.start : flaw.end], flaw.cause) for flaw in flaws(source)]
