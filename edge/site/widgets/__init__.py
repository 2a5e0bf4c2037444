"""Widgets: ready-made blocks that take inputs, out of packages and out of the site folder."""

from edge.site.widgets.packages import packaged_names
from edge.site.widgets.shelf import NAME, PREFIX, Shelf, sample_block
from edge.site.widgets.widget import ANYWAY, KINDS, Input, Widget

__all__ = ["ANYWAY", "KINDS", "NAME", "PREFIX", "Input", "Shelf", "Widget", "packaged_names", "sample_block"]
