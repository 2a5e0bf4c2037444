"""Edge in front of the shop in Django, on servers that are processes of their own; only on uvicorn where it is not
the soak. What holds for the other hosts, in `test_hosts`, is tested of it too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.hosts.client import Form
from tests.hosts.host import HALLO, HERO, READER, Doors
from tests.hosts.packages import need_package
from tests.hosts.processes import BY_NAME, opened_on
from tests.hosts.shop import SITE
from tests.hosts.test_hosts import (  # noqa: F401  these are tests of this module too
    origin,
    test_a_form_without_its_token_is_refused,
    test_a_handler_reads_who_is_looking,
    test_a_page_that_its_visitor_has_is_not_sent_again,
    test_a_part_of_a_page_is_sent_only_to_who_cannot_want_the_page,
    test_a_returning_visitor_is_known,
    test_all_else_is_untouched,
    test_all_else_is_untouched_where_it_is_gzipped,
    test_events_arrive_as_they_are_sent,
    test_pages_with_slots_are_made_for_their_visitor,
    test_sessions_messages_forms_and_uploads_work_on_tailored_pages,
    test_the_preview_shows_its_bar,
    test_what_is_done_after_the_response_is_done_after_it,
    test_what_is_gzipped_is_the_same_byte_for_byte,
    test_without_an_active_experience_everything_is_the_same_byte_for_byte,
    test_without_an_active_experience_visitors_do_all_that_they_did,
    zipped_origin,
)
from tests.hosts.tested import TESTED

SERVERS = [pytest.param(one, marks=() if one == "uvicorn" else pytest.mark.soak) for one in TESTED["Django"]]


@pytest.fixture(scope="module", params=SERVERS)
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    need_package(request.param)
    with opened_on(request.param, BY_NAME["Django"], SITE, tmp_path_factory.mktemp("django")) as found:
        yield found


def test_a_page_that_django_keeps_is_made_for_each_visitor(doors: Doors) -> None:
    with doors.client("bare") as bare, doors.client("edge") as edge:
        page = bare.get("/cached")
        assert edge.get("/cached").body == page.body
        german, other = edge.get("/cached", cf_ipcountry="DE"), edge.get("/cached")
    assert page.header(b"cache-control") == b"max-age=3600"
    assert german.body == page.body.replace(HERO, HALLO)
    assert other.body == page.body
    for answer in (german, other):
        assert answer.header(b"age") is not None  # it came out of Django's cache
        assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
        assert answer.header(b"expires") is None


def test_a_nonce_stays_what_the_policy_says(doors: Doors) -> None:
    nonces = set()
    with doors.client("edge", cf_ipcountry="DE") as edge:
        for _ in range(3):
            page = edge.get("/nonce")
            (policy,) = page.values(b"content-security-policy")
            (nonce,) = re.findall(rb"'nonce-([^']+)'", policy)
            assert page.body.count(b'<script nonce="' + nonce + b'">') == 2
            assert HALLO in page.body
            nonces.add(nonce)
    assert len(nonces) == 3


def test_a_form_that_holds_a_slot_is_sent(doors: Doors) -> None:
    with doors.client("edge", cf_ipcountry="DE") as edge:
        page = edge.get(f"/nonce?{READER}")
        assert b"30 days free" in page.body
        fields = {**Form(page, "nonce").fields, "name": "Ingrid", "email": "ingrid@example.com"}
        assert edge.ask("POST", "/contact", data=fields).status == 303
        assert edge.ask("POST", "/api/van").status == 204
        assert "Thank you, Ingrid." in edge.get("/contact").text
