"""What search engines are told of a page besides its text: JSON-LD in the words of schema.org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo_site.catalogue import Product

__all__ = ["BASE", "crumbs", "organisation", "product_data"]

BASE = "https://aurora.example"
"""Where the site would live; `.example` is nobody's (RFC 2606)."""

_CURRENCY = {"en": "EUR", "th": "THB"}
_BRAND = {"@type": "Brand", "name": "Aurora Audio"}


def organisation() -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": "Aurora Audio",
        "url": f"{BASE}/",
        "logo": f"{BASE}/static/icon.svg",
    }


def product_data(product: Product, language: str, url: str) -> dict[str, Any]:
    """A Product with its Offer; `url` is the page's path."""
    currency = _CURRENCY[language]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": product.words[language]["text"],
        "sku": f"{product.family[0].upper()}{product.number:02}",
        "image": f"{BASE}/img/{product.slug}.svg",
        "brand": _BRAND,
        "offers": {
            "@type": "Offer",
            "url": f"{BASE}{url}",
            "price": str(product.prices[currency]),
            "priceCurrency": currency,
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/NewCondition",
        },
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in product.specs[language]
        ],
    }


def crumbs(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page: pairs of a name and a path, from the home page on."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": f"{BASE}{path}"}
            for position, (name, path) in enumerate(steps, 1)
        ],
    }
