"""The site folder of the soak, in as many versions as one likes, and what each of them shows whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from markupsafe import escape

from tests.soak.pages import Place

__all__ = ["Outcome", "Viewer", "files", "outcomes", "token_of", "write"]

Outcome = Literal["must", "may", "never"]

_COUNTRIES = (("DE", "FR"), ("DE", "NO"), ("DE", "FR", "NO"))
"""For whom the hero is, by the version modulo three: rules change with the blocks."""

_BLOCKS = {
    "hero": '<p class="edge">hero v{v} {{ country }} {{ language or "none" }}</p>',
    "offer": '<b class="edge">offer v{v} {{ utm.campaign }}</b>',
    "who": '<i class="edge">who v{v} {{ traits.token }}</i>',
    "club": '<a class="edge">club v{v} {{ traits.member }}</a>',
    "welcome": '<u class="edge">welcome v{v}</u>',
    "note": '<s class="edge">note v{v} {{ city }}</s>',
    "huge": "huge v{v} {% for a in range(99) %}{% for b in range(99) %}" + "x" * 200 + "{% endfor %}{% endfor %}",
}

_FIXED = {
    "edge.toml": """
        timezone = "Europe/Berlin"
        [geo]
        country = "CF-IPCountry"
        city = "CF-IPCity"
        [pages]
        no_slots = ["/bare/*"]
        [remote]
        url = "http://127.0.0.1:{port}/visitors/{visitor}"
        headers = { Authorization = "Bearer ${SOAK_TOKEN}" }
        ttl_seconds = 3
        timeout_ms = 250
        allow_private = true
        [limits]
        plans_mb = 2
        renditions_mb = 1
    """,
    "facts.toml": """
        [traits.group]
        kind = "choice"
        choices = ["gold", "plain"]
        [traits.token]
        kind = "text"
        [traits.member]
        kind = "text"
    """,
    "slots.toml": """
        [picture]
        select = "img#main-picture"
    """,
    "personas.toml": """
        [reader]
        country = "DE"
        language = "de"
        utm = { source = "news", campaign = "persona" }
        [owl]
        country = "NO"
        device = "phone"
    """,
}

_SEGMENTS = """
[near]
when = 'country in [{countries}]'
[reader]
when = 'utm.source == "news"'
[gold]
when = 'traits.group == "gold"'
[club]
from = "remote"
"""

_EXPERIENCES = """
[hero]
slot = "hero"
for = "near"
show = "hero"
[offer]
slot = "offer"
for = "reader"
show = "offer"
[who]
slot = "who"
for = "gold"
show = "who"
[club]
slot = "club"
for = "club"
show = "club"
[welcome]
slot = "welcome"
for = "new"
show = "welcome"
[note]
slot = "note"
show = "note"
[huge]
slot = "huge"
for = 'query["huge"] == "1"'
show = "huge"
[picture]
slot = "picture"
for = 'country == "DE"'
set = { src = "/img/v{v}.jpg" }
[advert]
slot = "advert"
for = 'device == "phone"'
place = "remove"
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the site may go by when it shows a page to somebody."""

    country: str = ""
    city: str = ""
    language: str = ""
    campaign: str = ""
    phone: bool = False
    bot: bool = False
    huge: bool = False
    known: Outcome = "never"
    """Whether the site has to know the visitor by their cookie."""
    group: str = ""
    token: str = ""
    member: str = ""
    previewed: bool = False


def token_of(visitor_id: str) -> tuple[str, str]:
    """The group and the token that the site keeps for a visitor."""
    digest = hashlib.sha256(visitor_id.encode()).hexdigest()
    return ("gold" if digest[0] in "0123456789a" else "plain"), digest[:16]


def files(version: int, port: int) -> Mapping[str, str]:
    """Every file of the site folder in a version, by its path. `port` is that of the service of [remote]."""
    countries = ", ".join(f'"{one}"' for one in _COUNTRIES[version % 3])
    return {
        **_FIXED,
        "edge.toml": _FIXED["edge.toml"].replace("{port}", str(port)),
        "segments.toml": _SEGMENTS.replace("{countries}", countries),
        "experiences.toml": _EXPERIENCES.replace("{v}", str(version)),
        **{f"blocks/{name}.html": text.replace("{v}", str(version)) for name, text in _BLOCKS.items()},
    }


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def outcomes(place: Place, viewer: Viewer, version: int, codec: str) -> list[bytes]:
    """All that may stand in a place of a page for a viewer in a version of the site: mostly one thing, and two
    where the viewer's profile may have come too late."""
    default = place.before + place.default + place.behind
    outcome = "never" if viewer.bot else _OUTCOMES[place.slot](viewer, version)
    shown = _shown(place, viewer, version).encode(codec)
    return {"never": [default], "must": [shown], "may": [default, shown]}[outcome]


def _when(condition: bool) -> Outcome:
    return "must" if condition else "never"


def _new(viewer: Viewer) -> Outcome:
    if viewer.previewed or viewer.known == "may":
        return "may"
    return "never" if viewer.known == "must" else "must"


_OUTCOMES: Mapping[str, Callable[[Viewer, int], Outcome]] = {
    "hero": lambda viewer, version: _when(viewer.country in _COUNTRIES[version % 3]),
    "offer": lambda viewer, version: _when(viewer.campaign != ""),
    "who": lambda viewer, version: "may" if viewer.group == "gold" and viewer.known != "never" else "never",
    "club": lambda viewer, version: "may" if viewer.member and viewer.known != "never" else "never",
    "welcome": lambda viewer, version: _new(viewer),
    "note": lambda viewer, version: _when(viewer.city != ""),
    "huge": lambda viewer, version: "never",
    "picture": lambda viewer, version: _when(viewer.country == "DE"),
    "advert": lambda viewer, version: _when(viewer.phone),
}


def _shown(place: Place, viewer: Viewer, version: int) -> str:
    """What the place shows when it shows anything."""
    slot = place.slot
    if slot == "advert":  # which the bar of a preview finds by two comments
        return "<!--edge:at advert remove--><!--/edge:at-->" if viewer.previewed else ""
    if slot == "picture":
        return f'<img id="main-picture" src="/img/v{version}.jpg" alt="A room">'
    values = {
        "hero": f"{viewer.country} {viewer.language or 'none'}",
        "offer": str(escape(viewer.campaign)),
        "who": viewer.token,
        "club": viewer.member,
        "note": str(escape(viewer.city)),
    }
    tag = {"hero": "p", "offer": "b", "who": "i", "club": "a", "welcome": "u", "note": "s"}.get(slot, "p")
    attribute = f'<{tag} class="edge">'
    text = f"{attribute}{slot} v{version} {values.get(slot, '')}".rstrip(" ") + f"</{tag}>"
    return place.before.decode() + text + place.behind.decode()
