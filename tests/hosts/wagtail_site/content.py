"""The site's first pages, its picture, its editor: what is in the database when the site starts."""

from __future__ import annotations

from io import BytesIO

from django.contrib.auth.models import User
from django.core.files.images import ImageFile
from django.core.management import call_command
from PIL import Image as Pillow
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image
from wagtail.models import Page, Site

from tests.hosts.wagtail_site import EDITOR, HOST, PASSWORD
from tests.hosts.wagtail_site.models import BrochurePage

__all__ = ["build"]

OFFER = '<!--edge:slot offer--> <p class="offer">Free shipping</p> <!--/edge:slot-->'


def build() -> None:
    """Makes the tables and fills them."""
    call_command("migrate", verbosity=0)
    User.objects.create_superuser(EDITOR, f"{EDITOR}@{HOST}", PASSWORD)
    Page.objects.get(depth=2).delete()  # the welcome page, and its site with it
    home = Page.objects.get(depth=1).add_child(
        instance=BrochurePage(
            title="Aurora",
            slug="home",
            headline="Sound for everyone",
            intro="<p>Loudspeakers and headphones, made in <b>Tromsø</b>.</p>",
            body=[("text", "<p>Twenty years of quiet.</p>"), ("html", OFFER)],
        )
    )
    Site.objects.create(hostname=HOST, port=80, root_page=home, is_default_site=True, site_name="Aurora")
    headphones = home.add_child(
        instance=BrochurePage(
            title="Headphones",
            slug="headphones",
            headline="Hear what others miss",
            intro=f'<p>With a <a linktype="page" id="{home.pk}">word from us</a>.</p>',
            photo=_photo(),
            body=[("html", "<table><tr><td>Weight<td>240 g</table>"), ("html", OFFER), ("html", OFFER)],
        )
    )
    home.add_child(instance=BrochurePage(title="Pricing", slug="pricing", headline="One price", live=False))
    home.add_child(instance=BrochurePage(title="About us & you", slug="about", headline="From the north"))
    rows = [("html", f"<p>{number} " + "sound " * 100 + f"</p>\n{OFFER}") for number in range(300)]
    home.add_child(instance=BrochurePage(title="Catalogue", slug="catalogue", headline="All of it", body=rows))
    Redirect.objects.create(old_path="/kopfhoerer", redirect_page=headphones)


def _photo() -> Image:
    file = BytesIO()
    Pillow.new("RGB", (640, 480), (18, 52, 86)).save(file, "PNG")
    return Image.objects.create(title="Headphones on a rock", file=ImageFile(file, "rock.png"))
