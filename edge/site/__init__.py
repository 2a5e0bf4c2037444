"""The site folder: what people write, read and checked."""

from edge.site.load import load_site
from edge.site.settings import CookieSettings, LimitSettings, PageSettings, Settings
from edge.site.site import Site
from edge.site.text import Text

__all__ = ["CookieSettings", "LimitSettings", "PageSettings", "Settings", "Site", "Text", "load_site"]
