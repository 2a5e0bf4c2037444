"""TLS: who answers has to be who was asked, by name, whatever the address."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from edge.remote.profiles import RemoteProfiles
from tests.conftest import Serve
from tests.page.raw import html
from tests.parts import part
from tests.remote.asking import KNOWN_VIP, VIP, Client, client, outcome, visitor
from tests.remote.conftest import Service
from tests.remote.loopback import Call, answer, reply

HOST = "crm.example"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate of its own signing, and its key."""
    folder = tmp_path_factory.mktemp("certificates")
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    command = [str(part("openssl")), *request.split(), "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def context(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What the service proves itself with; whoever asks trusts it, and finds the host on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "certificate.pem"))

    def getaddrinfo(host: str, port: int, **more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "certificate.pem", certificates / "key.pem")
    return context


def at(port: int, host: str = HOST) -> Client:
    return client(f"https://{host}:{port}")


async def twice(profiles: RemoteProfiles) -> list[object]:
    return [await outcome(profiles(visitor(name))) for name in ("ann", "bob")]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_service_is_asked_over_tls(service: Service, context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    context.minimum_version = context.maximum_version = version
    there = service(reply(VIP), context=context)
    assert at(there.port).run(twice) == [KNOWN_VIP, KNOWN_VIP]
    assert there.connections == 1
    assert there.calls[0].headers["host"] == f"{HOST}:{there.port}"


def test_the_name_that_is_asked_for_is_the_hosts(service: Service, context: ssl.SSLContext) -> None:
    names = []
    context.sni_callback = lambda sock, name, _: names.append(name)
    there = service(reply(VIP), context=context)
    assert at(there.port).ask() == KNOWN_VIP
    assert names == [HOST]


def test_a_service_that_proves_to_be_another_is_a_failure(service: Service, context: ssl.SSLContext) -> None:
    there = service(reply(VIP), context=context)
    assert at(there.port, "other.example").ask() == "connection"
    assert there.calls == []


def test_a_service_that_nobody_vouches_for_is_a_failure(
    service: Service, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    there = service(reply(VIP), context=context)
    assert at(there.port).ask() == "connection"
    assert there.calls == []


@pytest.mark.usefixtures("context")
def test_a_service_that_speaks_no_tls_is_a_failure(serve: Serve) -> None:
    port = int(serve(html(b""), lifespan="off").rpartition(":")[2])
    assert at(port).ask() == "connection"


def test_large_answers_and_sudden_ends_are_told_apart(service: Service, context: ssl.SSLContext) -> None:
    large = answer({**VIP, "fill": "x" * 60_000})

    def whole(sock: socket.socket, call: Call) -> None:
        sock.sendall(large)

    def half(sock: socket.socket, call: Call) -> None:
        sock.sendall(large[:30_000])

    assert at(service(whole, context=context).port).ask() == KNOWN_VIP
    assert at(service(half, context=context).port).ask() in {"no http", "connection"}


def test_an_answer_may_end_as_tls_has_it(service: Service, context: ssl.SSLContext) -> None:
    def until_the_end(sock: socket.socket, call: Call) -> None:
        assert isinstance(sock, ssl.SSLSocket)
        sock.sendall(b'HTTP/1.0 200 OK\r\n\r\n{"segments": ["vip"]}')
        sock.unwrap()

    assert at(service(until_the_end, context=context).port).ask() == KNOWN_VIP


def test_a_handshake_that_hangs_has_the_deadline_of_the_call(service: Service, context: ssl.SSLContext) -> None:
    there = service(reply(VIP))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = client(f"https://{HOST}:{silent.getsockname()[1]}", timeout_ms=50)
        assert asked.ask() == "timeout"
    assert there.calls == []
