"""The memory: what is kept, and that it ends."""

from __future__ import annotations

import random
import tracemalloc

from edge.cache.asked import Asked
from edge.cache.purges import Purge
from edge.cache.store import Store
from edge.cache.stored import Stored
from edge.cache.terms import Terms
from tests.cache.asking import cached, fresh, message, site_of
from tests.page.raw import ask, replying, start

MIB = 1024 * 1024


def asked(target: bytes = b"/", language: bytes = b"de") -> Asked:
    return Asked((b"shop.example", target), ("https",), False, [(b"accept-language", language)], [])


def stored(size: int = 0, language: bytes = b"de", kind: tuple[object, ...] = ("https",)) -> Stored:
    terms = Terms(0.0, 0.0, 60.0, False, 0.0, 0.0, ((b"accept-language", language),), 0.0)
    return Stored(kind, 200, [], bytes(size), terms)


def test_the_newest_that_fits_is_found() -> None:
    store = Store()
    old, new, other = stored(), stored(), stored(language=b"fr")
    for answer in (old, new, other):
        store.keep(asked(language=dict(answer.terms.varying)[b"accept-language"] or b""), answer, MIB)
    assert store.find(asked()) is new
    assert store.find(asked(language=b"fr")) is other
    assert store.find(asked(language=b"en")) is None
    assert store.find(asked(b"/other")) is None
    assert len(store) == 2


def test_what_was_not_used_longest_goes_first() -> None:
    store = Store()
    for name in (b"/a", b"/b", b"/c", b"/e"):
        store.keep(asked(name), stored(90_000), 400_000)
    store.find(asked(b"/a"))
    store.keep(asked(b"/d"), stored(90_000), 400_000)
    assert [store.find(asked(name)) is not None for name in (b"/a", b"/b", b"/c", b"/d")] == [
        True,
        False,
        True,
        True,
    ]


def test_one_address_is_forgotten_in_all_its_spellings_as_if_all_were_looked_at() -> None:
    drawn = random.Random(5)
    targets = [b"/", b"/a", b"/%61", b"/%61?x", b"/a?x", b"/a?%78", b"/b%2", b"/b%2", b"/%C3%A4", b"/\xc3\xa4"]
    hosts = [b"shop.example", b"shop.example:443", b"other.example"]
    one, other = Store(), Store()
    for _ in range(2000):
        place = drawn.choice(hosts), drawn.choice(targets)
        if drawn.random() < 0.7:
            for store in (one, other):
                store.keep(Asked(place, ("https",), False, [], []), stored(20), 40_000)
        else:
            purge = Purge(drawn.choice([b"", place[0]]), place[1])
            assert one.drop_where(purge.matches, purge.only) == other.drop_where(purge.matches)
        assert (one.size, len(one)) == (other.size, len(other))
    one.drop_where(lambda _: True)
    assert (one.size, len(one), one._spellings) == (0, 0, {})


def test_to_forget_one_address_looks_at_no_others() -> None:
    store, looked = Store(), []
    for number in range(100):
        store.keep(asked(b"/%d" % number), stored(), MIB)

    def matches(place: tuple[bytes, bytes]) -> bool:
        looked.append(place)
        return True

    assert store.drop_where(matches, b"/%31") == 1
    assert looked == [(b"shop.example", b"/1")]


def test_its_size_is_what_it_keeps() -> None:
    store = Store()
    for number in range(100):
        store.keep(asked(b"/%d" % (number % 10), b"%d" % (number % 3)), stored(number, b"%d" % (number % 3)), MIB)
    for number in range(10):
        store.drop(asked(b"/%d" % number).place)
    assert (store.size, len(store)) == (0, 0)


def test_removing_one_leaves_the_others() -> None:
    store = Store()
    one, other = stored(), stored(language=b"fr")
    store.keep(asked(), one, MIB)
    store.keep(asked(language=b"fr"), other, MIB)
    store.remove(asked(), one)
    store.remove(asked(), one)
    assert store.find(asked(language=b"fr")) is other
    store.remove(asked(), other)
    assert (store.size, len(store)) == (0, 0)


def test_no_answer_takes_more_than_a_quarter() -> None:
    store = Store()
    assert not store.keep(asked(), stored(MIB // 4), MIB)
    assert len(store) == 0


def test_an_address_has_not_endless_answers() -> None:
    store = Store()
    for number in range(1000):
        store.keep(asked(language=b"%d" % number), stored(language=b"%d" % number), 64 * MIB)
    assert len(store) == 32
    assert store.find(asked(language=b"999")) is not None


def test_a_flood_of_addresses_takes_no_more_than_it_may() -> None:
    cache = cached(replying(start([*fresh(), (b"content-type", b"text/html")]), message(b"x")), memory_mb=1)
    for number in range(50):
        ask(cache, f"/{number}?{'q' * 100}")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(800):
            ask(cache, f"/flood{number}?{'q' * 200}")
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert cache.memory.store.size <= MIB
    assert len(cache.memory.store) < 600
    assert grown < 1.2 * MIB


def test_many_variants_take_no_more_than_they_may() -> None:
    cache = cached(site_of(fresh(60, (b"vary", b"user-agent")), body=b"x" * 10_000), memory_mb=1)
    for number in range(300):
        ask(cache, "/", [(b"user-agent", b"%d" % number)])
    assert cache.memory.store.size <= MIB
    assert len(cache.memory.store) == 32


def test_a_smaller_memory_is_smaller_with_the_next_answer() -> None:
    cache = cached(site_of(fresh(), body=b"x" * 100_000), memory_mb=4)
    for number in range(20):
        ask(cache, f"/{number}")
    assert cache.memory.store.size > 1.5 * MIB
    smaller = cache.under(type(cache.settings)(on=True, memory_mb=1))
    ask(smaller, "/new")
    assert smaller.memory.store.size <= MIB
