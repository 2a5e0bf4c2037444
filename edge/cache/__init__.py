"""The page cache: answers of the site, kept once for all visitors. Words only below it."""

from edge.cache.endpoint import PurgeEndpoint
from edge.cache.page_cache import PageCache
from edge.cache.purges import EVERYTHING, SETTLED, Purge, PurgeFile, parse_purge
from edge.cache.settings import CacheSettings

__all__ = [
    "EVERYTHING",
    "SETTLED",
    "CacheSettings",
    "PageCache",
    "Purge",
    "PurgeEndpoint",
    "PurgeFile",
    "parse_purge",
]
