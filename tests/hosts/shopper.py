"""A visitor of the shop who does everything that can be done there."""

from __future__ import annotations

import json
from typing import Any

from tests.hosts.client import Answer, Client, Form, crawl

__all__ = ["Shopper", "explore"]

PICTURE = b'GIF89a <p data-edge-slot="hero">not a slot</p>' + bytes(range(256)) * 300


class Shopper:
    """Each step asks, checks that the shop did what was asked, and keeps the answer in `steps`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.steps: dict[str, Answer] = {}

    def shop(self) -> dict[str, Answer]:
        self.look()
        self.write()
        self.log_in()
        self.upload()
        self.use_the_api()
        self.log_out()
        return self.steps

    def look(self) -> None:
        assert "Visits: 1" in self._step("home", "GET", "/").text
        assert "Visits: 2" in self._step("home again", "GET", "/").text

    def write(self) -> None:
        form = Form(self._step("form", "GET", "/contact"), "contact").fields
        wrong = {**form, "name": "<b>Ingrid</b>", "email": "nowhere"}
        refused = self._step("refused", "POST", "/contact", data=wrong, status=422)
        assert "An address has an @ in it." in refused.text
        assert "&lt;b&gt;Ingrid&lt;/b&gt;" in refused.text
        right = {**form, "name": "Ingrid", "email": "ingrid@example.com"}
        self._step("sent", "POST", "/contact", data=right, status=303)
        self._step("letter gone", "POST", "/api/van", status=204)
        assert "Thank you, Ingrid." in self._step("message", "GET", "/contact").text
        assert "Thank you" not in self._step("message was read", "GET", "/contact").text

    def log_in(self) -> None:
        form = Form(self._step("account", "GET", "/account"), "login").fields
        answer = self._step("logged in", "POST", "/login", data={**form, "user": "Ingrid"}, status=303)
        assert len(answer.values(b"set-cookie")) >= 3  # the session's, and two
        assert "Hello, Ingrid." in self._step("own account", "GET", "/account").text

    def upload(self) -> None:
        form = Form(self._step("upload form", "GET", "/upload"), "upload").fields
        files = {"file": ("north.gif", PICTURE, "image/gif")}
        answer = self._step(
            "uploaded", "POST", "/upload", data={**form, "title": "Tromsø"}, files=files, status=201
        )
        kept = json.loads(answer.decoded)
        assert (kept["size"], kept["title"]) == (len(PICTURE), "Tromsø")
        assert self._step("download", "GET", f"/uploads/{kept['name']}").decoded == PICTURE

    def use_the_api(self) -> None:
        assert json.loads(self._step("products", "GET", "/api/products").decoded)[0]["price"] == 900
        self._step("news", "POST", "/api/news", json={"text": "nobody listens"}, status=204)
        self._step("end of the news", "DELETE", "/api/news", status=204)
        self._step("not allowed", "PUT", "/api/news", status=405)

    def log_out(self) -> None:
        # Where forms carry a token, any form's does.
        form = Form(self.client.get("/contact"), "contact").fields
        self._step("logged out", "POST", "/logout", data=form, status=303)
        assert "Hello" not in self._step("account again", "GET", "/account").text

    def _step(self, name: str, method: str, path: str, *, status: int = 200, **content: Any) -> Answer:
        answer = self.steps[name] = self.client.ask(method, path, **content)
        assert answer.status == status, f"{name}: {answer.status} {answer.body[-2000:]!r}"
        return answer


def explore(client: Client, start: tuple[str, ...]) -> dict[str, Answer]:
    """A crawl, and everything that it found asked for in other ways too, each under its way and path. What has
    validators, as files have, is asked for in more ways."""
    found = crawl(client, start)
    asked = {f"GET {path}": answer for path, answer in found.items()}
    for path, answer in found.items():
        ways = WAYS | _ways_of(answer) if answer.header(b"etag") is not None else WAYS
        for way, headers in ways.items():
            # A server may close the connection after an error, or while the next request is on its way.
            close = {"connection": "close"} if answer.status == 500 else {}
            asked[f"{way} {path}"] = client.ask(way.split()[0], path, headers | close)
    return asked


WAYS: dict[str, dict[str, str]] = {
    "HEAD": {},
    "GET a part of": {"range": "bytes=0-9"},
    "GET as a picture": {"sec-fetch-dest": "image"},
}


def _ways_of(answer: Answer) -> dict[str, dict[str, str]]:
    (tag,) = (value.decode() for value in answer.values(b"etag"))
    dates = answer.values(b"last-modified")
    dated = {"GET if newer": {"if-modified-since": dates[0].decode()}} if dates else {}
    return dated | {
        "OPTIONS": {},
        "DELETE": {},
        "GET if changed": {"if-none-match": tag},
        "HEAD if changed": {"if-none-match": tag},
        "GET if another": {"if-none-match": '"another"'},
        "GET the end of": {"range": "bytes=-7"},
        "GET parts of": {"range": "bytes=3-5,9-12"},
        "GET no part of": {"range": "bytes=9999999-"},
        "GET a part if unchanged of": {"range": "bytes=0-9", "if-range": tag},
        "GET a part if another of": {"range": "bytes=0-9", "if-range": '"another"'},
        "GET as a page a part of": {"range": "bytes=0-9", "sec-fetch-dest": "document"},
    }
