"""`edge serve`: the site folder in front of a site behind HTTP, or of a folder of HTML."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from edge.cli.output import print_problems
from edge.errors import OriginError, SecretError, SiteError

__all__ = ["add"]

_EXTRA = ("uvicorn", "httptools", "websockets")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    about = "serve a site behind HTTP, or a folder of HTML, with Edge in front of it"
    parser = commands.add_parser("serve", help=about, description=about)
    parser.add_argument("site", metavar="SITE", nargs="?", default="site", help="the site folder (default: site)")
    parser.add_argument(
        "--origin", metavar="URL", required=True, help="http://127.0.0.1:8080, or a folder of HTML"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="(default: 8000)")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        print(f"edge: {', '.join(missing)} missing: install edge with its extra `server`", file=sys.stderr)
        return 1
    import uvicorn

    from edge.door import Options, build
    from edge.serve import GateConfig

    options = Options(Path(chosen.site), chosen.origin, chosen.host, chosen.port)
    try:
        app = build(options)
    except SiteError as error:
        print_problems(error.problems, chosen.site, sys.stderr)
        return 1
    except (OriginError, SecretError) as error:
        print(f"edge: {error}", file=sys.stderr)
        return 1
    config = GateConfig(app, host=options.host, port=options.port, server_header=False, date_header=False)
    uvicorn.Server(config).run()
    return 0
