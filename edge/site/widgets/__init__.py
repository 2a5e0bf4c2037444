"""Widgets: ready-made blocks that take inputs, out of packages and out of the site folder."""

from edge.site.widgets.packages import packaged_names, pictures
from edge.site.widgets.shelf import NAME, NAMING, PREFIX, Shelf, own_styles, sample_block, style_of
from edge.site.widgets.widget import ANYWAY, KINDS, Input, Widget
from edge.site.widgets.words import takes

__all__ = [
    "ANYWAY",
    "KINDS",
    "NAME",
    "NAMING",
    "PREFIX",
    "Input",
    "Shelf",
    "Widget",
    "own_styles",
    "packaged_names",
    "pictures",
    "sample_block",
    "style_of",
    "takes",
]
