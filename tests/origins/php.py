"""A real PHP-FPM behind a Unix socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.origins.background import running
from tests.parts import need

__all__ = ["php_fpm"]

_CONFIGURATION = """
[global]
daemonize = no
error_log = {folder}/php.log
[www]
listen = {folder}/php.sock
listen.mode = 0666
pm = static
pm.max_children = 3
catch_workers_output = yes
{user}
php_admin_value[sendmail_path] = /bin/true
php_admin_value[opcache.validate_timestamps] = 0
php_admin_value[upload_max_filesize] = 64M
php_admin_value[post_max_size] = 64M
php_admin_value[session.save_path] = {folder}
"""


@contextmanager
def php_fpm(folder: Path) -> Iterator[Path]:
    """The path of its socket, for nginx's `fastcgi_pass`."""
    need("php-fpm")
    is_root = os.geteuid() == 0
    file = folder / "php-fpm.conf"
    user = "user = root\ngroup = root" if is_root else ""
    file.write_text(_CONFIGURATION.format(folder=folder, user=user), encoding="utf-8")
    path = folder / "php.sock"
    command: list[str | Path] = [
        _program(),
        *(["--allow-to-run-as-root"] if is_root else []),
        "--fpm-config",
        file,
    ]
    with running(command, folder / "php-fpm.log", path.is_socket):
        yield path


def _program() -> Path:
    """Debian names it by its version: php-fpm8.2."""
    return max(Path("/usr/sbin").glob("php-fpm*"))
