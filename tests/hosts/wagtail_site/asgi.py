"""The site as Django's project template mounts it, with its static files."""

from __future__ import annotations

import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.hosts.wagtail_site.settings")

application = ASGIStaticFilesHandler(get_asgi_application())
