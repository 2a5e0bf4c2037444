"""Segments and traits that come from elsewhere: a service that is asked for each visitor.

What is read of `[remote]` is here. Who asks is `edge.remote.profiles`, which brings an HTTP client: it is imported
for those sites only that have such a service.
"""

from edge.remote.address_text import address_flaw
from edge.remote.kinds import KINDS, Kind
from edge.remote.pointer import pointer_flaw
from edge.remote.reading import Convert
from edge.remote.secrets import Header, Headers, header_flaw, resolve_headers, secret_files, variables
from edge.remote.settings import RemoteSettings

__all__ = [
    "KINDS",
    "Convert",
    "Header",
    "Headers",
    "Kind",
    "RemoteSettings",
    "address_flaw",
    "header_flaw",
    "pointer_flaw",
    "resolve_headers",
    "secret_files",
    "variables",
]
