"""A real WordPress, twice: two that are the same to the byte and share nothing but their code and their servers.
What is done to one directly and to the other through Edge has to leave them the same. A third, "c", lies ready for
an nginx that somebody else sets up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.origins.mariadb import mariadb
from tests.origins.pair import Pair
from tests.origins.php import php_fpm
from tests.origins.randomness import plain
from tests.parts import need
from tests.serve.nginx import nginx

__all__ = ["HOST", "PROMO", "Blog", "blog"]

HOST = "shop.example"

PROMO = '<p data-edge-slot="promo" class="promo">Made in Tromsø</p>'
"""What the site's developer wrote into the theme: a slot on every page."""

_TRANSIENT = re.compile(rb'("_(?:site_)?transient_timeout_[^"]*",")\d{10}(?=")')
"""When it may be forgotten what was found out a moment ago."""

_CODE = Path("/usr/share/wordpress")  # where Debian's package has it
_OURS = Path(__file__).with_name("wordpress")

_SERVER = """
    root {folder}/www;
    index index.php;
    include /etc/nginx/mime.types;
    client_max_body_size 64m;
    gzip on;
    gzip_vary on;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location /wp-content/ {{ root {folder}/{twin}; }}
    location ~ \\.php$ {{
        try_files $uri =404;
        include /etc/nginx/fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_param TWIN {twin};
        fastcgi_pass unix:{folder}/php.sock;
    }}
"""


@dataclass(frozen=True, slots=True)
class Blog:
    """`urls` of the two: "a" and "b". Their uploads lie in `folder`, each in its own. `password` is one that the
    editor made for programs."""

    folder: Path
    urls: Mapping[str, str]
    password: str

    def share(self, pair: Pair) -> None:
        """Whoever is logged in to the first is so to the second, by the same cookies: then the nonces that both
        write are the same, and nothing need be taken out of a page before it is compared."""
        _php(_OURS / "sessions.php", str(self.folder / "mariadb.sock"))
        pair.behind.cookies = dict(pair.direct.cookies)

    def stored(self, twin: str) -> list[bytes]:
        """All rows of its database, and all files of its uploads."""
        rows = _php(_OURS / "dump.php", str(self.folder / "mariadb.sock"), f"wordpress_{twin}").encode()
        uploads = self.folder / twin / "wp-content" / "uploads"
        files = sorted(file for file in uploads.rglob("*") if file.is_file())
        return [_timeless(row) for row in rows.splitlines()] + [
            f"{file.relative_to(uploads)} {sha256(file.read_bytes()).hexdigest()}".encode() for file in files
        ]


@contextmanager
def blog() -> Iterator[Blog]:
    for package in ("wordpress", "wordpress-theme-twentytwentythree", "php-xml"):
        need(package)
    with TemporaryDirectory(prefix="edge-blog-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user
        _lay_out(folder)
        socket = stack.enter_context(mariadb(folder))
        _php(_OURS / "databases.php", str(socket))
        password = _php(_OURS / "fill.php", str(folder / "www"))
        for twin in ("b", "c"):
            shutil.copytree(folder / "a" / "wp-content", folder / twin / "wp-content")
        stack.enter_context(php_fpm(folder))
        servers = {twin: _SERVER.format(folder=folder, twin=twin) for twin in ("a", "b")}
        urls = {twin: stack.enter_context(nginx(server)) for twin, server in servers.items()}
        yield Blog(folder, urls, password)


def _timeless(row: bytes) -> bytes:
    """A row without its moments. What is due at which second is a list by seconds: of that, only what is due."""
    if b'"cron","a:' in row:
        return b"cron " + b" ".join(sorted(set(re.findall(rb'\\"([a-z_]+)\\"', row))))
    return plain(_TRANSIENT.sub(rb"\1", row))


def _lay_out(folder: Path) -> None:
    shutil.copytree(_CODE, folder / "www", ignore_dangling_symlinks=True)
    shutil.copy(_OURS / "wp-config.php", folder / "www")
    (folder / "www" / "wp-content").rename(folder / "wp-content")
    (folder / "a").mkdir()
    (folder / "wp-content").rename(folder / "a" / "wp-content")
    footer = folder / "a/wp-content/themes/twentytwentythree/parts/footer.html"
    footer.write_text(f"<!-- wp:html -->\n{PROMO}\n<!-- /wp:html -->\n{footer.read_text()}", encoding="utf-8")


def _php(script: Path, *arguments: str) -> str:
    environ = {**os.environ, "TWIN": "a", "HTTP_HOST": HOST, "SERVER_NAME": HOST, "REQUEST_URI": "/"}
    settings = ("-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr")
    command: list[str | Path] = ["php", *settings, script, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode or "Warning" in done.stderr:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout
