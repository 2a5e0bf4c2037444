"""The gallery: each widget with its sample, what it takes, and what to write where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import PlainTextResponse, Response

from edge.blocks import BlockFailed, render
from edge.errors import BlockError
from edge.facts import Env
from edge.gallery.style import style_path
from edge.model import Value
from edge.site import Site
from edge.site.widgets import ANYWAY, Input, Widget, sample_block, takes
from edge.types import Receive, Scope, Send
from edge.visitors import is_local

__all__ = ["CHOICES", "Gallery"]

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"scheme": ("system", "light", "dark"), "direction": ("ltr", "rtl"), "accent": ("ink", "blue", "clay")}
)
"""What whoever looks may choose; the first of each unless they do."""

_FACTS: Mapping[str, Value] = {"now.hour": 9, "now.weekday": "monday", "now.date": date(2026, 11, 30)}
"""When and by whom the samples are looked at: somebody of whom nothing else is known."""

_FOLDER = Path(__file__).parent
_CODE = re.compile(r"`([^`]+)`")


def _told(about: str) -> Markup:
    """What a `widget.toml` says of something, as HTML: what stands between backticks is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(about))))  # noqa: S704 (it is escaped)


_PAGE = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
_PAGE.filters["told"] = _told
_CSS = (_FOLDER / "gallery.css").read_text(encoding="utf-8")
_HEADERS = {
    "cache-control": "private, no-store, max-age=0",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A widget as the gallery has it; `html` is its sample, or `failed` why there is none."""

    widget: Widget
    inputs: tuple[tuple[Input, str], ...]
    html: str
    failed: str = ""


class Gallery:
    """An ASGI application, for whoever is in preview. The samples are made when somebody first looks."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._shown: tuple[_Shown, ...] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Only to be read.\n", 405, {"allow": "GET, HEAD"})
        if "css" in query:
            return Response(_CSS, headers=_HEADERS, media_type="text/css")
        return Response(self._page(query, scope), headers=_HEADERS, media_type="text/html")

    def _page(self, query: Mapping[str, list[str]], scope: Scope) -> str:
        chosen = {
            name: next((one for one in query.get(name, ()) if one in known), known[0])
            for name, known in CHOICES.items()
        }
        came = next((path for path in query.get("from", ()) if is_local(path)), "")
        if self._shown is None:
            self._shown = tuple(self._samples())
        return _PAGE.get_template("page.html").render(
            shown=self._shown,
            chosen=chosen,
            links=[
                (name, [(one, _link({**chosen, "from": came, name: one})) for one in known])
                for name, known in CHOICES.items()
            ],
            style=style_path(self._site.settings.prefix, self._site.style),
            back=came or scope.get("root_path", "") + "/",
            css=f"?css={sha256(_CSS.encode()).hexdigest()[:8]}",
            prefix=self._site.settings.prefix,
            anyway=" and ".join(ANYWAY),
        )

    def _samples(self) -> Iterator[_Shown]:
        for widget in self._site.widgets.values():
            inputs = tuple((one, takes(one)) for one in widget.inputs.values() if one.name not in ANYWAY)
            html = failed = ""
            try:
                block = sample_block(widget, self._site.facts)
                html = render(block, Env({}, None, dict(_FACTS)))
            except (BlockError, BlockFailed) as error:
                failed = str(error)
            yield _Shown(widget, inputs, html.replace('"/_edge/', f'"{self._site.settings.prefix}/'), failed)


def _link(query: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in query.items() if value})
