"""Varnish, with everything in its cache: the page with an ESI include in each slot, and a block for each slot and
segment.

The segment is part of a fragment's address, so finding and choosing is one look in the cache. The cookie is
believed, not verified: VCL has no HMAC without a module of others. One pool of threads, which are there from the
start; nothing is logged. With gzip, what it keeps is packed once and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.bench.rows.nginx import served_by_nginx, write_blocks, write_file
from tests.bench.rows.row import Row, Running, first_core
from tests.bench.shop import cut, segments
from tests.parts import need
from tests.programs import free_port, listening

__all__ = ["VARNISH", "VARNISH_GZIP"]

# What it would say of each request and each fragment to a log that nobody reads.
_SILENT = ",".join(
    """-Begin -End -Link -Timestamp -Hit -Length -Storage -TTL -Filters -Gzip -SessOpen -SessClose -ReqStart
    -ReqAcct -ReqMethod -ReqURL -ReqProtocol -ReqHeader -ReqUnset -RespProtocol -RespStatus -RespReason -RespHeader
    -RespUnset -VCL_call -VCL_return -VCL_use -ESI_xmlerror""".split()  # noqa: SIM905
)

_SETTINGS = ("thread_pools=1", "timeout_idle=3600", "vsl_space=1M", f"vsl_mask={_SILENT}")

_VCL = """
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{behind}"; }}
sub vcl_recv {{
    if (req.esi_level == 0) {{
        set req.url = "/page.html";
        set req.http.Segment = "anybody";
        if (req.http.Cookie ~ "(^|; )edge=") {{
            set req.http.Segment = req.http.CF-IPCountry + "-" + regsub(req.http.Accept-Language, "[^a-z].*", "");
        }}
        unset req.http.Cookie;
    }} else {{
        set req.url = req.url + req_top.http.Segment;
    }}
    return (hash);
}}
sub vcl_hash {{ hash_data(req.url); return (lookup); }}
sub vcl_backend_response {{
    set beresp.do_esi = bereq.url == "/page.html";
    set beresp.do_gzip = {gzip};
    set beresp.ttl = 1d;
    return (deliver);
}}
sub vcl_deliver {{ return (deliver); }}
"""


def started(gzip: bool) -> Callable[[Path], AbstractContextManager[Running]]:
    @contextmanager
    def start(folder: Path) -> Iterator[Running]:
        need("varnish")
        write_blocks(folder / "www", [f"{country}-{language}" for country, language in segments()])
        write_file(folder / "www/page.html", cut(lambda slot: f'<esi:include src="/blocks/{slot}/"/>'.encode()))
        with served_by_nginx(folder / "www", _BEHIND) as behind, _varnish(folder, behind.port, gzip) as running:
            yield running

    return start


_BEHIND = "location ~ ^/blocks/(?<slot>[a-z]+)/ { try_files $uri /blocks/$slot/anybody; }"


@contextmanager
def _varnish(folder: Path, behind: int, gzip: bool) -> Iterator[Running]:
    vcl = folder / "edge.vcl"
    vcl.write_text(_VCL.format(behind=behind, gzip=str(gzip).lower()))
    port = free_port()
    command: list[str | Path] = ["varnishd", "-j", "none", "-F", "-a", f"127.0.0.1:{port}", "-f", vcl]
    command += ["-n", folder / "work", "-s", "malloc,64m"]
    for setting in _SETTINGS:
        command += ["-p", setting]
    with listening(command, port, said=folder / "said", folder=folder, core=first_core()) as process:
        yield Running(port, process)


_DOES = "believes the cookie; finds the segment, fills 8 slots from its cache"

VARNISH = (Row("Varnish ESI", started(gzip=False), _DOES),)
VARNISH_GZIP = (Row("Varnish ESI, gzip", started(gzip=True), _DOES, accept="gzip"),)
