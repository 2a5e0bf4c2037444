"""What the bar says of each slot: what it shows, which rule matched, and why not the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import get_args

from edge.bar.because import SEGMENT, because
from edge.bar.values import day
from edge.decisions import Experience, Step, Verdict
from edge.model import Decision, Place, Reason

__all__ = ["Row", "render_slots"]


@dataclass(frozen=True, slots=True)
class Row:
    """One slot of the page. `steps` say how its `experiences` fared, in their order; none where that could not be
    found out. `select` is the selector that finds it, empty where a tag does; `times` how many of its places
    count, None for all. `gone` tells that it went with the slot around it, `in_head` that it stands in the page's
    head, where there is nothing to see."""

    decision: Decision
    experiences: Sequence[Experience] = ()
    steps: Sequence[Step] = ()
    select: str = ""
    times: int | None = None
    gone: bool = False
    in_head: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the page shows what was decided."""
        return self.decision.reason == "matched" and not self.gone


_DEFAULT_BECAUSE: dict[Reason, str] = {
    "no match": "no match",
    "bot": "a bot gets the defaults",
    "late": "the decision came too late",
    "failed": "a rule, a block, a profile or the service failed, see the log",
    "page": "the page's markup cannot take the block",
}
assert {"matched", *_DEFAULT_BECAUSE} == set(get_args(Reason))

_WHERE: dict[Place, str] = {
    "inside": "",  # as one expects
    "replace": "in place of the slot",
    "before": "before the slot",
    "after": "after the slot",
    "prepend": "above the slot's content",
    "append": "below the slot's content",
    "remove": "nothing: the slot is taken out",
}
assert _WHERE.keys() == set(get_args(Place))

_MOST = 60
"""Experiences of one slot that are told of, besides the one that is shown."""


def render_slots(rows: Sequence[Row], zone: tzinfo) -> str:
    """All of them as HTML, last what nobody can see. `zone` is the site's, for when experiences begin and end."""
    if not rows:
        return "<p>This page has no slots.</p>"
    in_order = sorted(rows, key=lambda row: row.in_head)
    return "<dl>" + "".join(_slot(row, zone) for row in in_order) + "</dl>"


def _slot(row: Row, zone: tzinfo) -> str:
    decision = row.decision
    name, tailored = escape(decision.slot), decision.reason == "matched"
    where = f' data-select="{escape(row.select)}"' if row.select else ""
    where += f' data-times="{row.times}"' if row.times is not None else ""
    where += f' data-shown="{escape(decision.experience or "")}"' if row.is_shown else ""
    where += " data-head" if row.in_head else ""
    said = f"<dt>{name}</dt><dd>{escape(_verdict(decision))}</dd>"
    if tailored:
        said += "".join(
            f'<dd class="for">{_for_whom(one)}</dd>' for one in row.experiences if one.name == decision.experience
        )
        said += f'<dd class="what">{_gone() if row.gone else _what(decision)}</dd>'
    if row.in_head:
        said += '<dd class="unseen">in the head of the page: nothing to see</dd>'
    return f'<div data-slot="{name}"{where}>{said}{_why(row, zone)}</div>'


def _verdict(decision: Decision) -> str:
    if decision.reason != "matched":
        return f"default: {_DEFAULT_BECAUSE[decision.reason]}"
    return decision.experience or "matched"


def _for_whom(experience: Experience) -> str:
    """For whom an experience is, as whoever wrote it would say."""
    if experience.rule is None:
        return "for everybody"
    text = experience.rule.text
    segment = SEGMENT.fullmatch(text)
    return f"for the segment <b>{escape(segment['name'])}</b>" if segment else f"for <code>{escape(text)}</code>"


def _what(decision: Decision) -> str:
    shown = [_WHERE["remove"]] if decision.place == "remove" else []
    if decision.block is not None:
        where = _WHERE[decision.place]
        shown.append(f"<code>{escape(decision.block)}</code>{where and f', {where}'}")
    if decision.set and decision.place != "remove":
        names = ", ".join(f"<code>{escape(name)}</code>" for name, _ in decision.set)
        shown.append(
            f"the slot's own content, with another {names}" if decision.block is None else f"sets {names}"
        )
    return "shows " + "; ".join(shown or ["the slot's own content"])


def _gone() -> str:
    return "not in the page: the slot around it shows something else"


# Why, and why not the next.


def _why(row: Row, zone: tzinfo) -> str:
    if not row.steps:
        return ""
    told = [
        f"<li{_mark(row, step)}><b>{escape(step.experience)}</b> <i>{verdict}</i>{why and f'<p>{why}</p>'}</li>"
        for number, (step, (verdict, why)) in enumerate(zip(row.steps, _told(row, zone), strict=True))
        if number < _MOST or step.verdict == "shown"
    ]
    rest = len(row.steps) - len(told)
    more = f"<p>And {rest} more, none of which is shown.</p>" if rest else ""
    title = "Why, and why not others" if len(row.steps) > 1 else "Why"
    return f'<dd class="why-not"><details><summary>{title}</summary><ol>{"".join(told)}</ol>{more}</details></dd>'


def _mark(row: Row, step: Step) -> str:
    return ' class="shown"' if step.verdict == "shown" and row.is_shown else ""


def _told(row: Row, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """What became of each experience, and because of what."""
    for experience, step in zip(row.experiences, row.steps, strict=True):
        if step.verdict == "shown":
            yield _first(row), _because(experience, step, zone)
        elif step.reached:
            yield _OUT[step.verdict], _because(experience, step, zone)
        else:
            asked = "was not asked, and " if row.decision.reason == "matched" else ""
            yield asked + _OUT[step.verdict], _because(experience, step, zone)


_OUT: dict[Verdict, str] = {
    "off": "is switched off",
    "not yet": "has not begun",
    "over": "is over",
    "other path": "is for other pages",
    "no match": "is not for this visitor",
    "would match": "would match too",
}


def _first(row: Row) -> str:
    """What became of the experience that matches before all others."""
    if row.gone:
        return "matches, but went with the slot around it"
    if row.is_shown:
        return "is shown"
    return f"matches, but is not shown: {_DEFAULT_BECAUSE[row.decision.reason]}"


def _because(experience: Experience, step: Step, zone: tzinfo) -> str:
    match step.verdict:
        case "not yet":
            return f"It begins on {_moment(experience.starts, zone)}."
        case "over":
            return f"It ended on {_moment(experience.ends, zone)}."
        case "off" | "other path":
            return ""
    return "It is for everybody." if step.trace is None else because(step.trace)


def _moment(at: float | None, zone: tzinfo) -> str:
    if at is None:
        return "no day"
    moment = datetime.fromtimestamp(at, zone)
    return f"{day(moment)}, {moment:%H:%M}"
