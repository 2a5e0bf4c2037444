"""`edge try`: one rule or segment, evaluated for a persona, with the reasons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from edge.cli.output import print_json, print_problems, problems_json
from edge.cli.personas import chosen_persona
from edge.errors import RuleError, SiteError
from edge.facts import Env
from edge.model import Persona
from edge.rules import Rule, bind_segments, parse_rule
from edge.site import Site, Text, load_site

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
        persona = chosen_persona(site, chosen.persona, parser)
        rule = _rule(site, chosen.rule)
    except SiteError as error:
        if chosen.json:
            print_json({"ok": False, "matches": None, "trace": None, "problems": problems_json(error)})
        else:
            print_problems(chosen.site, error, sys.stderr)
        return 2
    trace = rule.explain(_env(site, persona, chosen.path))
    if chosen.json:
        print_json({"ok": True, "matches": bool(trace.value), "trace": _plain(asdict(trace)), "problems": []})
    else:
        verdict = "matches" if trace.value else "does not match"
        print(f'{_headline(chosen.rule, site)} {verdict} for "{persona.name}"\n\n{trace.render()}')
    return 0 if trace.value else 1


def _rule(site: Site, text: str) -> Rule:
    """The segment's rule, or the rule that `text` is. Raises SiteError for one with flaws."""
    if text in site.segments:
        return site.segments[text]
    try:
        return parse_rule(text, site.facts, site.segments)
    except RuleError as error:
        place = Text("RULE", text)
        raise SiteError(
            place.problem(flaw.start, flaw.end, flaw.cause, flaw.cure) for flaw in error.flaws
        ) from None


def _env(site: Site, persona: Persona, path: str | None) -> Env:
    known = {**persona.facts, "path": path} if path else persona.facts
    env = Env({}, None, known)
    bind_segments(site.segments, env)
    return env


def _headline(rule: str, site: Site) -> str:
    return f'the segment "{rule}"' if rule in site.segments else "the rule"


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
