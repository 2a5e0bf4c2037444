"""Whether a block's own tags balance: a block never changes where the elements around it end."""

from __future__ import annotations

from edge.errors import Flaw
from edge.html.context import TEXT, Where, read
from edge.html.nesting import unclosed

__all__ = ["check_balance", "left_open"]


def check_balance(text: str) -> tuple[Flaw, ...]:
    """Everything in a block's markup whose end the block itself does not settle, as flaws at their offsets.

    Implied ends count where they are certain: `<ul><li>a<li>b</ul>` balances, `<p>a` does not, because what
    follows the block would become part of it. Slot tags and comments of ours are text like any other.
    """
    reading = read(TEXT, text, 0)
    return (*reading.flaws, *left_open(reading.where, len(text)))


def left_open(where: Where, end: int) -> tuple[Flaw, ...]:
    """What is still open at `where`, the end of a block of `end` characters."""
    if where.state != "data":
        return (_unfinished(where, end),)
    return tuple(unclosed(element) for element in where.stack)


def _unfinished(where: Where, end: int) -> Flaw:
    if where.state == "raw text":
        return unclosed(where.stack[-1])
    if where.state in ("double", "single"):
        quote = '"' if where.state == "double" else "'"
        return Flaw("The block ends inside a quoted value", f"write the closing {quote} and >", where.tag_at, end)
    if where.state.startswith("comment"):
        return Flaw("The block ends inside a comment", "write -->", where.tag_at, end)
    if where.state.startswith("cdata"):
        return Flaw("The block ends inside a CDATA section", "write ]]>", where.tag_at, end)
    return Flaw("The block ends inside a tag", "write >, or &lt; for a < that is text", where.tag_at, end)
