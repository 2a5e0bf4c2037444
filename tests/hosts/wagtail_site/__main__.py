"""Serves the site on three ports until its standard input ends: bare, behind Edge, and behind an Edge without an
active experience. Prints their URLs as JSON. Takes two folders: the site's database and media go into the first;
the second keeps them as they were, and whoever else is given it starts from there."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from edge import EdgeMiddleware
from tests.serving import serving

SITE = Path(__file__).with_name("site")


def main(folder: Path, first: Path) -> None:
    os.environ["WAGTAIL_SITE_FOLDER"] = str(folder)
    from tests.hosts.wagtail_site.asgi import application

    _fill(folder, first)
    secrets = {"EDGE_SECRET_KEYS": "a-key-that-only-the-tests-know"}
    apps = {
        "bare": application,
        "edge": EdgeMiddleware(application, SITE, environ=secrets),
        "idle": EdgeMiddleware(application, _all_disabled(folder / "idle"), environ=secrets),
    }
    with ExitStack() as stack:
        settings = {"server_header": False, "date_header": False, "lifespan": "on"}
        urls = {
            name: stack.enter_context(serving(app, **settings | ({"lifespan": "off"} if name == "bare" else {})))
            for name, app in apps.items()
        }
        print(json.dumps(urls), flush=True)
        sys.stdin.read()


def _fill(folder: Path, first: Path) -> None:
    """Wagtail's migrations take their seconds: whoever comes first makes them, the others wait and copy."""
    from tests.hosts.wagtail_site.content import build

    with first.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not first.exists():
            build()
            shutil.copytree(folder, first)
            return
    shutil.copytree(first, folder, dirs_exist_ok=True)


def _all_disabled(folder: Path) -> Path:
    """The site folder with every experience switched off."""
    shutil.copytree(SITE, folder)
    file = folder / "experiences.toml"
    text, count = re.subn(r"(?m)^slot", "enabled = false\nslot", file.read_text(encoding="utf-8"))
    assert count == 3
    file.write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
