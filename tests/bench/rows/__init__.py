"""The rows of the pages' bench, each in a module of its kind, in the order of the table."""

from __future__ import annotations

from tests.bench.rows.edge import EDGE, GZIP
from tests.bench.rows.nginx import NGINX
from tests.bench.rows.row import Row
from tests.bench.rows.wagtail import WAGTAIL

__all__ = ["ROWS", "Row"]

ROWS: tuple[Row, ...] = (*EDGE, *NGINX, *WAGTAIL, *GZIP)
