"""Which host is tested behind which server: the README's table says the same."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TESTED"]

TESTED: Mapping[str, tuple[str, ...]] = {
    "Starlette": ("uvicorn", "hypercorn", "granian"),
    "FastAPI": ("uvicorn", "hypercorn", "granian"),
    "Litestar": ("uvicorn", "hypercorn", "granian"),
    "Quart": ("uvicorn", "hypercorn", "granian"),
    # a2wsgi cannot read a request's body on granian, whose `receive` is no coroutine function
    "Flask": ("uvicorn", "hypercorn"),
    "Django": ("uvicorn", "hypercorn", "granian"),
    "Wagtail": ("uvicorn", "hypercorn", "granian"),
}
