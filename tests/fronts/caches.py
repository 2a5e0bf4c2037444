"""Real caches in front of Edge, set up as operators do: each is asked for several sites by their names.

What none of them is told here is to store an answer whatever its `Cache-Control` says (nginx's
`proxy_ignore_headers Cache-Control`, Varnish's `set beresp.ttl` behind which nothing looks any more, Squid's
`ignore-private`): such a cache has been told to give one visitor's page to all, and nothing that stands behind it
can prevent that. `test_what_nobody_can_prevent` shows one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.parts import need, part
from tests.programs import free_port, listening
from tests.serve.nginx import nginx

__all__ = ["DoorsOf", "behind_nginx", "behind_squid", "behind_varnish"]

Sites = Mapping[str, str]
"""The URL of the server of each host name."""

DoorsOf = Mapping[str, str]
"""The URL of each door of a cache, by its name."""

_STATIC = r"\.(css|js|png|jpe?g|gif|svg|ico|woff2?|txt|xml|json|pdf)"

_NGINX_HTTP = """
    proxy_cache_path cache levels=1:2 keys_zone=pages:1m max_size=50m use_temp_path=off;
    map $host $behind {{ {sites} }}
"""
_NGINX = """
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_cache pages;
    proxy_cache_valid 200 301 302 10m;
    proxy_cache_valid any 1m;
    proxy_cache_lock on;
    proxy_cache_lock_timeout 50ms;
    proxy_cache_revalidate on;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    location / {{ proxy_pass http://$behind; }}
    location ~* {static}$ {{
        proxy_ignore_headers Set-Cookie Vary {ignored};
        proxy_hide_header Set-Cookie;
        proxy_cache_valid 200 1h;
        proxy_pass http://$behind;
    }}
"""


@contextmanager
def behind_nginx(sites: Sites, ignored: str = "") -> Iterator[DoorsOf]:
    """An nginx that keeps pages and static files for ten minutes and an hour where nobody says how long. Cookies
    of static files are not for visitors. `ignored`: headers that are not heeded for those, either."""
    hosts = " ".join(f"{host} {urlsplit(url).netloc};" for host, url in sites.items())
    http = _NGINX_HTTP.format(sites=hosts)
    with nginx(_NGINX.format(static=_STATIC, ignored=ignored), http=http) as url:
        yield {"nginx": url}


_VCL = """
vcl 4.1;
{backends}
sub vcl_recv {{
    {choices}
    set req.http.X-Door = local.socket;
    if (local.socket != "plain" && req.url ~ "(?i){static}(\\?.*)?$") {{
        unset req.http.Cookie;
    }}
    if (local.socket == "own") {{
        if (req.method != "GET" && req.method != "HEAD") {{ return (pass); }}
        if (req.http.Authorization || req.http.Cookie) {{ return (pass); }}
        return (hash);
    }}
}}
sub vcl_hash {{ hash_data(req.http.X-Door); }}
sub vcl_backend_response {{
    if (bereq.http.X-Door != "plain" && bereq.url ~ "(?i){static}(\\?.*)?$") {{
        unset beresp.http.Set-Cookie;
    }}
    if (bereq.http.X-Door == "static" && bereq.url ~ "(?i){static}(\\?.*)?$") {{
        set beresp.ttl = 1h;
    }}
    if (bereq.http.X-Door == "own") {{
        if (beresp.ttl <= 0s || beresp.http.Set-Cookie || beresp.http.Vary == "*") {{
            set beresp.ttl = 120s;
            set beresp.uncacheable = true;
            return (deliver);
        }}
        set beresp.grace = 6h;
        return (deliver);
    }}
}}
"""
"""Three doors: `plain` is Varnish as it comes; `static` does with static files what its own manual shows; `own`
leaves out the rules that Varnish brings, as templates do that many operators start from."""


@contextmanager
def behind_varnish(sites: Sites) -> Iterator[DoorsOf]:
    need("varnish")
    backends, choices = "", ""
    for number, (host, url) in enumerate(sites.items()):
        parts = urlsplit(url)
        backends += f'backend b{number} {{ .host = "{parts.hostname}"; .port = "{parts.port}"; }}\n'
        choices += f'if (req.http.Host ~ "(?i)^{host}") {{ set req.backend_hint = b{number}; }}\n'
    doors = {"varnish": "plain", "varnish, static files": "static", "varnish, its own rules": "own"}
    ports = {name: free_port() for name in doors.values()}
    with _folder() as folder:
        vcl = folder / "edge.vcl"
        vcl.write_text(_VCL.format(backends=backends, choices=choices, static=_STATIC))
        command: list[str | Path] = ["varnishd", "-j", "none", "-F", "-n", folder / "work", "-f", vcl]
        command += ["-s", "malloc,64m", "-p", "thread_pool_min=10"]
        for name, port in ports.items():
            command += ["-a", f"{name}=127.0.0.1:{port}"]
        with listening(command, ports["own"], said=folder / "said", folder=folder):
            yield {door: f"http://127.0.0.1:{ports[name]}" for door, name in doors.items()}


_SQUID = """
http_port 127.0.0.1:{port} accel vhost defaultsite={first}
{peers}
http_access allow all
never_direct allow all
collapsed_forwarding on
cache_mem 64 MB
maximum_object_size_in_memory 4 MB
refresh_pattern -i {static}(\\?.*)?$ 1440 50% 10080 override-expire override-lastmod ignore-reload
refresh_pattern . 10 50% 1440
shutdown_lifetime 0 seconds
access_log none
cache_store_log none
cache_log {folder}/squid.log
pid_filename {folder}/pid
coredump_dir {folder}
netdb_filename none
pinger_enable off
visible_hostname squid
max_filedescriptors 1024
"""


@contextmanager
def behind_squid(sites: Sites) -> Iterator[DoorsOf]:
    """A Squid as accelerator, which gives what one visitor waits for to those who ask at the same time, where it
    may, and keeps for ten minutes what says nothing about it."""
    peers = ""
    for number, (host, url) in enumerate(sites.items()):
        parts = urlsplit(url)
        peers += (
            f"acl of{number} dstdomain {host}\n"
            f"cache_peer {parts.hostname} parent {parts.port} 0 no-query no-digest originserver name=b{number}\n"
            f"cache_peer_access b{number} allow of{number}\ncache_peer_access b{number} deny all\n"
        )
    port = free_port()
    with _folder() as folder:
        file = folder / "squid.conf"
        file.write_text(
            _SQUID.format(port=port, first=next(iter(sites)), peers=peers, static=_STATIC, folder=folder)
        )
        with listening([part("squid"), "-N", "-f", file], port, said=folder / "said", folder=folder):
            yield {"squid": f"http://127.0.0.1:{port}"}


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o777)  # some give up being root
        yield Path(name)
