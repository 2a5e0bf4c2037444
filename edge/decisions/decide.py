"""What one slot shows a visitor, and why. Knows no channel: web, mail and app ask the same question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from edge.decisions.experience import Experience
from edge.facts import Env
from edge.model import Decision
from edge.rules import Trace

__all__ = ["Step", "Verdict", "decide", "explain"]

Verdict = Literal["off", "not yet", "over", "other path", "no match", "shown", "would match"]
"""`would match` is what the first that matches keeps from being shown."""

_LOOK_EVERY = 16
"""Experiences between two looks at the clock: few slots have as many, and a look at each would cost the others."""


def _never() -> bool:
    return False


def decide(
    slot: str,
    experiences: Iterable[Experience],
    env: Env,
    now: float,
    is_late: Callable[[], bool] = _never,
) -> Decision:
    """The first of the slot's experiences that runs, is meant for this page and matches; none where `is_late` says
    so before: it is asked now and then.

    `env` has its segments bound; only the segments that these rules mention are evaluated. `now` is Unix seconds.
    """
    for count, experience in enumerate(experiences, 1):
        if count % _LOOK_EVERY == 0 and is_late():
            return Decision(slot, "late")
        if not experience.runs(now):
            continue
        if experience.paths is not None and not experience.paths(str(env["path"])):
            continue
        if experience.rule is None or experience.rule.matches(env):
            return Decision(slot, "matched", experience.name, experience.block, experience.place, experience.set)
    return Decision(slot, "no match")


@dataclass(frozen=True, slots=True)
class Step:
    """How one experience fared in a decision. `trace` is there where its rule was evaluated; `reached` is False
    behind the one that is shown: none of these was asked, and the verdict is what would have been."""

    experience: str
    verdict: Verdict
    trace: Trace | None = None
    reached: bool = True


def explain(experiences: Iterable[Experience], env: Env, now: float) -> tuple[Step, ...]:
    """Why `decide` chose as it did: every experience of the slot in order, with the trace of its rule."""
    steps: list[Step] = []
    shown = False
    for experience in experiences:
        step = _step(experience, env, now)
        if shown:
            step = replace(step, verdict="would match" if step.verdict == "shown" else step.verdict, reached=False)
        shown = shown or step.verdict == "shown"
        steps.append(step)
    return tuple(steps)


def _step(experience: Experience, env: Env, now: float) -> Step:
    if not experience.enabled:
        return Step(experience.name, "off")
    if experience.starts is not None and now < experience.starts:
        return Step(experience.name, "not yet")
    if experience.ends is not None and now >= experience.ends:
        return Step(experience.name, "over")
    if experience.paths is not None and not experience.paths(str(env["path"])):
        return Step(experience.name, "other path")
    if experience.rule is None:
        return Step(experience.name, "shown")
    trace = experience.rule.explain(env)
    return Step(experience.name, "shown" if trace.value else "no match", trace)
