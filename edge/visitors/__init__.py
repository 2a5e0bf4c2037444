"""Who is asking, and what the request says: keys, cookie, consent, previews, and the facts of a request."""

from edge.visitors.consent import Consent
from edge.visitors.cookie import Cookies
from edge.visitors.geo import Geo
from edge.visitors.headers import header_values
from edge.visitors.hosts import is_loopback, needs_secure
from edge.visitors.keys import Keys, load_keys, reload_keys
from edge.visitors.preview import Preview, Previews, is_same_origin
from edge.visitors.referrer import Referrer, read_referrer
from edge.visitors.request import SOURCES, Subject, trait_source

__all__ = [
    "SOURCES",
    "Consent",
    "Cookies",
    "Geo",
    "Keys",
    "Preview",
    "Previews",
    "Referrer",
    "Subject",
    "header_values",
    "is_loopback",
    "is_same_origin",
    "load_keys",
    "needs_secure",
    "read_referrer",
    "reload_keys",
    "trait_source",
]
