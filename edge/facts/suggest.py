"""Did you mean … ?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

__all__ = ["did_you_mean", "suggest"]

_LONGEST = 60  # difflib compares every letter with every letter, and nobody mistypes more than this
_MOST = 500  # names that are compared so


def suggest(word: str, names: Iterable[str]) -> str | None:
    """The name that somebody who wrote `word` most likely meant: the same but for case and separators
    (`utm_source`), the last part alone (`hour`), or spelt alike; None where no name comes near."""
    if not word or len(word) > _LONGEST:
        return None
    known = {_plain(name): name for name in names}
    wanted = _plain(word)
    tails = [plain for plain in known if plain.rpartition(".")[2] == wanted]
    alike = islice(known, _MOST)
    close = [wanted] if wanted in known else tails or get_close_matches(wanted, alike, n=1, cutoff=0.65)
    return known[close[0]] if close else None


def did_you_mean(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """`did you mean "x"?`, or `otherwise` where nothing comes near."""
    name = suggest(word, names)
    return otherwise if name is None else f'did you mean "{name}"?'


def _plain(name: str) -> str:
    return name.lower().replace("_", ".").replace("-", ".")
