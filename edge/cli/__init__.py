"""The commands of `edge`, one a module."""

from edge.cli.main import main

__all__ = ["main"]
