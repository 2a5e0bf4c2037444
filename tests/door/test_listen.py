"""Where visitors come to."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from edge.door.listen import check_apart, listen, shown
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


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_edge_does_not_stand_in_front_of_itself(host: str) -> None:
    with listen(ServeSettings(host=host, port=0)) as listener:
        port = listener.getsockname()[1]
        for own in (f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"https://127.0.0.1:{port}"):
            with pytest.raises(ServeError, match="Edge itself listens there"):
                check_apart(listener, ["http://127.0.0.1:9", own])
        others = [
            f"http://127.0.0.1:{port ^ 1}",
            f"http://192.0.2.1:{port}",
            f"http://no-such-host.invalid:{port}",
        ]
        check_apart(listener, [*others, "unix:/run/app.sock"])


def test_nor_at_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "edge.sock"
    with listen(ServeSettings(unix=str(path))) as listener:
        with pytest.raises(ServeError, match="Edge itself listens there"):
            check_apart(listener, [f"unix:{path}"])
        check_apart(listener, ["http://127.0.0.1:9", f"unix:{path}.other"])
