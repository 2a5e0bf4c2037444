"""What each persona of the demo is to see, written down once for the tests by HTTP and those in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SIGHTS", "Sight"]


@dataclass(frozen=True, slots=True)
class Sight:
    """The home page's headline, offer and picture, whether the note for the night stands below the headline, and
    what the bar says of each slot."""

    headline: str
    offer: str
    picture: str
    note: bool
    verdicts: Mapping[str, str]


_NONE = "default: no match"

SIGHTS: Mapping[str, Sight] = {
    "": Sight(
        "Sound for everyone in the room",
        "Free delivery from 50 €, and 60 days to change your mind.",
        "/static/img/room.svg",
        False,
        {"offer": _NONE, "hero": _NONE, "picture": _NONE},
    ),
    "headphone-fan": Sight(
        "The train is gone. The music stays.",
        "For our readers: 30 € off the Aurora One with the code QUIET, and free returns within Germany.",
        "/static/img/headphones.svg",
        False,
        {"offer": "offer-newsletter-germany", "hero": "hero-headphones", "picture": "picture-headphones"},
    ),
    "studio-professional": Sight(
        "Hear the mistake before the client does",
        "Studio: two extra seats are free until the end of the year. See what is included",
        "/static/img/studio.svg",
        False,
        {"offer": "offer-studio", "hero": "hero-studio", "picture": "picture-studio"},
    ),
    "night-owl": Sight(
        "Sound for everyone in the room",
        "Free delivery from 50 €, and 60 days to change your mind.",
        "/static/img/night.svg",
        True,
        {"offer": _NONE, "hero": "hero-night", "picture": "picture-night"},
    ),
}
"""By persona; "" is oneself, at a desk by day."""
