"""`edge serve` in front of an HTTP site, as an operator starts it, with one worker and without an access log.

The site behind is an nginx with the page as a file, on the core that the load comes from: what it costs is not
Edge's, and does not count. Without the page cache each page is asked of it; with the page cache it is asked
once an hour.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.bench.rows.nginx import served_by_nginx, write_file
from tests.bench.rows.row import Row, Running, first_core, last_core
from tests.bench.shop import ENVIRON, page, write_site
from tests.programs import free_port, listening

__all__ = ["SERVING"]

_BEHIND = 'location = / { try_files /page.html =404; add_header Cache-Control "max-age=3600"; }'
_CACHE = '\n[page_cache]\nignore_cookies = ["consent"]\n'


def edge_serve(settings: str = "") -> Callable[[Path], AbstractContextManager[Running]]:
    @contextmanager
    def started(folder: Path) -> Iterator[Running]:
        write_file(folder / "behind/page.html", page())
        site = write_site(folder / "site")
        with (site / "edge.toml").open("a", encoding="utf-8") as file:
            file.write(settings)
        with served_by_nginx(folder / "behind", _BEHIND, core=last_core()) as behind:
            port = free_port()
            environ = {**ENVIRON, "EDGE_DATA": str(folder / "data")}
            told = ["--origin", f"http://127.0.0.1:{behind.port}", "--port", str(port), "--log", "off"]
            serve = [sys.executable, "-m", "edge", "serve", str(site), *told]
            command = ["env", *(f"{name}={value}" for name, value in environ.items()), *serve]
            with listening(command, port, core=first_core(), said=folder / "said") as process:
                yield Running(port, process)

    return started


SERVING = (
    Row("edge serve", edge_serve(), "the same, in front of nginx, which is asked for each page"),
    Row("edge serve, page cache", edge_serve(_CACHE), "the same, in front of nginx, which is asked once"),
)
