"""The bar's stylesheet and script: for as long as their text is the same, so is their address."""

from __future__ import annotations

import re

import pytest

from edge import EdgeMiddleware
from edge.bar import CSS, JS
from edge.bar.assets import Asset
from tests.page.raw import ask, html
from tests.page.sites import PAGE, Front


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(html(PAGE))


@pytest.mark.parametrize("asset", [CSS, JS], ids=lambda asset: asset.kind)
def test_below_its_own_address_it_is_kept_for_ever(edge: EdgeMiddleware, asset: Asset) -> None:
    answer = ask(edge, f"/_edge/{asset.name}")
    assert answer.status == 200
    assert answer.body == asset.body
    assert answer.header(b"content-type") == f"{asset.kind}; charset=utf-8".encode()
    assert answer.header(b"cache-control") == b"public, max-age=31536000, immutable"
    assert answer.header(b"x-content-type-options") == b"nosniff"


@pytest.mark.parametrize("asset", [CSS, JS], ids=lambda asset: asset.kind)
def test_below_that_of_another_text_it_is_given_and_not_kept(edge: EdgeMiddleware, asset: Asset) -> None:
    answer = ask(edge, "/_edge/" + re.sub(r"[0-9a-f]{12}", "0" * 12, asset.name))
    assert (answer.body, answer.header(b"cache-control")) == (asset.body, b"no-cache")


def test_the_script_is_one_scope_and_loads_nothing() -> None:
    script = JS.body.decode()
    assert script.startswith("(() => {\n'use strict';")
    assert script.endswith("})();\n")
    assert not re.search(r"\bimport\b|\beval\b|innerHTML|insertAdjacent|//[a-z]+\.", script)
