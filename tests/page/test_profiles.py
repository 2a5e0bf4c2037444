"""Profiles that come from the operator, held to what facts.toml declares."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from edge import Profile, Visitor
from edge.errors import ProfileError
from edge.facts import catalogue, declared_trait
from edge.page.profiles import CheckedProfiles

FACTS = catalogue(
    [declared_trait("plan", "choice", "", ("free", "pro")), declared_trait("seats", "number", "", ())],
)


def checked(answer: Any) -> CheckedProfiles:
    async def source(visitor: Visitor) -> Any:
        return answer

    return CheckedProfiles(source, FACTS)


def traits(profiles: CheckedProfiles) -> dict[str, Any]:
    async def run() -> Profile:
        return await profiles(Visitor("id", new=False))

    return dict(asyncio.run(run()).traits)


def test_declared_traits_of_their_kind_are_known(caplog: pytest.LogCaptureFixture) -> None:
    assert traits(checked(Profile({"plan": "pro", "seats": 3}))) == {"plan": "pro", "seats": 3}
    assert traits(checked(Profile({"plan": None}))) == {"plan": None}
    assert not caplog.records


@pytest.mark.parametrize("given", [{"plan": "gold"}, {"plan": 3}, {"seats": "3"}, {"other": "x"}])
def test_every_other_is_left_out_and_told_of_once_without_its_value(
    given: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    profiles = checked(Profile(given))
    for _ in range(3):
        assert set(traits(profiles).values()) == {None}
    (record,) = caplog.records
    assert "gold" not in record.getMessage()
    assert next(iter(given)) in record.getMessage()


def test_not_more_than_a_hundred_traits_are_told_of(caplog: pytest.LogCaptureFixture) -> None:
    traits(checked(Profile({f"trait_{number}": 1 for number in range(500)})))
    assert len(caplog.records) == 100


@pytest.mark.parametrize("answer", [{"plan": "pro"}, None, "pro"])
def test_what_is_no_profile_is_refused(answer: Any) -> None:
    with pytest.raises(ProfileError, match="must return an"):
        traits(checked(answer))


def test_a_function_that_is_not_async_is_refused() -> None:
    def source(visitor: Visitor) -> Any:
        return Profile()

    with pytest.raises(ProfileError, match="async"):
        traits(CheckedProfiles(source, FACTS))
