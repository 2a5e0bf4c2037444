"""A visitor of a host: keeps cookies, reads forms, follows links, and sees every byte as it was sent."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

__all__ = ["Answer", "Client", "Form", "Pairs", "crawl"]

Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """A response. The headers are pairs in the order they came, the body is still coded as it came."""

    url: str
    status: int
    headers: Pairs
    body: bytes

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name]

    def header(self, name: bytes) -> bytes | None:
        values = self.values(name)
        assert len(values) <= 1, f"{name!r} came {len(values)} times"
        return values[0] if values else None

    @property
    def decoded(self) -> bytes:
        """The body without its content coding."""
        gzipped = self.body and self.header(b"content-encoding") == b"gzip"
        return gzip.decompress(self.body) if gzipped else self.body

    @property
    def text(self) -> str:
        return self.decoded.decode()

    @property
    def is_html(self) -> bool:
        return (self.header(b"content-type") or b"").startswith(b"text/html")


class Client:
    """Asks the server at `url` by the name of `host`, so that two servers of a site give the same links.
    `headers` go with every request, with underscores for hyphens: `accept_encoding="gzip"`. `http2` speaks HTTP/2
    to a server that is known to do so."""

    def __init__(self, url: str, host: str, http2: bool = False, /, **headers: str) -> None:
        self.host = host
        self._http2 = http2
        # Nothing here is https, and reading the certificates takes longer than most tests.
        self._http = httpx.Client(
            base_url=url, timeout=30, trust_env=False, verify=False, http1=not http2, http2=http2
        )
        # Only what is said here leaves: httpx would ask for codings of its own choice.
        self._http.headers = httpx.Headers({"host": host, "accept-encoding": "identity", **_hyphened(headers)})

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **content: Any) -> Answer:
        """One request, whose redirect is not followed. `content` as httpx takes it: `data`, `files`."""
        if self._http2:  # where there is no such header
            headers = {name: value for name, value in (headers or {}).items() if name != "connection"}
        with self._http.stream(method, path, headers=headers, **content) as response:
            assert response.http_version == ("HTTP/2" if self._http2 else "HTTP/1.1")
            body = b"".join(response.iter_raw())
        return Answer(path, response.status_code, response.headers.raw, body)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, _hyphened(headers))


def _hyphened(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def crawl(client: Client, start: Iterable[str]) -> dict[str, Answer]:
    """Everything that can be reached from `start` on the same host by links, pictures, styles and redirects."""
    found: dict[str, Answer] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        assert len(found) < 200, "this does not end"
        # A server may close the connection after an error, or while the next request is on its way.
        answer = found[path] = client.get(path, connection="close")
        links = _Links().of(answer.text) if answer.is_html else []
        links += [location.decode() for location in answer.values(b"location")]
        waiting += [link for link in (_local(client.host, path, link) for link in links) if link]
    return found


def _local(host: str, base: str, link: str) -> str:
    """Path and query of a link that stays on this host, else nothing."""
    parts = urlsplit(urljoin(f"http://{host}{base}", link))
    if parts.netloc != host:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._links: list[str] = []

    def of(self, text: str) -> list[str]:
        self.feed(text)
        self.close()
        return self._links

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._links += [value for name, value in attrs if name in ("href", "src") and value]


class Form(HTMLParser):
    """The fields of the form with this id, as a browser would send them."""

    def __init__(self, page: Answer, name: str = "") -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._name = name
        self._inside = False
        self._open = ""  # the textarea or select that is open
        self.feed(page.text)
        self.close()
        assert self.fields, f"no form {name}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "") == self._name or not self._name
        if not self._inside:
            return
        if tag in ("textarea", "select"):
            self._open = given.get("name", "")
            self.fields.setdefault(self._open, "")
        elif tag == "option" and "selected" in given:
            self.fields[self._open] = given.get("value", "")
        elif tag == "input" and "name" in given and _is_sent(given):
            self.fields[given["name"]] = given.get("value", "on" if given.get("type") == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self._inside and self._open and self.lasttag == "textarea":
            self.fields[self._open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag in ("textarea", "select"):
            self._open = ""


def _is_sent(given: Mapping[str, str]) -> bool:
    kind = given.get("type", "text")
    if kind in ("checkbox", "radio"):
        return "checked" in given
    return kind not in ("submit", "button", "file", "reset", "image")
