"""Stretches of a page that hold no tags: where they end, however they are cut.

Each remembers how far it has looked, so that a chunk is read once.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["CDATA", "COMMENT", "MARKUP", "RawText", "Run", "Script", "raw_text"]

Buffer = bytes | bytearray

COMMENT = re.compile(rb"--!?>|(?<=<!--)-?>")
MARKUP = re.compile(rb">")
"""Ends doctypes, processing instructions and everything else that is read as a comment."""
CDATA = re.compile(rb"\]\]>")


class Run:
    """Begins at `start` and ends behind the first match of `terminator` from `at` on."""

    __slots__ = ("_longest", "at", "start", "terminator")

    def __init__(self, start: int, at: int, terminator: re.Pattern[bytes], longest: int = 4) -> None:
        self.start = start
        self.at = at
        self.terminator = terminator
        self._longest = longest

    def end(self, buffer: Buffer) -> int:
        """Where the run ends, -1 while that is not known."""
        found = self.terminator.search(buffer, self.at)
        if found is not None:
            return self._ending(found)
        self._look_on(buffer)
        return -1

    def shift(self, count: int) -> None:
        """The buffer has lost its first `count` bytes."""
        self.start -= count
        self.at -= count

    def certain(self, buffer: Buffer) -> int:
        """Up to where the bytes belong to the run for sure."""
        return len(buffer)

    def _ending(self, found: re.Match[bytes]) -> int:
        return found.end()

    def _look_on(self, buffer: Buffer) -> None:
        self.at = max(self.at, len(buffer) - self._longest)


class RawText(Run):
    """What `<style>`, `<title>` and the like contain: ends in front of their own end tag."""

    __slots__ = ()

    def certain(self, buffer: Buffer) -> int:
        tail = buffer.find(b"<", self.at)
        return len(buffer) if tail < 0 else tail

    def _ending(self, found: re.Match[bytes]) -> int:
        return found.start()


class Script(RawText):
    """Script data (13.2.5.4, 13.2.5.15 to 13.2.5.31): `<!-- <script>` hides the next `</script>`."""

    __slots__ = ("_depth",)

    def __init__(self, start: int) -> None:
        super().__init__(start, start, _SCRIPT, 9)
        self._depth = 0
        """1 in `<!--`, the escaped state; 2 in `<!-- <script>`, the double escaped state."""

    def end(self, buffer: Buffer) -> int:
        while found := self.terminator.search(buffer, self.at):
            token = found.group()
            self.at = found.end()
            if token == b"<!--":
                self._depth = self._depth or 1
                self.at -= 2
            elif token == b"-->":
                self._depth = 0
            elif token.startswith(b"</"):
                if self._depth < 2:
                    return found.start()
                self._depth = 1
            elif self._depth == 1:
                self._depth = 2
        self._look_on(buffer)
        return -1


_SCRIPT = re.compile(rb"<!--|-->|</?script(?=[\t\n\f\r />])", re.I)


@cache
def _end_tag(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</" + name + rb"(?=[\t\n\f\r />])", re.I)


def raw_text(name: bytes, start: int) -> RawText:
    """The content of this raw text element, `start` behind its start tag."""
    return Script(start) if name == b"script" else RawText(start, start, _end_tag(name), len(name) + 2)
