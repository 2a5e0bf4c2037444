"""A page of 59 KB passed on from an nginx behind, by Edge's origin and by others, in the same run.

    python -m tests.bench.origin

`httpx` is a plain proxy on httpx.AsyncClient as one would write it, `aiohttp` one on an aiohttp session with all
that it would add switched off, `engine` the first with Edge's transport. Needs Debian's nginx and wrk.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import httpx
import uvicorn
import yarl

from edge.serve import GateConfig, Origin, Transport
from edge.serve.upstream import Upstream, sites
from edge.types import ASGIApp, Receive, Scope, Send
from tests.bench.load import all_running, compare
from tests.serve.nginx import nginx

MODULE = "tests.bench.origin"
SIZE = 59_000
HOP = (b"connection", b"keep-alive", b"transfer-encoding")

Fetch = Callable[[Scope], Awaitable[tuple[int, list[tuple[bytes, bytes]], AsyncIterator[bytes]]]]


def proxy(fetch: Fetch) -> ASGIApp:
    """What passes on is the same for all of them; how it is fetched differs."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, headers, body = await fetch(scope)
        kept = [(name.lower(), value) for name, value in headers if name.lower() not in HOP]
        await send({"type": "http.response.start", "status": status, "headers": kept})
        async for data in body:
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def target(scope: Scope) -> str:
    query = scope["query_string"].decode()
    return str(scope["raw_path"].decode() + ("?" + query if query else ""))


def with_httpx(url: str, transport: httpx.AsyncBaseTransport | None = None) -> ASGIApp:
    client = httpx.AsyncClient(transport=transport, limits=httpx.Limits(max_connections=100))

    async def fetch(scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], AsyncIterator[bytes]]:
        request = client.build_request(scope["method"], url + target(scope), headers=scope["headers"])
        response = await client.send(request, stream=True)

        async def body() -> AsyncIterator[bytes]:
            async for data in response.aiter_raw():
                yield data
            await response.aclose()

        return response.status_code, response.headers.raw, body()

    return proxy(fetch)


def with_aiohttp(url: str) -> ASGIApp:
    sessions: list[aiohttp.ClientSession] = []

    async def fetch(scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], AsyncIterator[bytes]]:
        if not sessions:
            sessions.append(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False))
        response = await sessions[0].request(
            scope["method"],
            yarl.URL(url + target(scope), encoded=True),
            headers=[(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]],
            skip_auto_headers=("accept", "accept-encoding", "user-agent", "content-type"),
            allow_redirects=False,
        )

        async def body() -> AsyncIterator[bytes]:
            async for data in response.content.iter_any():
                yield data
            response.release()

        return response.status, list(response.raw_headers), body()

    return proxy(fetch)


def engine(url: str) -> Transport:
    return sites(Upstream(url))[0].transport


def serve(port: str, kind: str, url: str) -> None:
    apps: dict[str, Callable[[], ASGIApp]] = {
        "origin": lambda: Origin(url),
        "engine": lambda: with_httpx(url, engine(url)),
        "aiohttp": lambda: with_aiohttp(url),
        "httpx": lambda: with_httpx(url),
    }
    config = GateConfig if kind == "origin" else uvicorn.Config
    options: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "date_header": False,
        "server_header": False,
    }
    uvicorn.Server(config(apps[kind](), port=int(port), **options)).run()


@contextmanager
def page_behind() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nginx is another user
        (Path(folder) / "index.html").write_bytes(b"x" * SIZE)
        with nginx(f"location / {{ root {folder}; }}") as url:
            yield url


def main() -> None:
    kinds = sys.argv[1:] or ["origin", "engine", "aiohttp", "httpx"]
    with page_behind() as url, all_running({kind: (MODULE, kind, url) for kind in kinds}) as servers:
        figures = compare(servers, rounds=5)
    for name, found in figures.items():
        times = found.speed / figures[kinds[-1]].speed
        print(f"{name:8}{found.speed:10,.0f} requests/s{found.cost:8.0f} µs of processor time each{times:8.1f} ×")


if __name__ == "__main__":
    serve(*sys.argv[1:]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else main()
