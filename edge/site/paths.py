"""Page paths as people write them: `/blog/*`, and `!/blog/drafts/*` for what is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.errors import Flaw
from edge.rules.like import like

__all__ = ["Paths", "path_flaw"]


@dataclass(frozen=True, slots=True)
class Paths:
    """Path globs. `*` stands for any characters, a slash among them; every other character for itself.

    A path is one of them when some glob matches it whole and no glob that begins with `!` does. Where all begin
    with `!`, every other path is one.
    """

    globs: tuple[str, ...]
    _wanted: tuple[Callable[[str], bool], ...] = field(init=False, repr=False, compare=False)
    _left_out: tuple[Callable[[str], bool], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        wanted = [glob for glob in self.globs if not glob.startswith("!")]
        left_out = [glob[1:] for glob in self.globs if glob.startswith("!")]
        if left_out and not wanted:
            wanted = ["*"]
        object.__setattr__(self, "_wanted", tuple(map(like, wanted)))
        object.__setattr__(self, "_left_out", tuple(map(like, left_out)))

    def __call__(self, path: str) -> bool:
        return any(fits(path) for fits in self._wanted) and not any(fits(path) for fits in self._left_out)


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
