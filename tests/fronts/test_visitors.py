"""Two visitors in front of a cache in front of Edge: neither ever gets what was made for the other."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest

from tests.fronts.caches import behind_nginx
from tests.fronts.fronts import ALL, BARE, DOORS, MOUNTED, Fronts
from tests.fronts.looking import Looker, Visitor
from tests.fronts.targets import DECEPTIVE, KINDS, ODD

PAIRS = list(zip(DOORS + DOORS[:1], ALL * 2, strict=True))
"""Each cache, and the ways to mount Edge in turn: in `make soak`, all of them."""

REACHED = 60


def take_turns(looker: Looker, targets: Iterable[bytes], visitors: Sequence[Visitor]) -> int:
    """All visitors look at each target, one after the other, and the first once more. How many of the targets
    showed each of them a page of their own."""
    reached = 0
    for target in targets:
        looks = [looker.look(visitor, target) for visitor in (*visitors, visitors[0])]
        reached += all(look is not None and look.made for look in looks)
    return reached


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_no_address_deceives_a_cache(fronts: Fronts, door: str, host: str) -> None:
    looker = fronts.looker(door, host)
    one, three, two, four = fronts.visitors()
    reached = take_turns(looker, DECEPTIVE[::2], [one, three, two])
    reached += take_turns(looker, DECEPTIVE[1::2], [four, two, one])
    assert not looker.mixed
    assert reached >= REACHED


@pytest.mark.parametrize("door", DOORS)
def test_without_what_edge_says_they_do(fronts: Fronts, door: str) -> None:
    """So the test above would see it."""
    looker = fronts.looker(door, BARE)
    _, three, _, four = fronts.visitors()
    take_turns(looker, DECEPTIVE[:12], [three, four])
    assert any("city-four' got b'city-three'" in mixed for mixed in looker.mixed)
    assert any("had kept" in mixed for mixed in looker.mixed)


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_nor_does_a_page_of_another_kind(fronts: Fronts, door: str, host: str) -> None:
    """Errors, redirects, JSON made for one visitor, pages in pieces, gzipped ones."""
    looker = fronts.looker(door, host)
    take_turns(looker, KINDS, fronts.visitors())
    assert not looker.mixed


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_nor_does_an_odd_request(fronts: Fronts, door: str, host: str) -> None:
    looker = fronts.looker(door, host)
    one, three, two, _ = fronts.visitors()
    for number, (method, headers) in enumerate(ODD):
        target = b"/odd%d/x.css" % number
        looker.look(one, target, *headers, method=method)
        looker.look(two, target)
        looker.look(three, target, *headers, method=method)
    assert not looker.mixed


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_nor_do_all_at_once(fronts: Fronts, door: str, host: str) -> None:
    """A cache may let those who come while it asks wait for the same answer."""
    looker = fronts.looker(door, host)
    at_once(looker, [b"/once%d%b" % (number, end) for number in range(5) for end in (b"", b"/x.css")], fronts)
    assert not looker.mixed


def at_once(looker: Looker, targets: Iterable[bytes], fronts: Fronts) -> None:
    visitors = fronts.visitors() + fronts.visitors()
    for number, visitor in enumerate(visitors):
        visitor.city = b"city-at%d" % number
    gate = threading.Barrier(len(visitors))

    def look(visitor: Visitor, target: bytes) -> None:
        gate.wait(30)
        looker.look(visitor, target)

    with ThreadPoolExecutor(len(visitors)) as pool:
        for target in targets:
            list(pool.map(look, visitors, [target] * len(visitors)))


@pytest.mark.parametrize(("door", "host"), PAIRS)
def test_what_is_previewed_is_for_whoever_previews(fronts: Fronts, door: str, host: str) -> None:
    looker = fronts.looker(door, host)
    one, three, _, _ = fronts.visitors()
    previewing = Visitor(b"city-previewing")
    link = fronts.edges[host].preview_path(host, "studio")
    entered = looker.look(previewing, link)
    assert entered is not None
    previewing.cookies = next(v for n, v in entered.reply.headers if n == b"set-cookie").partition(b";")[0]
    for target in (b"/looked-at", b"/looked-at/x.css", b"/plain/looked-at"):
        seen = looker.look(previewing, target)
        assert seen is not None
        if b"css" not in target:
            assert b"edge-bar" in seen.made
        for visitor in (one, three, previewing):
            looker.look(visitor, target)
    assert [mixed for mixed in looker.mixed if "city-previewed" not in mixed] == []


def test_what_nobody_can_prevent(fronts: Fronts) -> None:
    """A cache that is told to store static files whatever their `Cache-Control` says gives everybody what it was
    given for one: the README warns of that. (Not even this one does for what has no such name.)"""
    with behind_nginx(fronts.sites, "Cache-Control Expires") as doors:
        looker = Looker(doors["nginx"], MOUNTED)
        take_turns(looker, [b"/account"], fronts.visitors())
        assert not looker.mixed
        take_turns(looker, [b"/account/x.css"], fronts.visitors())
        assert looker.mixed


@pytest.mark.soak
@pytest.mark.parametrize("host", ALL)
@pytest.mark.parametrize("door", DOORS)
def test_all_addresses_in_all_orders_in_all_ways(fronts: Fronts, door: str, host: str) -> None:
    looker = fronts.looker(door, host)
    visitors = fronts.visitors()
    for number, order in enumerate(permutations(visitors, 3)):
        base = b"/turn%d" % number
        targets = [target.replace(b"/account", base + b"/account", 1) for target in DECEPTIVE + KINDS]
        assert take_turns(looker, targets, order) >= REACHED
    for number, (method, headers) in enumerate(ODD):
        for target in DECEPTIVE:
            asked = target + (b"&" if b"?" in target else b"?") + b"odd=%d" % number
            for visitor in visitors:
                looker.look(visitor, asked, *headers, method=method)
                looker.look(visitor, asked)
    at_once(looker, [target + b"?once" for target in DECEPTIVE], fronts)
    assert not looker.mixed
