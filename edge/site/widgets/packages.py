"""Widgets that packages bring, found through the entry points `edge.widgets`: each names a package whose folders
are widgets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

__all__ = ["GROUP", "packaged", "packaged_names", "pictures"]

GROUP = "edge.widgets"


@cache
def packaged() -> Mapping[str, Path]:
    """The folders of all widgets of packages, by the widget's name; of two of one name, that of the entry point
    whose name comes first. Packages are looked for once, and their code does not run."""
    found: dict[str, Path] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        for folder in _folders(point.module):
            for inner in sorted(folder.iterdir()):
                if (inner / "widget.toml").is_file():
                    found.setdefault(inner.name, inner)
    return MappingProxyType(found)


def packaged_names() -> tuple[str, ...]:
    """The names of all widgets of packages."""
    return tuple(packaged())


def pictures() -> tuple[Path, ...]:
    """The pictures in the samples of packages: the SVGs in their folder `pictures`."""
    folders = dict.fromkeys(path.parent for path in packaged().values())
    return tuple(path for folder in folders for path in sorted((folder / "pictures").glob("*.svg")))


def _folders(module: str) -> list[Path]:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:  # the package around it has gone
        spec = None
    places = (spec.submodule_search_locations if spec else None) or ()
    return [Path(place) for place in places if Path(place).is_dir()]
