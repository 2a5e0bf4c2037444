"""The demo's site by itself: complete, self-contained and strict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo_site.origin import origin
from tests.conftest import Serve

PAGES = ("/", "/headphones", "/pricing")
STATIC = Path(__file__).resolve().parents[2] / "demo_site" / "static"


@pytest.fixture
def client(serve: Serve) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(origin)) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_and_may_be_cached(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "public" in page.headers["cache-control"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_the_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_another_address_says_that_nothing_is_there(client: httpx.Client) -> None:
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "Back to the music" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_the_policy_forbids_what_the_page_does_not_need(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_everything_that_a_page_links_to_is_there(client: httpx.Client, path: str) -> None:
    addresses = set(re.findall(r'(?:href|src)="([^"#]+)"', client.get(path).text))
    assert "/static/site.css" in addresses
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_it_knows_nothing_of_edge() -> None:
    source = (STATIC.parent / "origin.py").read_text(encoding="utf-8")
    assert not re.search(r"^(?:from|import) edge", source, re.MULTILINE)


@pytest.mark.parametrize("file", sorted(STATIC.rglob("*.*")), ids=lambda file: file.name)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\((?!#)|@import", text)
