"""`livez` and `readyz` of `edge serve`."""

from __future__ import annotations

import pytest

from edge.door.health import Health
from tests.page.raw import ask, html


def health(found: list[bool], *, stopping: bool = False, keeps: bool = False) -> Health:
    async def answering() -> list[bool]:
        return found

    return Health(html(b"the site's"), lambda: "/_edge", lambda: stopping, answering, lambda: keeps)


@pytest.mark.parametrize(
    ("found", "status", "body"),
    [
        ([True], 200, b"ready\n"),
        ([True, False], 200, b"ready; 1 of 2 origins do not answer\n"),
        ([False, False], 503, b"2 of 2 origins do not answer\n"),
    ],
)
def test_it_is_ready_while_a_site_behind_answers(found: list[bool], status: int, body: bytes) -> None:
    answer = ask(health(found), "/_edge/readyz")
    assert (answer.status, answer.body) == (status, body)
    assert ask(health(found), "/_edge/livez").status == 200


def test_with_a_page_cache_it_is_ready_without_any() -> None:
    assert ask(health([False], keeps=True), "/_edge/readyz").status == 200


def test_it_is_not_while_it_stops() -> None:
    stopping = health([True], stopping=True, keeps=True)
    assert ask(stopping, "/_edge/readyz").body == b"stopping\n"
    assert ask(stopping, "/_edge/readyz").status == 503
    assert ask(stopping, "/_edge/livez").status == 200


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/shop/_edge/readyz", "/_edge/readyz/", "/_edge/xlivez", "/"]
)
def test_other_paths_are_not_its_affair(path: str) -> None:
    assert ask(health([False]), path).body == b"the site's"
