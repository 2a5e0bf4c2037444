"""No kind of token is good for what another is for: every kind that there is, at every door that takes one. The
kinds are looked for in the code, so that a new one cannot be forgotten."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from itsdangerous.encoding import base64_encode

import edge
from edge.errors import TokenError
from edge.visitors import Cookies, Keys, Previews
from edge.visitors.tokens import COOKIE, PREVIEW, Kind, Tokens

NOW = 1_800_000_000
KEYS = Keys((b"the older key, of thirty-two byte", b"the newer key, of thirty-two byte"))
ID = b"AAECAwQFBgcICQoLDA0ODw"
HOST = "shop.example"
GRANT = base64_encode(b'["shop.example", "hans"]')

PAYLOADS: Mapping[str, bytes] = {COOKIE.salt: ID, PREVIEW.salt: GRANT}
"""What a token of each kind says. A new kind needs its own here."""

Door = Callable[[bytes], bool]


def _cookie(token: bytes) -> bool:
    return Cookies(KEYS).read([b"__Host-edge=" + token], True, NOW) is not None


def _plain_cookie(token: bytes) -> bool:
    return Cookies(KEYS).read([b"edge=" + token], False, NOW) is not None


def _link(token: bytes) -> bool:
    return Previews(KEYS).read(token, HOST, NOW) is not None


def _preview(token: bytes) -> bool:
    return Previews(KEYS).read_cookie([b"__Host-edge-preview=" + token], HOST, True, NOW) is not None


def _plain_preview(token: bytes) -> bool:
    return Previews(KEYS).read_cookie([b"edge-preview=" + token], HOST, False, NOW) is not None


DOORS: Mapping[str, tuple[str, Door]] = {
    "the visitor's cookie": (COOKIE.salt, _cookie),
    "the visitor's cookie on this machine": (COOKIE.salt, _plain_cookie),
    "a preview link": (PREVIEW.salt, _link),
    "the preview's cookie": (PREVIEW.salt, _preview),
    "the preview's cookie on this machine": (PREVIEW.salt, _plain_preview),
}
"""Whatever takes a token, and the salt of the kind that it takes. A link and the cookie that it becomes are one
kind: the link's token is the cookie's value."""


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(edge.__path__, "edge."):
        if not found.name.endswith("__main__"):
            yield found.name


def kinds() -> dict[str, Kind]:
    """Every kind of token that a module of Edge names, by its salt."""
    found: dict[str, Kind] = {}
    for name in _modules():
        values = vars(importlib.import_module(name)).values()
        found |= {value.salt: value for value in values if isinstance(value, Kind)}
    return found


KINDS = kinds()


def test_every_kind_is_known_here_and_has_a_door() -> None:
    assert set(KINDS) == set(PAYLOADS) == {salt for salt, _ in DOORS.values()}


def test_a_kind_is_made_nowhere_but_beside_the_others() -> None:
    """Elsewhere only of a salt that stands there already, with another age."""
    folder = Path(edge.__file__).parent
    made = []
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "edge.visitors.tokens"
            for alias in node.names
        }
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and "Kind" in names)
        made += [ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "Kind"]
    assert made
    assert all(salt.endswith(".salt") for salt in made), made


def test_only_one_module_signs() -> None:
    folder = Path(edge.__file__).parent
    signing = [path.name for path in folder.rglob("*.py") if "Signer(" in path.read_text(encoding="utf-8")]
    assert signing == ["tokens.py"]


def test_no_salt_is_the_beginning_of_another_or_of_another_keyed_hash() -> None:
    """A salt is hashed with the secret into the key, and so is what begins with edge.validator."""
    salts = [*KINDS, "edge.validator"]
    assert not [(one, two) for one in salts for two in salts if one != two and two.startswith(one)]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("made", sorted(KINDS))
@pytest.mark.parametrize("says", sorted(PAYLOADS))
def test_a_door_takes_its_own_kind_alone(door: str, made: str, says: str) -> None:
    """Whatever the token says: also what the door would like to hear."""
    salt, opens = DOORS[door]
    token = Tokens(KEYS, KINDS[made]).sign(PAYLOADS[says], NOW)
    if made == salt == says:
        assert opens(token)
    elif made != salt:
        assert not opens(token)


@pytest.mark.parametrize("made", sorted(KINDS))
@pytest.mark.parametrize("read", sorted(KINDS))
def test_the_matrix_of_kinds(made: str, read: str) -> None:
    token = Tokens(KEYS, KINDS[made]).sign(b"says", NOW)
    if made == read:
        assert Tokens(KEYS, KINDS[read]).verify(token, NOW).payload == b"says"
        return
    with pytest.raises(TokenError, match="not ours, or not of this kind"):
        Tokens(KEYS, KINDS[read]).verify(token, NOW)


@pytest.mark.parametrize(
    "salt", ["", "edge", "edge.", "edge.cookie\0", "edge.cookie ", "EDGE.COOKIE", "edge.cookies"]
)
@pytest.mark.parametrize("door", DOORS)
def test_a_salt_that_looks_like_one_is_another(salt: str, door: str) -> None:
    kind, opens = DOORS[door]
    assert not opens(Tokens(KEYS, Kind(salt, 10**9)).sign(PAYLOADS[kind], NOW))
