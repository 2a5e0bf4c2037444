"""The bar of a previewed page: who the page is made for, what each slot shows, and why nothing else."""

from edge.bar.assets import CSS, JS
from edge.bar.marks import DEFAULTS, css, marked
from edge.bar.render import Bar, render_bar
from edge.bar.slots import Row

__all__ = ["CSS", "DEFAULTS", "JS", "Bar", "Row", "css", "marked", "render_bar"]
