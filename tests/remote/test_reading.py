"""From what the service says to a profile: what is wanted of it, and what is left out and counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from edge.errors import RemoteError
from edge.model import Profile
from edge.remote import RemoteSettings
from edge.remote.reading import Reading
from tests.remote.asking import converted

PLACES = {"segments": "/audiences", "traits": (("plan", "/account/plan"), ("seats", "/account/seats/0"))}


def read(document: Any, **settings: Any) -> tuple[Profile, dict[str, int]]:
    counts: Counter[str] = Counter()

    def count(reason: str) -> None:
        counts[reason] += 1

    reading = Reading(RemoteSettings(**settings), frozenset({"vip", "trial"}), converted, count)
    return reading.profile(document), dict(counts)


def test_names_and_traits_are_found_where_the_pointers_lead() -> None:
    document = {"audiences": ["vip"], "account": {"plan": "pro", "seats": [3, 4]}, "other": "left alone"}
    assert read(document, **PLACES) == (Profile({"plan": "pro", "seats": 3}, frozenset({"vip"})), {})


@pytest.mark.parametrize(
    "said", [["vip", "trial"], {"vip": True, "trial": True, "other": False, "third": "true", "fourth": 1}]
)
def test_names_are_a_list_or_an_object_of_true_and_false(said: Any) -> None:
    assert read({"segments": said})[0].segments == {"vip", "trial"}


@pytest.mark.parametrize("said", [None, [], {}])
def test_no_names_are_no_segments(said: Any) -> None:
    assert read({"segments": said}) == (Profile(), {})


def test_nothing_where_segments_are_looked_for_is_counted_and_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts: Counter[str] = Counter()
    reading = Reading(RemoteSettings(), frozenset(("vip",)), converted, lambda reason: counts.update([reason]))
    for _ in range(3):
        assert reading.profile({"audiences": ["vip"]}) == Profile()
    assert counts == {"no segments": 3}
    (record,) = caplog.records
    assert "holds nothing at /segments, reported once" in record.getMessage()


def test_nothing_there_is_no_mistake_where_no_segment_comes_from_elsewhere() -> None:
    counts: Counter[str] = Counter()
    reading = Reading(RemoteSettings(), frozenset(), converted, lambda reason: counts.update([reason]))
    assert reading.profile({"traits": {"seats": 2}}).traits == {"seats": 2}
    assert not counts


def test_a_document_may_be_the_list_itself() -> None:
    assert read(["vip"], segments="")[0].segments == {"vip"}


def test_names_that_the_site_does_not_list_are_left_out_and_counted() -> None:
    profile, counts = read({"segments": ["vip", "a", "b", 7, None, ["vip"]]})
    assert profile.segments == {"vip"}
    assert counts == {"unknown segment": 2}


def test_traits_that_the_site_does_not_declare_are_left_out_and_counted() -> None:
    profile, counts = read({"traits": {"plan": "pro", "email": "ann@private.example", "x": {}}, "segments": []})
    assert (dict(profile.traits), counts) == ({"plan": "pro"}, {"undeclared trait": 2})


@pytest.mark.parametrize("raw", [7, "gold", ["pro"], {"plan": "pro"}, True, ""])
def test_traits_of_another_kind_are_left_out_counted_and_told_of_once(
    raw: Any, caplog: pytest.LogCaptureFixture
) -> None:
    counts: Counter[str] = Counter()
    reading = Reading(RemoteSettings(), frozenset(), converted, lambda reason: counts.update([reason]))
    for _ in range(3):
        assert dict(reading.profile({"traits": {"plan": raw, "seats": 2}}).traits) == {"seats": 2}
    assert counts == {"wrong trait": 3}
    (record,) = caplog.records
    assert "the trait plan of the service is left out, reported once" in record.getMessage()


def test_null_is_not_known_and_no_mistake() -> None:
    assert read({"traits": {"plan": None}, "segments": []}) == (Profile({"plan": None}), {})
    assert read({"traits": None, "segments": []}) == (Profile(), {})


@pytest.mark.parametrize(
    ("document", "settings"),
    [
        (None, {}),
        ("vip", {}),
        (7, {"segments": ""}),
        (True, {}),
        ({"segments": "vip"}, {}),
        ({"segments": 7}, {}),
        ({"segments": True}, {}),
        ({"traits": ["plan"]}, {}),
        ({"traits": "plan"}, {}),
        ([["vip"]], {"traits": "/0"}),
    ],
)
def test_a_document_of_another_shape_is_a_failure(document: Any, settings: Any) -> None:
    with pytest.raises(RemoteError) as caught:
        read(document, **settings)
    assert caught.value.reason == "shape"


def test_where_names_are_looked_for_nowhere_there_are_none() -> None:
    profile, counts = read({"properties": {"plan": "pro"}, "segments": ["vip"]}, kind="hubspot")
    assert profile == Profile({"plan": "pro"})
    assert counts == {}


def test_where_both_stand_in_one_place_neither_is_unknown_to_the_other() -> None:
    said = {"vip": True, "trial": False, "plan": "pro", "subscriber": True, "other": True, "another": 3}
    profile, counts = read({"traits": said}, kind="segment")
    assert profile == Profile({"plan": "pro", "subscriber": True}, frozenset({"vip"}))
    assert counts == {"unknown segment": 1, "undeclared trait": 2}
