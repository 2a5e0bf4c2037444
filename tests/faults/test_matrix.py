"""Whatever fails, the visitor gets the page: every fault with every kind of response."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path

import pytest

from edge.html import encode
from edge.types import Headers, Message
from tests.faults.case import Case, Seen
from tests.faults.faults import FAULTS, TIMES, GoneError
from tests.faults.kinds import BLOCKS, DEFAULTS, KINDS, kind_of
from tests.faults.table import ROWS, WHY_NOT, Row

# A call that raises may be one of those by which Python tidies up.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CELLS = [(row.fault, kind) for row in ROWS.values() for kind, letter in row.cells.items() if letter not in WHY_NOT]

ALSO = {"the clock says no number": ("defaulted", "failed")}
"""Faults by which something else goes wrong besides: no cookie can be dated."""

OF_ITS_BYTES = {b"content-length", b"etag", b"last-modified", b"accept-ranges"}
"""Headers that are true of the origin's own bytes only."""

OF_ITS_FORM = {b"cache-control", b"vary", b"content-encoding"}


def test_the_table_is_whole() -> None:
    assert set(ROWS) == set(FAULTS)
    assert len(ROWS) > 60
    for row in ROWS.values():
        assert list(row.cells) == list(KINDS), row.fault
        assert set(row.cells.values()) <= set("thdap=cxw") | set(WHY_NOT)
    assert {letter for row in ROWS.values() for letter in row.cells.values()} >= set(WHY_NOT)


CUT = pytest.mark.unchopped("how much a server sends before it refuses the rest depends on how it comes")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(
            fault, kind, marks=CUT if fault == "a length that is too short" else (), id=f"{fault}: {kind}"
        )
        for fault, kind in CELLS
    ],
)
def test_what_leaves(fault: str, kind: str, tmp_path: Path) -> None:
    for number in range(0, TIMES[fault], 3 if kind == "5MB" else 1):
        case = Case(kind_of(kind, tmp_path), tmp_path)
        with case.around:
            FAULTS[fault](case, number)
            Check(ROWS[fault], case).holds()


