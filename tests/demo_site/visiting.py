"""Visits to the demo by plain HTTP: what leaves the server before any browser touches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx

from demo_site.app import site

__all__ = ["as_persona", "bar_of", "page_of", "words"]

_BAR = re.compile(r"<edge-bar\b.*</edge-bar>\s*", re.DOTALL)


@contextmanager
def as_persona(base: str, persona: str = "") -> Iterator[httpx.Client]:
    """A client in preview as `persona`, or as oneself."""
    with httpx.Client(base_url=base) as client:
        answer = client.get(site.preview_path(base.partition("://")[2], persona))
        assert answer.status_code == 303, answer.text
        yield client


def page_of(html: str) -> str:
    """The page without the bar."""
    return _BAR.sub("", html)


def bar_of(html: str) -> str:
    """The bar, empty where there is none."""
    found = _BAR.search(html)
    return found[0] if found else ""


def words(html: str) -> str:
    """What a reader reads: no tags, no comments, white space as single spaces."""
    bare = re.sub(r"<!--.*?-->|<head>.*?</head>|<[^>]*>", "", html, flags=re.DOTALL)
    return " ".join(unescape(bare).split())
