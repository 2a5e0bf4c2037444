"""What `edge serve` says when it cannot begin: each at once, and with what to do."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from edge.cli import main
from tests.door.conftest import write_site

URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is run: with a site folder in it."""
    write_site(tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDGE_SECRET_KEYS", "known-to-tests-only")
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["serve", *arguments]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


def test_what_stands_behind_has_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "what is Edge to stand in front of? Say --origin http://127.0.0.1:8080" in refused(capsys)


def test_what_may_be_why_nothing_is_said_of_it_comes_first(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    assert f"there is no site folder shop (looked in {folder})" in refused(capsys, "shop")
    (folder / "site" / "edge.toml").write_text(f'[server]\norigin = "{URL}"\n', encoding="utf-8")
    said = refused(capsys)
    assert 'site/edge.toml:1:2: there is no key "server" here' in said
    assert "serve" in said.partition("→")[2]
    assert "what is Edge to stand in front of?" not in said


@pytest.mark.parametrize(
    ("origin", "why"),
    [
        ("localhost:8080", "--origin localhost:8080: this is no URL\n      → write http://localhost:8080"),
        ("ftp://x", 'there is no way to "ftp://"'),
        ("http://x/blog", "→ write http://x: paths are passed on as they come"),
        ("http://127.0.0.1:99999", "there is no port 99999\n      → ports go from 1 to 65535"),
        ("unix:app.sock", "the path of a Unix socket begins with a slash"),
        ("./publik", "there is no such folder"),
        ("site/experiences.toml", "this is no folder"),
    ],
)
def test_an_origin_that_is_none(capsys: pytest.CaptureFixture[str], origin: str, why: str) -> None:
    assert why in refused(capsys, "--origin", origin)


def test_no_site_folder(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    said = refused(capsys, "--origin", URL, "shop")
    assert f"there is no site folder shop (looked in {folder})" in said
    assert said.endswith("    mkdir shop\n")


def test_a_wrong_site_folder(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "site" / "segments.toml").write_text("[german]\nwhen = 'contry == \"DE\"'\n[x]\n", encoding="utf-8")
    said = refused(capsys, "--origin", URL)
    assert "site/segments.toml:2:9: there is no fact contry" in said
    assert said.endswith("2 problems in site\n")


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"127.0.0.1:{port}: the port is taken" in refused(capsys, "--origin", URL, "--port", str(port))


def test_no_server_installed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cli.serve._EXTRA", ("no_such_package",))
    assert "needs a server: pip install" in refused(capsys, "--origin", URL)


@pytest.mark.parametrize(
    "arguments",
    [["--port", "70000"], ["--port", "web"], ["--workers", "0"], ["--log", "xml"]],
)
def test_options_that_are_none_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--origin", URL, *arguments])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--trust", "lan"], '--trust lan: "lan" is no address'),
        (["--unix", "/tmp/x", "--port", "1"], "Edge listens at one place"),
        (["--tls-key", "key.pem"], "--tls-key is no use without --tls-cert"),
        (["--tls-cert", "none.pem"], "--tls-cert none.pem: there is no file none.pem\n      → give the file of"),
        (["--tls-cert", "site/experiences.toml"], "this cannot be used"),
    ],
)
def test_options_that_do_not_fit(capsys: pytest.CaptureFixture[str], arguments: list[str], why: str) -> None:
    assert why in refused(capsys, "--origin", URL, *arguments)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('origin = "../publik"', "site/edge.toml:2:10: there is no such folder"),
        (f'origin = "{URL}"\nerror_page = "down.html"', "site/edge.toml:3:14: there is no file site/down.html"),
        (f'origin = "{URL}"\ntls_cert = "a.pem"', "site/edge.toml:3:12: there is no file site/a.pem"),
        (f'origin = "{URL}"\nerror_page = "."', "site/edge.toml:3:14: site is no file\n"),
        ('[[serve.origins]]\nurl = "https://x"\nca = "a.pem"', "site/edge.toml:4:6: there is no file site/a.pem"),
    ],
)
def test_what_is_not_there_is_told_with_its_place(
    capsys: pytest.CaptureFixture[str], folder: Path, text: str, why: str
) -> None:
    (folder / "site" / "edge.toml").write_text(f"[serve]\n{text}\n", encoding="utf-8")
    assert why in refused(capsys)


def test_a_folder_that_is_there_but_not_seen_from_the_site_folder(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "public").mkdir()
    (folder / "site" / "edge.toml").write_text('[serve]\norigin = "public"\n', encoding="utf-8")
    said = refused(capsys)
    assert f"site/edge.toml:2:10: there is no such folder: {folder / 'site' / 'public'}\n" in said
    assert "→ paths in edge.toml are seen from the site folder: write ../public\n" in said


def test_a_folder_of_the_command_line_is_seen_from_here(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    said = refused(capsys, "--origin", "site/public")
    assert f"there is no such folder: {folder / 'site' / 'public'}\n      → give a folder of HTML" in said


def test_all_files_that_are_not_there_are_told_at_once(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "site" / "edge.toml").write_text(
        '[serve]\norigin = "public"\ntls_key = "a.key"\ntls_cert = "a.pem"\nerror_page = "down.html"\n',
        encoding="utf-8",
    )
    said = refused(capsys)
    for place in ("2:10: there is no such folder", "3:11: there is no file", "4:12: there is", "5:14: there is"):
        assert f"site/edge.toml:{place}" in said
    assert said.endswith("4 problems in site\n")
    said = refused(capsys, "--origin", "publik", "--tls-cert", "b.pem")
    assert "--origin publik: there is no such folder" in said
    assert "--tls-cert b.pem: there is no file b.pem\n      → give the file of a certificate in PEM" in said
    assert "site/edge.toml:5:14: there is no file" in said
