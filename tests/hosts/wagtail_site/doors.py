"""The site behind three doors of one server. `WAGTAIL_SITE_FIRST` is for all who run it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hosts.doors import ThreeDoors
from tests.hosts.wagtail_site.asgi import application
from tests.hosts.wagtail_site.folder import SITE, fill

__all__ = ["app"]

idle = fill(Path(os.environ["WAGTAIL_SITE_FOLDER"]), Path(os.environ["WAGTAIL_SITE_FIRST"]))
app = ThreeDoors(application, SITE, idle)
