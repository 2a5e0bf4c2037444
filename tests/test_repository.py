"""What holds for the repository as a whole, rather than for a module."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_rooms import PURE

ROOT = Path(__file__).resolve().parents[1]

MACHINE = re.compile(
    r"(?<![\w.>)-])/(?:work|root|home/\w+|Users/\w+|opt)/"  # somebody's folders
    r"|\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org)\b"  # where packages come from
    r"|--(?:extra-)?index-url|--find-links"
)
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git knows, and those it would take."""
    # Whoever cloned it: git refuses to read a clone that belongs to another user unless told otherwise.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if answer.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("this is no git clone")
    paths = (ROOT / os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
    return tuple(path for path in paths if path.is_file())


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


def wanted(group: str) -> list[Requirement]:
    """The requirements of a dependency group, with those of the groups that it includes."""
    found: list[Requirement] = []
    for entry in project()["dependency-groups"][group]:
        found += [Requirement(entry)] if isinstance(entry, str) else wanted(entry["include-group"])
    return found


def locked(name: str) -> dict[str, set[str]]:
    """The versions that a file of requirements/ locks, by package: several where Python's version decides."""
    versions: dict[str, set[str]] = {}
    for package, version, _ in LOCKED.findall(text(f"requirements/{name}")):
        versions.setdefault(package, set()).add(version)
    return versions


def core() -> list[Requirement]:
    table = project()["project"]
    return [Requirement(entry) for entry in table["dependencies"] + table["optional-dependencies"]["server"]]


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in set(tracked()) - {Path(__file__)}:  # this file says what to look for
        content = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE.finditer(content)]
    assert found == []


@pytest.mark.parametrize(
    "line", ["cd /root/edge", "--index-url x", "see https://pypi.org/simple", "'/home/ann/site'"]
)
def test_a_machine_or_a_registry_would_be_found(line: str) -> None:
    assert MACHINE.search(line)


def test_every_module_says_what_it_is() -> None:
    modules = [path for path in tracked() if path.suffix == ".py" and path.stat().st_size]
    assert [str(path) for path in modules if not ast.get_docstring(ast.parse(path.read_bytes()))] == []


@pytest.mark.parametrize(("file", "group"), [("server.txt", "build"), ("test.txt", "test")])
def test_the_locks_hold_what_the_project_asks_for(file: str, group: str) -> None:
    versions = locked(file)
    for requirement in core() + wanted(group):
        name = canonicalize_name(requirement.name)
        assert name in versions, f"{name} is not in requirements/{file}: make lock"
        assert all(requirement.specifier.contains(version) for version in versions[name]), f"{name}: make lock"


def test_both_locks_hold_the_same_versions() -> None:
    tests = locked("test.txt")
    assert [
        name for name, versions in locked("server.txt").items() if not versions <= tests.get(name, set())
    ] == []


@pytest.mark.parametrize("file", ["server.txt", "test.txt"])
def test_every_locked_package_has_its_hashes(file: str) -> None:
    entries = re.split(r"\n(?=\S)", text(f"requirements/{file}").strip())
    assert len(entries) == sum(len(versions) for versions in locked(file).values())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_changelog_has_a_place_for_what_comes() -> None:
    heading, _, rest = text("CHANGELOG.md").partition("\n## Unreleased\n")
    assert heading.startswith("# Changelog")
    assert "\n## " not in heading
    assert rest.lstrip().startswith("- ")


def test_the_licence_is_mit_everywhere() -> None:
    assert text("LICENSE").startswith("MIT License\n")
    assert project()["project"]["license"] == "MIT"


def test_the_makefile_measures_the_pure_rooms() -> None:
    line = re.search(r"^PURE := (.+)$", text("Makefile"), re.MULTILINE)
    assert line is not None
    assert set(line[1].split()) == PURE
