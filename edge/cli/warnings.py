"""What a site folder without problems may still have wrong: nothing of it is refused."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from edge.errors import SiteError
from edge.facts import Catalogue
from edge.remote import resolve_headers
from edge.rules import certain
from edge.site import Site, missing_here

__all__ = ["warnings"]

_PLACES = ("country", "region", "city")
_ALWAYS_KNOWN = frozenset(
    (
        "path",
        "query",
        "referrer.kind",
        "device",
        "browser",
        "os",
        "bot",
        "now.hour",
        "now.weekday",
        "now.date",
        "new",
    )
)


def warnings(site: Site, environ: Mapping[str, str] = os.environ, folder: Path | None = None) -> tuple[str, ...]:
    """One sentence each, in the order of importance. `folder` is the site folder, where files are looked for."""
    return (
        *_secrets(site, environ),
        *(_files(site, folder) if folder is not None else ()),
        *_nobody_asked(site),
        *_never_known(site),
        *_unused_slots(site),
        *_choosy_blocks(site),
    )


def _secrets(site: Site, environ: Mapping[str, str]) -> Iterator[str]:
    """Secrets that are missing: here, where Edge need not run."""
    try:
        resolve_headers(site.settings.remote.all_headers, environ)
    except SiteError as error:
        for one in error.problems:
            yield f"{one.file}:{one.line}: {one.cause} here; without it Edge does not start"


def _files(site: Site, folder: Path) -> Iterator[str]:
    """Files of `[serve]` that are missing: here, where Edge need not run."""
    for one in missing_here(folder, site.settings.serve):
        yield f"edge.toml:{one.line}: {one.cause}; here, `edge serve` would not start: {one.cure}"


def _nobody_asked(site: Site) -> Iterator[str]:
    """A service that nothing is wanted of, or the other way round."""
    wanted = frozenset(name for one in site.enabled for name in site.asks(one))
    if wanted and not site.settings.remote.url:
        names = ", ".join(f'"{name}"' for name in site.remote_segments if name in wanted)
        yield f"edge.toml has no [remote]: who is in {names} only the `profiles` of your app can say"
    if site.settings.remote.url and not any(map(site.of_profile, site.enabled)):
        what = "a trait or a segment from elsewhere"
        yield f"[remote] in edge.toml is not asked: no enabled experience asks for {what}"


def _never_known(site: Site) -> Iterator[str]:
    """Places that are read although no header brings them."""
    for place in _PLACES:
        readers = list(_readers(site, place))
        if readers and not getattr(site.settings.geo, place):
            yield (
                f"{place} is never known: [geo] in edge.toml names no header for it, "
                f"and {', '.join(readers)} read{'s' if len(readers) == 1 else ''} it"
            )


def _readers(site: Site, fact: str) -> Iterator[str]:
    """Whatever reads the fact itself, in words."""
    enabled = site.enabled
    yield from (f'the segment "{name}"' for name, rule in site.segments.items() if fact in rule.reads)
    yield from (f'the experience "{one.name}"' for one in enabled if one.rule and fact in one.rule.reads)
    shown = dict.fromkeys(one.block for one in enabled if one.block)
    yield from (f'the block "{name}"' for name in shown if fact in site.blocks[name].reads)


def _unused_slots(site: Site) -> Iterator[str]:
    used = {one.slot for one in site.enabled}
    for name in site.listed:
        if name not in used:
            yield f'slots.toml lists the slot "{name}", which no enabled experience changes'


def _choosy_blocks(site: Site) -> Iterator[str]:
    """Blocks that fail for some of the visitors that they are meant for."""
    missing: dict[str, dict[str, None]] = {}
    for one in site.enabled:
        if one.block is None:
            continue
        known = certain(one.rule, site.segments) if one.rule else frozenset()
        for given in site.blocks[one.block].needs:
            if (given.fact, given.key) not in known and (given.key or given.fact not in _ALWAYS_KNOWN):
                name = given.fact if given.key is None else f"{given.fact}.{given.key}"
                missing.setdefault(one.block, {})[name] = None
    for block, names in missing.items():
        yield (
            f'the block "{block}" shows only to visitors whose {_joined(names)} known; '
            f"{_cure(next(iter(names)), site.facts)}"
        )


def _joined(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"


def _cure(name: str, facts: Catalogue) -> str:
    fact = facts.get(name)
    if fact is None or fact.kind in ("text", "choice"):
        return f'write {{{{ {name} or "…" }}}} for the others'
    return f"write {{% if {name} is defined %}} around it for the others"
