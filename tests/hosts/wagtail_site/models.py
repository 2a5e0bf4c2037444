"""One kind of page: a headline, a picture, and a body that an editor composes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import RawHTMLBlock, RichTextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index


class BrochurePage(Page):  # type: ignore[misc]  # of no known type
    template = "wagtail_site/page.html"

    headline = models.CharField(max_length=200)
    intro = RichTextField(blank=True)
    photo = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField([("text", RichTextBlock()), ("html", RawHTMLBlock())], blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("intro"),
        FieldPanel("photo"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("headline"), index.SearchField("intro")]
