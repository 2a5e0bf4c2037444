"""The page, personalised in the two ways that wagtail-personalisation has: by blocks, or by variants of the
page."""

from __future__ import annotations

import json

from django.conf import settings
from wagtail.blocks import RawHTMLBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_personalisation.blocks import PersonalisedStructBlock
from wagtail_personalisation.models import PersonalisablePageMixin


class Offer(PersonalisedStructBlock):  # type: ignore[misc]  # of no known type
    html = RawHTMLBlock()

    class Meta:
        template = "offer.html"


class BlocksPage(Page):  # type: ignore[misc]  # of no known type
    """Each slot has a block for each segment."""

    template = "page.html"


class VariantsPage(PersonalisablePageMixin, Page):  # type: ignore[misc]  # of no known type
    """Each slot has one block; each segment has a page."""

    template = "page.html"


for slot in json.loads((settings.FOLDER / "shop.json").read_text(encoding="utf-8"))["blocks"]:
    BlocksPage.add_to_class(slot, StreamField([("offer", Offer())], blank=True))
    VariantsPage.add_to_class(slot, StreamField([("offer", RawHTMLBlock())], blank=True))
