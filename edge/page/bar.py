"""The bar of a previewed page: who it is made for, a button for each persona, and what decided each slot.

It stands in a shadow root, so that neither the page's style nor the bar's reaches the other, and it needs no
script and no inline style: the page's own Content-Security-Policy goes on holding, as long as it allows
stylesheets from the same origin. It takes no part in the page's layout: fixed to the bottom of the window.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from types import MappingProxyType

from edge.model import Decision, Persona, Reason

__all__ = ["BAR_CSS", "render_bar"]

BAR_CSS: str = files("edge.page").joinpath("bar.css").read_text("utf-8")
"""What `{prefix}/bar.css` answers."""

_DEFAULT_BECAUSE: Mapping[Reason, str] = {
    "no match": "no match",
    "bot": "a bot gets the defaults",
    "late": "the decision came too late",
    "failed": "a rule, a block, a profile or the service failed, see the log",
    "page": "the page's markup cannot take the block",
}

_SEGMENT = re.compile(r'"([^"]*)" in segments')
"""What an experience for a segment has as its rule."""


def render_bar(
    personas: Sequence[Persona],
    active: str | None,
    prefix: str,
    path: str,
    decisions: Sequence[Decision],
    rules: Mapping[str, str | None] = MappingProxyType({}),
) -> str:
    """The bar as an HTML fragment, to stand after the page's last byte.

    `active` is the name of the persona the page was made for, None for oneself; `prefix` is where Edge's own
    paths live (`/_edge`); `path` the page's path and query, to come back to. `rules` are the texts of the rules
    by experience, None for one without a rule; of an experience that is not in it, the bar says no more than its
    name. The form posts to `{prefix}/preview` the fields `next` and either `persona` (a name, or empty for
    oneself) or `leave`.
    """
    shown = {persona.name: persona for persona in personas}.get(active or "")
    tailored = sum(decision.reason == "matched" for decision in decisions)
    # Hidden until its stylesheet says otherwise: no flash of an unstyled bar, and none at all where the page's
    # policy refuses the stylesheet.
    return (
        '<edge-bar hidden><template shadowrootmode="open">'
        f'<link rel="stylesheet" href="{escape(prefix)}/bar.css">'
        '<section aria-label="Edge preview" dir="ltr" lang="en">'
        f"<details><summary>{_summary(shown, tailored, len(decisions))}</summary>"
        f'<div class="why">{_about(shown)}{_slots(decisions, rules)}</div></details>'
        f'<form method="post" action="{escape(prefix)}/preview" aria-label="View this page as">'
        f'<input type="hidden" name="next" value="{escape(path)}">'
        + "".join(_button(persona.name, persona.about, persona is shown) for persona in personas)
        + _button("", "Without a persona", shown is None)
        + '<button class="leave" name="leave" value="1">Leave preview</button>'
        "</form></section></template></edge-bar>\n"
    )


def _summary(shown: Persona | None, tailored: int, slots: int) -> str:
    who = "yourself" if shown is None else _title(shown.name)
    return (
        f'<span class="now"><span>Viewing as <b>{escape(who)}</b></span> '
        f'<span class="count">{tailored} of {slots} slot{"" if slots == 1 else "s"} tailored</span></span>'
        '<span class="change">Change</span><span class="close">Close</span>'
    )


def _about(shown: Persona | None) -> str:
    return "" if shown is None or not shown.about else f"<p>{escape(shown.about)}</p>"


def _slots(decisions: Sequence[Decision], rules: Mapping[str, str | None]) -> str:
    if not decisions:
        return "<p>This page has no slots.</p>"
    return "<dl>" + "".join(_slot(decision, rules) for decision in decisions) + "</dl>"


def _slot(decision: Decision, rules: Mapping[str, str | None]) -> str:
    said = f"<dt>{escape(decision.slot)}</dt><dd>{escape(_verdict(decision))}</dd>"
    experience = decision.experience
    if decision.reason == "matched" and experience is not None and experience in rules:
        said += f'<dd class="for">{_for_whom(rules[experience])}</dd>'
    return f"<div>{said}</div>"


def _for_whom(rule: str | None) -> str:
    """For whom an experience is, as whoever wrote it would say."""
    if rule is None:
        return "for everybody"
    segment = _SEGMENT.fullmatch(rule)
    return f"for the segment <b>{escape(segment[1])}</b>" if segment else f"for <code>{escape(rule)}</code>"


def _verdict(decision: Decision) -> str:
    if decision.reason != "matched":
        return f"default: {_DEFAULT_BECAUSE[decision.reason]}"
    return decision.experience or "matched"


def _button(name: str, about: str, pressed: bool) -> str:
    label = _title(name) if name else "Yourself"
    return (
        f'<button name="persona" value="{escape(name)}" title="{escape(about)}"'
        f' aria-pressed="{"true" if pressed else "false"}">{escape(label)}</button>'
    )


def _title(name: str) -> str:
    """A persona's name as a person reads it: `night-owl` is Night owl."""
    words = name.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
