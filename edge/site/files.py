"""The names of a site folder's files: one that is misnamed would be passed over in silence."""

from __future__ import annotations

from pathlib import Path

from edge.errors import Problem
from edge.site.folder import BLOCKS, WIDGETS, Folder
from edge.site.names import hint

__all__ = ["FILES", "check_names"]

FILES = ("edge.toml", "facts.toml", "slots.toml", "segments.toml", "experiences.toml", "personas.toml")


def check_names(folder: Folder) -> None:
    """Reports TOML files that Edge does not read; or that the site folder is another one, inside of this."""
    try:
        inside = sorted(folder.root.iterdir())
    except OSError as error:
        cause = f"this folder cannot be read: {error.strerror}"
        folder.problems.append(Problem("", 0, 0, 0, "", cause, "see that Edge may read it"))
        return
    if not _is_site(folder.root):
        inner = next((path for path in inside if path.is_dir() and _is_site(path)), None)
        if inner is not None:
            cause = f"no file of a site folder lies here, but in {inner.name}/ there are some"
            folder.problems.append(Problem("", 0, 0, 0, "", cause, f"give that folder: {inner}"))
            return
    folder.problems.extend(_unread(path.name) for path in inside if _is_unread(path))


def _is_site(path: Path) -> bool:
    folders = (path / BLOCKS, path / WIDGETS)
    return any((path / name).is_file() for name in FILES) or any(folder.is_dir() for folder in folders)


def _is_unread(path: Path) -> bool:
    """Whether it is TOML and none of ours; hidden files are those of editors."""
    ours = path.name in FILES or path.name.startswith(".")
    return path.suffix.lower() == ".toml" and not ours and path.is_file()


def _unread(name: str) -> Problem:
    cure = hint(name, FILES, f"the files are {', '.join(FILES)}: rename it, or move it elsewhere")
    return Problem(name, 0, 0, 0, "", f"{name} is no file that Edge reads", cure)
