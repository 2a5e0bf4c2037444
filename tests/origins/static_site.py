"""A site of files as nginx serves them, with most of what nginx may be told to do with a file."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.origins.pictures import png
from tests.serve.nginx import nginx

__all__ = ["LARGE", "ODD", "PAGE", "static_sites"]

LARGE = 8 * 1024 * 1024
_TIME = 1_760_000_000  # when all files were written: 2025-10-09

PAGE = """<!doctype html>
<html lang="nb"><head><meta charset="utf-8"><title>Aurora</title>
<link rel="stylesheet" href="/style/site.css"><link rel="icon" href="/favicon.ico">
<script src="/script/site.js" defer></script></head>
<body><main data-edge-slot="hero"><h1>Sound for everyone</h1></main>
<!--edge:slot offer--> <p>Free shipping</p> <!--/edge:slot-->
<nav>{links}</nav><img src="/image/north.png" srcset="/image/north.png 1x, /image/large.png 2x" alt="">
</body></html>
"""

ODD = (
    "a b.html",
    "ø og å.html",
    "日本.html",
    "100%.html",
    "a+b.html",
    "a;b=c.html",
    "a?b.html",
    "a#b.html",
    "'quote' \"double\".html",
    "[x]{y}|z^.html",
    "~tilde!$&(),*@:=.html",
    "back\\slash.html",
    "%2e%2e.html",
    "UPPER.HTML",
    ".hidden.html",
    "very " * 30 + "long.html",
)
"""Names of files in a folder that nginx lists."""

SERVER = """
    root {root};
    include /etc/nginx/mime.types;
    charset utf-8;
    index index.html;
    gzip on;
    gzip_vary on;
    gzip_types text/css application/javascript image/svg+xml application/json;
    error_page 404 /errors/404.html;
    error_page 403 =404 /errors/404.html;
    error_page 500 502 503 /errors/50x.html;
    client_max_body_size 32m;
    location /listed/ {{ autoindex on; }}
    location /listed.json/ {{ alias {root}/listed/; autoindex on; autoindex_format json; }}
    location /included/ {{ ssi on; }}
    location /latin/ {{ charset iso-8859-1; }}
    location /silent/ {{ charset off; etag off; add_header Last-Modified ""; }}
    location /ready/ {{ gzip_static on; }}
    location /always/ {{ gzip_static always; gunzip on; }}
    location /kept/ {{ expires 30d; add_header Cache-Control "public, immutable"; }}
    location /never/ {{
        expires epoch;
        add_header X-Twice one;
        add_header X-Twice two;
        add_header Set-Cookie "a=1; Path=/";
        add_header Set-Cookie "b=2; Path=/never/; HttpOnly";
        add_header Set-Cookie "c=; expires=Thu, 01-Jan-1970 00:00:01 GMT";
    }}
    location /exact/ {{ if_modified_since exact; }}
    location /before/ {{ if_modified_since before; max_ranges 0; }}
    location /closed/ {{ deny all; }}
    location /password/ {{ auth_basic "Aurora & søn"; auth_basic_user_file {root}/../users; }}
    location /moved/ {{ return 301 /style/; }}
    location /elsewhere {{ return 302 https://elsewhere.example/a?b=c#d; }}
    location /later {{ return 307 /index.html?$args; }}
    location /for-good {{ return 308 $scheme://$host/; }}
    location /nothing {{ return 204; }}
    location /said {{ default_type text/html; return 200 "<p data-edge-slot=hero>said</p>"; }}
    location /teapot {{ return 418 "short and stout"; }}
    location /broken {{ return 503; }}
    location /rewritten/ {{ rewrite ^/rewritten/(.*)$ /$1 break; }}
    location /asked {{ default_type text/plain; return 200 "$request_method $request_uri $is_args$args"; }}
    location /filtered/ {{ sub_filter "Sound" "Silence"; sub_filter_once off; alias {root}/; }}
    location /gif {{ empty_gif; }}
    location /slow/ {{ limit_rate 500k; alias {root}/data/; }}
    location /stored/ {{
        dav_methods PUT DELETE MKCOL COPY MOVE;
        create_full_put_path on;
        dav_access user:rw group:rw all:rw;
    }}
"""


@contextmanager
def static_sites() -> Iterator[dict[str, str]]:
    """The URLs of two that are the same and share nothing: "a" and "b"."""
    with TemporaryDirectory(prefix="edge-static-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        _write(folder / "a")
        shutil.copytree(folder / "a", folder / "b")
        for twin in ("a", "b"):
            (folder / twin / "www" / "stored").chmod(0o777)  # nginx's workers are another user
        yield {twin: stack.enter_context(nginx(SERVER.format(root=folder / twin / "www"))) for twin in ("a", "b")}


def _write(site: Path) -> None:
    www = site / "www"
    files = _files()
    for name, data in files.items():
        file = www / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (www / "stored").mkdir()
    (site / "users").write_text("reader:{PLAIN}reads-a-lot\n", encoding="utf-8")
    for path in sorted(www.rglob("*"), reverse=True):
        os.utime(path, (_TIME, _TIME))


def _files() -> dict[str, bytes]:
    noise = random.Random(4)
    folders = (
        "listed/ listed.json/ included/page.html latin/page.html silent/page.html ready/page.html always/page.html"
        " kept/page.html never/page.html exact/page.html before/page.html closed/ password/ moved/ elsewhere later"
        " for-good nothing said teapot broken rewritten/index.html asked?a=1&amp;b=%20 filtered/index.html gif"
        " image/drawing.svg data/list.json data/feed.xml data/note.txt data/film.mp4 data/book.pdf"
        " data/module.wasm no/such/page style script/ style/../index.html //index.html /./index.html"
        " charset/utf16.html charset/shift_jis.html charset/cyrillic.html empty.html large/noise.bin"
        " large/page.html folder folder/deeper 1 two-languages/"
    )
    page = PAGE.format(links=" ".join(f'<a href="/{one}">{one}</a>' for one in folders.split())).encode()
    text = "<p>Lyd for alle: æøå, “bass” &amp; diskant — ikke mye.</p>\n"
    small = b"<!doctype html><meta charset=utf-8><title>s</title><main data-edge-slot=hero>default</main>\n"
    pages = {
        "index.html": page,
        "included/page.html": b"<!doctype html><p>"
        + b'<!--#include file="part.html" --><!--#echo var="uri" -->' * 3,
        "included/part.html": b"<main data-edge-slot=hero>included</main>\n" * 50,
        "latin/page.html": f"<!doctype html><title>l</title>{text}".encode("iso-8859-1", "xmlcharrefreplace"),
        "charset/utf16.html": ("\ufeff" + text).encode("utf-16-le"),
        "charset/shift_jis.html": "<meta charset=shift_jis><p>日本の音</p>".encode("shift_jis"),
        "charset/cyrillic.html": "<meta charset=windows-1251><p>Звук для всех</p>".encode("windows-1251"),
        "ready/page.html": small,
        "ready/page.html.gz": gzip.compress(small.replace(b"default", b"ready"), mtime=0),
        "always/page.html.gz": gzip.compress(small * 40, mtime=0),
        "errors/404.html": b"<!doctype html><main data-edge-slot=hero><h1>Not found</h1></main>",
        "errors/50x.html": b"<!doctype html><h1>Soon again</h1>",
        "empty.html": b"",
        "large/page.html": text.encode() * 40_000,
        "folder/index.html": small,
        "folder/deeper/index.html": small,
    }
    pages |= {f"{name}/page.html": small for name in ("silent", "kept", "never", "exact", "before")}
    pages |= {f"listed/{name}": small for name in ODD}
    pages |= {f"{name}/index.html": small for name in ("closed", "password")}
    return pages | {
        "style/site.css": b"@font-face{src:url(../font/sound.woff2)} main{background:url('/image/drawing.svg')}\n"
        * 40,
        "script/site.js": b"console.log('<main data-edge-slot=\"hero\"></main>');\n" * 80,
        "font/sound.woff2": noise.randbytes(40_000),
        "favicon.ico": noise.randbytes(1_150),
        "image/north.png": png(320, 200),
        "image/large.png": png(800, 600),
        "image/drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='4'/></svg>" * 30,
        "data/list.json": b'{"link": "/folder/", "list": [' + b"1," * 2_000 + b"1]}",
        "data/feed.xml": b"<rss><channel><link>/index.html</link></channel></rss>",
        "data/note.txt": text.encode(),
        "data/film.mp4": noise.randbytes(300_000),
        "data/book.pdf": b"%PDF-1.4\n" + noise.randbytes(100_000),
        "data/module.wasm": noise.randbytes(5_000),
        "large/noise.bin": noise.randbytes(LARGE),
    }
