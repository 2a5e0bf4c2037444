"""Typical mistakes, and what Edge says of each.

A file of `mistakes/` holds the files of a broken site folder, each below `== its name`, and what must be said
of it below `== says`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.folders import problems

_MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.txt"))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, content = part.partition("\n")
        parts[name] = content + "\n"
    return parts


@pytest.mark.parametrize("mistake", _MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_told_with_place_cause_and_cure(mistake: Path, tmp_path: Path) -> None:
    parts = _parts(mistake.read_text(encoding="utf-8").removesuffix("\n"))
    said = parts.pop("says")
    found = problems(tmp_path, parts)
    assert "\n\n".join(map(str, found)) + "\n" == said
    assert all(problem.cure for problem in found)


def test_there_are_enough_mistakes_to_learn_from() -> None:
    assert len(_MISTAKES) >= 100
