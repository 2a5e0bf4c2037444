"""A page of Edge's own that says one thing, where a person follows a link or presses a button."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse, Response

__all__ = ["NEVER_KEEP", "notice"]

NEVER_KEEP = {"cache-control": "private, no-store, max-age=0", "referrer-policy": "same-origin"}

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{max-width:36rem;margin:15vh auto;padding:0 1.5rem;font:1.0625rem/1.6 system-ui,sans-serif}"
    "h1{font-size:1.5rem;line-height:1.25}"
    "code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}"
)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
<p><a href="{home}">To the site</a></p>
</body>
</html>
"""
_HEADERS = {
    **NEVER_KEEP,
    "content-security-policy": f"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def notice(status: int, title: str, text: str, command: str = "", *, home: str) -> Response:
    """`text` ends with the `command` that helps, if one does; `home` is the path of the site's first page."""
    told = escape(text) + (f" <code>{escape(command)}</code>" if command else "")
    page = _PAGE.format(title=escape(title), text=told, style=_STYLE, home=escape(home))
    return HTMLResponse(page, status, _HEADERS)
