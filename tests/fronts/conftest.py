"""Fixtures of what stands in front of Edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fronts.fronts import Fronts, fronts_of


@pytest.fixture(scope="session")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronts]:
    with fronts_of(tmp_path_factory.mktemp("site")) as fronts:
        yield fronts
