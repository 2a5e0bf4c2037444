"""The site folder: what people write, read and checked."""

from edge.site.load import load_site, read_site
from edge.site.serve import GateSettings, OriginSettings, ServeSettings
from edge.site.serve_alone import load_prefix, load_serve, load_style, misplaced
from edge.site.serve_files import Missing, missing_files, missing_here, seen_from
from edge.site.serve_texts import is_folder, origin_flaw, peer_flaw
from edge.site.settings import CookieSettings, LimitSettings, PageSettings, Settings
from edge.site.site import Site
from edge.site.text import Text
from edge.site.watch import Look, Stillness, Watching, is_bare, look_at_files, look_at_site

__all__ = [
    "CookieSettings",
    "GateSettings",
    "LimitSettings",
    "Look",
    "Missing",
    "OriginSettings",
    "PageSettings",
    "ServeSettings",
    "Settings",
    "Site",
    "Stillness",
    "Text",
    "Watching",
    "is_bare",
    "is_folder",
    "load_prefix",
    "load_serve",
    "load_site",
    "load_style",
    "look_at_files",
    "look_at_site",
    "misplaced",
    "missing_files",
    "missing_here",
    "origin_flaw",
    "peer_flaw",
    "read_site",
    "seen_from",
]
