"""The command `edge`: reads its arguments and hands over to one command."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from edge.cli import check, preview, purge, serve, try_rule, widgets

__all__ = ["main"]

_DISTRIBUTION = "edge-personalisation"
_COMMANDS = (check, try_rule, preview, widgets, serve, purge)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. Wrong usage ends in SystemExit(2), as argparse has it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our arrows still shows the rest
    parser = _parser()
    chosen, more = parser.parse_known_args(arguments)
    if more:
        getattr(chosen, "parser", parser).error(f"unrecognized arguments: {' '.join(more)}")
    if not hasattr(chosen, "run"):
        parser.exit(2, parser.format_help())
    try:
        code: int = chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough: `edge widgets | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="edge",
        description="Makes any website different for every visitor. These commands work on its site folder.",
    )
    parser.add_argument("--version", action="version", version=f"edge {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    for own in commands.choices.values():
        own.set_defaults(parser=own)
    return parser


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "(not installed)"
