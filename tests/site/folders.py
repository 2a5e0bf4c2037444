"""Site folders for tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from edge.errors import Problem, SiteError
from edge.site import Site, load_site


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """`files` by name in `folder`, which is given back."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load(folder: Path, files: Mapping[str, str | bytes]) -> Site:
    """The site that `files` make."""
    return load_site(write(folder, files))


def problems(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Problem, ...]:
    """What is wrong with the site that `files` make: something must be. Files are named as seen from `folder`."""
    with pytest.raises(SiteError) as caught:
        load(folder, files)
    found = caught.value.problems
    return tuple(replace(one, file=Path(one.file).relative_to(folder).as_posix()) for one in found)


@contextmanager
def as_owner() -> Iterator[None]:
    """What only the folder's owner may do, where root has stepped down."""
    stepped_down = os.getuid() != os.geteuid()
    if stepped_down:
        os.seteuid(os.getuid())
    try:
        yield
    finally:
        if stepped_down:
            os.seteuid(65534)
