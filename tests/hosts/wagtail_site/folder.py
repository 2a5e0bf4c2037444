"""The folder of a running site: its database, its media, and a site folder for Edge that shows nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hosts.doors import all_disabled

__all__ = ["SITE", "fill", "put_back"]

SITE = Path(__file__).with_name("site")


def fill(folder: Path, first: Path) -> Path:
    """Makes the site as it is first, from `first` where somebody left it there, and gives the idle site folder.
    Wagtail's migrations take their seconds: whoever comes first makes them, the others wait and copy."""
    from tests.hosts.wagtail_site.content import build  # which needs the settings

    with first.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "idle").exists():  # another worker of the same server has been here
            return folder / "idle"
        if not first.exists():
            with ThreadPoolExecutor(
                1
            ) as thread:  # a server may have its loop running already, which Django refuses
                thread.submit(build).result()
            shutil.copytree(folder, first)
            return all_disabled(SITE, folder / "idle")
        shutil.copytree(first, folder, dirs_exist_ok=True)
        return all_disabled(SITE, folder / "idle")


def put_back(first: Path, folder: Path) -> None:
    """The database and the media as they were first. Each file takes the place of another whole: a request that
    has been answered may still be at its end, with the database open."""
    shutil.rmtree(folder / "media")
    shutil.copytree(first, folder, dirs_exist_ok=True, copy_function=_replace)


def _replace(source: str, target: str) -> None:
    aside = f"{target}.new"
    shutil.copy2(source, aside)
    os.replace(aside, target)  # noqa: PTH105
