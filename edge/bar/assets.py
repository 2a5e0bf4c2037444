"""The bar's stylesheet and script, each below an address that has its hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files

__all__ = ["CSS", "JS", "Asset"]

_PARTS = tuple(
    f"{name}.js"
    for name in ("places", "labels", "outlines", "compare", "memory", "people", "room", "unstyled", "bar")
)
"""One after the other they are one script, in a scope of its own."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is the same for everybody. `name` is what its address ends with."""

    body: bytes
    kind: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        ending = self.kind.removeprefix("text/").replace("javascript", "js")
        object.__setattr__(self, "name", f"bar.{sha256(self.body).hexdigest()[:12]}.{ending}")


def _text(name: str) -> str:
    return files("edge.bar").joinpath(name).read_text("utf-8")


CSS = Asset(_text("bar.css").encode(), "text/css")
JS = Asset(("(() => {\n'use strict';\n" + "".join(map(_text, _PARTS)) + "})();\n").encode(), "text/javascript")
