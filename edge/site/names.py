"""Names in messages: what there is, and which one somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from edge.facts import did_you_mean

__all__ = ["hint", "listed"]


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
