"""The kinds of services, as the README shows them: the answers are in the shapes that their makers document."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from edge.model import Profile
from edge.page import Counts
from edge.remote.profiles import RemoteProfiles
from edge.runtime.remote import Remote
from edge.site import Site, load_site
from tests.page.sites import write_site
from tests.readme import fences
from tests.remote.asking import outcome, visitor
from tests.remote.conftest import Service
from tests.remote.loopback import Loopback, reply

FILES = {
    "segments.toml": '[vip]\nfrom = "remote"\n[big_spender]\nfrom = "remote"\n',
    "facts.toml": """
        [traits.plan]
        kind = "choice"
        choices = ["free", "pro"]

        [traits.seats]
        kind = "number"

        [traits.subscriber]
        kind = "flag"

        [traits.renewal]
        kind = "date"

        [traits.tags]
        kind = "words"

        [traits.company]
        kind = "text"
    """,
    "experiences.toml": '[one]\nslot = "hero"\nfor = "vip"\nset = {}\n',
}


def example(name: str) -> str:
    """The table that the README has for this kind of service."""
    (found,) = [fence.text for fence in fences("toml") if f'kind = "{name}"' in re.sub(" +", " ", fence.text)]
    return found


class Asked:
    """Whatever asks the service as a site folder says, whose address is on loopback."""

    def __init__(self, folder: Path, settings: str, there: Loopback, environ: dict[str, str]) -> None:
        self.there = there
        self.counts = Counts()
        here = re.sub(r"https://[^/]+", there.url, settings) + "\nallow_private = true\n"
        self.site: Site = load_site(write_site(folder / "site", {**FILES, "edge.toml": here}))
        source = Remote(environ, folder).profiles(self.site, self.counts)
        assert source is not None
        self.source: RemoteProfiles = source

    async def _whole(self, name: str) -> Profile | str:
        try:
            return await outcome(self.source(visitor(name)))
        finally:
            await self.source.aclose()

    def __call__(self, name: str = "the-id") -> Profile | str:

        return asyncio.run(self._whole(name))

    @property
    def counted(self) -> dict[str, int]:
        return {reason: times for (_, reason), times in self.counts.items()}


# https://segment.com/docs/unify/profile-api/

TRAITS = {
    "3_product_views_in_last_60_days": False,
    "Campaign Name": "Organic",
    "big_spender": True,
    "vip": False,
    "plan": "pro",
    "seats": 12,
    "renewal": "2026-12-24T09:30:00.000Z",
    "tags": ["a", "b"],
    "subscriber": True,
}


def cursor(more: bool) -> dict[str, Any]:
    return {"url": "/v1/spaces/…", "has_more": more, "next": "browser" if more else "", "limit": 200}


@pytest.fixture
def segment(tmp_path: Path, service: Service) -> Asked:
    there = service(reply({"traits": TRAITS, "cursor": cursor(False)}))
    return Asked(tmp_path, example("segment"), there, {"SEGMENT_TOKEN": "t0ken"})


def test_segment_is_asked_for_traits_with_the_token_as_the_users_name(segment: Asked) -> None:
    assert segment() == Profile(
        {
            "plan": "pro",
            "seats": 12,
            "renewal": date(2026, 12, 24),
            "tags": frozenset({"a", "b"}),
            "subscriber": True,
        },
        frozenset({"big_spender"}),
    )
    (call,) = segment.there.calls
    assert call.target == "/v1/spaces/SPACE/collections/users/profiles/edge_visitor:the-id/traits?limit=200"
    assert call.headers["authorization"] == "Basic " + base64.b64encode(b"t0ken:").decode()


def test_what_segment_has_not_told_is_not_known(segment: Asked) -> None:
    segment.there.handler = reply({"traits": {"vip": True}, "cursor": cursor(True)})
    assert segment() == Profile({}, frozenset({"vip"}), complete=False)
    assert segment.counted["cut short"] == 1


def test_whom_segment_does_not_know_is_nobody(segment: Asked) -> None:
    error = {"error": {"code": "not_found", "message": "The resource was not found."}}
    segment.there.handler = reply(error, "404 Not Found")
    assert segment() == Profile()


@pytest.mark.parametrize("status", ["401 Unauthorized", "429 Too Many Requests", "500 Oops"])
def test_segments_errors_are_failures(segment: Asked, status: str) -> None:
    segment.there.handler = reply({"error": {"code": "rate_limit_error", "message": "…"}}, status)
    assert segment() == "status"


# https://unomi.apache.org/manual/latest/: ContextRequest and ContextResponse

CONTEXT = {
    "profileId": "the-id",
    "sessionId": None,
    "profileProperties": {"plan": "free", "seats": 3, "renewal": "2026-12-24T00:00:00Z", "nbOfVisits": 10},
    "sessionProperties": None,
    "profileSegments": ["vip", "leads"],
    "filteringResults": None,
    "processedEvents": 0,
    "personalizations": None,
    "trackedConditions": [],
    "anonymousBrowsing": False,
    "consents": {},
}


@pytest.fixture
def unomi(tmp_path: Path, service: Service) -> Asked:
    return Asked(tmp_path, example("unomi"), service(reply(CONTEXT)), {})


def test_unomi_is_asked_for_segments_and_properties_of_the_profile(unomi: Asked) -> None:
    known = Profile({"plan": "free", "seats": 3, "renewal": date(2026, 12, 24)}, frozenset({"vip"}))
    assert unomi() == known
    assert unomi.counted == {"asked": 1, "unknown segment": 1, "undeclared trait": 1}
    address = urlsplit(unomi.there.calls[0].target)
    assert address.path == "/cxs/context.json"
    assert re.fullmatch(r"[A-Za-z0-9%:,*=._~-]+", address.query), "a server may refuse braces and quotes"
    assert json.loads(parse_qs(address.query)["payload"][0]) == {
        "profileId": "the-id",
        "requireSegments": True,
        "requiredProfileProperties": ["*"],
    }


def test_unomi_knows_everybody_so_that_a_404_is_a_wrong_address(unomi: Asked) -> None:
    unomi.there.handler = reply({**CONTEXT, "profileSegments": [], "profileProperties": {"nbOfVisits": 1}})
    assert unomi("new") == Profile()
    unomi.there.handler = reply(b"<html>", "404 Not Found")
    assert unomi("other") == "status"


# https://developers.hubspot.com/docs/api/crm/contacts

CONTACT = {
    "id": "512",
    "properties": {
        "company": "Northlight",
        "createdate": "2026-01-02T03:04:05.678Z",
        "edge_segments": "vip;big_spender;newsletter",
        "hs_object_id": "512",
        "lastmodifieddate": "2026-02-02T03:04:05.678Z",
        "plan": "pro",
        "renewal": "2026-12-24",
        "seats": "12",
        "subscriber": "true",
        "tags": "a;b",
    },
    "createdAt": "2026-01-02T03:04:05.678Z",
    "updatedAt": "2026-02-02T03:04:05.678Z",
    "archived": False,
}
KNOWN = Profile(
    {
        "plan": "pro",
        "seats": 12,
        "renewal": date(2026, 12, 24),
        "tags": frozenset({"a", "b"}),
        "subscriber": True,
        "company": "Northlight",
    },
    frozenset({"vip", "big_spender"}),
)


@pytest.fixture
def hubspot(tmp_path: Path, service: Service) -> Asked:
    return Asked(tmp_path, example("hubspot"), service(reply(CONTACT)), {"HUBSPOT_TOKEN": "pat-eu1-x"})


def test_hubspot_is_asked_for_the_contact_with_this_id(hubspot: Asked) -> None:
    assert hubspot() == KNOWN
    (call,) = hubspot.there.calls
    address = urlsplit(call.target)
    assert unquote(address.path) == "/crm/v3/objects/contacts/the-id"
    assert parse_qs(address.query) == {"idProperty": ["edge_visitor"], "properties": ["plan,edge_segments"]}
    assert call.headers["authorization"] == "Bearer pat-eu1-x"


def test_what_hubspot_leaves_empty_is_not_known(hubspot: Asked) -> None:
    nothing = dict.fromkeys(CONTACT["properties"], "")  # type: ignore[call-overload]
    hubspot.there.handler = reply({**CONTACT, "properties": nothing})
    profile = hubspot()
    assert isinstance(profile, Profile)
    assert set(profile.traits.values()) == {None}
    assert profile.segments == frozenset()
    hubspot.there.handler = reply({**CONTACT, "properties": dict.fromkeys(nothing)})
    assert hubspot("other") == profile


def test_whom_hubspot_does_not_know_is_nobody(hubspot: Asked) -> None:
    error = {
        "status": "error",
        "message": "Object not found.  objectId are usually numeric.",
        "correlationId": "5a1c5d9e-5b63-4a5e-8d8f-1c2b3a4d5e6f",
        "context": {"id": ["the-id"]},
        "category": "OBJECT_NOT_FOUND",
    }
    hubspot.there.handler = reply(error, "404 Not Found")
    assert hubspot() == Profile()


def test_hubspots_limit_is_a_failure(hubspot: Asked) -> None:
    error = {"status": "error", "message": "You have reached your limit.", "errorType": "RATE_LIMIT"}
    hubspot.there.handler = reply(error, "429 Too Many Requests")
    assert hubspot() == "status"
