"""The rows of the pages' bench, each in a module of its kind, in the order of the table."""

from __future__ import annotations

from tests.bench.rows.edge import EDGE, GZIP
from tests.bench.rows.growthbook import GROWTHBOOK
from tests.bench.rows.nginx import NGINX, NGINX_GZIP
from tests.bench.rows.parsers import PARSERS
from tests.bench.rows.row import Row
from tests.bench.rows.serving import SERVING
from tests.bench.rows.unseen import UNSEEN
from tests.bench.rows.varnish import VARNISH, VARNISH_GZIP
from tests.bench.rows.wagtail import WAGTAIL
from tests.bench.rows.workerd import WORKERD, WORKERD_GZIP

__all__ = ["ROWS"]

ROWS: tuple[Row, ...] = (
    *EDGE,
    *UNSEEN,
    *SERVING,
    *NGINX,
    *VARNISH,
    *WORKERD,
    *GROWTHBOOK,
    *PARSERS,
    *WAGTAIL,
    *GZIP,
    *NGINX_GZIP,
    *VARNISH_GZIP,
    *WORKERD_GZIP,
)
