"""One process that answers visitors. The supervisor starts it, tells it when to end, and hears from it.

| from the supervisor | what happens |
| --- | --- |
| `retire` | another has taken over: it ends when its connections do |
| `stop` | the service ends: first it drains, where that is asked for |
| `quick` | the same, and idle connections are not waited for |
| the end of the channel | the supervisor is gone: as `stop` |

It says `ready` once, and `.` about once a second.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from edge.door.app import Door
from edge.door.entry import FORMATS, Entry
from edge.door.files import check_files
from edge.door.logs import set_up_logs
from edge.door.options import Options
from edge.door.process import UNHEARD
from edge.door.server import Server
from edge.door.writer import Writer
from edge.errors import EdgeError
from edge.serve import GateConfig, Limits
from edge.site import GateSettings, ServeSettings

__all__ = ["main"]

log = logging.getLogger("edge")

_FILES = 65_536

FAILED = 3
"""The exit code of a worker that could not begin."""


def main(arguments: Sequence[str]) -> None:
    """`LISTENER CHANNEL OPTIONS`: two file descriptors, and the options as JSON."""
    for one in UNHEARD:
        signal.signal(one, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, UNHEARD)
    set_up_logs()
    _allow_files()
    listener = socket.socket(fileno=int(arguments[0]))
    channel = socket.socket(fileno=int(arguments[1]))
    options = Options.from_json(arguments[2])
    try:
        settings = options.settings()
        check_files(options, settings)
        _run(options, settings, listener, channel)
    except EdgeError as error:
        log.error("%s", error)  # noqa: TRY400  it says all there is
        sys.exit(FAILED)


def _run(options: Options, settings: ServeSettings, listener: socket.socket, channel: socket.socket) -> None:
    formatted = FORMATS.get(settings.access_log)
    writer = None if formatted is None else Writer(sys.stdout.fileno())

    def write(entry: Entry) -> None:
        assert formatted is not None
        assert writer is not None
        writer(formatted(entry))

    log.setLevel(logging.ERROR)  # the supervisor has said the rest already
    door = Door(options, settings, write if writer else None)
    log.setLevel(logging.INFO)
    config = GateConfig(
        door.app,
        limits=_limits(settings.limits),
        told=door.told,
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_keep_alive=settings.limits.keep_seconds,
        server_header=False,
        date_header=False,
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
    )
    server = Server(config, lambda: _say(channel, b"ready\n"), lambda: _say(channel, b"."))
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(server, door, settings, listener, channel))
    finally:
        if writer is not None:
            writer.close()
    if not server.started:
        sys.exit(FAILED)


async def _serve(
    server: Server, door: Door, settings: ServeSettings, listener: socket.socket, channel: socket.socket
) -> None:
    orders = asyncio.create_task(_obey(server, door, settings, channel))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(_stop(server, door, settings)))
    try:
        await server.serve(sockets=[listener])
    finally:
        orders.cancel()


async def _obey(server: Server, door: Door, settings: ServeSettings, channel: socket.socket) -> None:
    channel.setblocking(False)
    loop = asyncio.get_running_loop()
    stops: list[asyncio.Task[None]] = []
    orders = [b""]
    while b"gone" not in orders:
        try:
            orders = (await loop.sock_recv(channel, 100)).split() or [b"gone"]
        except OSError:
            orders = [b"gone"]
        for order in orders:
            if order == b"retire":
                server.stop(settings.retire_seconds)
            elif order == b"quick":
                server.stop(settings.stop_seconds, quick=True)
            else:
                stops.append(asyncio.create_task(_stop(server, door, settings)))


async def _stop(server: Server, door: Door, settings: ServeSettings) -> None:
    door.stopping = True
    await asyncio.sleep(settings.drain_seconds)
    server.stop(settings.stop_seconds)


def _allow_files() -> None:
    """A connection is a file, and more of those are mostly allowed than one begins with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(most, _FILES)
    with suppress(OSError, ValueError):  # where that is not for us to say
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _say(channel: socket.socket, word: bytes) -> None:
    with suppress(OSError):  # the supervisor is gone, or does not listen: it learns of our end otherwise
        channel.send(word)


def _limits(settings: GateSettings) -> Limits:
    return Limits(
        target=settings.target_bytes,
        fields=settings.header_bytes,
        headers=settings.headers,
        head_seconds=settings.head_seconds,
        idle_seconds=settings.idle_seconds,
        connections=settings.connections,
    )
