"""The persona that a command was given by name."""

from __future__ import annotations

import argparse

from edge.facts import did_you_mean
from edge.model import Persona
from edge.site import Site

__all__ = ["chosen_persona"]


def chosen_persona(site: Site, name: str, parser: argparse.ArgumentParser) -> Persona:
    """The persona of that name; without one the command ends as wrong usage."""
    if name not in site.personas:
        known = f"there is {', '.join(site.personas)}" if site.personas else "personas.toml has none"
        parser.error(f'there is no persona "{name}": {did_you_mean(name, site.personas, known)}')
    return site.personas[name]
