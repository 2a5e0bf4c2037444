"""Where an origin listens, and how it is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from edge.errors import OriginError
from edge.serve.connection import Connection

__all__ = ["Address", "parse_address"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """An origin's host and port, or its Unix socket. `tls`: with certificates checked, always."""

    host: str
    port: int
    tls: bool = False
    socket: str = ""

    @property
    def authority(self) -> str:
        """As in a Host header or a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}"


def parse_address(text: str) -> Address:
    """`http://host[:port]`, `https://host[:port]` or `unix:/path/of/the.socket`. Raises OriginError."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path.startswith("/"):
            raise OriginError(f"{text!r}: the path of a Unix socket begins with a slash: unix:/run/app.sock")
        return Address("localhost", 80, socket=path)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise OriginError(f"{text!r} is not a URL such as http://127.0.0.1:8080") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise OriginError(f"{text!r} is not a URL such as http://127.0.0.1:8080")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise OriginError(f"{text!r}: an origin is a scheme, a host and a port; paths pass as they come")
    return Address(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "https")


@dataclass(frozen=True, slots=True)
class Connector:
    """Opens sockets to an address, in no more than so many seconds. `context` checks the certificate of an https
    address, which has to be for `server_name` where that is said, else for the address's host."""

    address: Address
    seconds: float
    context: ssl.SSLContext | None = None
    server_name: str | None = None

    async def __call__(self, loop: asyncio.AbstractEventLoop, make: Callable[[], Connection]) -> Connection:
        address = self.address
        try:
            async with asyncio.timeout(self.seconds):
                if address.socket:
                    _, connection = await loop.create_unix_connection(make, address.socket)
                else:
                    name = (self.server_name or address.host) if self.context is not None else None
                    _, connection = await loop.create_connection(
                        make, address.host, address.port, ssl=self.context, server_hostname=name
                    )
        except TimeoutError:
            raise httpx.ConnectTimeout("the origin does not accept connections") from None
        return connection


def tls_context(address: Address, ca: Path | None) -> ssl.SSLContext | None:
    """What checks the certificates of an https address. Raises OriginError."""
    if not address.tls:
        return None
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise OriginError(f"{ca}: no certificates to check the origin's with: {error}") from None
