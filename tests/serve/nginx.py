"""A real nginx, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parts import part
from tests.programs import free_port, listening

__all__ = ["nginx", "nginx_at"]

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; text/css css; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


@contextmanager
def nginx(server: str, *, http: str = "") -> Iterator[str]:
    """The URL of an nginx whose `server` block holds these lines, and its `http` block those. Relative paths in
    them are in a folder of its own."""
    port = free_port()
    with nginx_at(port, server, http):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx_at(port: int, server: str, http: str = "", core: int | None = None) -> Iterator[int]:
    """The same at a port, and on one core: its master's process."""
    program = part("nginx")
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers are another user
        file = folder / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=folder, port=port, server=server, http=http), encoding="utf-8"
        )
        command: list[str | Path] = [program, "-p", folder, "-e", "stderr", "-c", file]
        with listening(command, port, said=folder / "said", core=core) as process:
            yield process
