"""A real MariaDB, in a folder of its own and behind a Unix socket there."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.origins.background import running
from tests.parts import need

__all__ = ["mariadb"]

_SMALL = (
    # A database that lives for some tests: started from an empty folder in a second, and never to be recovered.
    "--skip-networking",
    "--skip-grant-tables",
    "--skip-log-bin",
    "--performance-schema=off",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-fast-shutdown=2",
    "--innodb-use-native-aio=0",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=1M",
)


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """The path of its socket. Everybody who may open that may do everything."""
    need("mariadb-server-core")
    data, path = folder / "data", folder / "mariadb.sock"
    data.mkdir(mode=0o700)
    user = ["--user=root"] if os.geteuid() == 0 else []
    files = [f"--datadir={data}", f"--socket={path}", f"--pid-file={folder / 'mariadb.pid'}"]
    command = ["/usr/sbin/mariadbd", "--no-defaults", *user, *files, *_SMALL]
    with running(command, folder / "mariadb.log", lambda: _answers(path)):
        yield path


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(path))
            return bool(connection.recv(1))
    except OSError:
        return False
