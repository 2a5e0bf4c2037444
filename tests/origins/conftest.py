"""Fixtures of the sites behind Edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.origins.blog import Blog, blog
from tests.page.sites import front
from tests.serve.shared_door import shared_door

__all__ = ["front", "shared_door"]


@pytest.fixture(scope="session")
def wordpress() -> Iterator[Blog]:
    """Three seconds to start; every test leaves its two sites the same."""
    with blog() as started:
        yield started
