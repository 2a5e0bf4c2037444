"""Where the signing keys come from."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from edge.errors import SecretError
from edge.visitors import Keys, load_keys

FIRST, SECOND = "first-key-of-sixteen-bytes", "second-key-of-sixteen-bytes"


def write(file: Path, text: str, mode: int = 0o600) -> str:
    file.write_text(text)
    file.chmod(mode)
    return str(file)


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n", "\t \n,, "])
def test_keys_in_the_variable_are_separated_by_commas_or_white_space(between: str) -> None:
    keys = load_keys({"EDGE_SECRET_KEYS": f" {FIRST}{between}{SECOND}\n"})
    assert keys == Keys((FIRST.encode(), SECOND.encode()))


def test_keys_in_a_file_stand_one_a_line(tmp_path: Path) -> None:
    file = write(tmp_path / "keys", f"\n{FIRST}\r\n\n  {SECOND}")
    assert load_keys({"EDGE_SECRET_KEYS_FILE": file}).secrets == (FIRST.encode(), SECOND.encode())


def test_what_was_in_the_variable_may_stand_in_the_file_and_comments_too(tmp_path: Path) -> None:
    file = write(
        tmp_path / "keys", f"# the keys of our site, made in November\n{FIRST}, {SECOND}\n  # until then\n"
    )
    assert load_keys({"EDGE_SECRET_KEYS_FILE": file}).secrets == (FIRST.encode(), SECOND.encode())


def test_comments_alone_are_no_keys(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="holds no key"):
        load_keys({"EDGE_SECRET_KEYS_FILE": write(tmp_path / "keys", f"# {FIRST}\n")})


def test_a_file_that_only_the_group_may_read_is_fine(tmp_path: Path) -> None:
    assert load_keys({"EDGE_SECRET_KEYS_FILE": write(tmp_path / "keys", FIRST, 0o640)}).secrets == (
        FIRST.encode(),
    )


def test_keys_need_not_be_ascii() -> None:
    assert load_keys({"EDGE_SECRET_KEYS": "schlüssel-schlüssel"}).secrets == ("schlüssel-schlüssel".encode(),)


@pytest.mark.parametrize("text", ["", " ", ",\n,"])
def test_a_variable_that_holds_no_key_is_refused(text: str) -> None:
    with pytest.raises(SecretError, match=r"EDGE_SECRET_KEYS holds no key: make one with: python3 -c"):
        load_keys({"EDGE_SECRET_KEYS": text})


def test_a_key_of_fewer_than_16_bytes_is_refused_without_showing_it() -> None:
    with pytest.raises(SecretError, match=r"key 2 of EDGE_SECRET_KEYS is too short \(15 of") as caught:
        load_keys({"EDGE_SECRET_KEYS": f"{FIRST} fifteen-bytes-x"})
    assert "fifteen" not in str(caught.value)
    assert load_keys({"EDGE_SECRET_KEYS": "sixteen-bytes-xx"}).secrets == (b"sixteen-bytes-xx",)


def test_both_variables_at_once_are_refused(tmp_path: Path) -> None:
    environ = {"EDGE_SECRET_KEYS": FIRST, "EDGE_SECRET_KEYS_FILE": write(tmp_path / "keys", SECOND)}
    with pytest.raises(SecretError, match="both set: unset one"):
        load_keys(environ)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666])
def test_a_file_that_every_user_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = write(tmp_path / "keys", FIRST, mode)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        load_keys({"EDGE_SECRET_KEYS_FILE": file})
    assert FIRST not in str(caught.value)


def test_a_file_that_is_not_there_or_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match=r"no-such \(No such file or directory\)"):
        load_keys({"EDGE_SECRET_KEYS_FILE": str(tmp_path / "no-such")})
    with pytest.raises(SecretError, match="Is a directory"):
        load_keys({"EDGE_SECRET_KEYS_FILE": str(tmp_path)})


def test_an_empty_file_name_is_refused() -> None:
    with pytest.raises(SecretError, match="EDGE_SECRET_KEYS_FILE is set but empty"):
        load_keys({"EDGE_SECRET_KEYS_FILE": ""})


def test_an_empty_file_is_refused_by_its_name(tmp_path: Path) -> None:
    file = write(tmp_path / "keys", "\n\n")
    with pytest.raises(SecretError, match=f"{file} holds no key"):
        load_keys({"EDGE_SECRET_KEYS_FILE": file})


def test_without_any_key_one_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    first = load_keys({"EDGE_DATA": str(folder)})
    again = load_keys({"EDGE_DATA": str(folder)})
    assert first.made == folder / "secret_keys"
    assert again.made is None
    assert first.secrets == again.secrets
    assert len(first.secrets[0]) == 43
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "secret_keys"]


def test_the_data_folder_is_dot_edge_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_keys({}).made == Path(".edge/secret_keys")
    assert load_keys({"EDGE_DATA": ""}).made is None


def test_only_this_user_can_read_what_was_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    mask = os.umask(0)
    try:
        load_keys({"EDGE_DATA": str(folder)})
    finally:
        os.umask(mask)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret_keys").stat().st_mode & 0o777 == 0o600


def test_the_key_is_kept_out_of_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    load_keys({"EDGE_DATA": str(tmp_path / ".edge")})
    status = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert status.stdout == ""


def test_a_folder_that_others_use_gets_no_gitignore_of_ours(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("theirs")
    load_keys({"EDGE_DATA": str(tmp_path)})
    assert not (tmp_path / ".gitignore").exists()


def test_a_key_file_in_the_data_folder_may_hold_more_keys(tmp_path: Path) -> None:
    write(tmp_path / "secret_keys", f"{FIRST}\n{SECOND}\n")
    assert load_keys({"EDGE_DATA": str(tmp_path)}).secrets == (FIRST.encode(), SECOND.encode())


def test_the_made_key_is_checked_like_any_other(tmp_path: Path) -> None:
    write(tmp_path / "secret_keys", FIRST, 0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        load_keys({"EDGE_DATA": str(tmp_path)})


def test_a_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SecretError, match="set EDGE_SECRET_KEYS, or EDGE_DATA to a folder that can be written"):
        load_keys({"EDGE_DATA": str(tmp_path / "file" / "data")})


def test_whoever_comes_second_uses_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process wins between our look and our link."""
    link = os.link

    def too_late(source: Path, target: Path) -> None:
        write(target, FIRST)
        link(source, target)

    monkeypatch.setattr(os, "link", too_late)
    assert load_keys({"EDGE_DATA": str(tmp_path)}).secrets == (FIRST.encode(),)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "secret_keys"]


def _start(folder: str, barrier: object, results: object) -> None:
    barrier.wait(120)  # type: ignore[attr-defined]
    keys = load_keys({"EDGE_DATA": folder})
    results.put((keys.secrets, keys.made is not None))  # type: ignore[attr-defined]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    count = 6
    barrier, results = context.Barrier(count), context.Queue()
    processes = [
        context.Process(target=_start, args=(str(tmp_path / "data"), barrier, results)) for _ in range(count)
    ]
    for process in processes:
        process.start()
    answers = [results.get(timeout=180) for _ in processes]
    for process in processes:
        process.join(120)
        process.close()
    results.close()
    results.join_thread()
    assert len({secrets for secrets, _ in answers}) == 1
    assert sum(made for _, made in answers) == 1
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [".gitignore", "secret_keys"]
