"""The socket that visitors come to. It is opened once, and shared by all workers: what waits in it is nobody's
yet, so that none of it is lost when one of them ends."""

from __future__ import annotations

import errno
import ipaddress
import socket
import stat
from collections.abc import Iterable
from pathlib import Path

from edge.errors import ServeError
from edge.serve.address import Address, parse_address
from edge.site import ServeSettings

__all__ = ["check_apart", "listen", "shown", "taken_port"]

_BACKLOG = 2048


def listen(settings: ServeSettings) -> socket.socket:
    """Raises ServeError."""
    return _unix(Path(settings.unix)) if settings.unix else _tcp(settings.host, settings.port)


def check_apart(listener: socket.socket, origins: Iterable[str]) -> None:
    """That Edge does not stand in front of itself: it would ask itself for each request, until no connection is
    left. Raises ServeError."""
    for origin in origins:
        if _is_at(listener, parse_address(origin)):
            raise ServeError(
                f"{origin}: Edge itself listens there. Say where the site behind it listens, or give Edge another"
                " address"
            )


def _is_at(listener: socket.socket, address: Address) -> bool:
    if listener.family == socket.AF_UNIX:
        return bool(address.socket) and Path(address.socket).resolve() == Path(listener.getsockname()).resolve()
    host, port = listener.getsockname()[:2]
    if address.socket or address.port != port:
        return False
    own = ipaddress.ip_address(host)
    try:
        found = socket.getaddrinfo(address.host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False  # its name may be known later
    others = [ipaddress.ip_address(place[0]) for *_, place in found]
    return any(other == own or (own.is_unspecified and other.is_loopback) for other in others)


def shown(listener: socket.socket, settings: ServeSettings) -> str:
    """The address as one would open it."""
    if settings.unix:
        return f"unix:{settings.unix}"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.tls_cert else 'http'}://{host}:{taken_port(listener)}"


def taken_port(listener: socket.socket) -> int:
    """The port that visitors come to; 0 for a Unix socket."""
    return 0 if listener.family == socket.AF_UNIX else int(listener.getsockname()[1])


def _tcp(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        all_of_both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(
            (address[0], port), family=family, backlog=_BACKLOG, dualstack_ipv6=all_of_both
        )
    except socket.gaierror as error:
        raise ServeError(f"{host}: there is no such address ({error.strerror})") from None
    except OSError as error:
        raise ServeError(f"{host}:{port}: {_reason(error, port)}") from None


def _reason(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"the port is taken: something listens there already. Take another with --port {port + 1}"
    if error.errno == errno.EACCES and port < 1024:
        return (
            "ports below 1024 are not for everybody. Take another, let a service manager give the right to it"
            " (AmbientCapabilities=CAP_NET_BIND_SERVICE), or put a web server in front"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address"
    return error.strerror or str(error)


def _unix(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        _clear(path)
        listener.bind(str(path))
        path.chmod(0o666)  # whoever may enter the folder may connect, as with a port of this machine
        listener.listen(_BACKLOG)
    except (OSError, ServeError) as error:
        listener.close()
        if isinstance(error, ServeError):
            raise
        raise ServeError(f"{path}: {error.strerror or error}") from None
    return listener


def _clear(path: Path) -> None:
    """Takes away a socket that somebody has left behind."""
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise ServeError(f"{path}: this is something else than a socket, and is not touched")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise ServeError(f"{path}: the socket is taken: something listens there already")
