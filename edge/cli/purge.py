"""`edge purge`: the page cache forgets."""

from __future__ import annotations

import argparse
import os
import sys
import time

from edge.cache import EVERYTHING, SETTLED, Purge, parse_purge
from edge.errors import PurgeError
from edge.runtime import purge_file

__all__ = ["add"]

_CODES = (
    "When this ends, every process of the page cache on this machine has forgotten. They are told by a "
    "file in the data folder (EDGE_DATA): run this where the site runs, as its user. "
    "Exit codes: 0 it is forgotten, 1 there is none, or they cannot be told, 2 wrong usage."
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "let the page cache forget answers"
    parser = commands.add_parser("purge", help=about, description=about, epilog=_CODES)
    parser.add_argument(
        "urls", metavar="URL", nargs="*", help="such as https://www.example.com/blog/; or a path, for every host"
    )
    parser.add_argument(
        "--prefix", metavar="URL", action="append", default=[], help="everything whose address begins so"
    )
    parser.add_argument("--all", action="store_true", help="everything")
    parser.set_defaults(run=lambda chosen: _run(chosen, parser))


def _run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        purges = [parse_purge(url) for url in chosen.urls]
        purges += [parse_purge(url, prefix=True) for url in chosen.prefix]
    except PurgeError as error:
        parser.error(str(error))
    purges += [EVERYTHING] if chosen.all else []
    if not purges:
        parser.error("say what to forget: a URL, --prefix URL, or --all")
    return _tell(purges)


def _tell(purges: list[Purge]) -> int:
    file = purge_file(os.environ)
    if not file.path.exists():
        print(
            f"edge: no page cache has run here: there is no {file.path}."
            " Run this where the site runs, with the same EDGE_DATA.",
            file=sys.stderr,
        )
        return 1
    try:
        for purge in purges:
            file.append(purge)
        is_read = file.is_read()
    except OSError as error:
        print(f"edge: {file.path} cannot be written ({error.strerror})", file=sys.stderr)
        return 1
    if not is_read:
        print(
            f"edge: no page cache runs whose data folder is {file.path.parent}: nobody was told."
            " Run this where the site runs, with the same EDGE_DATA; a page cache that begins, begins empty.",
            file=sys.stderr,
        )
        return 1
    time.sleep(SETTLED)
    print(f"told every page cache whose data folder is {file.path.parent}")
    return 0
