"""Fixtures of the door."""

from tests.serve.recorder import recorder

__all__ = ["recorder"]
