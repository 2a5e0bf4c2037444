"""Fixtures of the site folder that changes while it runs."""

from tests.page.sites import front

__all__ = ["front"]
