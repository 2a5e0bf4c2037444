"""wagtail-personalisation, the personalisation of the Wagtail CMS, on gunicorn with a worker of one thread.

What differs from the job of the other rows: 8 segments by country instead of 100 by country and language (it
has no rule for languages), and no experiences: the page has a block, or a variant of its own, for each segment.
So its eight blocks are others of the same size, in the same page. The cookie is Django's: a session, signed and
verified by HMAC-SHA-256, which leaves anew with each page because it counts the visits. The database is SQLite,
which waits for no disk.

In the first row each slot has a block for each segment (`PersonalisedStructBlock`); in the second each segment
has a copy of the page.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.signing import JSONSerializer, TimestampSigner

from tests.bench.load import Running
from tests.bench.rows.row import Row, first_core
from tests.bench.shop import COUNTRIES, Guest, block, cut, slots
from tests.programs import free_port, listening
from tests.virtualenvs import virtualenv

__all__ = ["WAGTAIL"]

_ROOT = Path(__file__).resolve().parents[3]
_SITE = "tests.bench.wagtail_site"
_KEY = "a-key-that-only-the-bench-knows"
_SEGMENTS = 8


def start(variants: bool) -> Callable[[Path], AbstractContextManager[Running]]:
    @contextmanager
    def started(folder: Path) -> Iterator[Running]:
        python = virtualenv(_ROOT / "tests/bench/wagtail_site/requirements.txt")
        _write(folder, variants)
        environ = {"BENCH_WAGTAIL": str(folder), "BENCH_WAGTAIL_KEY": _KEY}
        subprocess.run([python, "-m", f"{_SITE}.content"], cwd=_ROOT, env={**os.environ, **environ}, check=True)
        port = free_port()
        told = [f"--env={name}={value}" for name, value in environ.items()]
        served = ["--worker-class=gthread", "--threads=1", f"--bind=127.0.0.1:{port}", f"{_SITE}.wsgi"]
        command: list[str | Path] = [python, "-m", "gunicorn", "--log-level=warning", *told, *served]
        with listening(command, port, folder=_ROOT, core=first_core()) as process:
            yield Running(port, process)

    return started


def _write(folder: Path, variants: bool) -> None:
    """What the site is made of."""
    loop = "{%% for block in page.%s %%}{%% include_block block %%}{%% endfor %%}"
    assert not any(mark in cut(lambda slot: b"") for mark in (b"{{", b"{%", b"{#"))
    (folder / "templates").mkdir()
    (folder / "templates/page.html").write_bytes(
        b"{% load wagtailcore_tags %}" + cut(lambda slot: (loop % slot).encode())
    )
    (folder / "templates/offer.html").write_text("{{ self.html }}", encoding="utf-8")
    shop = {
        "variants": variants,
        "segments": [COUNTRIES[segment::_SEGMENTS] for segment in range(_SEGMENTS)],
        "blocks": {slot: [_block(slot, segment) for segment in range(_SEGMENTS)] for slot in slots()},
    }
    (folder / "shop.json").write_text(json.dumps(shop), encoding="utf-8")


def _segment(guest: Guest) -> int:
    return COUNTRIES.index(guest.country) % _SEGMENTS


def _block(slot: str, segment: int) -> str:
    return block(slots().index(slot) + segment * len(slots()))


def shown(guest: Guest) -> bytes:
    return cut(lambda slot: _block(slot, _segment(guest)).encode())


def headers(guest: Guest) -> dict[str, str]:
    """What the visitor's second page is asked with: the session as it left it at their first."""
    number = _segment(guest) + 1
    segment = {
        "encoded_name": f"segment-{number}",
        "id": number,
        "timestamp": int(time.time()),
        "persistent": False,
    }
    visits = [{"slug": "home", "id": 2, "path": "/home/", "count": 1}]
    session = {"segments": [segment], "visit_count": visits, "excluded_segments": [], "visitor": guest.number}
    signer = TimestampSigner(key=_KEY, fallback_keys=[], salt="django.contrib.sessions.backends.signed_cookies")
    signed = signer.sign_object(session, serializer=JSONSerializer, compress=True)
    return {"CF-IPCountry": guest.country, "Cookie": f"consent=yes; sessionid={signed}"}


_DOES = "verifies the session, tests 8 segments by country, shows"

WAGTAIL = (
    Row(
        "wagtail-personalisation, 8 segments",
        start(variants=False),
        f"{_DOES} a block of 8 in each slot",
        shows=shown,
        headers=headers,
    ),
    Row(
        "wagtail-personalisation, 8 variants",
        start(variants=True),
        f"{_DOES} a variant of the page",
        shows=shown,
        headers=headers,
    ),
)
