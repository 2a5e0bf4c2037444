"""Hosts on servers that are processes of their own: Django, which has one set of settings a process, and the
others on hypercorn and granian, which are started by their commands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge.types import ASGIApp
from tests.hosts.client import Answer, Client, Pairs
from tests.hosts.doors import all_disabled
from tests.hosts.host import HOST, Doors, Host
from tests.hosts.hosts import HOSTS, SLOTS
from tests.hosts.packages import need_package
from tests.hosts.servers import running
from tests.hosts.shop import START
from tests.readme import last_line, under

__all__ = ["BY_NAME", "opened_on"]


def django_shop() -> Any:
    need_package("django")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.hosts.django_shop.settings"
    from django.core.asgi import get_asgi_application

    return get_asgi_application()


def as_in_asgi_py(app: Any, site: Path) -> ASGIApp:
    """As the README says; its last line gets Django's app by itself."""
    mounted: ASGIApp = last_line(under("Django and Wagtail"), site).run()["application"]
    return mounted


@dataclass(frozen=True, slots=True)
class DjangoHost(Host):
    """Django adds random bytes to each gzip header, against BREACH, and its ETags are hashes of whole pages, with
    the tokens in them."""

    def plain(self, answer: Answer) -> Answer:
        if answer.header(b"content-encoding") == b"gzip":
            answer = replace(without(answer, b"content-length", b"content-encoding"), body=answer.decoded)
        fixed = Host.plain(self, answer)
        if fixed.body != answer.body:
            fixed = without(fixed, b"etag")
        return fixed

    def page(self, answer: Answer) -> tuple[int, bytes, Pairs]:
        """Edge writes the names of its own headers in lower case, whatever Django does."""
        status, text, headers = Host.page(self, answer)
        return status, text, sorted((name.lower(), value) for name, value in headers)


def without(answer: Answer, *names: bytes) -> Answer:
    """hypercorn gives headers as Django writes them, not in lower case."""
    return replace(answer, headers=[pair for pair in answer.headers if pair[0].lower() not in names])


DJANGO = DjangoHost(
    "Django",
    django_shop,
    as_in_asgi_py,
    (*START, "/sync-live", "/brochure", "/download", "/dated", "/nonce"),
    SLOTS | {"/sync-live", "/brochure", "/nonce"},
    (
        (rb'(name="csrfmiddlewaretoken" value=")\w{64}"', rb'\1"'),
        (rb"(?i)^(set-cookie: csrftoken)=\w{32}; ", rb"\1; "),
        (rb"(?i)^(set-cookie: (?:sessionid|messages))=[\w.:-]+; ", rb"\1; "),
        (rb"(?i)^((?:expires|age): ).*", rb"\1"),
        (rb"(nonce[=-]\"?)[\w+/]{22}==", rb"\1"),
    ),
    frozenset({"websocket", "lifespan"}),
)

BY_NAME = {host.name: host for host in (*HOSTS, DJANGO)}


TIMES = ((rb"(?i)^(date: ).*", rb"\1"), (rb"(?i)^(set-cookie: .*; expires=)[^;]+;", rb"\1;"))
"""Not every server can be told to leave the date away."""


ERROR = re.compile(r"^[ |]*((?:\w+\.)*\w*(?:Error|Exception|Group)\b.*)", re.MULTILINE)
"""The last line of a traceback."""


class ProcessDoors(Doors):
    """hypercorn and granian close the connection after a request whose body came later than the response: a client
    that is about to use it again would meet that."""

    def client(self, door: str, **headers: str) -> Client:
        return Client(self.urls[door], HOST, **{"connection": "close", **headers})


@contextmanager
def opened_on(server: str, host: Host, site: Path, folder: Path) -> Iterator[Doors]:
    """Serves the host at its three doors, each a server of its own. `folder` is for what is made here."""
    folders = {"bare": None, "idle": all_disabled(site, folder / "off"), "edge": site}
    with ExitStack() as stack:
        servers = {}
        for door, given in folders.items():
            environ = {
                "HOST_NAME": host.name,
                "EDGE_SECRET_KEYS": "known-to-tests-only",
                "HOST_SITE": str(given or ""),
            }
            serving = running(server, "tests.hosts.one:app", folder / door, environ=environ)
            servers[door] = stack.enter_context(serving)
        urls = {door: one.url for door, one in servers.items()}
        yield ProcessDoors(replace(host, random=(*host.random, *TIMES)), urls)
    for one in servers.values():
        wrong = set(ERROR.findall(one.said())) - host.errors
        assert not wrong, wrong
