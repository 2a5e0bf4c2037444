"""nginx, with one worker that keeps its files open: the page untouched, and the page put together by SSI.

Who is known and their segment are looked up in hash tables (`map`), what each segment is shown is worked out
beforehand. The cookie is believed, not verified: SSI has no HMAC. Slots are commands in the page; the page that
comes out is the same. Blocks come from files by subrequests, as SSI is used; or, where that is faster, from the
configuration itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.bench.rows.row import Row, Running, first_core
from tests.bench.shop import Guest, block, chosen, cut, page, segments, slots
from tests.programs import free_port
from tests.serve.nginx import nginx_at

__all__ = ["NGINX", "NGINX_GZIP", "served_by_nginx", "write_blocks", "write_file"]

_HTTP = """
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 1h;
    server_tokens off;
    open_file_cache max=4096 inactive=1d;
    open_file_cache_valid 1d;
    map_hash_max_size 16384;
    map_hash_bucket_size 512;
    variables_hash_bucket_size 128;
    map $cookie_edge $known {{ "" anybody; default known; }}
    map $http_accept_language $language {{ default ""; "~^(?<first>[a-z]+)" $first; }}
    map "$known $http_cf_ipcountry $language" $segment {{ default anybody; {segments} }}
    {blocks}
"""


def served_by_nginx(
    folder: Path, pages: str, http: str = "", core: int | None = None
) -> AbstractContextManager[Running]:
    """An nginx with the files of a folder; `pages` are more lines for those that are not hidden."""

    @contextmanager
    def running() -> Iterator[Running]:
        port = free_port()
        with nginx_at(port, f"root {folder};\n{pages}", http, core) as process:
            yield Running(port, process)

    return running()


def write_file(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)


def untouched(folder: Path) -> AbstractContextManager[Running]:
    write_file(folder / "page.html", page())
    return served_by_nginx(folder, "location = / { try_files /page.html =404; }", http(), first_core())


def http(blocks: str = "") -> str:
    lines = (f'"known {country} {language}" s{number};' for number, (country, language) in enumerate(segments()))
    return _HTTP.format(segments=" ".join(lines), blocks=blocks)


# SSI reads every byte: with sendfile a page costs half as much again, and with tcp_nopush its last packet waits.
_SSI = """
    sendfile off;
    tcp_nopush off;
    output_buffers 1 64k;
    location = / { ssi on; try_files /page.html =404; }
    location /blocks/ { internal; }
"""


def included(folder: Path, more: str = "") -> AbstractContextManager[Running]:
    """A subrequest for each slot."""
    write_blocks(folder, [f"s{number}" for number in range(len(segments()))])
    write_file(
        folder / "page.html", cut(lambda slot: f'<!--# include virtual="/blocks/{slot}/$segment" -->'.encode())
    )
    return served_by_nginx(folder, _SSI + more, http(), first_core())


def write_blocks(folder: Path, names: Sequence[str]) -> None:
    """A file for each slot and segment: `names` are those of the segments, as they are numbered."""
    for slot in slots():
        write_file(folder / "blocks" / slot / "anybody", block(chosen(slot, None)).encode())
        for number, name in enumerate(names):
            write_file(folder / "blocks" / slot / name, block(chosen(slot, number)).encode())


def packed(folder: Path) -> AbstractContextManager[Running]:
    return included(folder, "gzip on;")


def echoed(folder: Path) -> AbstractContextManager[Running]:
    """A variable for each slot."""
    blocks = ""
    for slot in slots():
        shown = "".join(f"s{one} '{block(chosen(slot, one))}';\n" for one in range(len(segments())))
        blocks += f"map $segment $block_{slot} {{ default '{block(chosen(slot, None))}';\n{shown}}}\n"
    write_file(
        folder / "page.html", cut(lambda slot: f'<!--# echo var="block_{slot}" encoding="none" -->'.encode())
    )
    return served_by_nginx(folder, _SSI, http(blocks), first_core())


def shown_untouched(guest: Guest) -> bytes:
    return page()


_DOES = "believes the cookie; finds the segment, fills 8 slots from "

NGINX = (
    Row("nginx static", untouched, "sends the page untouched, as a file", shows=shown_untouched),
    Row("nginx SSI", included, _DOES + "files, by subrequests"),
    Row("nginx SSI, blocks in variables", echoed, _DOES + "its configuration"),
)

NGINX_GZIP = (Row("nginx SSI, gzip", packed, _DOES + "files, packs each page", accept="gzip"),)
