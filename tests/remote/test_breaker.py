"""When a service is left alone, and when it is tried."""

from __future__ import annotations

import pytest

from edge.remote.breaker import Breaker
from tests.remote.asking import Clock


def breaker(clock: Clock, chance: float = 0.0) -> Breaker:
    return Breaker(clock, lambda: chance)


def opened(clock: Clock, chance: float = 0.0) -> Breaker:
    made = breaker(clock, chance)
    assert [made.fail() for _ in range(5)] == [False] * 4 + [True]
    return made


def test_five_failures_in_a_row_open_it() -> None:
    assert opened(Clock()).is_open


def test_a_success_in_between_begins_the_row_anew() -> None:
    made = breaker(Clock())
    for _ in range(10):
        assert not any(made.fail() for _ in range(4))
        assert made.succeed() is False
    assert not made.is_open


def test_one_call_is_due_after_half_a_minute() -> None:
    clock = Clock()
    made = opened(clock)
    due = []
    for seconds in (29.9, 0.1):
        clock.now += seconds
        due.append(made.is_due)
    made.enter()
    assert [*due, made.is_due] == [False, True, False], "one call"


def test_its_success_closes_it() -> None:
    clock = Clock()
    made = opened(clock)
    clock.now += 30
    made.enter()
    assert made.succeed() is True
    assert not made.is_open
    assert not any(made.fail() for _ in range(4)), "and all is as in the beginning"


def test_each_failure_of_such_a_call_makes_the_pause_half_a_minute_longer_up_to_ten() -> None:
    clock = Clock()
    made = opened(clock)
    pauses = [made.pause]
    for _ in range(25):
        clock.now += made.pause
        assert made.is_due
        made.enter()
        assert made.fail(tried=True)
        pauses.append(made.pause)
    assert pauses == [30.0 * number for number in range(1, 21)] + [600.0] * 6


def test_a_call_that_is_lost_makes_way_for_another() -> None:
    clock = Clock()
    made = opened(clock)
    clock.now += 30
    made.enter()
    clock.now += 30
    assert made.is_due


def test_calls_from_before_it_opened_change_nothing_unless_they_succeed() -> None:
    clock = Clock()
    made = opened(clock)
    assert not any(made.fail() for _ in range(100))
    assert made.pause == 30
    assert made.succeed()


@pytest.mark.parametrize(("asked", "pause"), [(1.0, 1.0), (45.0, 45.0), (100_000.0, 600.0)])
def test_a_service_may_ask_to_be_left_alone(asked: float, pause: float) -> None:
    made = breaker(Clock())
    assert made.fail(asked=asked)
    assert made.is_open
    assert made.pause == pause


def test_pauses_spread_so_that_not_all_processes_call_at_once() -> None:
    assert {opened(Clock(), chance).pause for chance in (0.0, 0.5, 1.0)} == {30.0, 31.5, 33.0}
