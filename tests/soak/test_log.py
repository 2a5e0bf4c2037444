"""Which lines of a log are expected, and that others are seen."""

from __future__ import annotations

import json
import logging

import pytest

from tests.soak.log import Lines, unexpected
from tests.soak.origin import OriginError


def record(logger: str, level: int, message: str, error: Exception | None = None) -> str:
    info = (type(error), error, None) if error is not None else None
    return Lines().format(logging.LogRecord(logger, level, __file__, 1, message, (), info))


@pytest.mark.parametrize(
    ("logger", "message"),
    [
        ("asyncio", "Task exception was never retrieved"),
        ("asyncio", "Unclosed client session"),
        ("interpreter", "unraisable in <coroutine>: None"),
        ("py.warnings", "app.py:1: ResourceWarning: unclosed file <_io.BufferedReader name=4>"),
        ("edge", "watching the site folder failed, and is started again"),
        ("edge.page", "default content is shown because of TypeError, reported once:"),
    ],
)
def test_what_should_not_be_said_is_seen(logger: str, message: str) -> None:
    (told,) = unexpected([record(logger, logging.ERROR, message)])
    assert told.startswith(f"{logger} | ERROR | {message}")


def test_an_exception_of_ours_behind_the_server_is_seen() -> None:
    line = record("uvicorn.error", logging.ERROR, "Exception in ASGI application\n", KeyError("x"))
    (told,) = unexpected([line])
    assert "KeyError: 'x'" in told


def test_what_comes_from_elsewhere_is_seen() -> None:
    lines = ["Fatal Python error: Segmentation fault", json.dumps([1]), "Exception ignored in: <function f>"]
    assert unexpected([*lines, lines[0]]) == {lines[0]: 2, lines[1]: 1, lines[2]: 1}


def test_what_was_asked_for_is_expected() -> None:
    lines = [
        record("uvicorn.error", logging.INFO, "Started server process [1]"),
        record("uvicorn.error", logging.ERROR, "Exception in ASGI application\n", OriginError("between")),
        record("edge.page", logging.WARNING, "block note fails for some visitors, reported once: no city"),
        "",
    ]
    assert unexpected(lines) == {}
