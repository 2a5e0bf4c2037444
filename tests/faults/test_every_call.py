"""Every single call that Edge makes for a request raises once, and the visitor gets the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.case import Case
from tests.faults.faults import BrokenError
from tests.faults.kinds import KINDS, kind_of
from tests.faults.raising import Raiser
from tests.faults.table import ROWS
from tests.faults.test_matrix import Check

pytestmark = [pytest.mark.soak, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

ERRORS = (BrokenError, MemoryError, RecursionError)
SIZES = {"5MB": 97, "bytes": 7}
"""Of the calls for a long body, every how manieth is tried."""


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ws"])
def test_any_call_may_raise(kind: str, warm: bool, tmp_path: Path) -> None:
    row = ROWS["memory runs out"]
    made = kind_of(kind, tmp_path)
    at = 1
    while True:
        case = Case(made, tmp_path, warm=warm)
        raiser = case.raiser = Raiser(at, ERRORS[at % 3]())
        case.during = lambda: raiser  # noqa: B023  called before the next turn
        check = Check(row, case)
        if raiser.where is None:
            break
        try:
            check.holds()
        except AssertionError as error:
            raise AssertionError(f"call {at}, {raiser.where}: {error}") from None
        at += SIZES.get(kind, 1)
    assert at > 10
