"""Edge's own paths: the preview's link and buttons, the health checks, and what others answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from edge.page.health import health
from edge.page.setup import Setup
from edge.types import ASGIApp, Receive, Scope, Send
from edge.visitors import header_values, is_same_origin, needs_secure

__all__ = ["answer_own_path", "endpoint_at", "own_path"]

_HASH = re.compile(r"^(/widgets|/bar)\.[0-9a-f]{12}(?=\.(?:css|js)$)")
"""What is in the name of a style or script of ours, or was once."""

_FORM_LIMIT = 16 * 1024
_NEVER_KEEP = {"cache-control": "private, no-store, max-age=0", "referrer-policy": "same-origin"}


def own_path(scope: Scope, prefix: str) -> str | None:
    """The part of the path behind Edge's prefix, or None for the site's paths."""
    path: str = scope["path"]
    if prefix not in path:
        return None
    path = path.removeprefix(scope.get("root_path", ""))
    if path == prefix or path.startswith(prefix + "/"):
        return path[len(prefix) :]
    return None


def endpoint_at(endpoints: Mapping[str, ASGIApp], path: str) -> ASGIApp | None:
    """The endpoint that answers `path`, which stands behind the prefix."""
    return endpoints.get(_HASH.sub(r"\1", path))


async def answer_own_path(setup: Setup, path: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers `path`, which stands behind the prefix."""
    endpoint = endpoint_at(setup.endpoints, path)
    if endpoint is not None:
        await endpoint(scope, receive, send)
        return
    request = Request(dict(scope), receive)
    if path == "/preview" and request.method == "GET":
        response = _enter(setup, request)
    elif path == "/preview" and request.method == "POST":
        response = await _change(setup, request)
    else:
        missing = PlainTextResponse("Not found: Edge has no such page.\n", 404, _NEVER_KEEP)
        response = health(path, request.method) or missing
    await response(request.scope, receive, send)


def _enter(setup: Setup, request: Request) -> Response:
    """A preview link: its token becomes a cookie."""
    token, now = request.query_params.get("token", ""), setup.clock()
    if setup.previews.read(token, _host(request), now) is None:
        return PlainTextResponse(
            "This preview link is not valid here: it is for another host, too old, incomplete, or signed with a"
            " key that this site does not have.\n"
            "Make a new one, where the site runs, with: edge preview SITE --host HOST\n",
            403,
            _NEVER_KEEP,
        )
    response = _back(request.query_params.get("next", "/"))
    _set_cookie(response, setup.previews.set_cookie(token, _is_secure(request)))
    return response


async def _change(setup: Setup, request: Request) -> Response:
    """A button of the bar: another persona, or the end of the preview. Only from a page of this host that is in
    preview already; a new token is no older than the one it takes over from."""
    headers, host, secure = request.scope["headers"], _host(request), _is_secure(request)
    cookies = header_values(headers, b"cookie")
    current = setup.previews.read_cookie(cookies, host, secure, setup.clock())
    if current is None or not is_same_origin(headers, host):
        return PlainTextResponse("Not in preview.\n", 403, _NEVER_KEEP)
    form = await _form(request)
    response = _back(form.get("next", "/"))
    if "leave" in form:
        _set_cookie(response, setup.previews.delete_cookie(secure))
    elif (persona := form.get("persona")) is not None and (not persona or persona in setup.personas):
        token = setup.previews.make(host, persona, current.signed_at)
        _set_cookie(response, setup.previews.set_cookie(token, secure))
    return response


async def _form(request: Request) -> dict[str, str]:
    """The first value of each field; empty for a body that is no small form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
    return {name: values[0] for name, values in fields.items()}


def _back(path: str) -> Response:
    """To a page of this site, and of no other: `//host` and `/\\host` would leave it."""
    local = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return RedirectResponse(path if local else "/", 303, _NEVER_KEEP)


def _set_cookie(response: Response, value: bytes) -> None:
    response.raw_headers.append((b"set-cookie", value))


def _host(request: Request) -> str:
    return request.headers.get("host", "")


def _is_secure(request: Request) -> bool:
    return needs_secure(request.scope.get("scheme", "http"), _host(request))
