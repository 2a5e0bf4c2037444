"""The other frameworks' shops on hypercorn and granian too: what holds of them on uvicorn holds there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.host import Doors
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
    test_a_websocket_talks_to_the_app,
    test_all_else_is_untouched,
    test_all_else_is_untouched_where_it_is_gzipped,
    test_events_arrive_as_they_are_sent,
    test_pages_with_slots_are_made_for_their_visitor,
    test_sessions_messages_forms_and_uploads_work_on_tailored_pages,
    test_what_is_done_after_the_response_is_done_after_it,
    test_what_is_gzipped_is_the_same_byte_for_byte,
    test_without_an_active_experience_everything_is_the_same_byte_for_byte,
    test_without_an_active_experience_visitors_do_all_that_they_did,
    zipped_origin,
)
from tests.hosts.tested import TESTED

pytestmark = pytest.mark.soak

PAIRS = [
    (name, server)
    for name in ("FastAPI", "Litestar", "Quart", "Flask")
    for server in TESTED[name]
    if server != "uvicorn"
]


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    name, server = request.param
    need_package(server)
    with opened_on(server, BY_NAME[name], SITE, tmp_path_factory.mktemp("host")) as found:
        yield found
