"""What is needed to speak https."""

from __future__ import annotations

import ssl
from pathlib import Path

from edge.door.options import Options
from edge.site import ServeSettings

__all__ = ["check_certificate"]


def check_certificate(options: Options, settings: ServeSettings) -> None:
    """Raises SiteError or ServeError."""
    for key, path in (("tls_cert", settings.tls_cert), ("tls_key", settings.tls_key)):
        if path:
            try:
                with Path(path).open("rb"):
                    pass
            except OSError as error:
                raise options.wrong(key, f"{path} cannot be read: {error.strerror}", "") from None
    if not settings.tls_cert:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key or None, password=lambda: "")
    except (OSError, ValueError) as error:
        cure = "give a certificate and its own key in PEM, the key without a password"
        reason = getattr(error, "reason", None) or str(error)
        raise options.wrong("tls_cert", f"this cannot be used: {reason}", cure) from None
