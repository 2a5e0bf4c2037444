"""Edge in front of the shop in each framework, mounted as the README says, on a real uvicorn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.host import Doors, Host, opened
from tests.hosts.hosts import HOSTS
from tests.hosts.shop import SITE
from tests.hosts.shopper import Shopper, explore


@pytest.fixture(scope="module", params=HOSTS, ids=str)
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    host: Host = request.param
    with opened(host, SITE, tmp_path_factory.mktemp("host")) as found:
        yield found


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_without_an_active_experience_everything_is_the_same_byte_for_byte(doors: Doors, coding: str) -> None:
    host = doors.host
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("idle", accept_encoding=coding) as idle,
    ):
        origin, found = explore(bare, host.start), explore(idle, host.start)
    assert {path for path in host.tailored if f"GET {path}" not in found} == set()
    assert found.keys() == origin.keys()
    for request, answer in found.items():
        assert host.plain(answer) == host.plain(origin[request]), request


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_without_an_active_experience_visitors_do_all_that_they_did(doors: Doors, coding: str) -> None:
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("idle", accept_encoding=coding) as idle,
    ):
        origin, found = Shopper(bare).shop(), Shopper(idle).shop()
    for step, answer in found.items():
        assert doors.host.plain(answer) == doors.host.plain(origin[step]), step
