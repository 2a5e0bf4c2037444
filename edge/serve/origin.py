"""A site behind HTTP as an ASGI app: what the client asks goes there, what comes back goes to the client.

Bytes stay bytes. What differs from asking the site directly is this, and nothing else:

| of | what |
| --- | --- |
| both | names of headers come in lower case; what belongs to one connection ends there (`Connection` and what it names, `Keep-Alive`, `Proxy-Authenticate`, `Proxy-Authorization`, `Proxy-Connection`, `TE`, `Trailer`, `Transfer-Encoding`, `Upgrade`); a chunked body keeps its bytes, not its chunks; trailers are dropped |
| requests | `Proxy` and Edge's own cookies are left out; `X-Forwarded-*`, `X-Real-IP` and `Forwarded` say what is to be believed, at the end; an absolute target comes as its path and Host; `Expect` only with a body |
| answers | 1xx are absorbed, but for the 100 that the client waits for; the reason phrase is the server's; 204 and 304 have no `Content-Length`; `Location`, `Content-Location` and the `Domain` of cookies say the public name instead of the origin's own, or of its port behind the public name |
"""  # noqa: E501

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import httpx

from edge.errors import CutError
from edge.serve.answer_headers import Names, answer_headers
from edge.serve.client import ClientBody, ClientGoneError, ClientWatch
from edge.serve.failure import ErrorPage, status_of
from edge.serve.forwarded import Peers, forward
from edge.serve.reach import Reach
from edge.serve.request_headers import request_headers, target_of
from edge.serve.transport import Answer
from edge.serve.tunnel import tunnel
from edge.serve.upstream import Hosts, Site, Upstream, host_of, sites
from edge.types import Headers, Receive, Scope, Send

__all__ = ["Origin"]

log = logging.getLogger("edge")

_NOTHING = httpx.ByteStream(b"")
_QUIET = 60.0
_STATUSES = range(200, 600)  # 101 was not asked for, and ASGI servers know none above


