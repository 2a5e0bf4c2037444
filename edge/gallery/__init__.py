"""What Edge serves of the widgets: their style, and the gallery that shows each of them."""

from edge.gallery.endpoints import style_endpoints, style_path, widget_endpoints
from edge.gallery.resource import Resource

__all__ = ["Resource", "style_endpoints", "style_path", "widget_endpoints"]
