"""What a reload leaves as it was."""

from __future__ import annotations

import pytest

from edge.door.staying import told_to_stay
from edge.site import ServeSettings

SOCKET = ServeSettings(unix="/run/edge.sock", host="", port=0)


@pytest.mark.parametrize(
    ("began", "now", "said"),
    [
        (ServeSettings(), ServeSettings(trust=("10.0.0.1",), tls_cert="new.pem"), ""),
        (ServeSettings(), ServeSettings(port=81), "port takes a restart: still 8000"),
        (ServeSettings(workers=2), ServeSettings(port=81), "port and workers take a restart: still 8000 and 2"),
        (
            ServeSettings(),
            ServeSettings(host="::", port=81, workers=3),
            "host, port and workers take a restart: still 127.0.0.1, 8000 and 1",
        ),
        (ServeSettings(), SOCKET, "unix takes a restart: still none"),
        (SOCKET, ServeSettings(), "unix takes a restart: still /run/edge.sock"),
        (ServeSettings(port=0), ServeSettings(port=0), ""),
        (ServeSettings(port=0), ServeSettings(port=81), "port takes a restart: still 8000"),
        (ServeSettings(port=0), ServeSettings(), ""),
        (ServeSettings(), ServeSettings(port=0), "port takes a restart: still 8000"),
    ],
)
def test_what_takes_a_restart_is_told(began: ServeSettings, now: ServeSettings, said: str) -> None:
    assert told_to_stay(began, now, 8000) == said
