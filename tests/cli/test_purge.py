"""`edge purge`."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from starlette.applications import Starlette

from edge import EdgeMiddleware
from edge.cache import PurgeFile
from edge.cli import main


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PurgeFile:
    monkeypatch.setenv("EDGE_DATA", str(tmp_path))
    return PurgeFile(tmp_path / "purges")


def told(file: PurgeFile) -> list[list[object]]:
    """What stands in the file, behind its first line."""
    return [json.loads(line) for line in file.path.read_bytes().splitlines()[1:]]


def test_it_tells_what_to_forget(file: PurgeFile, capsys: pytest.CaptureFixture[str]) -> None:
    file.create()
    reader = file.attend()
    assert (
        main(["purge", "https://www.example.com/a?b", "/c", "--prefix", "/d/", "--prefix", "https://x.example"])
        == 0
    )
    assert main(["purge", "--all"]) == 0
    assert told(file) == [
        ["www.example.com", "/a?b", False],
        ["", "/c", False],
        ["", "/d/", True],
        ["x.example", "/", True],
        ["", "/", True],
    ]
    said = f"told every page cache whose data folder is {file.path.parent}\n"
    assert capsys.readouterr() == (said * 2, "")
    del reader


@pytest.mark.parametrize("arguments", [[], ["blog"], ["ftp://x/"], ["--prefix", "https://a@b/"]])
def test_wrong_usage_purges_nothing(file: PurgeFile, arguments: list[str]) -> None:
    file.create()
    with pytest.raises(SystemExit) as ended:
        main(["purge", *arguments])
    assert ended.value.code == 2
    assert told(file) == []


def test_where_none_runs_any_more_it_says_so(
    file: PurgeFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "edge.toml").write_text("[page_cache]\n", encoding="utf-8")
    edge = EdgeMiddleware(Starlette(), site, environ={"EDGE_DATA": str(tmp_path)})
    assert main(["purge", "/"]) == 0
    del edge
    gc.collect()
    capsys.readouterr()
    assert main(["purge", "/"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"edge: no page cache runs whose data folder is {tmp_path}: nobody was told.")


def test_where_no_cache_has_run_it_says_so(file: PurgeFile, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge", "/"]) == 1
    assert "no page cache has run here" in capsys.readouterr().err
    assert not file.path.exists()


def test_a_file_that_cannot_be_written_is_told(file: PurgeFile, capsys: pytest.CaptureFixture[str]) -> None:
    file.path.mkdir()
    assert main(["purge", "/"]) == 1
    assert "cannot be written" in capsys.readouterr().err
