"""One visitor at two doors: what is asked of the site directly is asked of its twin through Edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tests.hosts.wire import Reply
from tests.origins.comparing import Plain, difference
from tests.origins.visitor import FORM, File, Visitor, encoded, multipart_form, visiting

__all__ = ["Pair", "paired"]


@dataclass
class Pair:
    """Two visitors that ask the same at the same time. `answers` and `size` count what was compared, and
    its bytes."""

    direct: Visitor
    behind: Visitor
    plain: Plain
    _thread: ThreadPoolExecutor
    answers: int = 0
    size: int = 0

    def both(
        self, method: str, target: str, *headers: bytes, body: bytes | None = None, plain: Plain | None = None
    ) -> tuple[Reply, Reply, str]:
        """The site's answer, Edge's, and what differs, in words."""
        other = self._thread.submit(self.behind.ask, method, target, *headers, body=body)
        direct = self.direct.ask(method, target, *headers, body=body)
        behind = other.result()
        self.answers += 1
        self.size += len(direct.body)
        return direct, behind, difference(direct, behind, plain or self.plain)

    def ask(
        self, method: str, target: str, *headers: bytes, body: bytes | None = None, plain: Plain | None = None
    ) -> Reply:
        """The answer that both have given. AssertionError where they have not given the same."""
        direct, _, unlike = self.both(method, target, *headers, body=body, plain=plain)
        assert not unlike, f"{method} {target}: {unlike}"
        return direct

    def get(self, target: str, *headers: bytes, plain: Plain | None = None) -> Reply:
        return self.ask("GET", target, *headers, plain=plain)

    def post(self, target: str, fields: Mapping[str, str], *headers: bytes, plain: Plain | None = None) -> Reply:
        """A form, as a browser sends it."""
        kind = b"Content-Type: " + FORM
        return self.ask("POST", target, kind, *headers, body=encoded(fields), plain=plain)

    def upload(self, target: str, fields: Mapping[str, str], files: Mapping[str, File], *headers: bytes) -> Reply:
        """A form with files."""
        kind, body = multipart_form(fields, files)
        return self.ask("POST", target, kind, *headers, body=body)


@contextmanager
def paired(direct: str, behind: str, host: str, *headers: bytes, plain: Plain = bytes) -> Iterator[Pair]:
    with (
        visiting(direct, host, *headers) as one,
        visiting(behind, host, *headers) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        yield Pair(one, other, plain, thread)
