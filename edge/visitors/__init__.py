"""Who is asking, and what the request says: keys, cookie, consent, previews, and the facts of a request."""

from edge.visitors.consent import Consent
from edge.visitors.cookie import Cookies
from edge.visitors.geo import Geo
from edge.visitors.headers import header_values
from edge.visitors.hosts import is_loopback, needs_secure
from edge.visitors.keys import MIN_BYTES, Keys, data_folder, key_files, load_keys, make_data_folder, reload_keys
from edge.visitors.preview import Preview, Previews, carries_preview, is_local, is_same_origin
from edge.visitors.referrer import Referrer, read_referrer
from edge.visitors.request import SOURCES, Inputs, Subject, inputs, trait_source

__all__ = [
    "MIN_BYTES",
    "SOURCES",
    "Consent",
    "Cookies",
    "Geo",
    "Inputs",
    "Keys",
    "Preview",
    "Previews",
    "Referrer",
    "Subject",
    "carries_preview",
    "data_folder",
    "header_values",
    "inputs",
    "is_local",
    "is_loopback",
    "is_same_origin",
    "key_files",
    "load_keys",
    "make_data_folder",
    "needs_secure",
    "read_referrer",
    "reload_keys",
    "trait_source",
]
