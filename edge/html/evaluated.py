"""Attributes whose value is code: for browsers, or for libraries that look for them in a page."""

from __future__ import annotations

__all__ = ["is_evaluated"]

# Event handlers; Vue and Alpine; AngularJS; htmx (its values may begin with js:); Knockout; Livewire.
_PREFIXES = ("on", "@", ":", "x-", "v-", "ng-", "ng:", "hx-", "bind", "wire:")

# Nearly all of these may be written with data- too, but data-online is anybody's.
_DATA_PREFIXES = ("on-", "on:", "x-", "v-", "ng-", "ng:", "hx-", "bind")

_NAMES = frozenset(("_", "script", "data-script"))  # hyperscript


def is_evaluated(name: str) -> bool:
    """Whether the attribute of this name, in lower case, runs what its value says. `style` and `srcdoc` are not
    among them: they depend on more than their name."""
    if name.startswith("data-"):
        return name.removeprefix("data-").startswith(_DATA_PREFIXES) or name in _NAMES
    return name.startswith(_PREFIXES) or name in _NAMES
