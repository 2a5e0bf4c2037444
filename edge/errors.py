"""The errors of Edge.

    EdgeError
    ├── TextError        a text that somebody wrote is wrong; carries every Flaw found in it
    │   ├── RuleError        a rule
    │   ├── SelectorError    a `select` of slots.toml
    │   └── BlockError       a block's template
    ├── SiteError        the site folder cannot be used; carries every Problem found in it
    ├── CutError         what the app sent cannot be shown to anybody, so its page stays cut
    ├── PurgeError       what is to be purged is no URL
    ├── OriginError      an origin of `edge serve` is not written as one
    ├── ServeError       `edge serve` cannot begin, for a reason outside the site folder
    ├── ProfileError     `profiles` broke its word
    ├── RemoteError      the service of `[remote]` said nothing that can be used
    ├── SecretError      the signing keys cannot be used
    └── TokenError       a signed token does not verify: visitor input, so quiet

The pure rooms know only the text they were given, so they speak of character offsets (`Flaw`); the site room
knows which file and line that text stands in, and turns each flaw into a `Problem`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "BlockError",
    "CutError",
    "EdgeError",
    "Flaw",
    "OriginError",
    "Problem",
    "ProfileError",
    "PurgeError",
    "RemoteError",
    "RuleError",
    "SecretError",
    "SelectorError",
    "ServeError",
    "SiteError",
    "TextError",
    "TokenError",
]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a text: characters `start` to `end` of it, why, and what to do."""

    cause: str
    cure: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file of the site folder. `line` and `column` count from 1; `source` is that line, empty
    where it is too long to show."""

    file: str
    line: int
    column: int
    width: int
    source: str
    cause: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        lines = [f"{place}: {self.cause}"]
        if self.line and self.source:
            number = f"{self.line:>5} | "
            lines.append(number + self.source)
            lines.append(" " * (len(number) + self.column - 1) + "^" * max(1, self.width))
        if self.cure:
            lines.append(f"      → {self.cure}")
        return "\n".join(lines)


class EdgeError(Exception):
    """Whatever Edge raises on purpose."""


class TextError(EdgeError):
    """A text is wrong. `flaws` holds at least one."""

    def __init__(self, flaws: Flaw | Iterable[Flaw]) -> None:
        self.flaws: tuple[Flaw, ...] = (flaws,) if isinstance(flaws, Flaw) else tuple(flaws)
        super().__init__("; ".join(flaw.cause for flaw in self.flaws))


class RuleError(TextError):
    """A rule that cannot be used."""


class SelectorError(TextError):
    """A selector that is not one compound selector of tag, #id, .class, [attr], [attr=value]."""


class BlockError(TextError):
    """A block that cannot be used."""


class SiteError(EdgeError):
    """The site folder cannot be used. `problems` are in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the site folder"
        super().__init__("\n\n".join([head, *map(str, self.problems)]))


class CutError(EdgeError):
    """What the app has sent cannot be shown to anybody: its page stays as cut as it is."""


class OriginError(EdgeError):
    """An origin, or what is said of it, cannot be used. The message says what to write instead."""


class ServeError(EdgeError):
    """`edge serve` cannot begin. The message says why, and what to do."""


class PurgeError(EdgeError):
    """What is to be purged cannot be read as a URL."""


class ProfileError(EdgeError):
    """The operator's `profiles` gave something else than a Profile. Its text holds nothing of a visitor."""


class RemoteError(EdgeError):
    """The service of `[remote]` said nothing that can be used, or was not asked. `reason` is one of few words, to
    be counted; `pause` the seconds for which the service asked to be left alone. Holds nothing of a visitor."""

    def __init__(self, reason: str, text: str, pause: float = 0.0) -> None:
        self.reason = reason
        self.pause = pause
        super().__init__(text)


class SecretError(EdgeError):
    """The signing keys are missing, too short, or cannot be read."""


class TokenError(EdgeError):
    """A signed token is forged, foreign, of another kind, or too old. Says which in its message; never shown."""
