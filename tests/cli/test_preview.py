"""`edge preview`."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from edge.cli import main
from edge.visitors import Previews, load_keys

_KEYS = {"EDGE_SECRET_KEYS": "a-key-for-this-test-alone-0123456789"}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(_KEYS.items())))
    monkeypatch.delenv("EDGE_SECRET_KEYS_FILE", raising=False)


@pytest.mark.parametrize(
    ("host", "scheme"), [("127.0.0.1:8000", "http"), ("www.example.com", "https"), ("[::1]:80", "http")]
)
def test_the_link_opens_that_host_as_that_persona(
    site: Path, host: str, scheme: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", "site", "--host", host, "--persona", "anna"]) == 0
    link = urlsplit(capsys.readouterr().out.strip())
    assert (link.scheme, link.netloc, link.path) == (scheme, host, "/_edge/preview")
    (token,) = parse_qs(link.query)["token"]
    preview = Previews(load_keys(_KEYS)).read(token, host, time.time())
    assert preview is not None
    assert preview.persona == "anna"


@pytest.mark.parametrize(
    ("said", "link"),
    [
        ("https://localhost:8000", "https://localhost:8000/_"),
        ("http://www.example.com/", "http://www.example.com/_"),
    ],
)
def test_a_scheme_that_is_said_counts(
    site: Path, said: str, link: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", "--host", said]) == 0
    printed = capsys.readouterr().out.strip()
    assert printed.startswith(link)
    (token,) = parse_qs(urlsplit(printed).query)["token"]
    assert Previews(load_keys(_KEYS)).read(token, urlsplit(link).netloc, time.time()) is not None


def test_where_edge_serve_speaks_https_the_link_does(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "edge.toml").write_text('[serve]\ntls_cert = "a.pem"\n', encoding="utf-8")
    assert main(["preview", "--host", "localhost:8000"]) == 0
    assert capsys.readouterr().out.startswith("https://localhost:8000/_edge/preview?")


def test_without_a_persona_the_link_is_for_oneself(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "--host", "localhost"]) == 0
    (token,) = parse_qs(urlsplit(capsys.readouterr().out.strip()).query)["token"]
    preview = Previews(load_keys(_KEYS)).read(token, "localhost", time.time())
    assert preview is not None
    assert preview.persona is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "https://www.example.com/a"],
        ["--host", "ftp://a"],
        ["--host", ""],
        ["--host", "a.example", "--persona", "x"],
    ],
)
def test_a_host_or_persona_that_is_none_is_wrong_usage(
    site: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["preview", "site", *arguments])
    assert ended.value.code == 2
    assert "there is no persona" in (said := capsys.readouterr().err) or "is no host" in said


def test_of_a_key_that_was_made_just_now_it_is_said_what_that_means(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EDGE_SECRET_KEYS")
    monkeypatch.delenv("EDGE_DATA", raising=False)
    file = Path(".edge") / "secret_keys"
    assert main(["preview", "site", "--host", "localhost"]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert f"edge: the key in {file} was made just now. If the site runs already, it has another one" in said.err
    assert file.is_file()
    assert main(["preview", "site", "--host", "localhost"]) == 0
    assert capsys.readouterr().err == ""


def test_a_wrong_site_ends_with_1(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "site", "--host", "localhost"]) == 1
    assert "segments.toml:2:9" in capsys.readouterr().err


def test_a_wrong_key_ends_with_1(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGE_SECRET_KEYS", "short")
    assert main(["preview", "site", "--host", "localhost"]) == 1
    assert capsys.readouterr().err.startswith("edge: ")
