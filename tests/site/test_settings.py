"""`edge.toml`."""

from __future__ import annotations

import zoneinfo
from dataclasses import fields
from pathlib import Path

import pytest

from edge.site import CookieSettings, LimitSettings, PageSettings, Settings
from edge.site.settings import read_settings
from edge.site.text import Text
from edge.site.toml import parse_toml
from edge.visitors import Consent, Geo
from tests.site.folders import load


@pytest.mark.parametrize("files", [{}, {"edge.toml": ""}])
def test_an_empty_or_absent_file_means_the_defaults(tmp_path: Path, files: dict[str, str]) -> None:
    assert load(tmp_path, files).settings == Settings()


def test_every_setting_can_be_said(tmp_path: Path) -> None:
    text = """
prefix = "/_aurora"
timezone = "Europe/Berlin"
budget_ms = 80
error_pages = true
compress = true
[cookie]
max_age_days = 30
renew_days = 7
[consent]
cookie = "consent"
value = ["yes", "all"]
[geo]
country = "CF-IPCountry"
region = "CF-Region"
city = "CF-IPCity"
[pages]
no_slots = ["/blog/*", "!/blog/sale"]
[limits]
plans_mb = 128
renditions_mb = 32
"""
    settings = load(tmp_path, {"edge.toml": text}).settings
    assert (settings.prefix, settings.timezone, settings.budget_ms) == ("/_aurora", "Europe/Berlin", 80)
    assert settings.error_pages
    assert settings.compress
    assert settings.zone.key == "Europe/Berlin"
    assert settings.cookie == CookieSettings(30, 7)
    assert settings.consent == Consent(cookie="consent", values=frozenset({"yes", "all"}))
    assert settings.geo == Geo("CF-IPCountry", "CF-Region", "CF-IPCity")
    assert settings.limits == LimitSettings(128, 32)
    assert settings.pages.no_slots("/blog/a")
    assert not settings.pages.no_slots("/blog/sale")
    assert not settings.pages.no_slots("/")


def test_without_no_slots_every_page_may_have_some() -> None:
    assert not Settings().pages.no_slots("/")


def test_consent_may_be_a_header_with_one_value(tmp_path: Path) -> None:
    settings = load(tmp_path, {"edge.toml": '[consent]\nheader = "X-Consent"\nvalue = "1"\n'}).settings
    assert settings.consent == Consent(header="X-Consent", values=frozenset({"1"}))


def test_a_short_cookie_is_renewed_within_its_age(tmp_path: Path) -> None:
    assert load(tmp_path, {"edge.toml": "[cookie]\nmax_age_days = 7\n"}).settings.cookie == CookieSettings(7, 7)


@pytest.mark.parametrize("settings", [Settings, CookieSettings, PageSettings, LimitSettings])
def test_every_setting_is_documented(settings: type) -> None:
    said = settings.__doc__ or ""
    assert [
        one.name for one in fields(settings) if f"{one.name}:" not in said and f"[{one.name}]" not in said
    ] == []


def test_the_keys_of_consent_and_geo_are_documented() -> None:
    said = Settings.__doc__ or ""
    assert [
        key for key in ("cookie", "header", "value", "country", "region", "city") if f"`{key}`" not in said
    ] == []


def test_a_machine_without_time_zones_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr("edge.site.settings.ZoneInfo", absent)
    monkeypatch.setattr("edge.site.settings.available_timezones", set)
    problems = []  # type: ignore[var-annotated]
    read_settings(parse_toml(Text("edge.toml", 'timezone = "Europe/Berlin"'), problems), problems)
    assert [(one.cause, one.cure) for one in problems] == [
        ("this machine has no time zones", "install them: pip install tzdata")
    ]


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "Europe/", "Europe", "\\u0000", "a" * 300, "Ä"])
def test_an_absurd_time_zone_is_a_problem(name: str) -> None:
    problems = []  # type: ignore[var-annotated]
    read_settings(parse_toml(Text("edge.toml", f'timezone = "{name}"'), problems), problems)
    assert len(problems) == 1
