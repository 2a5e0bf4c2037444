"""What commands print: problems with their places, coloured where somebody is looking."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from edge.errors import Problem

__all__ = ["as_json", "count", "in_colour", "print_json", "print_problems"]

_BOLD, _RED, _GREEN, _PLAIN = "\033[1m", "\033[31m", "\033[32m", "\033[0m"


def in_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Only on a terminal that has colours, and where nobody said no (https://no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def count(number: int, one: str) -> str:
    """`1 block`, `2 blocks`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def print_problems(problems: Sequence[Problem], where: str, stream: TextIO) -> None:
    """Every problem, and how many there are `where`."""
    colour = in_colour(stream, os.environ)
    for problem in problems:
        text = str(problem)
        print("\n".join(map(_painted, text.split("\n"))) if colour else text, end="\n\n", file=stream)
    print(f"{count(len(problems), 'problem')} in {where}", file=stream)


def _painted(line: str) -> str:
    if line.startswith("      → "):
        return f"{_GREEN}{line}{_PLAIN}"
    if line.strip(" ^") == "" and "^" in line:
        return f"{_RED}{line}{_PLAIN}"
    return line if line[:5].strip().isdigit() and line[5:8] == " | " else f"{_BOLD}{line}{_PLAIN}"


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The problems for machines: file, line, column, width, source, cause, cure."""
    return [asdict(problem) for problem in problems]


def print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2), file=sys.stdout)
