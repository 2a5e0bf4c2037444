"""The files of `[serve]`, where Edge runs: what of them is not there, or not for it to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge.errors import Problem
from edge.site.serve import ServeSettings
from edge.site.serve_alone import misplaced
from edge.site.serve_texts import is_folder

__all__ = ["Missing", "missing_files", "missing_here", "seen_from"]

_PATHS = ("unix", "tls_cert", "tls_key", "error_page")
_CURES = {
    "tls_cert": "give the file of a certificate in PEM",
    "tls_key": "give the file of its key in PEM",
    "error_page": "give a file of HTML",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that `place`, below `[serve]`, names and that cannot be used."""

    place: tuple[str | int, ...]
    cause: str
    cure: str


def seen_from(root: Path, settings: ServeSettings) -> ServeSettings:
    """The settings of the site folder at `root`, with their paths as they are seen from the current folder."""
    seen: dict[str, Any] = {name: _seen(root, getattr(settings, name)) for name in _PATHS}
    if settings.origin and is_folder(settings.origin):
        seen["origin"] = _seen(root, settings.origin)
    origins = tuple(replace(one, ca=_seen(root, one.ca)) for one in settings.origins)
    return replace(settings, **seen, origins=origins)


def missing_here(root: Path, settings: ServeSettings) -> Iterator[Problem]:
    """What edge.toml of the site folder at `root` names, and this machine has not."""
    for one in missing_files(seen_from(root, settings), root):
        yield misplaced(root, ("serve", *one.place), one.cause, one.cure)


def missing_files(settings: ServeSettings, root: Path | None) -> Iterator[Missing]:
    """What of the files and the folder cannot be used. `root`: the site folder that the origin was seen from."""
    if settings.origin and not settings.origins and is_folder(settings.origin):
        folder = Path(settings.origin)
        if not folder.is_dir():
            cause = "this is no folder" if folder.exists() else f"there is no such folder: {folder.resolve()}"
            yield Missing(("origin",), cause, _folder_cure(folder, root))
    for name, cure in _CURES.items():
        yield from _missing((name,), getattr(settings, name), cure)
    for index, one in enumerate(settings.origins):
        yield from _missing(("origins", index, "ca"), one.ca, "give a file of certificates in PEM")


def _seen(root: Path, path: str) -> str:
    return str(root / path) if path else ""


def _folder_cure(folder: Path, root: Path | None) -> str:
    """What to do about a folder that is not there; it may have been meant as it is seen from the current one."""
    if root is not None and folder.is_relative_to(root):
        meant = folder.relative_to(root)
        if meant.is_dir():
            return f"paths in edge.toml are seen from the site folder: write {os.path.relpath(meant, root)}"
    return "give a folder of HTML, or a URL such as http://127.0.0.1:8080"


def _missing(place: tuple[str | int, ...], name: str, cure: str) -> Iterator[Missing]:
    if not name:
        return
    try:
        if not stat.S_ISREG(Path(name).stat().st_mode):
            yield Missing(place, f"{name} is no file", cure)
            return
        with Path(name).open("rb"):
            pass
    except FileNotFoundError:
        yield Missing(place, f"there is no file {name}", cure)
    except PermissionError:
        yield Missing(place, f"{name} cannot be read: Permission denied", "let the user that runs Edge read it")
    except OSError as error:
        yield Missing(place, f"{name} cannot be read: {error.strerror}", cure)
