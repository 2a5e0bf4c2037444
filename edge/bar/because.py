"""Why a rule came out as it did, as a sentence: what decided, and what the visitor is like in that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from edge.bar.values import in_words
from edge.rules import Trace

__all__ = ["SEGMENT", "because"]

SEGMENT = re.compile(r"""(["'])(?P<name>[^"']+)\1\s+(?P<out>not\s+)?in\s+segments""")
"""A condition that asks for one segment."""

_MOST = 6
"""Reasons that are told: whoever has written a longer rule has to look there."""


def because(trace: Trace) -> str:
    """The reason as HTML: `not in the segment <b>night-owl</b>: <code>device == "phone"</code> is false (…)`."""
    reasons = list(dict.fromkeys(_reasons(trace)))
    more = f"; and {len(reasons) - _MOST} more" if len(reasons) > _MOST else ""
    return "; ".join(reasons[:_MOST]) + more


def _reasons(trace: Trace) -> Iterator[str]:
    """One for each part of the rule without which it would not have come out so."""
    segment = SEGMENT.fullmatch(trace.text)
    if segment is not None:
        yield _membership(segment["name"], bool(trace.value) is not bool(segment["out"]), trace)
    elif trace.decided is not None:
        yield from _reasons(trace.children[trace.decided])
    elif parts := [child for child in trace.children if not child.operand]:
        for part in parts:
            yield from _reasons(part)
    else:
        verdict = "true" if trace.value else "false"
        yield f"<code>{escape(_one_line(trace.text))}</code> is {verdict}{_facts(trace)}"


def _membership(name: str, is_in: bool, trace: Trace) -> str:
    """In a segment or not, and why; without the why where it comes from elsewhere or was told before."""
    told = f"{'in' if is_in else 'not in'} the segment <b>{escape(name)}</b>"
    return ": ".join([told, *map(because, trace.children)])


def _facts(trace: Trace) -> str:
    """What the facts are that the condition compares; nothing where it is but the fact itself."""
    facts = dict.fromkeys(_leaves(trace))
    if not facts or (len(facts) == 1 and next(iter(facts))[0] == trace.text and isinstance(trace.value, bool)):
        facts = {fact: None for fact in facts if fact[1] not in ("yes", "no")}
    told = ", ".join(f"{escape(name)} is <bdi>{escape(words)}</bdi>" for name, words in facts)
    return f" ({told})" if told else ""


def _leaves(trace: Trace) -> Iterator[tuple[str, str]]:
    for child in trace.children:
        if child.children:
            yield from _leaves(child)
        else:
            yield _one_line(child.text), in_words(child.text, child.value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
