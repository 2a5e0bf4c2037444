"""Other ways to put Edge in front of an app, and in which order with other middleware."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from litestar import Litestar, MediaType, get
from litestar.middleware import DefineMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from edge import EdgeMiddleware
from edge.types import ASGIApp
from tests.conftest import Serve
from tests.hosts.client import Answer, crawl
from tests.hosts.host import HALLO, HERO, READER, Doors, Host, opened, tailored
from tests.hosts.hosts import HOSTS
from tests.hosts.shop import SITE
from tests.hosts.shopper import Shopper

STARLETTE, FASTAPI = (host for host in HOSTS if host.name in ("Starlette", "FastAPI"))


def in_the_list_of_middleware(app: Starlette, site: Path) -> ASGIApp:
    """As if it had been `Starlette(middleware=[Middleware(GZipMiddleware), Middleware(EdgeMiddleware, …), …])`."""
    app.user_middleware.insert(1, Middleware(EdgeMiddleware, site=site))
    return app


def added(app: FastAPI, site: Path) -> FastAPI:
    app.add_middleware(EdgeMiddleware, site=site)
    return app


def added_before_gzip(app: FastAPI, site: Path) -> ASGIApp:
    app.add_middleware(EdgeMiddleware, site=site)
    app.add_middleware(GZipMiddleware, minimum_size=200)
    return app


def gzipped(app: FastAPI) -> ASGIApp:
    app.add_middleware(GZipMiddleware, minimum_size=200)
    return app


def between_functions(app: FastAPI, site: Path) -> FastAPI:
    """Each of Starlette's function middleware sends a response on in pieces."""
    with_a_function(app)
    app.add_middleware(EdgeMiddleware, site=site)
    return with_a_function(app)


def with_a_function(app: FastAPI) -> FastAPI:
    @app.middleware("http")
    async def add_header(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await go_on(request)
        response.headers["x-shop"] = "open"
        return response

    return app


ORDERS = (
    replace(STARLETTE, name="gzip outside, sessions inside", mount=in_the_list_of_middleware),
    replace(FASTAPI, name="add_middleware", mount=added),
    replace(FASTAPI, name="gzip outside", mount=added_before_gzip, bare=gzipped),
    replace(
        FASTAPI,
        name="functions on both sides",
        mount=between_functions,
        bare=lambda app: with_a_function(with_a_function(app)),
    ),
    replace(
        STARLETTE,
        name="gzip on both sides",
        mount=lambda app, site: GZipMiddleware(EdgeMiddleware(app, site=site)),
        bare=GZipMiddleware,
    ),
)


@pytest.fixture(scope="module", params=ORDERS, ids=str)
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(request.param, SITE, tmp_path_factory.mktemp("order")) as found:
        yield found


def test_in_every_order_the_crawl_is_the_same(doors: Doors) -> None:
    host = doors.host
    if os.environ.get("EDGE_DEBUG_CHOP") and "gzip" in host.name:
        pytest.skip("what compresses outside of Edge makes other bytes of a body that comes in pieces")
    origin, found = (all_of(doors, door) for door in ("bare", "idle"))
    assert found.keys() == origin.keys()
    for asked, answer in found.items():
        assert host.plain(answer) == host.plain(origin[asked]), asked


def all_of(doors: Doors, door: str) -> dict[str, Answer]:
    with doors.client(door, accept_encoding="gzip") as one, doors.client(door, accept_encoding="gzip") as other:
        return Shopper(one).shop() | crawl(other, doors.host.start)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_in_every_order_pages_are_made_for_their_visitor(doors: Doors, coding: str) -> None:
    host = doors.host
    with (
        doors.client("bare", accept_encoding=coding) as bare,
        doors.client("edge", accept_encoding=coding, cf_ipcountry="DE") as edge,
    ):
        for path in sorted(host.tailored):
            origin, answer = bare.get(path), edge.get(f"{path}?{READER}")
            assert text(host, answer) == tailored(text(host, origin)), path
            assert answer.header(b"content-encoding") == origin.header(b"content-encoding"), path
            assert answer.header(b"cache-control") == b"private, no-cache, max-age=0", path
        if "gzip" in host.name:
            assert edge.get("/catalogue").header(b"content-encoding") == (b"gzip" if coding == "gzip" else None)


def text(host: Host, answer: Answer) -> bytes:
    return host.page(answer)[1]


PAGE = f'<section data-edge-slot="hero">{HERO.decode()}</section>'
GERMAN = {"cf-ipcountry": "DE"}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_SECRET_KEYS", "a-key-that-only-the-tests-know")


async def home(request: Request) -> Response:
    segments = sorted(request.scope["edge"].segments) if "edge" in request.scope else []
    return HTMLResponse(PAGE, headers={"x-segments": " ".join(segments)})


def test_below_a_path_edge_has_its_own_paths_there(serve: Serve) -> None:
    app = EdgeMiddleware(Starlette(routes=[Route("/", home)]), site=SITE)
    url = serve(Starlette(routes=[Route("/", home), Mount("/shop", app)]), lifespan="off")
    assert HALLO in httpx.get(url + "/shop/", headers=GERMAN).content
    assert HALLO not in httpx.get(url + "/", headers=GERMAN).content
    assert httpx.get(url + "/shop/_edge/bar.css").status_code == 200
    assert httpx.get(url + "/_edge/bar.css").status_code == 404


def test_behind_a_proxy_that_takes_a_path_away_edge_has_its_own_paths_below_it(serve: Serve) -> None:
    app = EdgeMiddleware(Starlette(routes=[Route("/", home)]), site=SITE)
    url = serve(app, root_path="/shop")
    with httpx.Client(base_url=url) as client:
        assert HALLO in client.get("/", headers=GERMAN).content
        entered = client.get("/" + app.preview_path(client.base_url.netloc.decode()).lstrip("/"))
        assert entered.status_code == 303
        assert b'href="/shop/_edge/bar.' in client.get("/").content


def test_of_two_the_outer_one_tailors(serve: Serve) -> None:
    app = EdgeMiddleware(EdgeMiddleware(Starlette(routes=[Route("/", home)]), site=SITE), site=SITE)
    answer = httpx.get(serve(app), headers=GERMAN)
    assert answer.content.count(HALLO) == 1
    assert app.counts == {("tailored", "hero"): 1}


def test_in_the_middleware_of_litestar_edge_tailors_but_has_no_paths_of_its_own(serve: Serve) -> None:
    @get("/", media_type=MediaType.HTML)
    async def home() -> str:
        return PAGE

    listed = DefineMiddleware(EdgeMiddleware, site=SITE)  # type: ignore[arg-type]
    inside = serve(Litestar([home], middleware=[listed], logging_config=None))
    around = serve(EdgeMiddleware(Litestar([home], logging_config=None), site=SITE))
    for url, status in ((inside, 404), (around, 200)):
        assert HALLO in httpx.get(url, headers=GERMAN).content
        assert httpx.get(url + "/_edge/bar.css").status_code == status


@pytest.mark.filterwarnings("ignore:Exception in thread uvicorn:pytest.PytestUnhandledThreadExceptionWarning")
def test_a_wrong_folder_in_a_list_of_middleware_is_told_at_start_where_the_lifespan_is_on(
    serve: Serve, tmp_path: Path
) -> None:
    def app() -> Starlette:
        return Starlette(
            routes=[Route("/", home)], middleware=[Middleware(EdgeMiddleware, site=tmp_path / "none")]
        )

    with pytest.raises(RuntimeError, match="did not start"):
        serve(app(), lifespan="on")
    assert httpx.get(serve(app(), lifespan="auto")).status_code == 500
