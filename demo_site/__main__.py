"""`python -m demo_site`: serves the demo on http://127.0.0.1:8000, or on another port: `--port`, or `PORT`."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from edge import EdgeError, EdgeMiddleware

HOST = "127.0.0.1"
PORT = 8000


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C. Exits with a message where the port cannot be had or the site folder is wrong."""
    port = _port(arguments)
    with _listen(port) as listener:
        app, site = _demo()
        host = f"{HOST}:{listener.getsockname()[1]}"
        sys.stdout.write(_WHERE_TO_LOOK.format(host=host, links=_links(site, host)))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):  # uvicorn stops in order, then raises it again
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def _demo() -> tuple[ASGIApp, EdgeMiddleware]:
    """The demo and the Edge in it, loaded only now: a port in use is told at once, and nothing else is done."""
    try:
        from demo_site.app import app, site
    except EdgeError as error:
        sys.exit(str(error))
    return app, site


_WHERE_TO_LOOK = """
Aurora Audio, with Edge in front:  http://{host}

  Become somebody else with the bar at the bottom of the page, or by one of these links.
  What each of them sees is written in demo_site/site: change it, and reload the page.

{links}

  Ctrl-C stops it.

"""


def _links(site: EdgeMiddleware, host: str) -> str:
    """A link for each persona, and one for oneself, which brings the bar back once the preview was left."""
    personas = [] if site.setup is None else list(site.setup.personas)
    width = max(map(len, [*personas, "yourself"]))
    return "\n".join(
        f"  {name or 'yourself':{width}}  http://{host}{site.preview_path(host, name)}" for name in [*personas, ""]
    )


def _port(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo_site", description="Serves the demo on this machine.")
    default = os.environ.get("PORT") or PORT
    parser.add_argument("--port", type=int, default=default, help="default: the variable PORT, else 8000")
    return int(parser.parse_args(arguments).port)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OverflowError:
        sys.exit(f"{port} is no port: choose one from 0 to 65535")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")
        sys.exit(f"Cannot listen on {HOST}:{port}: {error.strerror}")


if __name__ == "__main__":
    main()
