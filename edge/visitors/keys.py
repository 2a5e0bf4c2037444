"""The signing keys: where they come from, and the one that Edge makes when nobody gave any."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from edge.errors import SecretError

__all__ = ["MIN_BYTES", "Keys", "data_folder", "key_files", "load_keys", "make_data_folder", "reload_keys"]

MIN_BYTES = 16
"""128 bits: what a key must have for its HMAC not to be guessed."""

_VARIABLE = "EDGE_SECRET_KEYS"
_FILE_VARIABLE = "EDGE_SECRET_KEYS_FILE"
_FILE = "secret_keys"
_MAKE = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets, oldest first: the last one signs, all of them verify. `made` is the file that Edge has just
    put a new key in, for the caller to say so once; None where the keys were there already. `file` is where they
    were read from; None where the environment holds them."""

    secrets: tuple[bytes, ...] = field(repr=False)
    made: Path | None = None
    file: Path | None = None


def load_keys(environ: Mapping[str, str]) -> Keys:
    """The keys that `environ` names, else the one in the data folder, which is made at the first start.

    `EDGE_SECRET_KEYS` holds keys separated by commas or white space (so a key has neither), and
    `EDGE_SECRET_KEYS_FILE` names a file that holds the same, where lines that begin with # are comments; both
    oldest first. The data folder is `EDGE_DATA`, `.edge` by default. Raises SecretError, saying what to do but
    never what a key is.
    """
    given, file = environ.get(_VARIABLE), environ.get(_FILE_VARIABLE)
    if given is not None and file is not None:
        raise SecretError(f"{_VARIABLE} and {_FILE_VARIABLE} are both set: unset one of them")
    if given is not None:
        return Keys(_checked(os.fsencode(given), _VARIABLE))
    if file == "":
        raise SecretError(f"{_FILE_VARIABLE} is set but empty: let it name a file, or unset it")
    if file is not None:
        return Keys(_read(Path(file)), file=Path(file).absolute())
    return _own(data_folder(environ))


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where Edge keeps what it makes itself: `EDGE_DATA`, `.edge` by default. It may not be there yet."""
    return Path(environ.get("EDGE_DATA") or ".edge")


def key_files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that may hold keys, whether or not they are the ones that count."""
    named = environ.get(_FILE_VARIABLE)
    return (data_folder(environ) / _FILE, *((Path(named),) if named else ()))


def reload_keys(keys: Keys) -> Keys:
    """The keys as their file holds them now: it is only read, never made. Raises SecretError."""
    return keys if keys.file is None else Keys(_read(keys.file), file=keys.file)


def _checked(text: bytes, where: str) -> tuple[bytes, ...]:
    keys = tuple(filter(None, re.split(rb"[\s,]+", text)))
    if not keys:
        raise SecretError(f"{where} holds no key: {_MAKE}")
    for number, key in enumerate(keys, 1):
        if len(key) < MIN_BYTES:
            raise SecretError(
                f"key {number} of {where} is too short ({len(key)} of at least {MIN_BYTES} bytes): {_MAKE}"
            )
    return keys


def _read(file: Path) -> tuple[bytes, ...]:
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read()
    except OSError as error:
        raise SecretError(
            f"cannot read the keys in {file} ({error.strerror}): it must be a file that this process may read"
        ) from None
    if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SecretError(
            f"every user of this machine can read or write the keys in {file}: run `chmod 600 {file}`"
            " (a mounted secret: give it mode 0400)"
        )
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(b"#"))
    return _checked(b"\n".join(lines), str(file))


def _own(folder: Path) -> Keys:
    """The key in the data folder. Many processes may start at once: each writes a key of its own aside and links
    it to the one name; the first link wins and everybody reads what that holds."""
    file = folder / _FILE
    try:
        made = not file.exists() and _make(folder, file)
    except OSError as error:
        raise SecretError(
            f"cannot make a signing key in {folder} ({error.strerror}): set {_VARIABLE},"
            " or EDGE_DATA to a folder that can be written"
        ) from None
    return Keys(_read(file), file if made else None, file.absolute())


def _make(folder: Path, file: Path) -> bool:
    make_data_folder(folder)
    aside = folder / f".{_FILE}.{secrets.token_hex(8)}"
    try:
        _write(aside, secrets.token_urlsafe(32) + "\n")
        os.link(aside, file)
    except FileExistsError:
        return False
    finally:
        aside.unlink(missing_ok=True)
    return True


def make_data_folder(folder: Path) -> None:
    """The data folder, closed to others and kept out of git. Raises OSError. A folder with something in it keeps
    its own .gitignore: ours would hide what somebody keeps there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not any(folder.iterdir()):
        with suppress(FileExistsError):
            _write(folder / ".gitignore", "*\n")


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
