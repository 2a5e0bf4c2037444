"""What is read of a site folder where no whole one is wanted: `edge serve` begins with `[serve]`, and Edge that is
turned off has a place for its own paths and the widgets' style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from edge.errors import Problem, SiteError
from edge.site.folder import Folder
from edge.site.positions import Path as Place
from edge.site.problems import Problems, TooManyError
from edge.site.serve import ServeSettings, read_serve
from edge.site.settings import PREFIX, Settings
from edge.site.table import Table
from edge.site.text import Text
from edge.site.toml import Document, parse_toml
from edge.site.widgets import own_styles, style_of

__all__ = ["load_prefix", "load_serve", "load_style", "misplaced"]


def load_serve(root: Path) -> ServeSettings:
    """`[serve]` of the site folder at `root`, whatever else is in it. Raises SiteError with what is wrong in that
    table, or with the file as a whole."""
    document, problems = _document(root)
    found = Problems()
    settings = read_serve(Table(document, (), found))
    if found or problems:
        raise SiteError(_named(root, [*problems, *found]))
    return settings


def load_prefix(root: Path) -> str:
    """The path below which Edge's own pages live; the usual one where edge.toml cannot be read."""
    try:
        document, _ = _document(root)
        prefix = document.data.get("prefix")
    except (OSError, TooManyError):
        prefix = None
    return prefix if isinstance(prefix, str) and PREFIX.fullmatch(prefix) else Settings().prefix


def load_style(root: Path) -> str:
    """The style of all widgets: of the site's own, those whose style can be used."""
    try:
        return style_of(own_styles(Folder(root, [])))
    except OSError:
        return style_of({})


def misplaced(root: Path, place: Place, cause: str, cure: str) -> Problem:
    """That the value at `place` of edge.toml cannot be used here."""
    document, _ = _document(root)
    (problem,) = _named(root, [document.at_value(place, cause, cure)])
    return problem


def _document(root: Path) -> tuple[Document, Problems]:
    problems = Problems()
    text = Folder(root, problems, lambda: None).text("edge.toml") if root.is_dir() else None
    return (parse_toml(text, problems) if text else Document(Text("edge.toml", ""))), problems


def _named(root: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    return (replace(one, file=str(root / one.file)) for one in problems)
