"""The command `edge` itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from edge.cli import main


def _edge(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "edge", *arguments], capture_output=True, timeout=60, env={**os.environ, **environ}
    )


def test_python_m_edge_is_the_command(site: Path) -> None:
    done = _edge("check")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"no problem in site: ")


def test_problems_end_with_1_in_a_process_too(broken: Path) -> None:
    assert _edge("check", "site").returncode == 1


def test_a_terminal_that_knows_only_ascii_still_gets_the_message(broken: Path) -> None:
    done = _edge("check", "site", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"did you mean" in done.stdout
    assert done.stderr == b""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_a_terminal_and_for_whoever_wants_it(
    broken: Path, environ: dict[str, str], coloured: bool
) -> None:
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "edge", "check", "site"],
            stdout=theirs,
            stderr=subprocess.PIPE,
            timeout=60,
            env={**os.environ, "TERM": "xterm", **environ},
        )
        said = os.read(ours, 100_000)
    finally:
        os.close(ours)
        os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (b"\x1b[" in said) is coloured


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"edge {version('edge-personalisation')}\n"


def test_without_an_installed_distribution_the_commands_still_work(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("edge.cli.entry._DISTRIBUTION", "no-such-distribution")
    assert main(["check", "site"]) == 0


@pytest.mark.parametrize("arguments", [["chekc"], ["check", "a", "b"], ["try", "new"], ["preview", "site"]])
def test_wrong_usage_ends_with_2_and_says_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: edge" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "serve"])
def test_too_many_arguments_show_the_usage_of_their_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "site", "more", "--most"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"usage: edge {command} ")
    assert said.endswith(f"edge {command}: error: unrecognized arguments: more --most\n")


def test_without_a_command_all_of_them_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "check a site folder and show every problem in it" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "try", "preview"])
def test_help_tells_the_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert "Exit codes: 0 " in " ".join(capsys.readouterr().out.split())


def test_the_installed_command_is_this_one() -> None:
    (script,) = entry_points(group="console_scripts", name="edge")
    assert script.load() is main
