"""`edge preview`: a signed link that opens the site in preview."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time

from edge.cli.output import print_problems
from edge.cli.personas import chosen_persona
from edge.errors import SecretError, SiteError
from edge.runtime import keys, preview_path
from edge.site import load_site
from edge.visitors import Previews, is_loopback

__all__ = ["add"]

_CODES = (
    "The link is good for twelve hours, on that host only. It is signed with the keys of EDGE_SECRET_KEYS or "
    "EDGE_SECRET_KEYS_FILE, or with the one in the data folder: run this where the site runs. "
    "Exit codes: 0 the link is printed, 1 the site folder or the keys cannot be used, 2 wrong usage."
)
_HOST = re.compile(r"(?:(https?)://)?((?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?)/?")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "print a link that opens the site as a persona, with a bar to choose another"
    parser = commands.add_parser("preview", help=about, description=about, epilog=_CODES)
    parser.add_argument("site", metavar="SITE", nargs="?", default="site", help="the site folder (default: site)")
    parser.add_argument(
        "--host", required=True, help="where the site is: 127.0.0.1:8000, or https://127.0.0.1:8000"
    )
    parser.add_argument("--persona", default="", help="one of personas.toml (default: as oneself)")
    parser.set_defaults(run=lambda chosen: _run(chosen, parser))


def _run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    found = _HOST.fullmatch(chosen.host)
    if found is None:
        parser.error(f'"{chosen.host}" is no host: leave out the path, as in www.example.com')
    scheme, host = found.groups()
    try:
        site = load_site(chosen.site)
        if chosen.persona:
            chosen_persona(site, chosen.persona, parser)
        signing = keys(os.environ)
        previews = Previews(signing)
        path = preview_path(site.settings.prefix, previews, host, chosen.persona, time.time())
    except SiteError as error:
        print_problems(error.problems, chosen.site, sys.stderr)
        return 1
    except SecretError as error:
        print(f"edge: {error}", file=sys.stderr)
        return 1
    plain = is_loopback(host) and not site.settings.serve.tls_cert
    print(f"{scheme or ('http' if plain else 'https')}://{host}{path}")
    if signing.made is not None:
        print(
            f"edge: the key in {signing.made} was made just now. If the site runs already, it has another one and "
            "refuses this link: run this in the folder that it was started in, with the same variables",
            file=sys.stderr,
        )
    return 0
