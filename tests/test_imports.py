"""What `import edge` brings along: each worker of a site waits for it, and holds it in memory."""

from __future__ import annotations

import subprocess
import sys

LOADED = "import sys; known = set(sys.modules); import edge; print(*sorted(set(sys.modules) - known))"

# What Edge works with, and what that needs itself.
NEEDED = frozenset(
    """anyio cachetools itsdangerous jinja2 markupsafe msgspec python_multipart sniffio starlette
    typing_extensions""".split()  # noqa: SIM905
)
MOST = 500
"""Modules of all kinds. With an HTTP client, they were 620."""


def loaded() -> list[str]:
    answer = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    return answer.stdout.split()


def test_no_package_comes_along_that_few_sites_need() -> None:
    names = {name.partition(".")[0] for name in loaded()}
    packages = {name for name in names - sys.stdlib_module_names if not name.startswith("_")}
    assert packages - {"edge"} - NEEDED == set()
    assert {"jinja2", "starlette"} <= packages


def test_there_are_not_many_modules() -> None:
    assert len(loaded()) <= MOST
