"""One door of a host as an app by itself, for a server that runs as a process: `HOST_NAME` says whose, `HOST_SITE`
which site folder Edge has in front of it; without that it is bare."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hosts.processes import BY_NAME

__all__ = ["app"]

host = BY_NAME[os.environ["HOST_NAME"]]
site = os.environ.get("HOST_SITE")
app = host.mount(host.build(), Path(site)) if site else host.bare(host.build())
