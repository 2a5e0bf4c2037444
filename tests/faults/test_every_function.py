"""Every function that Edge has for a page raises whenever it is called, and the visitor gets the page."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NoReturn

import pytest

from edge.page import Setup
from tests.faults.case import Case
from tests.faults.faults import BrokenError
from tests.faults.kinds import KINDS, kind_of
from tests.faults.raising import CATCHING, MAKING
from tests.faults.table import ROWS
from tests.faults.test_matrix import Check

pytestmark = [
    pytest.mark.soak,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]

ROOMS = ("blocks", "decisions", "facts", "html", "page", "rules", "visitors")

CANNOT_DO_WITHOUT = {"Gunzip.feed", "Gunzip.close", "Gzip._framed"}
"""Once a page has begun to leave gzipped, nobody can go on with it who can neither open nor close it again."""


THE_TESTS_OWN = {"Counts.settled"}
"""What is asked for behind the page, to see what it said."""


def fail(*_: object, **__: object) -> NoReturn:
    raise BrokenError


def functions(room: str) -> Iterator[tuple[str, FunctionType]]:
    """Those of a room's modules and classes, by name. A closure cannot be made another function."""
    package = importlib.import_module(f"edge.{room}")
    for found in pkgutil.iter_modules(package.__path__, f"edge.{room}."):
        module = importlib.import_module(found.name)
        if found.name in CATCHING:
            continue
        for owner in [module, *(one for _, one in inspect.getmembers(module, inspect.isclass))]:
            if owner is module or owner.__module__ == found.name:
                yield from own(owner, found.name)


def own(owner: object, module: str) -> Iterator[tuple[str, FunctionType]]:
    for name, value in vars(owner).items():
        inner: Any = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        function = inspect.unwrap(inner)
        if (
            isinstance(function, FunctionType)
            and function.__module__ == module
            and not function.__code__.co_freevars
            and (module, name) not in MAKING
        ):
            yield function.__qualname__, function


@pytest.mark.parametrize("room", ROOMS)
def test_any_function_may_raise(room: str, tmp_path: Path) -> None:
    kinds = [kind_of(name, tmp_path) for name in KINDS if name not in ("5MB", "bytes", "ws")]
    for kind in kinds:
        Case(kind, tmp_path).through()  # so that the site is built with all of its functions
    tried = 0
    for name, function in functions(room):
        for kind in kinds if name not in THE_TESTS_OWN else ():
            if kind.name != "gzipped" or name not in CANNOT_DO_WITHOUT:
                check(Case(kind, tmp_path), name, function)
                tried += 1
    assert tried > 100


def check(case: Case, name: str, function: FunctionType) -> None:
    code = function.__code__

    def broken(setup: Setup) -> Setup:
        function.__code__ = fail.__code__
        return setup

    case.change = broken
    try:
        seen = Check(ROWS["memory runs out"], case)
    finally:
        function.__code__ = code
    try:
        seen.is_any_page()
    except AssertionError as error:
        raise AssertionError(f"{function.__module__}.{name}: {error}") from None
