"""Page paths as people write them: `/blog/*`, and `!/blog/drafts/*` for what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from edge.errors import Flaw

__all__ = ["Paths", "path_flaw"]


@dataclass(frozen=True, slots=True)
class Paths:
    """Path globs. `*` stands for any characters, a slash among them; every other character for itself.

    A path is one of them when some glob matches it whole and no glob that begins with `!` does. Where all begin
    with `!`, every other path is one.
    """

    globs: tuple[str, ...]
    _wanted: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _left_out: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        wanted = [glob for glob in self.globs if not glob.startswith("!")]
        left_out = [glob[1:] for glob in self.globs if glob.startswith("!")]
        if left_out and not wanted:
            wanted = ["*"]
        object.__setattr__(self, "_wanted", _pattern(wanted))
        object.__setattr__(self, "_left_out", _pattern(left_out))

    def __call__(self, path: str) -> bool:
        return self._wanted.fullmatch(path) is not None and self._left_out.fullmatch(path) is None


def _pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all globs. Each stretch ends where the next literal first stands and is not tried again, so
    matching takes path times globs at most."""
    return re.compile("|".join(map(_one, globs)) or r"(?!)", re.DOTALL)


def _one(glob: str) -> str:
    first, *others = re.split(r"\*+", glob)
    if not others:
        return re.escape(first)
    *middle, last = others
    stretches = "".join(f"(?>.*?{re.escape(literal)})" for literal in middle)
    return f"{re.escape(first)}{stretches}.*{re.escape(last)}"


def path_flaw(glob: str) -> Flaw | None:
    """What is wrong with a glob, if anything."""
    start = 1 if glob.startswith("!") else 0
    bare = glob[start:]
    if not bare:
        return Flaw("this path is empty", "write one like /pricing or /blog/*", 0, len(glob))
    if "://" in bare:
        cure = "leave out the scheme and host: paths begin with a slash"
        return Flaw("this is an address, not a path", cure, start, len(glob))
    if bare[0] not in "/*":
        return Flaw("a path begins with a slash", f"write {glob[:start]}/{bare}", start, len(glob))
    query = re.search(r"[?#]", bare)
    if query is not None:
        cure = 'leave that out; a rule can look at the query: query["name"]'
        return Flaw(f"a path ends before {query.group()}", cure, start + query.start(), len(glob))
    return None
