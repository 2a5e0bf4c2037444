"""The site's addresses, as Wagtail's project template lays them out."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from tests.hosts.wagtail_site import views

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("contact/", views.contact, name="contact"),
    path("search/", views.search, name="search"),
    path("live/", views.live),
    path("report.csv", views.report),
    path("", include(wagtail_urls)),
]
