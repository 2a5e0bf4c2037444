"""Fixtures of the tests of security."""

from tests.page.sites import front

__all__ = ["front"]
