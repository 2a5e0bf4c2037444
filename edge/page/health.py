"""What Edge says to whoever asks whether it is well, with `EDGE_OFF` too: an emergency switch that took the site
out of its load balancer would be none."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

__all__ = ["health"]

_WELL = {"/livez": "alive\n", "/readyz": "ready\n"}


def health(path: str, method: str) -> Response | None:
    """The answer, where `path` behind the prefix asks for it. An app that answers at all has its site folder; what
    else it needs, it knows best itself."""
    text = _WELL.get(path)
    if text is None or method not in ("GET", "HEAD"):
        return None
    return PlainTextResponse(text, headers={"cache-control": "no-store, max-age=0"})
