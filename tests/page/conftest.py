"""Fixtures of the page path."""

from tests.page.sites import front

__all__ = ["front"]
