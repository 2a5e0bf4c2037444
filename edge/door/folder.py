"""A folder of HTML as an ASGI app.

`index.html` answers for its folder, `404.html` where there is nothing. No folder is listed, no hidden file is
served but those of `.well-known`, and no link leads out. Where the site folder lies in it, as with `--origin .`,
what Edge reads there is for Edge only; and so are its secrets, wherever they are.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import PathLike, StaticFiles

from edge.types import ASGIApp, Scope

__all__ = ["folder_app"]

_TYPES = mimetypes.MimeTypes(filenames=())  # Python's own table, whatever the machine's says
for _suffix, _type in (
    (".avif", "image/avif"),
    (".js", "text/javascript"),
    (".md", "text/markdown"),
    (".mjs", "text/javascript"),
    (".opus", "audio/ogg"),
    (".otf", "font/otf"),
    (".ttf", "font/ttf"),
    (".wasm", "application/wasm"),
    (".webm", "video/webm"),
    (".webmanifest", "application/manifest+json"),
    (".webp", "image/webp"),
    (".woff", "font/woff"),
    (".woff2", "font/woff2"),
    (".xml", "application/xml"),
    (".ico", "image/x-icon"),
    (".svg", "image/svg+xml"),
    (".gz", "application/gzip"),
):
    _TYPES.add_type(_type, _suffix)
_TYPES.encodings_map.clear()  # a .tar.gz is a file to download, not a page that is compressed


def folder_app(folder: Path, site: Path | None = None, secrets: Iterable[Path] = ()) -> ASGIApp:
    """`site`: the site folder, and `secrets`: files that are for nobody, wherever they are. Raises RuntimeError
    where there is no such folder."""
    return Starlette(routes=[Mount("/", _Files(folder, site, secrets))])


class _Files(StaticFiles):
    def __init__(self, folder: Path, site: Path | None, secrets: Iterable[Path]) -> None:
        super().__init__(directory=folder, html=True)
        self._site = None if site is None else site.resolve()
        self._secrets = frozenset(secret.resolve() for secret in secrets)

    def _is_ours(self, found: str) -> bool:
        """Whether it is a secret, a file of rules or a block, which may hold what is not for visitors."""
        file = Path(found)
        if file in self._secrets:
            return True
        if self._site is None or not file.is_relative_to(self._site):
            return False
        return file.suffix == ".toml" or file.relative_to(self._site).parts[:1] == ("blocks",)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        parts = Path(path).parts
        if any(part.startswith(".") and part not in (".", "..", ".well-known") for part in parts):
            return "", None
        try:
            found, stat = super().lookup_path(path)
        except (OSError, ValueError):  # nobody may look there, or no file can have such a name
            return "", None
        may_be_seen = stat is None or (os.access(found, os.R_OK) and not self._is_ours(found))
        return (found, stat) if may_be_seen else ("", None)

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        kind = _TYPES.guess_type(os.fspath(full_path))[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith(("+json", "/json", "/xml"))
        if "content-type" in response.headers:  # else a 304
            response.headers["content-type"] = f"{kind}; charset=utf-8" if text else kind
        return response

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("cache-control", "no-cache")  # kept, and asked about each time
        return response
