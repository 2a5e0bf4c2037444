"""`[serve]` of edge.toml."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from edge.errors import OriginError, SiteError
from edge.serve import Timeouts, Upstream
from edge.serve.address import parse_address
from edge.serve.limits import Limits
from edge.site import GateSettings, OriginSettings, ServeSettings, is_folder, load_prefix, load_serve, origin_flaw
from tests.site.folders import load, problems

EVERYTHING = """
[serve]
host = "::"
port = 443
workers = 4
hosts = ["www.example.com", "*.example.org"]
trust = ["10.0.0.0/8", "::1", "unix"]
tls_cert = "/etc/ssl/example.pem"
tls_key = "/etc/ssl/example.key"
error_page = "down.html"
access_log = "json"
stop_seconds = 60
retire_seconds = 3600
drain_seconds = 5
[serve.limits]
connections = 10000
target_bytes = 4096
header_bytes = 32768
headers = 50
head_seconds = 5
idle_seconds = 30
keep_seconds = 70
[[serve.origins]]
url = "https://app.internal"
prefix = "/shop"
host = "www.example.com"
keep_host = false
ca = "/etc/ssl/ours.pem"
server_name = "app"
slots = 20
connect_seconds = 1
wait_seconds = 2
first_byte_seconds = 3
idle_seconds = 4
keep_seconds = 6
[[serve.origins]]
url = "unix:/run/app.sock"
"""


def test_everything_can_be_said(tmp_path: Path) -> None:
    settings = load(tmp_path, {"edge.toml": EVERYTHING}).settings.serve
    assert settings == ServeSettings(
        host="::",
        port=443,
        workers=4,
        hosts=("www.example.com", "*.example.org"),
        trust=("10.0.0.0/8", "::1", "unix"),
        tls_cert="/etc/ssl/example.pem",
        tls_key="/etc/ssl/example.key",
        error_page="down.html",
        access_log="json",
        stop_seconds=60,
        retire_seconds=3600,
        drain_seconds=5,
        limits=GateSettings(10_000, 4096, 32_768, 50, 5, 30, 70),
        origins=(
            OriginSettings(
                "https://app.internal",
                "/shop",
                "www.example.com",
                False,
                "/etc/ssl/ours.pem",
                "app",
                20,
                1,
                2,
                3,
                4,
                6,
            ),
            OriginSettings("unix:/run/app.sock"),
        ),
    )
    assert load_serve(tmp_path) == settings


def test_the_defaults_are_those_of_what_is_set() -> None:
    limits, gate = Limits(), GateSettings()
    assert (limits.target, limits.fields, limits.headers) == (gate.target_bytes, gate.header_bytes, gate.headers)
    assert (limits.head_seconds, limits.idle_seconds) == (gate.head_seconds, gate.idle_seconds)
    assert limits.connections == gate.connections
    upstream, origin = Upstream("http://x"), OriginSettings("http://x")
    for one in fields(Timeouts):
        name = {"pool": "wait"}.get(one.name, one.name)
        assert getattr(upstream.timeouts, one.name) == getattr(origin, f"{name}_seconds")
    assert (upstream.prefix, upstream.keep_host, upstream.slots) == (origin.prefix, origin.keep_host, origin.slots)


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("serve = 3", "1:9", '"serve" is a number'),
        ("[serve]\nprot = 1", "2:1", 'there is no key "prot" here'),
        ('[serve]\norigin = "localhost:80"', "2:11", "this is no URL"),
        ('[serve]\norigin = "http://x/blog"', "2:11", "an origin is a scheme, a host and a port"),
        ('[serve]\norigin = "http://u:p@x"', "2:11", "an origin is a scheme, a host and a port"),
        ('[serve]\norigin = "http://x:99999"', "2:20", "there is no port 99999"),
        ('[serve]\norigin = "https://[::1]:0/"', "2:25", "there is no port 0"),
        ('[serve]\nhost = "127.0.0.1:80"', "2:9", '"127.0.0.1:80" is no address to listen at'),
        ("[serve]\nport = 65536", "2:8", '"port" is 65536'),
        ('[serve]\nunix = "/x"\nport = 1', "3:1", "Edge listens at one place, and unix says another"),
        ("[serve]\nworkers = 0", "2:11", '"workers" is 0'),
        ("[serve]\nhosts = []", "2:9", "no host would be served"),
        ('[serve]\nhosts = ["a", "http://b"]', "2:16", '"http://b" is no host'),
        ('[serve]\nhosts = ["a:80"]', "2:11", '"a:80" is no host'),
        ('[serve]\ntrust = "10.0.0.0/99"', "2:10", '"10.0.0.0/99" is no address'),
        ('[serve]\ntls_key = "a"', "2:1", "a key is no use without its certificate"),
        ('[serve]\nerror_page = ""', "2:15", "this is no path"),
        ('[serve]\naccess_log = "xml"', "2:14", 'there is no access_log "xml"'),
        ("[serve]\ndrain_seconds = 5000", "2:17", '"drain_seconds" is 5000'),
        ("[serve.limits]\nheaders = 1", "2:11", '"headers" is 1'),
        ("[serve.limits]\nheader = 1", "2:1", 'there is no key "header" here'),
        ("[serve]\norigins = []", "2:11", '"origins" is empty'),
        ("[serve]\norigins = 1", "2:11", '"origins" is a number'),
        ('[serve]\norigins = ["http://x"]', "2:12", "this is a text"),
        (
            '[serve]\norigin = "http://x"\n[[serve.origins]]\nurl = "http://y"',
            "2:1",
            "the site behind is said twice",
        ),
        ('[[serve.origins]]\nprefix = "/a"', "1:9", "this does not say where the site is"),
        ('[[serve.origins]]\nurl = "public"', "2:8", "this is no URL"),
        ('[[serve.origins]]\nurl = "http://x"\nprefix = "a"', "3:11", '"a" is no path'),
        ('[[serve.origins]]\nurl = "http://x"\nhost = "*.a"', "3:9", "this is one host, not several"),
        ('[[serve.origins]]\nurl = "http://x"\nslot = 1', "3:1", 'there is no key "slot" here'),
        (
            '[[serve.origins]]\nurl = "http://x"\nprefix = "/a"\n'
            '[[serve.origins]]\nurl = "http://y"\nprefix = "/a/"',
            "4:9",
            "an origin above is for the same host and prefix",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, place: str, cause: str) -> None:
    (problem,) = problems(tmp_path, {"edge.toml": text})
    assert (f"{problem.line}:{problem.column}", problem.cause) == (place, cause)
    assert problem.cure


@pytest.mark.parametrize(
    "text",
    [
        "http://x",
        "https://x:8443/",
        "http://[::1]:80",
        "unix:/run/app.sock",
        "unix:app.sock",
        "ftp://x",
        "http://",
        "http://x/a",
        "http://x?a",
        "http://x:port",
        "http://u@x",
    ],
)
def test_what_is_refused_here_is_what_could_not_be_used(text: str) -> None:
    try:
        parse_address(text)
        usable = True
    except OriginError:
        usable = False
    assert (origin_flaw(text) is None) == usable


@pytest.mark.parametrize(
    ("text", "folder"), [("public", True), ("./a/b", True), ("http://a", False), ("unix:/a", False)]
)
def test_what_is_no_address_is_a_folder(text: str, folder: bool) -> None:
    assert is_folder(text) is folder


def test_alone_it_needs_no_site_that_is_right(tmp_path: Path) -> None:
    (tmp_path / "edge.toml").write_text(
        'prefix = "/_aurora"\nbudget_ms = 0\n[serve]\nport = 81\n', encoding="utf-8"
    )
    (tmp_path / "segments.toml").write_text("nonsense", encoding="utf-8")
    assert load_serve(tmp_path).port == 81
    assert load_prefix(tmp_path) == "/_aurora"


def test_alone_its_own_mistakes_count(tmp_path: Path) -> None:
    (tmp_path / "edge.toml").write_text('[serve]\nport = "81"\n', encoding="utf-8")
    with pytest.raises(SiteError) as caught:
        load_serve(tmp_path)
    assert caught.value.problems[0].file == str(tmp_path / "edge.toml")


@pytest.mark.parametrize("text", ["", "prefix = 3", 'prefix = "no path"', "prefix ="])
def test_without_a_prefix_it_is_the_usual_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "edge.toml").write_text(text, encoding="utf-8")
    assert load_prefix(tmp_path) == load_prefix(tmp_path / "none") == "/_edge"
