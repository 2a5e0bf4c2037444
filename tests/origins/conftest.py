"""Fixtures of the sites behind Edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.door.served import serving_edge
from tests.origins.blog import Blog, blog
from tests.page.sites import front
from tests.serve.shared_door import shared_door

__all__ = ["front", "shared_door"]


@pytest.fixture(scope="session")
def wordpress() -> Iterator[Blog]:
    """Three seconds to start; every test leaves its two sites the same."""
    with blog() as started:
        yield started


@pytest.fixture(scope="session")
def before_wordpress(wordpress: Blog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`edge serve` as an operator starts it at first: the site folder is empty. Its URL."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "site").mkdir()
    with serving_edge(folder, "--origin", wordpress.urls["b"]) as served:
        yield served.url
        assert served.end() == 0
        assert "Traceback" not in served.said.text
