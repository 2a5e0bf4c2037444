"""From a folder to a `Site`, or to every problem in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from edge.decisions import Experience
from edge.errors import Problem, SiteError
from edge.html import Slots
from edge.site.experiences import Around, read_experiences
from edge.site.files import check_names
from edge.site.folder import Folder
from edge.site.library import read_blocks
from edge.site.personas import read_personas
from edge.site.problems import MOST, Problems, TooManyError
from edge.site.remote import check_remote_traits
from edge.site.segments import read_segments
from edge.site.settings import read_settings
from edge.site.site import Site
from edge.site.slots import SlotEntry, read_slots
from edge.site.text import Text, printable
from edge.site.toml import Document, parse_toml
from edge.site.traits import read_facts
from edge.site.widgets import Shelf

__all__ = ["load_site", "read_site"]


def load_site(
    path: Path | str,
    before: Site | None = None,
    pause: Callable[[], None] = lambda: None,
    named: Path | None = None,
) -> Site:
    """The site folder at `path`. Raises SiteError with every problem found, or the first MOST of very many, in the
    order of files and lines; files are named with the folder's path as it was given, or as `named`.

    Each file is read once; those that are absent say nothing. Blocks that are the same in the site `before` are
    taken from there, uncompiled: they are most of the work. `pause` is called before each file."""
    site, problems = read_site(path, before, pause, named)
    if problems or site is None:
        raise SiteError(problems)
    return site


def read_site(
    path: Path | str,
    before: Site | None = None,
    pause: Callable[[], None] = lambda: None,
    named: Path | None = None,
) -> tuple[Site | None, tuple[Problem, ...]]:
    """As `load_site`, but with what could be read of a folder that has problems: to be told of, never to be
    served. None where that is nothing."""
    root = Path(path)
    problems = Problems()
    folder = Folder(root, problems, pause)
    site: Site | None = None
    left: list[Problem] = []
    try:
        if _is_folder(folder):
            site = _read(folder, before)
    except OSError as error:  # nobody may read it, or it is being taken away
        cause, cure = f"this cannot be read: {error.strerror}", "see that it is a folder that Edge may read"
        problems.append(Problem("", 0, 0, 0, "", cause, cure))
    except TooManyError:
        left = [Problem("", 0, 0, 0, "", f"there are more than {MOST} problems", "begin with these")]
    told = sorted({*problems, *left}, key=lambda one: (one.file, one.line, one.column))
    return site, tuple(_shown(one, named or root) for one in told)


def _shown(problem: Problem, root: Path) -> Problem:
    """The problem with its file named as people find it. A name may have anything in it, line ends too."""
    file = printable(str(root / problem.file))
    return replace(problem, file=file, cause=printable(problem.cause), cure=printable(problem.cure))


def _is_folder(folder: Folder) -> bool:
    if folder.root.is_dir():
        return True
    cause, cure = f"there is no such folder (looked in {Path.cwd()})", "make it, or give the path of yours"
    if folder.root.exists():
        cause, cure = "this is a file, not a site folder", "give the folder that it lies in"
    folder.problems.append(Problem("", 0, 0, 0, "", cause, cure))
    return False


def _read(folder: Folder, before: Site | None) -> Site:
    problems = folder.problems
    check_names(folder)
    edge = _document(folder, "edge.toml")
    settings = read_settings(edge, problems)
    facts = read_facts(_document(folder, "facts.toml"), problems)
    check_remote_traits(edge, facts, problems)
    slots = read_slots(_document(folder, "slots.toml"), problems)
    segments = read_segments(_document(folder, "segments.toml"), facts, problems)
    same_facts = before is not None and before.facts == facts.catalogue
    known = before.blocks if before is not None and same_facts else {}
    blocks, shelf = read_blocks(folder, facts, known), Shelf(folder, facts, known)
    around = Around(facts, segments, slots, blocks, shelf, settings.zone)
    experiences = read_experiences(_document(folder, "experiences.toml"), around, problems)
    personas = read_personas(_document(folder, "personas.toml"), facts, segments, settings.zone, problems)
    enabled = [one for one in experiences if one.enabled]
    return Site(
        settings=settings,
        slots=_slots(enabled, slots),
        listed=tuple(slots),
        facts=facts.catalogue,
        segments=MappingProxyType(segments.rules),
        remote_segments=segments.remote,
        experiences=MappingProxyType(_by_slot(experiences)),
        personas=MappingProxyType(personas),
        blocks=MappingProxyType({**blocks.blocks, **shelf.blocks}),
        widgets=shelf.widgets,
        style=shelf.style,
        version=folder.version,
    )


def _document(folder: Folder, name: str) -> Document:
    text = folder.text(name)
    return parse_toml(text, folder.problems) if text else Document(Text(name, ""))


def _slots(enabled: Iterable[Experience], entries: Mapping[str, SlotEntry]) -> Slots:
    names = frozenset(one.slot for one in enabled)
    active = [entry for entry in entries.values() if entry.name in names]
    return Slots(
        names,
        tuple((entry.selector, entry.name) for entry in active if entry.selector),
        MappingProxyType({entry.name: entry.times for entry in active if entry.times}),
    )


def _by_slot(experiences: Iterable[Experience]) -> dict[str, tuple[Experience, ...]]:
    found: dict[str, list[Experience]] = {}
    for one in experiences:
        found.setdefault(one.slot, []).append(one)
    return {slot: tuple(experiences) for slot, experiences in found.items()}
