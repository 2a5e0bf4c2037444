"""Request headers with secrets from the environment, or from files."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from edge.errors import Problem, SiteError
from edge.remote import Header, header_flaw, resolve_headers, secret_files, variables


def header(text: str, *, basic: bool = False) -> Header:
    places = {name: Problem("edge.toml", 4, 7, 3, "the line", "", "") for name in variables(text)}
    return Header("Authorization", text, MappingProxyType(places), basic)


def value(text: str, environ: dict[str, str], *, basic: bool = False) -> bytes:
    ((name, found),) = resolve_headers([header(text, basic=basic)], environ)
    assert name == b"Authorization"
    return found


def causes(text: str, environ: dict[str, str]) -> list[str]:
    with pytest.raises(SiteError) as caught:
        resolve_headers([header(text)], environ)
    assert all((one.file, one.line, one.source) == ("edge.toml", 4, "the line") for one in caught.value.problems)
    return [f"{one.cause}; {one.cure}" for one in caught.value.problems]


def test_variables_stand_for_their_values() -> None:
    environ = {"A": "one", "B_2": "two"}
    assert value("Bearer ${A}", environ) == b"Bearer one"
    assert value("${A}-${B_2}-${A}", environ) == b"one-two-one"
    assert value("no secret, $5 and $${A}", environ) == b"no secret, $5 and $one"


def test_what_a_value_holds_is_not_read_again() -> None:
    assert value("${A}", {"A": "${B}", "B": "x"}) == b"${B}"


def test_a_name_and_password_are_encoded() -> None:
    assert value("${T}:", {"T": "tökén"}, basic=True) == b"Basic dMO2a8Opbjo="
    assert value("Aladdin:${P}", {"P": "open sesame"}, basic=True) == b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n", encoding="utf-8")
    environ = {"A_FILE": str(file)}
    assert value("Bearer ${A}", environ) == b"Bearer first"
    file.write_text("second\r\n", encoding="utf-8")
    assert value("Bearer ${A}", environ) == b"Bearer second"


def test_the_files_are_known_to_whoever_watches_them(tmp_path: Path) -> None:
    headers = [header("${A} ${B} ${A}"), header("${C}")]
    assert secret_files(headers, {"A_FILE": "/a", "C_FILE": "/c", "D_FILE": "/d", "B": "b"}) == (
        Path("/a"),
        Path("/c"),
    )
    assert secret_files(headers, {"A": "a"}) == ()


def test_what_is_missing_is_told_all_at_once() -> None:
    with pytest.raises(SiteError) as caught:
        resolve_headers([header("${A} ${B}"), header("${C}"), header("${D}")], {"D": "d", "C": ""})
    assert [one.cause for one in caught.value.problems] == ["A is not set", "B is not set", "C is empty"]


def test_what_to_do_is_told(tmp_path: Path) -> None:
    cure = "set A in the environment, or let A_FILE name a file that holds it"
    assert causes("${A}", {}) == [f"A is not set; {cure}"]
    assert causes("${A}", {"A": " \n"}) == [f"A is empty; {cure}"]
    assert causes("${A}", {"A": "x", "A_FILE": "/y"}) == ["A and A_FILE are both set; unset one of them"]
    (tmp_path / "empty").touch()
    assert causes("${A}", {"A_FILE": str(tmp_path / "empty")}) == [f"the file that A_FILE names is empty; {cure}"]
    (said,) = causes("${A}", {"A_FILE": str(tmp_path / "none")})
    assert said.startswith("the file that A_FILE names cannot be read: No such file")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (said,) = causes("${A}", {"A_FILE": str(tmp_path / "binary")})
    assert said.startswith("the file that A_FILE names cannot be read: it is not UTF-8")


@pytest.mark.parametrize("secret", ["two\nlines", "a\r\nX-Injected: yes", "nul\0", "esc\x1b", "€uro"])
def test_a_secret_that_would_leave_its_header_is_refused_and_not_shown(secret: str) -> None:
    (said,) = causes("Bearer ${A}", {"A": secret})
    assert said == "what A holds cannot stand in a header; see what it was set to"


def test_nothing_shows_a_secret() -> None:
    assert "s3cret" not in repr(header("Bearer s3cret ${A}"))


@pytest.mark.parametrize(
    ("text", "shown", "cause"),
    [
        ("Bearer ${}", "${}", "cannot name a variable"),
        ("Bearer ${1A}", "${1A}", "cannot name a variable"),
        ("Bearer ${a b}", "${a b}", "cannot name a variable"),
        ("Bearer ${A", "${A", "has no }"),
        ("${A} ${B", "${B", "has no }"),
        ("Bearer $TOKEN", "$TOKEN", "would be sent as it stands: $TOKEN"),
        ("name:$password", "$password", "would be sent as it stands"),
        ("${A} $B", "$B", "would be sent as it stands"),
        ("a\nb", "\n", "cannot have this character"),
        ("100 €", "€", "cannot have this character"),
    ],
)
def test_what_is_wrong_with_a_header_is_shown(text: str, shown: str, cause: str) -> None:
    flaw = header_flaw(text)
    assert flaw is not None
    assert cause in flaw.cause
    assert text[flaw.start : flaw.end] == shown


def test_a_header_without_flaws_has_none() -> None:
    assert [header_flaw(text) for text in ("", "a", "Bearer ${A_1}", "tab\t", "größe", "$5")] == [None] * 6
