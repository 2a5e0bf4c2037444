"""What `[remote]` of edge.toml says."""

from __future__ import annotations

from dataclasses import dataclass

from edge.remote.secrets import Header

__all__ = ["RemoteSettings"]


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """`[remote]`: the service that knows of visitors what the site does not.

    kind: what sort of service it is: "json" for one of your own, "segment", "unomi" or "hubspot". Default "json".
    url: the address that is asked (GET), with `{visitor}` where the visitor's id goes. Default: nobody is asked.
    headers: request headers; `${NAME}` in one stands for a variable of the environment. Default: none.
    basic_auth: a name and a password with a colon between, for the header `Authorization: Basic`; it may have
        `${NAME}` too. Default: none.
    segments: the JSON pointer (RFC 6901) to the names of the visitor's segments. Default: as the kind has it.
    traits: the JSON pointer to an object of traits by name, or a table of pointers by the name of their trait.
        Default: as the kind has it.
    ttl_seconds: seconds that an answer is used, 1 to 86400; for ten minutes more it is shown while the service is
        asked anew. Default 300.
    timeout_ms: milliseconds after which a call is given up, 10 to 30000. Default 1000.
    allow_private: whether the service may be in a private network, and be asked without encryption. Default false.
    """

    kind: str = "json"
    url: str = ""
    headers: tuple[Header, ...] = ()
    basic_auth: Header | None = None
    segments: str | None = None
    traits: str | tuple[tuple[str, str], ...] | None = None
    ttl_seconds: int = 300
    timeout_ms: int = 1000
    allow_private: bool = False

    @property
    def all_headers(self) -> tuple[Header, ...]:
        """The headers, that of `basic_auth` among them."""
        return self.headers if self.basic_auth is None else (*self.headers, self.basic_auth)
