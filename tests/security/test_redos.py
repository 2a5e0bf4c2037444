"""No regular expression of Edge can be made slow: all of them are found in the source, each is tried with texts
that are hard for it. What takes time that grows faster than the text is ended by the system, and named."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.security.hard import plain
from tests.security.regexes import Found, found, hard_texts
from tests.security.worst import BY, LONGEST, NAMES, WORST

FOUND = found()
MEGABYTE = 1 << 20


def _run(length: int, seconds: float, names: Iterable[str], *options: str) -> str:
    """The last line that was printed; fails with it where the process was ended."""
    command = [sys.executable, "-m", "tests.security.hard", str(length), str(seconds), *options, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, (done.returncode, lines[-1:], done.stderr[-1000:])
    return lines[-1]


def test_every_expression_has_its_hardest_texts() -> None:
    """A new one fails here until tests/security/worst.py says what is hardest for it."""
    names = [one.name for one in FOUND]
    assert len(set(names)) == len(names)
    assert sorted(set(names) - set(WORST)) == []
    assert sorted(set(WORST) - set(names)) == [], "these are gone"
    assert all(seeds and all(turn for _, turn, _ in seeds) for seeds in WORST.values())


def test_what_is_said_of_expressions_is_said_of_some_that_there_are() -> None:
    names = {one.name for one in FOUND}
    assert set(NAMES) | set(LONGEST) <= names
    assert set(BY) <= {plain(name) for name in names if not next(one for one in FOUND if one.name == name).uses}


SLOW = (
    r"(a+)+b",
    r"\s*x|\s*y",
    r"(?:a|a)*b",
    r"a.*b.*c",
    r"(\w+\s?)*!",
    r"<[^>]*>",
    r"(?:x[^y]*)*z",
    r"[ab]*b[ab]*!",
)

_SEARCH = """
import re, signal, sys
signal.setitimer(signal.ITIMER_PROF, 0.4)
for text in sys.argv[2:]:
    re.search(sys.argv[1], text)
"""


@pytest.mark.parametrize("written", SLOW)
def test_a_slow_expression_is_found(written: str) -> None:
    """What the tests below rest on: texts made from how it is built are hard for one that is slow."""
    texts = [text.replace("\0", "\1") for text in hard_texts(re.compile(written), 50_000)]
    command = [sys.executable, "-S", "-c", _SEARCH, written, *texts[:20]]
    assert subprocess.run(command, check=False).returncode == -signal.SIGPROF


def test_a_megabyte_of_what_is_hardest_for_each_is_no_harder_than_that() -> None:
    """At a megabyte, what grows with the square takes minutes."""
    print(_run(MEGABYTE, 10, [one.name for one in FOUND], "--seeds"))


def test_nor_are_texts_made_from_how_they_are_built() -> None:
    """In the short form shorter texts, and less time."""
    print(_run(MEGABYTE // 32, 0.4, [one.name for one in FOUND]))


@pytest.mark.soak
@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.name)
def test_nor_are_megabytes_made_so(one: Found) -> None:
    print(_run(MEGABYTE, 20, [one.name]))
