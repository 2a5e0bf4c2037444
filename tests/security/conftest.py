"""Fixtures of the tests of security."""

from tests.page.sites import front
from tests.remote.conftest import service

__all__ = ["front", "service"]
