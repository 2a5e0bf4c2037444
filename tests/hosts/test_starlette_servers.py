"""Edge in front of the shop in Starlette on hypercorn and granian, over HTTP/1.1 and HTTP/2. What holds for the
hosts on uvicorn, in `test_hosts`, is tested here too, the rest of it in the soak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts import test_hosts
from tests.hosts.client import Answer, Client, Form, crawl
from tests.hosts.host import HALLO, HOST, READER, Doors, tailored
from tests.hosts.packages import need_package
from tests.hosts.processes import BY_NAME, opened_on
from tests.hosts.shop import SITE
from tests.hosts.test_hosts import (  # noqa: F401  these are tests of this module too
    origin,
    test_a_websocket_talks_to_the_app,
    test_events_arrive_as_they_are_sent,
    test_pages_with_slots_are_made_for_their_visitor,
    test_what_is_done_after_the_response_is_done_after_it,
    test_without_an_active_experience_everything_is_the_same_byte_for_byte,
    zipped_origin,
)
from tests.hosts.tested import TESTED


@pytest.fixture(scope="module", params=[server for server in TESTED["Starlette"] if server != "uvicorn"])
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    need_package(request.param)
    with opened_on(request.param, BY_NAME["Starlette"], SITE, tmp_path_factory.mktemp("host")) as found:
        yield found


def test_over_http2_pages_are_the_same_or_made_for_their_visitor(doors: Doors) -> None:
    host, urls = doors.host, doors.urls
    with Client(urls["bare"], HOST, True) as bare, Client(urls["idle"], HOST, True) as idle:
        origin, found = crawl(bare, host.start), crawl(idle, host.start)
    assert found.keys() == origin.keys()
    for path, answer in found.items():
        assert host.plain(answer) == host.plain(origin[path]), path
    with Client(urls["bare"], HOST, True) as bare, Client(urls["edge"], HOST, True, cf_ipcountry="DE") as edge:
        for path in sorted(host.tailored):
            status, text, headers = host.page(bare.get(path))
            assert host.page(edge.get(f"{path}?{READER}")) == (status, tailored(text), headers), path


def test_over_http2_a_form_on_a_tailored_page_is_sent(doors: Doors) -> None:
    with Client(doors.urls["edge"], HOST, True, cf_ipcountry="DE") as edge:
        form = Form(edge.get("/contact"), "contact").fields
        sent = edge.ask("POST", "/contact", data={**form, "name": "Ingrid", "email": "ingrid@example.com"})
        assert sent.status == 303
        after = edge.get("/contact")
        assert b"Thank you, Ingrid." in after.body
        assert HALLO in after.body
    # Over HTTP/1.1: hypercorn's HTTP/2 loses the connection over a body that an app does not read.
    with doors.client("edge") as edge:
        assert edge.ask("POST", "/api/van").status == 204


@pytest.mark.soak
def test_the_rest_holds_too(
    doors: Doors,
    origin: dict[str, Answer],  # noqa: F811
    zipped_origin: dict[str, Answer],  # noqa: F811
) -> None:
    test_hosts.test_all_else_is_untouched(doors, origin)
    test_hosts.test_all_else_is_untouched_where_it_is_gzipped(doors, zipped_origin)
    test_hosts.test_what_is_gzipped_is_the_same_byte_for_byte(doors, zipped_origin)
    test_hosts.test_a_page_that_its_visitor_has_is_not_sent_again(doors)
    test_hosts.test_a_part_of_a_page_is_sent_only_to_who_cannot_want_the_page(doors)
    test_hosts.test_a_returning_visitor_is_known(doors)
    test_hosts.test_a_handler_reads_who_is_looking(doors)
    test_hosts.test_the_preview_shows_its_bar(doors)
    for coding in ("identity", "gzip"):
        test_hosts.test_without_an_active_experience_visitors_do_all_that_they_did(doors, coding)
        test_hosts.test_sessions_messages_forms_and_uploads_work_on_tailored_pages(doors, coding)
