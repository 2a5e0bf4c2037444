"""Makes the database and fills it with the segments, the blocks and the page of `shop.json`.

python -m tests.bench.wagtail_site.content
"""

from __future__ import annotations

import json
import os
from typing import Any

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.wagtail_site.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from wagtail.models import Locale, Page, Site

    call_command("migrate", run_syncdb=True, verbosity=0)
    shop = json.loads((settings.FOLDER / "shop.json").read_text(encoding="utf-8"))
    segments = [segment(number, countries) for number, countries in enumerate(shop["segments"], 1)]
    Locale.objects.create(language_code="en")
    root = Page.add_root(title="Root", slug="root")
    make = variants if shop["variants"] else blocks
    home = make(root, segments, shop["blocks"])
    Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)


def segment(number: int, countries: list[str]) -> Any:
    from wagtail_personalisation.models import Segment
    from wagtail_personalisation.rules import OriginCountryRule

    made = Segment.objects.create(pk=number, name=f"Segment {number}", match_any=True)
    for country in countries:
        OriginCountryRule.objects.create(segment=made, country=country.lower())
    return made


def blocks(root: Any, segments: list[Any], slots: dict[str, list[str]]) -> Any:
    from tests.bench.wagtail_site.models import BlocksPage

    streams = {
        slot: [
            ("offer", {"segment": str(one.pk), "html": html}) for one, html in zip(segments, htmls, strict=True)
        ]
        for slot, htmls in slots.items()
    }
    return root.add_child(instance=BlocksPage(title="Aurora", slug="home", **streams))


def variants(root: Any, segments: list[Any], slots: dict[str, list[str]]) -> Any:
    from tests.bench.wagtail_site.models import VariantsPage

    home = root.add_child(instance=VariantsPage(title="Aurora", slug="home"))
    for at, one in enumerate(segments):
        variant = home.personalisation_metadata.copy_for_segment(one)
        for slot, htmls in slots.items():
            setattr(variant, slot, [("offer", htmls[at])])
        variant.save()
    return home


if __name__ == "__main__":
    main()
