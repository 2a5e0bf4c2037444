"""A real uvicorn on a free loopback port, in a thread of the test's process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from edge.types import ASGIApp

_PATIENCE = 20.0  # seconds to start or stop; only ever spent when something is broken


@contextmanager
def serving(
    app: ASGIApp, *, config: Callable[..., uvicorn.Config] = uvicorn.Config, **settings: Any
) -> Iterator[str]:
    """Serve `app` and give its URL, such as `http://127.0.0.1:41234`. `settings` go to `uvicorn.Config`, or to the
    `config` that is given. Leaving waits for open responses and the end of the lifespan; what a client still holds
    open after a second is cut."""
    options = {"log_config": None, "timeout_graceful_shutdown": 1, **settings}
    server = uvicorn.Server(config(app, **options))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="uvicorn", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
    if thread.is_alive():
        raise RuntimeError("uvicorn did not stop")


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    until = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("uvicorn did not start: the app's lifespan failed, or loading it did")
        if time.monotonic() > until:
            raise RuntimeError("uvicorn did not start in time")
        time.sleep(0.005)
