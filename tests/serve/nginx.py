"""A real nginx, for as long as a test needs it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parts import part

__all__ = ["nginx"]

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
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
    program = part("nginx")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # its workers are another user
        file = Path(folder) / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=folder, port=port, server=server, http=http), encoding="utf-8"
        )
        process = subprocess.Popen([program, "-p", folder, "-e", f"{folder}/error.log", "-c", file])
        try:
            _wait_for(port, process, Path(folder))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "error.log").read_text()) from None
            time.sleep(0.01)
