"""The bar as HTML.

It stands in a shadow root, so that neither the page's style nor the bar's reaches the other, and it needs no
script and no inline style: the page's own Content-Security-Policy goes on holding, as long as it allows
stylesheets from the same origin. Where it allows scripts from there too, one adds the buttons that need it. It
takes no part in the page's layout: fixed to the bottom of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from html import escape
from urllib.parse import quote

from edge.bar.assets import CSS, JS
from edge.bar.slots import Row, render_slots
from edge.model import Persona

__all__ = ["Bar", "render_bar"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar of one page says. `active` is the name of the persona the page was made for, None for oneself;
    `prefix` is where Edge's own paths live (`/_edge`); `path` the page's path and query, to come back to; `rows`
    are its slots in the page's order; `zone` is the site's."""

    personas: Sequence[Persona]
    active: str | None
    prefix: str
    path: str
    rows: Sequence[Row]
    zone: tzinfo = UTC


def render_bar(bar: Bar) -> str:
    """A fragment to stand after the page's last byte. The form posts to `{prefix}/preview` the fields `next` and
    either `persona` (a name, or empty for oneself) or `leave`."""
    shown = {persona.name: persona for persona in bar.personas}.get(bar.active or "")
    prefix = escape(bar.prefix)
    # Hidden until its stylesheet says otherwise: no flash of an unstyled bar, and none at all where the page's
    # policy refuses the stylesheet. That stands behind the bar, which may come in pieces: none is shown before the
    # last is there, and nothing of it moves.
    return (
        '<edge-bar hidden><template shadowrootmode="open">'
        f'<section aria-label="Edge preview" dir="ltr" lang="en" data-who="{escape(_who(shown))}">'
        f"<details><summary>{_summary(shown, bar.rows)}</summary></details>"
        f'<form method="post" action="{prefix}/preview" aria-label="View this page as">'
        f'<input type="hidden" name="next" value="{escape(bar.path)}"><div class="people">'
        + _button("", "Without a persona", shown is None)
        + "".join(_button(persona.name, persona.about, persona is shown) for persona in bar.personas)
        + '</div><button class="leave" name="leave" value="1">Leave preview</button></form>'
        f'<div class="why"><div class="about"><p>{_about(shown)}</p>'
        f'<p><a href="{prefix}/widgets?from={quote(bar.path)}">The widgets of this site</a></p></div>'
        f"{render_slots(bar.rows, bar.zone)}</div></section>"
        f'<link rel="stylesheet" href="{prefix}/{CSS.name}">'
        f'<script src="{prefix}/{JS.name}" defer></script></template></edge-bar>\n'
    )


def _who(shown: Persona | None) -> str:
    return "yourself" if shown is None else _title(shown.name)


def _summary(shown: Persona | None, rows: Sequence[Row]) -> str:
    seen = [row for row in rows if not row.in_head]
    tailored, slots = sum(row.is_shown for row in seen), len(seen)
    return (
        f'<span class="now"><span>Viewing as <b>{escape(_who(shown))}</b></span> '
        f'<span class="count">{tailored} of {slots} slot{"" if slots == 1 else "s"} tailored</span></span>'
        '<span class="change">Change</span><span class="close">Close</span>'
    )


def _about(shown: Persona | None) -> str:
    return "You, as your browser and your cookie tell of you" if shown is None else escape(shown.about)


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
