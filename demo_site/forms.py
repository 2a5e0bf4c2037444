"""The two forms: what they ask, and what is wrong with an answer. Nothing is kept of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

__all__ = ["FORMS", "MOST", "Field", "find_errors", "read_form"]

MOST = 16_384
"""Bytes of a form's answer."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `kind`: text, email, choice (of `choices`) or consent; `longest` in characters."""

    name: str
    kind: str = "text"
    required: bool = True
    longest: int = 200
    choices: tuple[str, ...] = ()


FORMS: Mapping[str, tuple[Field, ...]] = {
    "/contact": (
        Field("name"),
        Field("email", "email"),
        Field("topic", "choice", choices=("order", "plan", "repair", "business", "press")),
        Field("message", longest=4000),
    ),
    "/sign-up": (
        Field("name", required=False),
        Field("email", "email"),
        Field("interest", "choice", choices=("headphones", "computers", "both")),
        Field("consent", "consent"),
    ),
}
"""By path, in either language."""


def read_form(body: bytes) -> dict[str, str]:
    """What a browser sent as application/x-www-form-urlencoded: the last value of each name, trimmed."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: value.strip() for name, value in pairs}


def find_errors(fields: tuple[Field, ...], answer: Mapping[str, str]) -> dict[str, str]:
    """By field: "missing", "email", "choice", "consent" or "long"; empty where all is well."""
    found = {field.name: _error(field, answer.get(field.name, "")) for field in fields}
    return {name: error for name, error in found.items() if error}


def _error(field: Field, value: str) -> str:
    if not value:
        empty = field.kind if field.kind in ("choice", "consent") else "missing"
        return empty if field.required else ""
    if len(value) > field.longest:
        return "long"
    if field.kind == "email" and not _EMAIL.fullmatch(value):
        return "email"
    return "choice" if field.kind == "choice" and value not in field.choices else ""
