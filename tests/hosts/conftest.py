"""Fixtures of the hosts."""

from tests.page.sites import front

__all__ = ["front"]