class Check:
    """One cell, seen with and without Edge."""

    def __init__(self, row: Row, case: Case) -> None:
        self.row = row
        self.case = case
        self.kind = case.kind
        self.direct = case.direct()
        self.through = case.through()

    def holds(self) -> None:
        {
            "t": self.is_tailored,
            "h": self.is_tailored_but_for_the_hero,
            "d": self.is_default,
            "a": self.is_any,
            "p": self.is_private,
            "=": self.is_same,
            "c": self.is_a_beginning,
            "x": self.is_cut,
            "w": self.is_whole,
        }[self.row.cells[self.kind.name]]()
        assert self.case.live or self.through.tasks == 0

    # Letters.

    def is_tailored(self) -> None:
        self.ends_as_the_app_does()
        self.is_page(self.page_with("hero", "offer"))
        self.is_counted(("tailored", "hero"))

    def is_tailored_but_for_the_hero(self) -> None:
        self.ends_as_the_app_does()
        self.is_page(self.page_with("offer"))
        self.is_counted()

    def is_default(self) -> None:
        self.ends_as_the_app_does()
        self.is_page(self.page_with())
        assert not self.through.values(b"etag")
        self.is_counted()

    def is_any(self) -> None:
        self.is_any_page()
        self.is_counted_if_it_failed()

    def is_any_page(self) -> None:
        self.ends_as_the_app_does()
        if self.kind.method == "HEAD" and not self.through.values(b"etag"):
            self.is_page(b"")
        elif self.kind.text is None:
            assert after_start(self.through) == after_start(self.direct)
            assert self.through.headers in [self.direct.headers, *self.private_headers()]
        elif self.through.values(b"etag") == self.direct.values(b"etag"):
            assert after_start(self.through) == after_start(self.direct)
            assert self.through.headers in self.private_headers()
        else:
            self.is_page(*self.pages())

    def is_private(self) -> None:
        self.ends_as_the_app_does()
        assert after_start(self.through) == after_start(self.direct)
        assert self.through.headers == self.private_headers()[0]
        self.is_counted()

    def is_same(self) -> None:
        self.ends_as_the_app_does()
        assert after_start(self.through) == after_start(self.direct)
        assert self.through.headers == self.direct.headers
        self.is_counted()

    def is_a_beginning(self) -> None:
        through = self.through
        if self.kind.is_socket:
            assert through.messages == list(self.kind.messages)[: len(through.messages)]
        elif self.kind.text is None:
            assert self.body_of_kind().startswith(through.body)
        else:
            assert any(page.startswith(through.text) for page in variants(self.kind.text, "utf-8"))
        ended = len(through.messages) == len(self.kind.messages) if self.kind.is_socket else through.is_complete
        assert (through.raised is None) is ended
        assert ended or isinstance(through.raised, GoneError | asyncio.CancelledError)

    def is_cut(self) -> None:
        assert not self.through.is_complete
        assert any(page.startswith(self.through.text) for page in self.pages())
        assert len(self.through.text) >= len(self.direct.text) // 2
        self.is_counted()

    def is_whole(self) -> None:
        assert self.through.is_complete
        assert self.kind.text is not None
        self.is_page(with_blocks(self.kind.text, self.case.codec, "hero", "offer"))

    # What they say.

    def ends_as_the_app_does(self) -> None:
        assert repr(self.through.raised) == repr(self.direct.raised)
        assert self.through.status == self.direct.status
        assert self.through.is_complete is self.direct.is_complete

    def is_page(self, *allowed: bytes) -> None:
        assert self.through.text in allowed
        assert self.through.is_gzip is self.direct.is_gzip
        unlike = OF_ITS_BYTES | OF_ITS_FORM
        assert without(self.through.headers, {*unlike, b"set-cookie"}) == without(self.direct.headers, unlike)
        assert all(value.startswith(b"__Host-edge=") for value in self.through.values(b"set-cookie"))
        assert self.through.values(b"cache-control") == [b"private, no-cache, max-age=0"]
        assert self.through.values(b"vary") in ([], [b"accept-encoding"])
        assert self.through.values(b"last-modified") == self.through.values(b"accept-ranges") == []
        assert all(tag.startswith(b'W/"v1;') for tag in self.through.values(b"etag"))

    def is_counted(self, *also: tuple[str, str]) -> None:
        counts = self.through.counts
        if self.row.counted is None or self.kind.is_socket:
            return
        said = {self.row.counted, *also, ("passed", self.kind.passed)}
        assert said & set(counts), counts
        others = {
            one for one in counts if one[0] not in ("tailored", "remote")
        }  # test_remote_counts has the second
        assert others <= said | {ALSO.get(self.row.fault)}, counts

    def is_counted_if_it_failed(self) -> None:
        raiser = self.case.raiser
        if raiser is None:
            self.is_counted()
        elif raiser.where is not None and not is_counting(raiser.where):
            assert self.through.counts
            self.is_as_if_nothing_had_failed(self.case.again())

    def is_as_if_nothing_had_failed(self, again: Seen) -> None:
        if self.kind.text is not None:
            assert again.text == self.page_with("hero", "offer")

    def page(self) -> bytes:
        """The page that leaves without Edge, as far as it does."""
        if self.case.page is not None:
            return self.case.page
        return self.kind.text or b"" if self.kind.name == "file" else self.direct.text

    def page_with(self, *slots: str) -> bytes:
        return with_blocks(self.page(), self.case.codec, *slots)

    def pages(self) -> list[bytes]:
        return variants(self.page(), self.case.codec)

    def body_of_kind(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.kind.messages)

    def private_headers(self) -> list[Headers]:
        """The app's own, but private: as they are where they could be read, and where they could not."""
        private = without(self.direct.headers, {b"cache-control"})
        return [
            [*private, (b"cache-control", b"private, no-cache, max-age=0")],
            [*self.direct.headers, (b"cache-control", b"private, no-store, max-age=0")],
        ]


def is_counting(where: tuple[str, str, int]) -> bool:
    module, function, _ = where
    return module == "edge.page.counts" or function in ("count", "count_page")


def with_blocks(page: bytes, codec: str, *slots: str) -> bytes:
    for slot in slots:
        page = page.replace(DEFAULTS[slot], encode(BLOCKS[slot], codec))
    return page


def variants(page: bytes, codec: str) -> list[bytes]:
    """The page with each of its slots as made for the visitor, or not."""
    return [
        with_blocks(page, codec, *(slot for slot, shown in zip(DEFAULTS, choice, strict=True) if shown))
        for choice in product((True, False), repeat=len(DEFAULTS))
    ]


def without(headers: Headers, names: set[bytes]) -> Headers:
    return [pair for pair in headers if pair[0] not in names]


def after_start(seen: Seen) -> list[Message]:
    """The messages but the start, with the parts of the body as one: how they are cut is nobody's affair."""
    told: list[Message] = []
    for message in seen.messages:
        if message["type"] == "http.response.pathsend":
            message = {
                "type": "http.response.body",
                "body": Path(message["path"]).read_bytes(),
                "more_body": False,
            }
        if message["type"] == "http.response.body":
            message = {
                **message,
                "body": bytes(message.get("body", b"")),
                "more_body": message.get("more_body", False),
            }
        if told and message["type"] == told[-1]["type"] == "http.response.body":
            message = {**message, "body": told.pop()["body"] + message["body"]}
        if message["type"] != "http.response.start":
            told.append(message)
    return told
