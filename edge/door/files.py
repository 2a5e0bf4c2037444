"""The files that `edge serve` needs: all that is wrong with them is told at once."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from edge.door.options import Options
from edge.errors import Problem
from edge.site import ServeSettings, missing_files

__all__ = ["check_files"]


def check_files(options: Options, settings: ServeSettings) -> None:
    """Raises SiteError or ServeError."""
    missing = list(missing_files(settings, None if options.origin else options.folder))
    problems = [options.problem(one.cause, one.cure, *one.place) for one in missing]
    if settings.tls_cert and not any(one.place[0] in ("tls_cert", "tls_key") for one in missing):
        problems += _certificate(options, settings)
    if problems:
        raise options.error(problems)


def _certificate(options: Options, settings: ServeSettings) -> Iterator[Problem]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key or None, password=lambda: "")
    except (OSError, ValueError) as error:
        cure = "give a certificate and its own key in PEM, the key without a password"
        reason = getattr(error, "reason", None) or str(error)
        yield options.problem(f"this cannot be used: {reason}", cure, "tls_cert")
