"""What Edge serves of the widgets: their style, and the gallery that shows each of them."""

from edge.gallery.gallery import Gallery
from edge.gallery.resource import Resource
from edge.gallery.style import style_endpoints, style_path

__all__ = ["Gallery", "Resource", "style_endpoints", "style_path"]
