"""Fixtures of the remote service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.page.sites import front
from tests.remote.loopback import Handler, Loopback, loopback

__all__ = ["front"]

Service = Callable[..., Loopback]
"""`service(handler)` gives a service on loopback that lives as long as the test."""


@pytest.fixture
def service() -> Iterator[Service]:
    with ExitStack() as stack:

        def start(handler: Handler, **more: Any) -> Loopback:
            return stack.enter_context(loopback(handler, **more))

        yield start
