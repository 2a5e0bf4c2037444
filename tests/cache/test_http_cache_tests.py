"""npm's http-cache-tests through Edge: with the page cache on, how many of them pass; with it off, that none is
lost that passes without Edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.serve import Forwarding, GateConfig, Origin, Peers
from tests.cache.suite import Outcome, Suite, suite
from tests.page.sites import KEY, write_site
from tests.serving import serving

__all__ = ["suite"]

pytestmark = pytest.mark.unchopped(reason="it judges what the cache does, not how bodies are cut")

# What a site must not do for its visitors' sake, or what no cache passes.
KNOWN: Mapping[str, str] = {
    "headers-store-Set-Cookie": "an answer that sets a cookie is never kept",
    "headers-store-Set-Cookie2": "the same",
    "304-etag-update-response-Set-Cookie": "the same",
    "304-etag-update-response-Set-Cookie2": "the same",
    "304-etag-update-response-ETag": "a 304 with another strong tag speaks of another answer (RFC 9111, 4.3.4)",
    "headers-store-Transfer-Encoding": "an origin's transfer coding that nobody asked for is a 502",
    "status-400-stale": "needs a 400 to be kept: that says something of the request, not of the address",
    "age-parse-prefix": "of several ages the first would be believed, though the second says it is stale",
    "stale-close-must-revalidate": "takes a 502 for an answer out of the cache",
    "stale-close-proxy-revalidate": "the same",
    "stale-close-no-cache": "the same",
    "stale-close-s-maxage=2": "the same",
    # Surrogate-Control is obeyed where it says less than Cache-Control, never where it says more.
    "surrogate-fresh-cc-nostore": "no-store in Cache-Control holds",
    "surrogate-max-age-other-target": "needs surrogate-max-age, which says more",
    "surrogate-max-age-age": "the same",
    "surrogate-max-age-0": "the same",
    "surrogate-max-age-0-expires": "the same",
    "surrogate-max-age-long-cc-max-age": "the same",
}


@contextmanager
def through_edge(origin: str, folder: Path, toml: str) -> Iterator[str]:
    site = write_site(folder / "site", {"edge.toml": toml})
    environ = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(folder / "data")}
    app = Forwarding(EdgeMiddleware(Origin(origin), site, environ=environ), Peers())
    with serving(app, config=GateConfig, date_header=False, server_header=False) as url:
        yield url


def passed(outcomes: Mapping[str, Outcome], kind: str) -> set[str]:
    return {name for name, one in outcomes.items() if one.kind == kind and one.passed}


def required(outcomes: Mapping[str, Outcome]) -> set[str]:
    return {name for name, one in outcomes.items() if one.kind == "required"}


def test_it_does_what_is_required_of_a_shared_cache(suite: Suite, tmp_path: Path) -> None:
    with suite.origin() as origin, through_edge(origin, tmp_path, "[page_cache]\n") as url:
        outcomes = suite.run(url)
    failed = required(outcomes) - passed(outcomes, "required")
    assert {name: outcomes[name].why for name in failed - KNOWN.keys()} == {}
    assert len(passed(outcomes, "required")) >= 147
    assert len(passed(outcomes, "optimal")) >= 60


@pytest.mark.soak
def test_with_the_cache_off_nothing_is_lost(suite: Suite, tmp_path: Path) -> None:
    with suite.origin() as origin:
        direct = suite.run(origin)
        with through_edge(origin, tmp_path, "") as url:
            through = suite.run(url)
    lost = {name for name, one in direct.items() if one.why == "pass" and through[name].why != "pass"}
    assert {name: through[name].why for name in lost} == {}
    assert len(passed(direct, "required")) > 20
