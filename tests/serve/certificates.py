"""A certificate for TLS on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.parts import part

__all__ = ["certificate"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that only itself vouches for."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run([str(part("openssl")), *command.split(), *files], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file
