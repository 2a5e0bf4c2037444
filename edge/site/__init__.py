"""The site folder: what people write, read and checked."""

from edge.site.load import load_site
from edge.site.settings import CookieSettings, LimitSettings, PageSettings, Settings
from edge.site.site import Site

__all__ = ["CookieSettings", "LimitSettings", "PageSettings", "Settings", "Site", "load_site"]
