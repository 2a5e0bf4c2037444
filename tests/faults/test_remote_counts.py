"""Of the service of `[remote]`, the counter names what went wrong, not only that a slot kept its default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.case import Case
from tests.faults.faults import FAULTS, TIMES
from tests.faults.kinds import KINDS

REASONS: Mapping[str, tuple[str | None, ...]] = {
    "the service answers": ("asked",),
    "the service is down": ("connection",),
    "the service hangs": (None,),  # the call goes on: how it ends is counted then
    "the service drips": (None,),
    "the service is cut": ("no http",),
    "the service sends 10 MB": ("too large", "too large"),
    "the service sends garbage": ("no http", "no json", "no json"),
    "the service sends wrong types": ("shape",) * 5,
    "the service redirects": ("redirect",),
    "the service refuses": ("status",) * 3,
    "the service knows nobody": ("unknown visitor",),
}


def test_every_such_fault_has_its_reasons() -> None:
    assert {name: TIMES[name] for name in FAULTS if name.startswith("the service ")} == {
        name: len(reasons) for name, reasons in REASONS.items()
    }


@pytest.mark.parametrize("fault", REASONS)
def test_the_reason_is_counted_once(fault: str, tmp_path: Path) -> None:
    for number, reason in enumerate(REASONS[fault]):
        case = Case(KINDS["small"], tmp_path / str(number))
        with case.around:
            FAULTS[fault](case, number)
            counts = case.through().counts
        named = {why: times for (what, why), times in counts.items() if what == "remote"}
        assert named == ({} if reason is None else {reason: 1})
