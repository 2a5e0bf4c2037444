"""`edge serve`: the site folder in front of a site behind HTTP, or of a folder of HTML."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from edge.cli.output import print_problems
from edge.errors import EdgeError, SiteError

__all__ = ["add"]

_EXTRA = ("uvicorn", "httptools", "websockets")
_MORE = (
    "Everything else is said below [serve] in the site folder's edge.toml; what is said here wins. "
    "SIGTERM and Ctrl-C end it when its requests are done; SIGHUP has everything read anew. "
    "Exit codes: 0 ended by a signal, 1 it could not begin or go on, 2 wrong usage."
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "serve any site with Edge in front of it: one behind HTTP, or a folder of HTML"
    parser = commands.add_parser("serve", help=about, description=about, epilog=_MORE)
    parser.add_argument("site", metavar="SITE", nargs="?", default="site", help="the site folder (default: site)")
    parser.add_argument("--origin", metavar="WHAT", help="http://127.0.0.1:8080, unix:/path, or a folder of HTML")
    parser.add_argument("--host", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="(default: 8000; 0: a free one)")
    parser.add_argument("--unix", metavar="PATH", help="listen at a Unix socket instead")
    parser.add_argument("--workers", type=_workers, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--trust", action="append", metavar="PEER", help="a proxy in front: an address, a network, or unix"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="speak https, with this certificate in PEM")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, where that is another file")
    parser.add_argument(
        "--log",
        choices=("combined", "common", "json", "off"),
        help="the access log, on the standard output (default: combined)",
    )
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    if any(find_spec(name) is None for name in _EXTRA):
        print("edge: `edge serve` needs a server: pip install 'edge-personalisation[server]'", file=sys.stderr)
        return 1
    from edge.door import Options, serve  # these import the server

    options = Options(
        site=chosen.site,
        origin=chosen.origin,
        host=chosen.host,
        port=chosen.port,
        unix=chosen.unix,
        workers=chosen.workers,
        trust=tuple(chosen.trust) if chosen.trust else None,
        tls_cert=chosen.tls_cert,
        tls_key=chosen.tls_key,
        access_log=chosen.log,
    )
    try:
        return serve(options)
    except SiteError as error:
        if not Path(chosen.site).exists():
            print(_first_steps(chosen.site), file=sys.stderr)
        else:
            print_problems(error.problems, chosen.site, sys.stderr)
    except EdgeError as error:
        print(f"edge: {error}", file=sys.stderr)
    return 1


def _first_steps(name: str) -> str:
    folder = Path(name)
    return (
        f"edge: there is no site folder {name} (looked in {Path.cwd()}). It says who sees what. An empty one\n"
        f"will do to begin with: pages then pass as they are, and what you write there is live a second later.\n\n"
        f"    mkdir {folder}"
    )


def _port(text: str) -> int:
    return _whole(text, 0, 65_535)


def _workers(text: str) -> int:
    return _whole(text, 1, 512)


def _whole(text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"write a whole number from {least} to {most}")
