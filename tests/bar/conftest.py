"""Fixtures of the bar."""

from tests.page.sites import front

__all__ = ["front"]
