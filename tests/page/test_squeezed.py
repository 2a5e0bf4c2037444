"""Pages are compressed piece by piece, and each piece once."""

from __future__ import annotations

import gzip
import random
import re
import zlib

import pytest

from edge.html import Slots, parse_plan
from edge.page.squeezed import Squeezed
from tests.shared import shared


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b""],
        [b"a"],
        [b"", b"a", b"", b"b" * 100, b"c"],
        [b"x" * 65, b"y" * 64, b"z" * 63],
        [bytes(range(256)) * 300, b"<p>hi</p>", b"x" * 100_000],
        [b"same" * 50, b"same" * 50, b"same" * 50],
    ],
)
def test_what_is_joined_is_the_page(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    squeezed = Squeezed(1 << 20)
    for _ in range(2):
        assert gzip.decompress(squeezed.gzip(pieces, body)) == body


def test_pieces_may_be_joined_in_any_order() -> None:
    drawn, squeezed = random.Random(3), Squeezed(1 << 20)
    parts = [drawn.randbytes(drawn.randrange(300)) * drawn.randrange(1, 20) for _ in range(30)]
    for _ in range(300):
        pieces = drawn.sample(parts, drawn.randrange(10))
        body = b"".join(pieces)
        assert zlib.decompress(squeezed.gzip(pieces, body), 31) == body


def test_what_pages_have_in_common_is_compressed_once() -> None:
    squeezed = Squeezed(1 << 20)
    page = [b"<main>" * 1000, b"</main>" * 1000]

    def sent(block: bytes) -> None:
        squeezed.gzip([page[0], block * 100, page[1]], b"".join([page[0], block * 100, page[1]]))

    sent(b"token")
    assert squeezed.size == 0, "what does not come again is not kept"
    sent(b"block")
    sent(b"block")
    before = squeezed.size
    assert before > len(b"".join(page))
    sent(b"other")
    sent(b"other")
    assert 500 < squeezed.size - before < 600


def test_there_is_a_limit() -> None:
    squeezed = Squeezed(10_000)
    for number in range(1000):
        piece = b"%d" % number * 200
        assert gzip.decompress(squeezed.gzip([piece], piece)) == piece
        assert squeezed.size <= 10_000
    large = random.Random(1).randbytes(50_000)
    assert gzip.decompress(squeezed.gzip([large], large)) == large
    assert squeezed.size <= 10_000


def test_a_page_of_many_pieces_is_hardly_larger_for_it() -> None:
    """59 KB with eight slots: each end of a piece costs what the next could have referred to."""
    body = shared("conformance/pages/plain.html").read_bytes()
    names = frozenset(re.findall(r'data-edge-slot="([^"]+)"', body.decode()))
    plan = parse_plan(body, Slots(names))
    assert len(plan.pieces) == 17
    assert len(Squeezed(1 << 20).gzip(plan.pieces, body)) < 1.5 * len(gzip.compress(body, 6))
