"""Runs regular expressions against texts that are hard for them, in a process of its own: `python -m
tests.security.hard LENGTH SECONDS NAME…`.

Each text gets so many seconds of the processor, and not of the clock; one that needs more ends the process, and
what was printed last says which it was. The texts are all that can be made from how the expressions are built, or
with `--seeds` those of worst.py alone.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tests.security.regexes import Found, found, hard_texts, repeated
from tests.security.worst import BY, LONGEST, NAMES, WORST

__all__ = ["plain", "run"]

_USE: Mapping[str, Callable[[re.Pattern[Any], Any], object]] = MappingProxyType(
    {
        "match": lambda pattern, text: pattern.match(text),
        "fullmatch": lambda pattern, text: pattern.fullmatch(text),
        "search": lambda pattern, text: pattern.search(text),
        "sub": lambda pattern, text: pattern.sub(text[:0], text),
        "split": lambda pattern, text: pattern.split(text),
        "findall": lambda pattern, text: pattern.findall(text),
        "finditer": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
    }
)


def plain(name: str) -> str:
    """The name without its number."""
    return re.sub(r" \d+$", "", name)


def _texts(one: Found, pattern: re.Pattern[Any], length: int, seeds_only: bool) -> Iterator[Any]:
    length = min(length, LONGEST.get(one.name, length))
    seeds = WORST.get(one.name, ())
    if seeds_only:
        for seed in seeds:
            text = repeated(*seed, length)
            yield text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    else:
        yield from hard_texts(pattern, length, seeds)


def run(one: Found, length: int, seconds: float, seeds_only: bool) -> int:
    """How many texts an expression was tried with."""
    count = 0
    for names in NAMES.get(one.name, ({},)):
        pattern = one.compiled(names)
        for text in _texts(one, pattern, length, seeds_only):
            for use in sorted(one.uses) or BY.get(plain(one.name), ("match", "fullmatch", "search")):
                print(f"{one.name} by {use}, with {text[:60]!r} …", flush=True)
                signal.setitimer(signal.ITIMER_PROF, seconds)
                _USE[use](pattern, text)
                count += 1
    signal.setitimer(signal.ITIMER_PROF, 0)
    return count


def main(length: int, seconds: float, seeds_only: bool, names: list[str]) -> None:
    known = {one.name: one for one in found()}
    total = sum(run(known[name], length, seconds, seeds_only) for name in names)
    print(f"{total:,} texts of {length:,} characters for {len(names)} expressions")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--seeds"]
    main(int(arguments[0]), float(arguments[1]), "--seeds" in sys.argv, arguments[2:])
