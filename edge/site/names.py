"""Names in messages: what there is, which one somebody probably meant, and how one can be written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from edge.facts import did_you_mean

__all__ = ["TOKEN", "hint", "listed", "plain_name"]

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's or cookie's name: a token of RFC 9110 section 5.6.2."""

_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "Æ": "Ae",
        "ł": "l",
    }
)


def hint(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Did you mean the nearest of `known`; else `otherwise`, else which there are."""
    names = list(known)
    return did_you_mean(name, names, otherwise or (f"there is {listed(names)}" if names else ""))


def listed(names: Iterable[str], limit: int = 20) -> str:
    """ "a", "b" and "c"; no more than `limit` of them."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) > limit:
        return f"{', '.join(quoted[:limit])} and {len(quoted) - limit} more"
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def plain_name(name: str) -> str:
    """The name in the letters that names are made of, as near as it comes: `kaeufer` for `käufer`."""
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(_LETTERS))
    plain = "".join(char for char in split if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9_.]+", "-", plain).strip("-") or "my-name"
