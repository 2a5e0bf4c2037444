"""Where visitors come to."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from edge.door.listen import listen, shown
from edge.errors import ServeError
from edge.site import ServeSettings


def test_a_free_port_is_shown_as_one_would_open_it() -> None:
    settings = ServeSettings(port=0)
    with listen(settings) as listener:
        assert shown(listener, settings) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert shown(listener, ServeSettings(tls_cert="x")).startswith("https://")


def test_all_addresses_of_both_kinds() -> None:
    settings = ServeSettings(host="::", port=0)
    with listen(settings) as listener:
        port = listener.getsockname()[1]
        assert shown(listener, settings) == f"http://[::]:{port}"
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_port_that_is_taken() -> None:
    with listen(ServeSettings(port=0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ServeError, match=rf"127.0.0.1:{port}: the port is taken: .* --port {port + 1}"):
            listen(ServeSettings(port=port))


@pytest.mark.parametrize(
    ("host", "why"),
    [("no-such-host.invalid", "no such address"), ("192.0.2.1", "this machine has no such address")],
)
def test_an_address_that_is_not_ours(host: str, why: str) -> None:
    with pytest.raises(ServeError, match=why):
        listen(ServeSettings(host=host, port=0))


def test_a_socket_that_was_left_behind_is_taken_over_and_one_in_use_is_not(tmp_path: Path) -> None:
    path = tmp_path / "edge.sock"
    settings = ServeSettings(unix=str(path))
    listen(settings).close()  # as a crash leaves it
    with listen(settings) as listener:
        assert shown(listener, settings) == f"unix:{path}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o666
        with pytest.raises(ServeError, match="the socket is taken"):
            listen(settings)


def test_a_file_is_not_taken_for_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "edge.sock"
    path.write_text("of somebody", encoding="utf-8")
    with pytest.raises(ServeError, match="something else than a socket"):
        listen(ServeSettings(unix=str(path)))
    assert path.read_text(encoding="utf-8") == "of somebody"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="No such file or directory"):
        listen(ServeSettings(unix=str(tmp_path / "no" / "edge.sock")))
