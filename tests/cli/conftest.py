"""A site folder for commands."""

from __future__ import annotations

from pathlib import Path

import pytest

_FILES = {
    "edge.toml": '[geo]\ncountry = "CF-IPCountry"\n',
    "facts.toml": '[traits.tags]\nkind = "words"\n',
    "segments.toml": "[german]\nwhen = 'country == \"DE\"'\n[vip]\nwhen = '\"vip\" in traits.tags'\n",
    "experiences.toml": '[gone]\nslot = "hero"\nfor = "german"\nplace = "remove"\n',
    "personas.toml": '[anna]\nabout = "From Berlin"\ncountry = "DE"\nnow = "2026-11-21T23:30"\n'
    'traits = { tags = ["vip", "dealer"] }\n[ben]\ncountry = "FR"\n',
    "blocks/hero/old.html": "<p>Old</p>\n",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `site` of the folder that commands run in."""
    folder = tmp_path / "site"
    for name, text in _FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return folder


@pytest.fixture
def broken(site: Path) -> Path:
    """The same with one mistake, in segments.toml."""
    (site / "segments.toml").write_text("[german]\nwhen = 'contry == \"DE\"'\n", encoding="utf-8")
    return site
