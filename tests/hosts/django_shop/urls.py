"""The shop's addresses, and what Django's decorators make of its views."""

from __future__ import annotations

from django.urls import include, path
from django.views.decorators.cache import cache_control, cache_page
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_POST
from django.views.static import serve

from tests.hosts.django_shop import views
from tests.hosts.shop import STATIC

trade = ([path("", views.trade, name="home"), path("terms", views.terms)], "trade")

form = require_http_methods(["GET", "HEAD", "POST"])
shared = cache_control(public=True, max_age=60)
tagged = condition(etag_func=lambda request, slug: f'"{slug}-1"')
dated = condition(last_modified_func=views.day)
kept = cache_page(3600)

urlpatterns = [
    path("", views.home),
    path("products/", views.products),
    path("products/<slug:slug>", shared(tagged(views.product)), name="product"),
    path("speakers", views.moved),
    path("contact", form(views.contact), name="contact"),
    path("account", views.account),
    path("login", require_POST(views.login)),
    path("logout", require_POST(views.logout)),
    path("upload", form(views.upload)),
    path("uploads/<str:name>", views.uploaded),
    path("live", views.live),
    path("sync-live", views.sync_live),
    path("feed", views.feed),
    path("api/products", views.api_products),
    path("api/products/<slug:slug>", views.api_product),
    path("api/news", csrf_exempt(require_http_methods(["POST", "DELETE"])(views.api_news))),
    path("api/van", csrf_exempt(require_POST(views.api_van))),
    path("catalogue", views.catalogue),
    path("visit", views.visit),
    path("broken", views.broken),
    path("trade/", include(trade)),
    path("static/<path:path>", serve, {"document_root": str(STATIC)}),
    path("guide", views.moved_guide),
    path("guide/", views.guide),
    path("guide/<path:path>", views.guide),
    path("brochure", views.brochure),
    path("download", views.download),
    path("cached", kept(views.cached)),
    path("dated", dated(views.dated)),
    path("nonce", views.nonce),
]

handler404 = views.not_found
handler500 = views.failed
