"""The sites that stand behind the caches, and the caches, each started when it is first wanted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from edge import EdgeMiddleware
from edge.serve import Forwarding, GateConfig, Origin, Peers
from edge.types import ASGIApp
from tests.door.served import serving_edge
from tests.fronts.caches import behind_nginx, behind_squid, behind_varnish
from tests.fronts.looking import Looker, Public, Stamped, Visitor, become_known
from tests.fronts.shop import Shop, profile_of, site_folder
from tests.serving import serving

__all__ = ["ALL", "BARE", "CHANGING", "DOORS", "EDGES", "MOUNTED", "SERVED", "Fronts", "fronts_of"]

MOUNTED, SERVED, BARE = "mounted.example", "served.example", "bare.example"
"""Edge around an app; Edge with its gate in front of a site over HTTP; Edge without what it says to caches."""

COMMAND = "command.example"
"""`edge serve` with its own page cache, which knows visitors only by their requests."""

CHANGING = "changing.example"
"""As the first, with a site folder of its own that names no slot until `Fronts.name_more_slots`."""

EDGES = (MOUNTED, SERVED)
ALL = (*EDGES, COMMAND)

_KEY = {"EDGE_SECRET_KEYS": "a-key-that-only-the-tests-know"}
_STARTED_BY = {
    "nginx": behind_nginx,
    "varnish": behind_varnish,
    "varnish, static files": behind_varnish,
    "varnish, its own rules": behind_varnish,
    "squid": behind_squid,
}
DOORS = tuple(_STARTED_BY)


@dataclass
class Fronts:
    """`sites` are the servers by host, with no cache before them; `edges` the middlewares by host."""

    shop: Shop
    sites: Mapping[str, str]
    edges: Mapping[str, EdgeMiddleware]
    folder: Path
    stack: ExitStack
    _doors: dict[str, str] = field(default_factory=dict)

    def door(self, name: str) -> str:
        """The URL of a cache. Skips where its package cannot be had."""
        if name not in self._doors:
            self._doors.update(self.stack.enter_context(_STARTED_BY[name](self.sites)))
        return self._doors[name]

    def name_more_slots(self) -> None:
        """Returns when the site folder that names slots is live."""
        edge = self.edges[CHANGING]
        before = edge.version
        site_folder(self.folder / "changing")
        until = time.monotonic() + 20
        while edge.version == before:
            assert time.monotonic() < until
            time.sleep(0.01)

    def looker(self, door: str, host: str) -> Looker:
        return Looker(self.door(door), host)

    def visitors(self) -> list[Visitor]:
        """Two whom Edge knows, and two first visits."""
        known = [Visitor(b"city-one"), Visitor(b"city-two")]
        for visitor in known:
            become_known(visitor, self.sites[MOUNTED], MOUNTED)
        return [known[0], Visitor(b"city-three"), known[1], Visitor(b"city-four")]


@contextmanager
def fronts_of(folder: Path) -> Iterator[Fronts]:
    shop = Shop()
    site = site_folder(folder / "site")
    changing = site_folder(folder / "changing", empty=True)

    def edge(app: ASGIApp, site: Path = site) -> EdgeMiddleware:
        return EdgeMiddleware(app, site, profiles=profile_of, environ=_KEY)

    with ExitStack() as stack:
        origin = stack.enter_context(serving(shop))
        command = site_folder(folder / "command", page_cache=True)
        options = ("command", "--origin", origin, "--trust", "127.0.0.1", "--log", "off")
        process = stack.enter_context(serving_edge(folder, *options, environ=_KEY))
        edges = {
            MOUNTED: edge(shop),
            SERVED: edge(Origin(origin)),
            BARE: edge(shop),
            COMMAND: edge(shop, command),
            CHANGING: edge(shop, changing),
        }
        served = Forwarding(edges[SERVED], Peers(["127.0.0.1"]))
        sites = {
            MOUNTED: stack.enter_context(serving(Stamped(edges[MOUNTED]))),
            SERVED: stack.enter_context(serving(Stamped(served), config=GateConfig)),
            BARE: stack.enter_context(serving(Stamped(Public(edges[BARE])))),
            COMMAND: process.url,
            CHANGING: stack.enter_context(serving(Stamped(edges[CHANGING]))),
        }
        yield Fronts(shop, sites, edges, folder, stack)
