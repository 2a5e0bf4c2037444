"""What `[remote]` of edge.toml says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["RemoteSettings"]


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """`[remote]`: the service that knows of visitors what the site does not.

    url: where it is asked, with `{visitor}` where the visitor's id goes. Default: nobody is asked.
    headers: request headers; `${NAME}` in one stands for a variable of the environment. Default: none.
    segments: the JSON pointer (RFC 6901) to the names of the visitor's segments. Default "/segments".
    traits: the JSON pointer to an object of traits by name. Default "/traits".
    ttl_seconds: seconds that an answer is used. Default 300.
    timeout_ms: milliseconds after which a call is given up. Default 1000.
    allow_private: whether the service may be in a private network. Default false.
    """

    url: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    segments: str = "/segments"
    traits: str = "/traits"
    ttl_seconds: int = 300
    timeout_ms: int = 1000
    allow_private: bool = False
