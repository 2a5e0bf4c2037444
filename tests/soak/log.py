"""The log of a worker as lines that can be judged, and which lines may stand in it."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["Lines", "config", "unexpected", "watch_the_interpreter"]

_EXPECTED: tuple[tuple[str, str, str, str], ...] = (
    # logger, level, message, the kind of the exception that came with it
    (r"uvicorn(\..*)?", "INFO", r".*", r""),
    (r"uvicorn\.error", "WARNING", r"Invalid HTTP request received\.", r".*"),
    (r"uvicorn\.error", "ERROR", r"Exception in ASGI application", r"OriginError.*"),
    (r"uvicorn\.error", "ERROR", r"Exception in ASGI application", r"RuntimeError: Response content \w+er .*"),
    (r"uvicorn\.error", "ERROR", r"Exception in ASGI application", r"ClientDisconnect.*"),
    (r"edge", "INFO", r"version \w+ of the site folder is live", r""),
    (r"edge", "INFO", r"the signing keys are new: there are \d", r""),
    (r"edge", "ERROR", r"the (site folder|file of the signing keys) .*cannot be used as it is now; .*", r""),
    (r"edge", "WARNING", r"the (site folder|file of the signing keys) .*can be used again; .*", r""),
    (r"edge\.remote", "WARNING", r"the service of \[remote\] (answers again|is left alone for .*)", r""),
    (r"edge\.remote", "WARNING", r"the service of \[remote\] failed, said once a minute: .*", r""),
    (r"edge\.remote", "WARNING", r"an answer of the service of \[remote\] holds nothing at /segments, .*", r""),
    (r"edge\.page", "ERROR", r"default content is shown because of TraitsError.*", r""),
    (r"edge\.page", "WARNING", r"block (note|huge) fails for some visitors, reported once.*", r""),
)

_EXPECTED_TEXT = re.compile(
    # uvicorn's first process leaves the socket that its workers listen on to the interpreter's end.
    r"sys:1: ResourceWarning: unclosed <socket\.socket .* laddr=\('127\.0\.0\.1', \d+\)>"
    r"|ResourceWarning: Enable tracemalloc to get the object allocation traceback"
)


class Lines(logging.Formatter):
    """Each record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        error = ""
        where: list[str] = []
        if record.exc_info and record.exc_info[0] is not None:
            error = f"{record.exc_info[0].__name__}: {record.exc_info[1]}"
            where = [f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(record.exc_info[2])[-6:]]
        said = {"logger": record.name, "level": record.levelname, "message": record.getMessage()}
        return json.dumps({**said, "error": error, "where": where, "pid": record.process})


def config() -> dict[str, Any]:
    """What `uvicorn --log-config` takes: everything from INFO up, warnings too, to the standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "tests.soak.log.Lines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": "INFO"},
    }


def watch_the_interpreter() -> None:
    """What the interpreter says on its own goes to the log: warnings, and what was raised where nobody hears."""
    logging.captureWarnings(True)
    log = logging.getLogger("interpreter")

    def unraisable(what: Any) -> None:
        log.error("unraisable in %r: %s", what.object, what.err_msg, exc_info=what.exc_value)

    def thread(what: threading.ExceptHookArgs) -> None:
        log.error("raised in a thread", exc_info=what.exc_value)

    sys.unraisablehook = unraisable
    threading.excepthook = thread


def unexpected(lines: Iterable[str]) -> Counter[str]:
    """The lines that nobody expects, and how often each stands there."""
    return Counter(line for line in map(_said, lines) if line)


def _said(line: str) -> str:
    """What an unexpected line says; nothing for one that is expected."""
    try:
        record = json.loads(line)
    except ValueError:
        return "" if _EXPECTED_TEXT.fullmatch(line.strip()) else line.strip()
    if not isinstance(record, dict):
        return line.strip()
    fields = [str(record[name]) for name in ("logger", "level", "message", "error")]
    for expected in _EXPECTED:
        if all(re.fullmatch(p, text.strip(), re.DOTALL) for p, text in zip(expected, fields, strict=True)):
            return ""
    return " | ".join([*fields, *(Path(one).name for one in record["where"])])
