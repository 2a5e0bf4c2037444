"""`edge try`: one rule or segment, evaluated for a persona, with the reasons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from edge.cli.output import as_json, print_json, print_problems
from edge.cli.personas import chosen_persona
from edge.errors import Flaw, Problem, RuleError, SiteError
from edge.facts import Env, suggest
from edge.model import Persona
from edge.rules import bind_segments, parse_rule
from edge.site import Site, Text, load_site
from edge.site.table import NAME

__all__ = ["add"]

_CODES = (
    "What the persona leaves open is not known here: on the site it comes from the request. "
    "Exit codes: 0 the rule matches, 1 it does not, 2 wrong usage, or a rule or site folder with problems."
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "evaluate one rule for a persona and show why it comes out as it does"
    parser = commands.add_parser("try", help=about, description=about, epilog=_CODES)
    parser.add_argument("rule", metavar="RULE", help="a rule, or a segment's name")
    parser.add_argument("--as", metavar="PERSONA", dest="persona", required=True, help="one of personas.toml")
    parser.add_argument("--site", metavar="SITE", default="site", help="the site folder (default: site)")
    parser.add_argument("--path", metavar="PATH", help="the path of the page to look at, such as /pricing")
    parser.add_argument("--json", action="store_true", help="print for machines: ok, matches, trace, problems")
    parser.set_defaults(run=lambda chosen: _run(chosen, parser))


def _run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        site = load_site(chosen.site)
    except SiteError as error:
        return _refuse(chosen, error.problems, chosen.site)
    persona = chosen_persona(site, chosen.persona, parser)
    names = (*site.segments, *site.remote_segments)
    try:
        rule = site.segments.get(chosen.rule) or parse_rule(_as_rule(chosen.rule, site), site.facts, names)
    except RuleError as error:
        text = Text("the rule", chosen.rule)
        flaws = _misspelt(chosen.rule, site) or error.flaws
        problems = [text.problem(flaw.start, flaw.end, flaw.cause, flaw.cure) for flaw in flaws]
        return _refuse(chosen, problems, text.file)
    trace = rule.explain(_env(site, persona, chosen.path))
    if chosen.json:
        print_json({"ok": True, "matches": trace.value, "trace": _plain(asdict(trace)), "problems": []})
    else:
        what = f'the segment "{chosen.rule}"' if chosen.rule in names else "the rule"
        verdict = "matches" if trace.value else "does not match"
        print(f'{what} {verdict} for "{persona.name}"\n\n{trace.render()}')
    return 0 if trace.value else 1


def _as_rule(text: str, site: Site) -> str:
    """The rule, or that of a segment from elsewhere, which has none."""
    return f'"{text}" in segments' if text in site.remote_segments else text


def _misspelt(name: str, site: Site) -> tuple[Flaw, ...]:
    """The flaw of what looks like a segment's name, and nearly is one; none where it is nearer to a fact."""
    names = (*site.segments, *site.remote_segments)
    meant = suggest(name, (*site.facts, *names)) if NAME.fullmatch(name) else None
    if meant not in names:
        return ()
    return (Flaw(f'there is no segment "{name}"', f'did you mean the segment "{meant}"?', 0, len(name)),)


def _refuse(chosen: argparse.Namespace, problems: Sequence[Problem], where: str) -> int:
    if chosen.json:
        print_json({"ok": False, "matches": None, "trace": None, "problems": as_json(problems)})
    else:
        print_problems(problems, where, sys.stderr)
    return 2


def _env(site: Site, persona: Persona, path: str | None) -> Env:
    known = {**persona.facts, "path": path} if path else persona.facts
    env = Env({}, None, known)
    bind_segments(site.segments, env, persona.segments)
    return env


def _plain(value: Any) -> Any:
    """`value` as JSON has it."""
    match value:
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case frozenset():
            return sorted(value)
        case date():
            return value.isoformat()
    return value
