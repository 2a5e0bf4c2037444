"""A widget, and what it may be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from edge.site.text import Text
from edge.site.toml import Document

__all__ = ["ANYWAY", "FIELDS", "KINDS", "FieldKind", "Input", "InputKind", "Widget"]

FieldKind = Literal["text", "url", "number", "flag", "choice", "date"]
InputKind = Literal[FieldKind, "link", "image", "texts", "list"]

KINDS: tuple[InputKind, ...] = (*get_args(FieldKind), "link", "image", "texts", "list")
"""`link` is a table of text and href, `image` one of src, alt, width and height, `texts` a list of texts, `list`
one of tables that have `fields`."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a widget is given. `least` and `most` bound the characters of a text, a number, or how many
    there are of a list. `as_many_as` names a list of the widget that this one is as long as."""

    name: str
    kind: InputKind
    about: str
    required: bool = False
    default: str | int | bool | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Input] = field(default_factory=lambda: MappingProxyType({}))
    as_many_as: str = ""


def _fields(*inputs: Input) -> Mapping[str, Input]:
    return MappingProxyType({one.name: one for one in inputs})


FIELDS: Mapping[InputKind, Mapping[str, Input]] = MappingProxyType(
    {
        "link": _fields(
            Input("text", "text", "What it says", required=True, most=80),
            Input("href", "url", "Where it leads", required=True),
        ),
        "image": _fields(
            Input("src", "url", "Where the picture is", required=True),
            Input("alt", "text", "What it shows; empty where it only adorns", required=True, least=0, most=300),
            Input("width", "number", "Its width in pixels", required=True, least=1, most=20_000),
            Input("height", "number", "Its height in pixels", required=True, least=1, most=20_000),
        ),
    }
)
"""What is in a table of that kind. With both sizes known, the page does not move when a picture arrives."""

ANYWAY: Mapping[str, Input] = _fields(
    Input("lang", "text", 'The language of these texts, where the page has another: "th", "pt-BR"', most=35),
    Input("dir", "choice", "The direction they are written in", choices=("ltr", "rtl", "auto")),
)
"""What every widget may be given."""


@dataclass(frozen=True, slots=True)
class Widget:
    """A ready-made block. `where` is the package that it comes from, or its folder in the site folder. `sample`
    are inputs to look at it with, `default` HTML of the same shape for the site itself, `style` its CSS."""

    name: str
    where: str
    about: str
    inputs: Mapping[str, Input]
    template: Text
    sample: Document
    default: str = ""
    style: str = ""
