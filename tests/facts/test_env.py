"""Facts are worked out when first read."""

from __future__ import annotations

from edge.facts import Env


def test_a_fact_is_worked_out_once_and_only_when_read() -> None:
    asked: list[str] = []

    def country(subject: str) -> str:
        asked.append(subject)
        return "DE"

    env = Env({"country": country}, "the request")
    assert asked == []
    assert (env["country"], env["country"]) == ("DE", "DE")
    assert asked == ["the request"]


def test_what_is_known_goes_before_the_sources() -> None:
    assert Env({"country": lambda subject: "DE"}, None, {"country": "AT"})["country"] == "AT"


def test_a_fact_without_a_source_is_not_known() -> None:
    assert Env({}, None)["country"] is None


def test_no_segment_is_known_until_they_are_bound() -> None:
    assert Env({}, None).segments["vip"] is False
