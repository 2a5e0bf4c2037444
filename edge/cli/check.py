"""`edge check`: every problem of a site folder."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from edge.cli.output import as_json, count, print_json, print_problems
from edge.cli.warnings import warnings
from edge.decisions import Experience
from edge.errors import SiteError
from edge.site import Site, load_site
from edge.site.names import listed
from edge.site.widgets import PREFIX

__all__ = ["add"]

_READERS = 3
"""Experiences that are named of those that read a fact."""

_UNUSED = 5
"""Blocks and widgets that are named of those that nothing shows; `--json` names them all."""

_CODES = "Exit codes: 0 no problem, warnings or not, 1 problems, 2 wrong usage."


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "check a site folder and show every problem in it"
    parser = commands.add_parser("check", help=about, description=about, epilog=_CODES)
    parser.add_argument("site", metavar="SITE", nargs="?", default="site", help="the site folder (default: site)")
    parser.add_argument("--json", action="store_true", help="print for machines: ok, problems, warnings, found")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    try:
        site = load_site(chosen.site)
    except SiteError as error:
        if chosen.json:
            _print_json(chosen.site, as_json(error.problems), [], None)
        else:
            print_problems(error.problems, chosen.site, sys.stdout)
        return 1
    if chosen.json:
        _print_json(chosen.site, [], warnings(site, os.environ, Path(chosen.site)), _found(site))
    else:
        print(_summary(chosen.site, site))
    return 0


def _print_json(
    name: str, problems: Sequence[object], warned: Sequence[str], found: dict[str, Any] | None
) -> None:
    print_json(
        {"ok": not problems, "site": name, "problems": problems, "warnings": warned, "found": found},
    )


def _unused(site: Site) -> list[str]:
    shown = {one.block for experiences in site.experiences.values() for one in experiences}
    return sorted(site.blocks.keys() - shown)


def _unused_widgets(site: Site) -> list[str]:
    """Of the site's own."""
    shown = {(one.block or "").partition("/")[0] for some in site.experiences.values() for one in some}
    return [name for name in site.own_widgets if f"{PREFIX}{name}" not in shown]


def _unreached(site: Site) -> list[tuple[str, str]]:
    """Experiences that never show, each with the one above it that is always shown instead."""
    found = []
    for experiences in site.experiences.values():
        above = next((n for n, one in enumerate(experiences) if _always(one)), len(experiences))
        found += [(one.name, experiences[above].name) for one in experiences[above + 1 :] if one.enabled]
    return found


def _always(one: Experience) -> bool:
    return one.enabled and (one.rule, one.paths, one.starts, one.ends) == (None, None, None, None)


def _found(site: Site) -> dict[str, Any]:
    """How many of each, of widgets the site's own, what no experience shows, and whether visitors get a cookie."""
    return {
        "segments": len(site.segments) + len(site.remote_segments),
        "remote_segments": len(site.remote_segments),
        "experiences": sum(map(len, site.experiences.values())),
        "slots": len(site.experiences),
        "blocks": len(site.blocks),
        "unused_blocks": _unused(site),
        "widgets": len(site.own_widgets),
        "unused_widgets": _unused_widgets(site),
        "unreached_experiences": [hidden for hidden, _ in _unreached(site)],
        "personas": len(site.personas),
        "traits": len(site.traits),
        "cookie": site.cookie,
    }


def _summary(name: str, site: Site) -> str:
    parts = (
        count(len(site.segments) + len(site.remote_segments), "segment"),
        count(sum(map(len, site.experiences.values())), "experience")
        + f" in {count(len(site.experiences), 'slot')}{_in_brackets(site.experiences)}",
        count(len(site.blocks), "block"),
        *([f"{count(len(site.own_widgets), 'widget')} of its own"] if site.own_widgets else []),
        count(len(site.personas), "persona"),
        count(len(site.traits), "trait"),
    )
    lines = [f"no problem in {name}: {', '.join(parts)}"]
    unused = [*_unused(site), *(f"{PREFIX}{name}" for name in _unused_widgets(site))]
    if unused:
        lines.append(f"no experience shows {listed(unused, _UNUSED)}")
    lines += _cookie(site)
    lines += [
        f"warning: {hidden} is never reached: {above}, above it, is for everyone"
        for hidden, above in _unreached(site)
    ]
    lines += [f"warning: {warning}" for warning in warnings(site, os.environ, Path(name))]
    return "\n".join(lines)


def _cookie(site: Site) -> list[str]:
    """Whether visitors get a cookie; if so, a line for each fact that needs one, and for whose sake."""
    readers: dict[str, list[str]] = {}
    for one in site.enabled:
        for fact in site.needs_cookie(one):
            readers.setdefault(fact, []).append(one.name)
    if not readers:
        return ["visitors get no cookie: no experience asks for anything that needs one"]
    width = max(map(len, readers))
    return [
        "visitors get a cookie, which is needed for",
        *(f"    {fact:<{width}}  read by {listed(names, _READERS)}" for fact, names in sorted(readers.items())),
    ]


def _in_brackets(names: Iterable[str]) -> str:
    """The slots by name: a slip of the finger in one shows."""
    listed = ", ".join(names)
    return f" ({listed})" if listed else ""
