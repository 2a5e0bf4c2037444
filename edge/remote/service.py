"""One call to the service, within bounds: what comes back is JSON, or a RemoteError."""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from edge.errors import RemoteError
from edge.remote.address import Address
from edge.remote.kinds import KINDS
from edge.remote.lookup import Lookup
from edge.remote.secrets import Headers
from edge.remote.settings import RemoteSettings
from edge.remote.transport import Transport

__all__ = ["MAX_ANSWER", "Answer", "Service"]

MAX_ANSWER = 64 * 1024
"""Bytes of an answer, decoded."""

_OURS: Headers = ((b"accept", b"application/json"), (b"accept-encoding", b"gzip"), (b"user-agent", b"Edge"))
_GZIP = 31  # the `wbits` of zlib for a gzip header and checksum
_SECONDS = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says of a visitor; None for that it does not know them, which it may also say with null.
    `size` is in bytes."""

    document: Any
    size: int


class Service:
    """The service at its address. Making it opens nothing."""

    def __init__(
        self,
        settings: RemoteSettings,
        headers: Headers,
        connections: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address = Address(settings.url)
        self._unknown = KINDS[settings.kind].unknown
        lookup = Lookup(address.host, address.port, allow_private=settings.allow_private, clock=clock)
        self._transport = Transport(lookup, _tls() if address.secure else None, connections)
        self.use(headers)

    def use(self, headers: Headers) -> None:
        """Sends these headers from now on."""
        given = {name.lower() for name, _ in headers}
        self._headers = [*(pair for pair in _OURS if pair[0] not in given), *headers]

    async def ask(self, visitor: str) -> Answer:
        """What it says of the visitor with this id. Raises RemoteError. May take as long as it likes."""
        request = httpx.Request("GET", self._address.url(visitor), headers=self._headers)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                return await self._read(response)
            finally:
                await response.aclose()
        except httpx.RemoteProtocolError:  # whose text may quote what it got
            raise RemoteError("no http", "the service did not answer as HTTP/1.1 has it") from None
        except httpx.TransportError as error:
            raise RemoteError("connection", f"the service cannot be reached: {error}") from error

    async def _read(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if status in self._unknown:
            await _body(response)
            return Answer(None, 0)
        if status != 200:
            raise _refused(response)
        body = _decoded(await _body(response), response.headers.get("content-encoding", ""))
        try:
            return Answer(msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf")), len(body))
        except (msgspec.DecodeError, RecursionError):
            raise RemoteError("no json", "the service's answer is not JSON") from None

    async def aclose(self) -> None:
        """Closes the connections that are not in use."""
        await self._transport.aclose()


def _tls() -> ssl.SSLContext:
    """Whom to trust: the authorities that httpx brings, or those of the file that SSL_CERT_FILE names."""
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _refused(response: httpx.Response) -> RemoteError:
    status = response.status_code
    if response.has_redirect_location:
        return RemoteError("redirect", f"the service answered with a redirect ({status}), which is not followed")
    wait = response.headers.get("retry-after", "")
    return RemoteError(
        "status", f"the service answered {status}", float(wait) if _SECONDS.fullmatch(wait) else 0.0
    )


async def _body(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_raw():
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise _too_large()
    return b"".join(parts)


def _decoded(body: bytes, coding: str) -> bytes:
    """The body without its gzip. It never grows past what an answer may have."""
    if coding.lower() in ("", "identity"):
        return body
    if coding.lower() not in ("gzip", "x-gzip"):
        raise RemoteError("coding", "the service's answer is compressed otherwise than with gzip")
    unzip = zlib.decompressobj(_GZIP)
    try:
        plain = unzip.decompress(body, MAX_ANSWER + 1)
    except zlib.error:
        raise RemoteError("coding", "the service's answer is damaged gzip") from None
    if len(plain) > MAX_ANSWER:
        raise _too_large()
    if not unzip.eof:
        raise RemoteError("coding", "the service's answer is damaged gzip")
    return plain


def _too_large() -> RemoteError:
    return RemoteError("too large", f"the service's answer is larger than {MAX_ANSWER >> 10} KiB")
