"""Anything that Edge calls raises: not a stand-in for it, but the call itself, one after the other."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

__all__ = ["Raiser"]

CATCHING = frozenset(
    f"edge.page.{name}"
    for name in (
        "chop",
        "middleware",
        "exchange",
        "turns",
        "responder",
        "streaming",
        "passing",
        "fallback",
        "faults",
    )
)
"""The modules that catch what the others raise. Something has to stand: they do little else."""

MAKING = frozenset((("edge.page.visit", "__init__"), ("edge.page.showing", "__init__")))
"""What a request cannot begin without: they only store what they are given."""


class Raiser:
    """Raises `error` in the place of the call number `at` into a function of `modules`, or out of one into a
    builtin. `calls` is how many there were; `where` is what was hit, None where there were not so many."""

    def __init__(self, at: int, error: BaseException, modules: tuple[str, ...] = ("edge",)) -> None:
        self._at = at
        self._error = error
        self._modules = modules
        self.calls = 0
        self.where: tuple[str, str, int] | None = None

    def __enter__(self) -> Raiser:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, arg: Any) -> None:
        if event not in ("call", "c_call") or not self._covers(frame):
            return
        self.calls += 1
        if self.calls == self._at:
            sys.setprofile(None)
            self.where = (frame.f_globals["__name__"], frame.f_code.co_name, frame.f_lineno)
            raise self._error

    def _covers(self, frame: FrameType) -> bool:
        module = frame.f_globals.get("__name__", "")
        covered = module.startswith(self._modules) and module.startswith("edge.") and module not in CATCHING
        return covered and (module, frame.f_code.co_name) not in MAKING
