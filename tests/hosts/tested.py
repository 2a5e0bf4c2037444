"""Which host is tested behind which server: the README's table says the same."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TESTED"]

TESTED: Mapping[str, tuple[str, ...]] = {
    "Starlette": ("uvicorn", "hypercorn", "granian"),
    "FastAPI": ("uvicorn",),
    "Litestar": ("uvicorn",),
    "Quart": ("uvicorn",),
    "Flask": ("uvicorn",),
    "Django": ("uvicorn",),
    "Wagtail": ("uvicorn", "hypercorn", "granian"),
}
