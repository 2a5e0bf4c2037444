"""The commands of `edge`, one a module."""

from edge.cli.entry import main

__all__ = ["main"]
