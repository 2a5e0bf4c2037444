"""Answers recalled: what was decided for somebody of whom the same is known need not be decided again."""

from __future__ import annotations

from collections.abc import Hashable

from edge.page.answer import Answer, lasts
from edge.page.asked import Key, Question
from edge.page.callers import Caller
from edge.page.faults import report
from edge.page.setup import Setup
from edge.page.visit import Visit

__all__ = ["recall", "remember"]


def recall(
    setup: Setup, visit: Visit, slots: tuple[str, ...], place: Hashable
) -> tuple[Key, Answer | None] | tuple[None, None]:
    """The key under which the answer is kept of these slots in this place, of one path; and the answer, if it was
    kept. No key where not all is known that they may ask for."""
    if visit.is_partial:
        return None, None
    try:
        caller, answers = visit.caller, setup.answers
        question = answers.question(slots)
        asked = None if visit.query else caller.asked.get(question.number)
        if asked is None:
            asked = _asked(question, caller, visit)
            if asked is None:
                return None, None
        key = (place, asked)
        return key, answers.find(key, visit.clock)
    except Exception as error:  # noqa: BLE001  then the slots that ask for it show their default
        report(setup, error)
        return None, None


def remember(setup: Setup, visit: Visit, slots: tuple[str, ...], key: Key | None, answer: Answer) -> None:
    """Keeps the answer under the key that there was when it was not recalled."""
    if key is not None and lasts(answer.decisions):
        setup.answers.keep(key, answer, slots, visit.clock)


def _asked(question: Question, caller: Caller, visit: Visit) -> Key | None:
    number = caller.request.number
    asked = None if number is None else question.key(number, visit.subject)
    if asked is not None and question.is_steady and not visit.query:
        caller.keep(question.number, asked)
    return asked
