"""What a cache in front of Edge still does: it keeps what is the same for everybody."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.fronts.fronts import CHANGING, DOORS, EDGES, MOUNTED, SERVED, Fronts
from tests.fronts.looking import Look, Visitor
from tests.fronts.shop import CSS, PLAIN
from tests.parts import is_here

SOMEBODY, ANYBODY, SOMEONE = (Visitor(city) for city in (b"city-kept", b"city-any", b"city-some"))


PAIRS = list(zip(DOORS, EDGES * len(DOORS), strict=False))


def seen(look: Look | None) -> Look:
    assert look is not None
    return look


@pytest.mark.parametrize(("door", "host"), PAIRS)
@pytest.mark.parametrize(("path", "body"), [("/plain", PLAIN), ("/static", CSS)])
def test_what_is_the_same_for_everybody_is_asked_for_once(
    fronts: Fronts, door: str, host: str, path: str, body: bytes
) -> None:
    looker = fronts.looker(door, host)
    path = f"{path}/{DOORS.index(door)}/{host}.css"
    first = seen(looker.look(SOMEBODY, path))
    assert (first.kept, first.reply.status, first.reply.body) == (False, 200, body)
    for visitor in (SOMEBODY, ANYBODY, SOMEONE):
        again = seen(looker.look(visitor, path))
        assert (again.kept, again.reply.status, again.reply.body) == (True, 200, body)
        assert again.reply.header(b"etag") == b'"v1"'
        has_it = seen(looker.look(visitor, path, b'If-None-Match: "v1"'))
        assert (has_it.reply.status, has_it.reply.body) == (304, b"")
        head = seen(looker.look(visitor, path, method="HEAD"))
        assert (head.kept, head.reply.status) == (True, 200)
        part = seen(looker.look(visitor, path, b"Range: bytes=2-5"))
        assert (part.kept, part.reply.status, part.reply.body) == (True, 206, body[2:6])
    assert fronts.shop.asked[path] == 1
    assert not looker.mixed


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_it_is_kept_in_each_coding(fronts: Fronts, door: str, host: str) -> None:
    looker = fronts.looker(door, host)
    path = f"/plain/zipped/{DOORS.index(door)}/{host}"
    for coding in ("gzip", "gzip", "identity", "identity"):
        look = seen(looker.look(SOMEBODY, path, f"Accept-Encoding: {coding}".encode()))
        coded = look.reply.header(b"content-encoding") == b"gzip"
        assert coded or look.reply.body == PLAIN
        assert not coded or coding == "gzip"
    assert fronts.shop.asked[path] <= 2
    assert not looker.mixed


# What a cache holds from before

STILL, CHANGED, GROWN = "/plain/brief", "/grown/brief", "/brief"
"""Pages that are fresh for a moment: one that stays what it is; one that the site changes, and that has slots
then; one that stays what it is, while the site folder begins to name its slots."""

HOSTS = {STILL: EDGES, CHANGED: EDGES, GROWN: (CHANGING,)}


@pytest.fixture(scope="session")
def _before(fronts: Fronts) -> Iterator[None]:
    """Everything has been looked at through every cache that is here; then it has changed, and is past its
    time."""
    for door in DOORS:
        if not is_here(door.partition(",")[0]):
            continue
        for path, hosts in HOSTS.items():
            for host in hosts:
                looker = fronts.looker(door, host)
                target = target_of(door, path, host)
                seen(looker.look(SOMEBODY, target))
                # Kept for three seconds, as a cache counts them: on a busy machine, they may be over already.
                assert any(seen(looker.look(ANYBODY, target)).kept for _ in range(20))
                assert not looker.mixed
    fronts.shop.has_grown = True
    fronts.name_more_slots()
    time.sleep(4)  # what is fresh for three seconds is not any more, however they are counted
    yield
    fronts.shop.has_grown = False


def target_of(door: str, path: str, host: str) -> str:
    return f"{path}/{DOORS.index(door)}/{host}"


@pytest.mark.usefixtures("_before")
@pytest.mark.parametrize("host", EDGES)
@pytest.mark.parametrize("door", DOORS)
def test_what_is_past_its_time_is_found_still_good(fronts: Fronts, door: str, host: str) -> None:
    """With an `If-None-Match` that reaches the site, and a 304 that comes back."""
    looker = fronts.looker(door, host)
    target = target_of(door, STILL, host)
    told = fronts.shop.told[target, 304]
    look = seen(looker.look(ANYBODY, target))
    assert (look.reply.status, look.reply.body) == (200, PLAIN)
    fronts.shop.wait_for(target, 304, told + 1)
    assert fronts.shop.told[target, 200] == 1
    assert seen(looker.look(SOMEONE, target)).reply.body == PLAIN
    assert not looker.mixed


@pytest.mark.usefixtures("_before")
@pytest.mark.parametrize(("path", "host"), [(CHANGED, MOUNTED), (CHANGED, SERVED), (GROWN, CHANGING)])
@pytest.mark.parametrize("door", DOORS)
def test_a_page_that_has_gained_slots_is_kept_no_longer(fronts: Fronts, door: str, path: str, host: str) -> None:
    looker = fronts.looker(door, host)
    target = target_of(door, path, host)
    _until_new(fronts, door, host, target)
    for _ in range(2):
        for visitor in (SOMEBODY, ANYBODY, SOMEONE):
            look = seen(looker.look(visitor, target))
            assert (look.kept, look.reply.status) == (False, 200)
            assert visitor.city in look.made
    assert not looker.mixed


def _until_new(fronts: Fronts, door: str, host: str, target: str) -> None:
    """A cache may give the old page once more, to whom it finds out for that it has changed."""
    looker = fronts.looker(door, host)
    until = time.monotonic() + 20
    while not seen(looker.look(Visitor(b"city-probing"), target)).made:
        assert not looker.mixed
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("door", DOORS)
def test_no_cache_says_for_edge_whether_it_is_well(fronts: Fronts, door: str) -> None:
    """Nor tells for a while what a page of Edge's own told somebody."""
    looker = fronts.looker(door, SERVED)
    for path in ("/_edge/livez", "/_edge/readyz", "/_edge/nothing", "/_edge/preview?token=x"):
        assert [seen(looker.look(visitor, path)).kept for visitor in (SOMEBODY, ANYBODY)] == [False, False]
