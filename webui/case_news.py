"""What happens next in a case, in words, for whoever has just done something in it."""

from datetime import datetime
from typing import Final

from engine.access import NotAllowed
from engine.acts.concerns import read_concerns
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.waiting import Waiting
from webui.visit import installation, me
from webui.words import until_in_words

NOBODY_MAY_READ: Final = (
    "Nobody who is asked here may read of this child, so nobody can answer. "
    "Ask your administrator to name somebody."
)
YOU_ARE_TOLD: Final = "You will be told when the answer comes, and when it does not come in time."


def what_comes_next(number: str) -> list[str]:
    """Sentences on what waits for whom in the case now, as far as the visitor may see.

    None where their own act took the case out of their sight: the act is done all the same.
    """
    try:
        return next_steps(read_case_file(installation(), number, me()))
    except NotAllowed:
        return []


def next_steps(file: CaseFile) -> list[str]:
    """The same for a case that was read."""
    if file.case.closed_at is not None:
        over = f"The case is closed: {file.case.outcome}." if file.case.outcome else "It is over."
        return [over, *_unsettled(file)]
    waiting = sorted(file.waiting, key=lambda each: (not each.main, each.task_id is not None))
    news = [_sentence(each, file.read_at) for each in waiting]
    if file.is_raiser and any(each.due and not each.overdue for each in file.awaited):
        news.append(YOU_ARE_TOLD)
    news += [sentence for each in waiting for sentence in each.unusual]
    return news + [NOBODY_MAY_READ] * any(each.hidden for each in waiting)


def _unsettled(file: CaseFile) -> list[str]:
    """Closing with open concerns is never refused; the raiser is asked what became of each."""
    if file.case.raiser_id != me().id:
        return []
    count = sum(not row.outcome for row in read_concerns(installation(), file.case.id))
    if not count:
        return []
    have = "One concern has" if count == 1 else f"{count} concerns have"
    each = "it" if count == 1 else "each"
    return [f"{have} no outcome yet. Say below what became of {each}."]


def _sentence(step: Waiting, now: datetime) -> str:
    name = " ".join(step.name.split())
    who = "You" if step.task_id is not None else f"The {step.titles[0]}"
    have = "have" if step.task_id is not None else "has"
    if step.due is None:
        return f"{who} {have} a task: {name}."
    if step.overdue:
        return f"{who} {have} an overdue task: {name}."
    return f"{who} {have} until {until_in_words(step.due, now)}: {name}."
