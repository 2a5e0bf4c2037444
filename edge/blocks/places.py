"""Whether a variable may stand at a place of a block's markup.

Autoescape makes a value safe as text and in a quoted attribute, and nowhere else. Elsewhere a value is refused
when the block is loaded, unless it goes through a door: `|tojson` into the code of a script, `|url` for a whole
URL, `|urlencode` for a part of one, and `|int` where a number is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from edge.html.context import Where
from edge.html.evaluated import is_evaluated
from edge.html.script import is_code, is_string
from edge.html.urls import reach, url_attribute

__all__ = ["Refusal", "begins_path", "refusals"]

Refusal = tuple[str, str]
"""Cause and cure."""

_URL_DOORS = ("url", "urlencode")
_NUMBERS = frozenset(("int", "float", "length", "count", "wordcount"))
_BY_SCRIPT = 'put it into an attribute, data-value="{{ …|tojson }}", and let a script read that'
_BEGUN = "write the URL's beginning out, and {{ …|urlencode }} for a part of it"
_QUOTED: Refusal = (
    "a variable in a value without quotes can add attributes",
    'put it into a quoted attribute: name="{{ … }}"',
)
_TWO_BEGINNINGS: Refusal = (
    "the ways that lead here begin this URL differently, so no filter fits all of them",
    "write the whole URL in each branch",
)

_NAME: Refusal = (
    "a variable cannot be part of a tag or of an attribute's name",
    "choose between two whole tags by {% if %}",
)
_STATES: MappingProxyType[str, Refusal] = MappingProxyType(
    {
        **dict.fromkeys(("tag open", "end tag open", "declaration", "tag name"), _NAME),
        **dict.fromkeys(("before name", "name", "after name", "slash"), _NAME),
        "bogus": ("a variable cannot stand here", "write &lt; for <"),
    }
)

_LOADERS = frozenset(("script", "embed", "object", "applet", "link", "base", "iframe", "portal", "fencedframe"))
_SENDERS = frozenset(("action", "formaction"))
_ANIMATIONS = frozenset(("set", "animate", "animatemotion", "animatetransform"))


def refusals(places: Iterable[Where], door: str | None) -> tuple[Refusal, ...]:
    """Why a variable must not stand at some of `places`, which are one place of the source as different ways lead
    there; empty where it may. `door` is the last filter that it goes through."""
    found = dict.fromkeys(refused for place in places if (refused := _refusal(place, door)))
    return (_TWO_BEGINNINGS,) if found and _are_at_odds(tuple(places)) else tuple(found)


def _are_at_odds(places: tuple[Where, ...]) -> bool:
    """Whether a text with a filter may stand at one of the places, and with none of the filters at all of them."""
    fitting = [{door for door in _URL_DOORS if _refusal(place, door) is None} for place in places]
    return any(fitting) and not set.intersection(*fitting)


def _refusal(where: Where, door: str | None) -> Refusal | None:
    state = where.state
    if where.pending or state in _STATES:
        return _STATES.get(state, _NAME)
    if state in ("before value", "unquoted", "double", "single"):
        bare = state in ("before value", "unquoted") and door not in _NUMBERS
        return _in_value(where, door) or (_QUOTED if bare else None)
    if state == "raw text":
        return _in_raw_text(where, door)
    if state == "data":
        return _in_text(where)
    return "a variable cannot stand in a comment", "write it outside, or use {# … #} for notes"


def begins_path(where: Where) -> bool:
    """Whether a variable stands at `where` between the slash that begins a URL's path and what may be another."""
    return url_attribute(where.attribute) and reach(where.value) == "path"


def _in_text(where: Where) -> Refusal | None:
    inner = where.stack[-1] if where.stack else None
    if inner and inner.space != "html" and inner.name in ("script", "style"):
        return (
            f"a variable in the <{inner.name}> of <{inner.space}> is code",
            f"use a <{inner.name}> outside of it",
        )
    return None


def _in_raw_text(where: Where, door: str | None) -> Refusal | None:
    if where.element in ("textarea", "title"):
        return None
    if where.element == "style":
        if door in _NUMBERS:
            return None
        return "a variable in a <style> is code", "choose a class by {% if %}, or use |int for a number"
    if where.element != "script":
        return f"a variable cannot stand in <{where.element}>", "leave it out"
    return _in_script(where, door in ("tojson", "_script"))


def _in_script(where: Where, as_code: bool) -> Refusal | None:
    cause = "a variable in a <script> is code"
    if is_code(where.script):
        return None if as_code else (cause, "write {{ …|tojson }}")
    if as_code:
        cause = "|tojson brings its own quotes, and this may be inside a string, a comment or a regular expression"
    if is_string(where.script):
        return (
            cause,
            "write {{ …|tojson }} in place of the whole string, its quotes too",
        )
    return cause, f"give it a line of its own: const value = {{{{ …|tojson }}}}; or {_BY_SCRIPT}"


def _in_value(where: Where, door: str | None) -> Refusal | None:
    element, name = where.element, where.attribute
    if is_evaluated(name):
        return f"a variable in {name} is code", _BY_SCRIPT
    if name == "style":
        return (
            None
            if door in _NUMBERS
            else ("a variable in style is code", "choose a class by {% if %}, or use |int")
        )
    if name == "srcdoc" or (element == "meta" and name in ("content", "http-equiv")) or element in _ANIMATIONS:
        return (
            f"a variable in {name} of <{element}> can run scripts",
            "choose between two whole values by {% if %}",
        )
    if url_attribute(name):
        return _in_url(where, door)
    return None


def _in_url(where: Where, door: str | None) -> Refusal | None:
    settled = reach(where.value)
    if settled == "unsafe":
        return (
            "a variable cannot stand in a URL of this kind",
            "begin it with https:// and the host up to the / after it, with mailto: or tel:, or with a path",
        )
    if settled == "host":
        return (
            "a variable here can choose where the URL leads",
            "write scheme and host out, up to the / after them",
        )
    if settled == "start" and where.element in _LOADERS:
        return f"<{where.element}> loads a page or code: a variable cannot choose its {where.attribute}", _BEGUN
    if settled == "start" and where.attribute in _SENDERS:
        return "a variable cannot choose where a form is sent", _BEGUN
    if settled == "start" and door != "url" and door not in _NUMBERS:
        return f"a variable at the start of {where.attribute} can be a javascript: URL", "write {{ …|url }}"
    whole = door == "url" and settled in ("start", "settled") and where.element not in _LOADERS
    if whole or door in ("urlencode", "_segment") or door in _NUMBERS:
        return None
    return (
        f"a variable as part of a URL in {where.attribute} can change its other parts",
        "write {{ …|urlencode }}",
    )
