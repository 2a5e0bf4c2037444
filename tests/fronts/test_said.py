"""What visitors say of themselves to an nginx before Edge, as the README shows it: nobody behind believes it."""

from __future__ import annotations

import re

from edge.serve import Forwarding, Origin, Peers
from tests.hosts.wire import wired
from tests.readme import README
from tests.serve.fronted import door
from tests.serve.nginx import nginx
from tests.serve.raw_origin import ok, raw_origin
from tests.serve.recorder import head

SAID = (
    b"X-Forwarded-For: 203.0.113.66",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-Host: evil.example",
    b"X-Forwarded-Port: 666",
    b"X-Forwarded-Prefix: /evil",
    b"X-Real-IP: 203.0.113.66",
    b"Forwarded: for=203.0.113.66;host=evil.example;proto=https",
)


def proxying() -> str:
    """The directives of the README's `location` that set headers, for a server without TLS."""
    section = README.partition("### With nginx in front")[2].partition("\n### ")[0]
    found = re.findall(r"^ +(proxy_set_header [^\n]+;)", section, re.MULTILINE)
    assert found
    return "\n".join(line for line in found if "upgrade" not in line.lower())


def test_what_a_visitor_says_of_themselves_is_not_believed() -> None:
    with raw_origin(ok(b"fine")) as site, door(Forwarding(Origin(site.url), Peers(["127.0.0.1"]))) as url:
        server = f"location / {{ proxy_http_version 1.1; proxy_pass {url}; {proxying()} }}"
        with nginx(server) as front, wired(front) as wire:
            wire.send(head(b"GET / HTTP/1.1", *SAID))
            assert wire.reply().body == b"fine"
    [asked] = site.asked
    for said in (b"203.0.113.66", b"evil", b"https", b"666"):
        assert said not in asked.head, asked.head
    assert asked.values(b"host") == [b"t"]
    assert asked.values(b"x-forwarded-for") == [b"127.0.0.1, 127.0.0.1"]
