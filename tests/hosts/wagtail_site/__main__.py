"""Serves the site on three ports until its standard input ends: bare, behind Edge, and behind an Edge without an
active experience. Prints their URLs as JSON. Takes two folders: the site's database and media go into the first;
the second keeps them as they were, and whoever else is given it starts from there."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from edge import EdgeMiddleware
from tests.hosts.wagtail_site.folder import SITE, fill
from tests.serving import serving


def main(folder: Path, first: Path) -> None:
    os.environ["WAGTAIL_SITE_FOLDER"] = str(folder)
    from tests.hosts.wagtail_site.asgi import application

    idle = fill(folder, first)
    secrets = {"EDGE_SECRET_KEYS": "a-key-that-only-the-tests-know"}
    apps = {
        "bare": application,
        "edge": EdgeMiddleware(application, SITE, environ=secrets),
        "idle": EdgeMiddleware(application, idle, environ=secrets),
    }
    with ExitStack() as stack:
        settings: dict[str, Any] = {"server_header": False, "date_header": False, "lifespan": "on"}
        urls = {
            name: stack.enter_context(serving(app, **settings | ({"lifespan": "off"} if name == "bare" else {})))
            for name, app in apps.items()
        }
        print(json.dumps(urls), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
