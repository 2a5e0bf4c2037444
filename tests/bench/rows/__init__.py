"""The rows of the pages' bench, each in a module of its kind, in the order of the table."""

from __future__ import annotations

from tests.bench.rows.edge import EDGE, GZIP
from tests.bench.rows.nginx import NGINX
from tests.bench.rows.parsers import PARSERS
from tests.bench.rows.row import Row
from tests.bench.rows.serving import SERVING
from tests.bench.rows.unseen import UNSEEN
from tests.bench.rows.varnish import VARNISH, VARNISH_GZIP
from tests.bench.rows.wagtail import WAGTAIL

__all__ = ["ROWS", "Row"]

ROWS: tuple[Row, ...] = (
    *EDGE,
    *UNSEEN,
    *SERVING,
    *NGINX,
    *VARNISH,
    *PARSERS,
    *WAGTAIL,
    *GZIP,
    *VARNISH_GZIP,
)
