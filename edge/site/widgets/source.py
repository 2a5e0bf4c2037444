"""A widget with its inputs as the source of a block."""

from __future__ import annotations

from collections.abc import Mapping

from edge.blocks import Block, compile_block
from edge.errors import BlockError, Flaw
from edge.facts import Catalogue
from edge.site.widgets.widget import ANYWAY, Widget

__all__ = ["compile_widget"]

_UNKNOWN = "there is no fact "


def compile_widget(
    widget: Widget, name: str, values: Mapping[str, str], facts: Catalogue, known: Block | None = None
) -> Block:
    """The block `name` that shows the widget with inputs of these values, which are expressions; `known`, where it
    was compiled from the same for the same facts. Raises BlockError; offsets are those of the template."""
    # In one line with the template's first: lines of a block that fails are those of the template.
    before = _said(values) + "".join(
        f"{{% set {one} = {value} %}}" for one, value in values.items() if one not in ANYWAY
    )
    source = before + widget.template.content
    if known is not None and known.source == source:
        return known
    try:
        return compile_block(name, source, facts)
    except BlockError as error:
        raise BlockError(_moved(flaw, len(before)) for flaw in error.flaws) from None


def _said(values: Mapping[str, str]) -> str:
    said = [f"{name}={values[name]}" for name in ANYWAY if values.get(name, "none") != "none"]
    return f"{{# edge: {' '.join(said)} #}}" if said else ""


def _moved(flaw: Flaw, width: int) -> Flaw:
    """The flaw at its place in the template, where a name may be an input's."""
    cause = flaw.cause
    if cause.startswith(_UNKNOWN):
        cause = f"there is no input or fact {cause.removeprefix(_UNKNOWN)}"
    return Flaw(cause, flaw.cure, max(flaw.start - width, 0), max(flaw.end - width, 0))