class Origin:
    """Forwards to one site, or to several by host and path: `Origin("http://127.0.0.1:8080")`.

    `hosts`: those that are served, all where none is said; others get 421. `trusted`: the peers that are believed
    about the client, as `Peers` takes them. `error_page`: a file of HTML for when a site cannot be reached.
    `counts` tells how often what went wrong. Building it connects to nothing. Raises OriginError.
    """

    def __init__(
        self,
        upstreams: str | Upstream | Iterable[Upstream],
        *,
        hosts: Iterable[str] = (),
        trusted: Iterable[str] = (),
        error_page: Path | None = None,
    ) -> None:
        self._sites = sites(upstreams)
        self._hosts = Hosts(tuple(hosts))
        self._peers = Peers(trusted)
        self._page = ErrorPage(error_page)
        self._down: set[str] = set()
        self._quiet_until: dict[str, float] = {}
        self._reach = {site.upstream.url: Reach(site) for site in self._sites}
        self.counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        scope = forward(scope, self._peers)
        place = self._place(scope)
        if scope["type"] == "websocket":
            await self._tunnel(place, scope, receive, send)
        elif isinstance(place, Site):
            await self._forward(place, scope, receive, send)
        else:
            await self._tell(place, send)

    async def answering(self) -> list[bool]:
        """For each site, whether it has answered anything in the last seconds, or does so now when asked."""
        return list(await asyncio.gather(*(self._reach[site.upstream.url](self._ask) for site in self._sites)))

    async def _ask(self, site: Site) -> bool:
        """Whether it says anything at all to a HEAD of its first page: what, is its own affair."""
        host = (site.host or site.url.netloc).decode("ascii")
        headers = [("host", site.upstream.host or host), ("user-agent", "edge (readyz)")]
        extensions = {"target": b"/", "method": b"HEAD"}
        request = httpx.Request("HEAD", site.url, headers=headers, stream=_NOTHING, extensions=extensions)
        try:
            response = await site.transport.handle_async_request(request)
            await response.aclose()
        except httpx.TransportError as error:
            self._failed(site, error)
            return False
        self._up(site)
        return True

    async def aclose(self) -> None:
        """Closes the connections to the origins: at once those that are idle, the others when they are done."""
        for site in self._sites:
            await site.transport.aclose()

    def _place(self, scope: Scope) -> Site | int:
        """Where a request goes, or the status for one that goes nowhere."""
        host = host_of(scope)
        if host is None:
            return 400
        if host not in self._hosts:
            return 421
        return next((site for site in self._sites if site.serves(host, scope["path"])), 404)

    async def _forward(self, site: Site, scope: Scope, receive: Receive, send: Send) -> None:
        headers = request_headers(scope, site.host)
        body = ClientBody(receive) if _has_body(headers) else None
        request = httpx.Request(
            scope["method"],
            site.url,
            headers=headers,
            stream=body or _NOTHING,
            extensions={"target": target_of(scope), "method": scope["method"].encode("ascii")},
        )
        async with ClientWatch(receive, body):
            await self._exchange(site, request, site.names(scope), send)

    async def _exchange(self, site: Site, request: httpx.Request, names: Names, send: Send) -> None:
        begun = False
        response: httpx.Response | None = None
        try:
            response = await site.transport.handle_async_request(request)
            if response.status_code not in _STATUSES:
                raise httpx.RemoteProtocolError(f"the origin answers with status {response.status_code}")
            headers = answer_headers(response, names)
            begun = True
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            await _pass_on(response, send)
            self._up(site)
        except ClientGoneError:
            return
        except (httpx.TransportError, CutError) as error:
            if not begun and isinstance(error, httpx.TransportError):
                self._failed(site, error)
                await self._tell(status_of(error), send)
            else:  # the answer stays without its end, and the server cuts the connection: the client has to know
                self._spoiled(site, error)
        finally:
            if response is not None:
                await response.aclose()

    async def _tunnel(self, place: Site | int, scope: Scope, receive: Receive, send: Send) -> None:
        if isinstance(place, Site):
            try:
                await tunnel(place, scope, receive, send)
                return
            except httpx.TransportError as error:
                self._failed(place, error)
                place = status_of(error)
        if "websocket.http.response" in scope.get("extensions", {}):
            await self._tell(place, send, "websocket.http.response")
        else:
            await send({"type": "websocket.close"})

    async def _tell(self, status: int, send: Send, kind: str = "http.response") -> None:
        headers, body = self._page.answer(status)
        await send({"type": f"{kind}.start", "status": status, "headers": headers})
        await send({"type": f"{kind}.body", "body": body})

    def _failed(self, site: Site, error: httpx.TransportError) -> None:
        kind = type(error).__name__
        self.counts[kind] += 1
        self._reach[site.upstream.url].failed()
        if site.upstream.url not in self._down:
            self._down.add(site.upstream.url)
            log.warning("%s: %s; more of this is only counted until it answers again", site.upstream.url, error)

    def _spoiled(self, site: Site, error: httpx.TransportError | CutError) -> None:
        """The site answers, but not to the end: one broken page among good ones must not fill the log."""
        self.counts[type(error).__name__] += 1
        now, url = time.monotonic(), site.upstream.url
        if now >= self._quiet_until.get(url, 0):
            self._quiet_until[url] = now + _QUIET
            log.warning("%s: %s; more of this is only counted for a minute", url, error)

    def _up(self, site: Site) -> None:
        self._reach[site.upstream.url].answered()
        if self._down and site.upstream.url in self._down:
            self._down.discard(site.upstream.url)
            log.warning("%s answers again", site.upstream.url)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                await self.aclose()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return


def _has_body(headers: Headers) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        for name, value in headers
    )


async def _pass_on(response: httpx.Response, send: Send) -> None:
    """The body, piece by piece as it comes, with the word that it ends on the last piece where that is known."""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    async for data in stream:
        last = isinstance(stream, Answer) and stream.complete
        await send({"type": "http.response.body", "body": data, "more_body": not last})
        if last:
            return
    await send({"type": "http.response.body", "body": b"", "more_body": False})
