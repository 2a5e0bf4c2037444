"""`edge serve` over TLS, with a socket to the site behind, and with Edge turned off."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.door.conftest import PAGE, Behind, write_site
from tests.door.served import Served, gone, serving_edge
from tests.hosts.wire import Wire
from tests.serve.raw_origin import raw_origin


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Path:
    """Where it is started."""
    folder = tmp_path_factory.mktemp("tls-operator")
    shutil.copy(certificate, folder / "here.pem")
    settings = '[serve]\ntls_cert = "../here.pem"\ndrain_seconds = 1\nstop_seconds = 0\naccess_log = "off"\n'
    write_site(folder / "site", edge=settings)
    return folder


@pytest.fixture(scope="module")
def behind() -> Behind:
    return Behind()


@pytest.fixture(scope="module")
def served(folder: Path, behind: Behind) -> Iterator[Served]:
    origin = f"unix:{folder / 'app.sock'}"
    with (
        raw_origin(behind.follow, path=str(folder / "app.sock")),
        serving_edge(folder, "--origin", origin, environ={"EDGE_OFF": "1"}) as running,
    ):
        yield running


@contextmanager
def secured(served: Served) -> Iterator[tuple[Wire, bytes]]:
    """A connection, and the certificate that the other side has."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = int(served.url.rpartition(":")[2])
    wrapped = context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10))
    with closing(Wire(wrapped)) as wire:
        shown = wrapped.getpeercert(binary_form=True)
        assert shown is not None
        yield wire, shown


def test_turned_off_every_page_is_the_sites(served: Served) -> None:
    assert served.url.startswith("https://127.0.0.1:")
    assert "(EDGE_OFF is set: every page passes as it is)" in served.said.text
    with secured(served) as (wire, _):
        assert wire.ask("/").body == PAGE
        for path in ("/_edge/livez", "/_edge/readyz"):
            assert wire.ask(path).status == 200


def test_a_reload_takes_up_a_new_certificate(served: Served, folder: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=renewed"
    new = folder / "new.pem"
    files = ["-keyout", str(new), "-out", f"{new}.crt"]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    (worker,) = served.workers()
    with secured(served) as (_, before):
        (folder / "here.pem").write_bytes(new.read_bytes() + Path(f"{new}.crt").read_bytes())
        served.signal(signal.SIGHUP)
        served.said.until("INFO reloaded")
    after = ssl.PEM_cert_to_DER_cert(Path(f"{new}.crt").read_text(encoding="ascii"))
    assert gone(worker)
    with secured(served) as (_, shown):
        assert before != shown == after


def test_a_reload_waits_for_what_takes_longer_than_a_stop_may(served: Served, behind: Behind) -> None:
    (worker,) = served.workers()
    with secured(served) as (slow, _), secured(served) as (other, _):
        assert other.ask("/").header(b"connection") is None
        slow.begin("/slow")
        assert behind.met.wait(10)
        served.signal(signal.SIGHUP)
        while other.ask("/").header(b"connection") is None:
            pass  # not yet told that it is to end
        behind.free.set()
        reply = slow.reply()
        assert (reply.body, reply.whole) == (b"firstlast", True)
    assert gone(worker)


def test_a_reload_with_a_certificate_that_is_none_changes_nothing(served: Served, folder: Path) -> None:
    before = served.workers()
    (folder / "here.pem").write_text("half of it", encoding="ascii")
    served.signal(signal.SIGHUP)
    served.said.until("edge.toml:2:12: this cannot be used")
    served.said.until("a new worker cannot begin: those from before stay")
    assert served.workers() == before


def test_while_it_drains_it_serves_and_is_not_ready(served: Served, behind: Behind) -> None:
    """The last: nobody serves behind it. What goes on for longer than `stop_seconds` after that is cut."""
    behind.met.clear()
    behind.free.clear()
    with secured(served) as (wire, _), secured(served) as (slow, _):
        slow.begin("/slow")
        assert behind.met.wait(10)
        assert wire.ask("/_edge/readyz").status == 200
        served.signal(signal.SIGTERM)
        reply = wire.ask("/_edge/readyz")
        while reply.status == 200:
            reply = wire.ask("/_edge/readyz")
        assert (reply.status, reply.body) == (503, b"stopping\n")
        assert wire.ask("/").body == PAGE
        assert slow.head().status == 200
        assert slow.line() == b"5"
        assert slow.line() == b"first"
        assert slow.read(1) == b""
    behind.free.set()
    assert served.process.wait(30) == 0
    assert served.logged.text == ""
