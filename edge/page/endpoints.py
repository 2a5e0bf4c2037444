"""Edge's own paths: the preview's link and buttons, the health checks, and what others answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.page.health import health
from edge.page.notice import NEVER_KEEP, notice
from edge.page.setup import Setup
from edge.types import ASGIApp, Receive, Scope, Send
from edge.visitors import Preview, header_values, is_local, is_same_origin, needs_secure

__all__ = ["answer_own_path", "endpoint_at", "own_path"]

_HASH = re.compile(r"^(/widgets|/bar)\.[0-9a-f]{12}(?=\.(?:css|js)$)")
"""What is in the name of a style or script of ours, or was once."""

_FORM_LIMIT = 16 * 1024
_COMMAND = "edge preview SITE --host HOST"


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
    answer = endpoint_at(setup.endpoints, path) or await _answer(setup, path, Request(dict(scope), receive))
    await answer(scope, receive, send)


async def _answer(setup: Setup, path: str, request: Request) -> ASGIApp:
    if path == "/preview" and request.method == "GET":
        return _enter(setup, request)
    if path == "/preview" and request.method == "POST":
        return await _change(setup, request)
    if path in setup.for_preview:
        return _stranger(request) if _preview(setup, request) is None else setup.for_preview[path]
    return health(path, request.method) or notice(
        404, "No such page", "Edge has nothing at this address.", home=_home(request)
    )


def _enter(setup: Setup, request: Request) -> Response:
    """A preview link: its token becomes a cookie."""
    token, now = request.query_params.get("token", ""), setup.clock()
    if setup.previews.read(token, _host(request), now) is None:
        return notice(
            403,
            "This preview link is not valid here",
            "It is for another host, too old, incomplete, or signed with a key that this site does not have."
            " Make a new one, where the site runs, with",
            _COMMAND,
            home=_home(request),
        )
    response = _back(request, request.query_params.get("next", ""))
    _set_cookie(response, setup.previews.set_cookie(token, _is_secure(request)))
    return response


async def _change(setup: Setup, request: Request) -> Response:
    """A button of the bar: another persona, or the end of the preview. Only from a page of this host that is in
    preview already; a new token is no older than the one it takes over from."""
    host, secure = _host(request), _is_secure(request)
    current = _preview(setup, request)
    if current is None or not is_same_origin(request.scope["headers"], host):
        return _stranger(request)
    form = await _form(request)
    response = _back(request, form.get("next", ""))
    if "leave" in form:
        _set_cookie(response, setup.previews.delete_cookie(secure))
    elif (persona := form.get("persona")) is not None and (not persona or persona in setup.personas):
        token = setup.previews.make(host, persona, current.signed_at)
        _set_cookie(response, setup.previews.set_cookie(token, secure))
    return response


def _preview(setup: Setup, request: Request) -> Preview | None:
    cookies = header_values(request.scope["headers"], b"cookie")
    return setup.previews.read_cookie(cookies, _host(request), _is_secure(request), setup.clock())


def _stranger(request: Request) -> Response:
    return notice(
        403,
        "You are not in preview",
        "This is for whoever previews the site, and a preview ends after some hours."
        " Make a link into it, where the site runs, with",
        _COMMAND,
        home=_home(request),
    )


async def _form(request: Request) -> dict[str, str]:
    """The first value of each field; empty for a body that is no small form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
    return {name: values[0] for name, values in fields.items()}


def _back(request: Request, path: str) -> Response:
    return RedirectResponse(path if is_local(path) else _home(request), 303, NEVER_KEEP)


def _home(request: Request) -> str:
    return str(request.scope.get("root_path", "")) + "/"


def _set_cookie(response: Response, value: bytes) -> None:
    response.raw_headers.append((b"set-cookie", value))


def _host(request: Request) -> str:
    return request.headers.get("host", "")


def _is_secure(request: Request) -> bool:
    return needs_secure(request.scope.get("scheme", "http"), _host(request))
