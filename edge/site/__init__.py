"""The site folder: what people write, read and checked."""

from edge.site.load import load_site
from edge.site.settings import CookieSettings, LimitSettings, PageSettings, Settings
from edge.site.site import Site
from edge.site.text import Text
from edge.site.watch import Look, Stillness, Watching, is_bare, look_at_files, look_at_site

__all__ = [
    "CookieSettings",
    "LimitSettings",
    "Look",
    "PageSettings",
    "Settings",
    "Site",
    "Stillness",
    "Text",
    "Watching",
    "is_bare",
    "load_site",
    "look_at_files",
    "look_at_site",
]
