"""How many pages a second, and what each costs: Edge beside the same server with the same page untouched.

    python -m tests.bench.pages

One core for the server, another for wrk. 4,000 visitors, each with a signed cookie and a segment, get eight blocks
in a page of 59 KB. Before and after the rounds, the bytes of some pages are compared with what they have to be.
The rows take turns; only ratios within one run count.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import uvicorn
from starlette.middleware.gzip import GZipMiddleware

from edge import EdgeMiddleware
from edge.types import ASGIApp, Receive, Scope, Send
from tests.bench.load import all_running, compare
from tests.bench.shop import ENVIRON, Guest, cookies, expected, guests, page, write_site

MODULE = "tests.bench.pages"
HOST = "shop.localhost"
PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "gzip"}
NONCE = b"<!-- nonce 0123456789abcdef -->"


def answering(body: bytes, *headers: tuple[bytes, bytes]) -> ASGIApp:
    """The page from memory."""
    sent = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body)), *headers]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(sent)})
        await send({"type": "http.response.body", "body": body})

    return app


def differing() -> ASGIApp:
    """A page with a token that no other has."""
    head, tail = page().split(b"</head>", 1)
    numbers = itertools.count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"%b<meta name=token content=%016x></head>%b" % (head, next(numbers), tail)
        await answering(body)(scope, receive, send)

    return app


def app_of(row: str, site: str) -> ASGIApp:
    packed = gzip.compress(page(), 6)
    bare = answering(page())
    if row == "bare":
        return bare
    if row == "bare, gzip":
        return answering(packed, (b"content-encoding", b"gzip"))
    if row == "GZipMiddleware":
        return GZipMiddleware(bare)
    inner = {
        "Edge, a token in each page": differing(),
        "Edge, gzip": answering(packed, (b"content-encoding", b"gzip")),
    }.get(row, bare)
    return EdgeMiddleware(inner, site, environ=ENVIRON)


ROWS = {
    "bare": (True, PLAIN),
    "Edge": (True, PLAIN),
    "Edge, first visit": (False, PLAIN),
    "Edge, a token in each page": (True, PLAIN),
    "bare, gzip": (True, GZIP),
    "Edge, gzip": (True, GZIP),
    "GZipMiddleware": (True, GZIP),
}
"""Whether its visitors are known, and what they accept."""


def serve(port: str, row: str, site: str) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    config = uvicorn.Config(
        app_of(row, site), port=int(port), log_level="warning", access_log=False, proxy_headers=False
    )
    uvicorn.Server(config).run()


def script(folder: Path, row: str) -> Path:
    """For wrk: one visitor after the other."""
    known, more = ROWS[row]
    kept, now = cookies(), time.time()
    quoted = ",\n".join(
        "{" + ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in headers.items()) + "}"
        for headers in ({"Host": HOST, **more, **guest.headers(kept, now)} for guest in guests(known))
    )
    file = folder / f"{len(list(folder.iterdir()))}.lua"
    file.write_text(
        f"local all = {{{quoted}}}\nlocal made = {{}}\nlocal at = 0\n"
        "function init() for i, h in ipairs(all) do made[i] = wrk.format('GET', '/', h) end end\n"
        "function request() at = at % #made + 1 return made[at] end\n",
        encoding="utf-8",
    )
    return file


def check(rows: Iterable[str], ports: dict[str, int]) -> None:
    """Every fortieth visitor gets the right bytes."""
    kept, now = cookies(), time.time()
    for row in rows:
        known, more = ROWS[row]
        for guest in itertools.islice(guests(known), 0, None, 40):
            connection = http.client.HTTPConnection("127.0.0.1", ports[row])
            connection.request("GET", "/", headers={"Host": HOST, **more, **guest.headers(kept, now)})
            answer = connection.getresponse()
            body = answer.read()
            if answer.headers["content-encoding"] == "gzip":
                body = gzip.decompress(body)
            assert is_right(row, guest, body), f"{row}: visitor {guest.number} gets another page"
            connection.close()


def is_right(row: str, guest: Guest, body: bytes) -> bool:
    if not row.startswith("Edge"):
        return body == page()
    if "token" in row:
        start = body.index(b"<meta name=token content=")
        body = body[:start] + body[body.index(b"</head>", start) :]
    return body == expected(guest)


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        site, lua = write_site(Path(made) / "site"), Path(made) / "lua"
        lua.mkdir()
        scripts = {row: script(lua, row) for row in ROWS}
        with all_running({row: (MODULE, row, str(site)) for row in ROWS}) as servers:
            ports = {row: port for row, (port, _) in servers.items()}
            check(ROWS, ports)
            figures = compare(servers, scripts=scripts)
            check(ROWS, ports)
    bare = figures["bare"]
    print(f"{'':28}{'pages/s':>9}{'of bare':>9}{'p50 ms':>8}{'p99 ms':>8}{'CPU µs':>8}")
    for row, one in figures.items():
        print(f"{row:28}{one.speed:9,.0f}{one.speed / bare.speed:9.2f}{one.p50:8.2f}{one.p99:8.2f}{one.cost:8.1f}")


if __name__ == "__main__":
    serve(*sys.argv[1:]) if sys.argv[1:] else main()
