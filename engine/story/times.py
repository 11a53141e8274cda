"""The time of one step: who was asked, who answered, how many working days, and how late."""

from dataclasses import dataclass
from datetime import date

from engine.calendars import OutsideCalendar
from engine.case_file.history import HistoryLine
from engine.case_file.reader import CaseFile
from engine.case_file.waiting import stage_in_words, title_of
from engine.clock import in_london
from engine.figures.asked import LATE, NEVER, OVERDUE
from engine.figures.facts import Stay
from engine.figures.kept import Kept
from engine.store.tasks import TaskRow

_MISSED = frozenset({LATE, NEVER, OVERDUE})


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """A step of the case, as its reader is told of it. Days are London's.

    `asked` is the title of the post that was asked first, `by` and `for_whom` are names, empty
    where nobody answered. `days` are the working days that it took, or has taken so far, of
    `allowed`; `late` those after the due date, as it stood last. `state` is one of
    `engine.figures.asked.STATES`, `whose` the time was `raiser` or `respondent`. `ended_in` is the
    number of the entry that tells of the answer.
    """

    element: str
    name: str
    stage: str
    asked: str
    by: str
    for_whom: str
    since: date
    until: date | None
    due: date | None
    original_due: date | None
    days: int
    allowed: int | None
    late: int
    state: str
    whose: str
    extensions: int
    ended_in: int | None


def time_of(file: CaseFile, kept: Kept, stay: Stay, row: TaskRow | None) -> StepTime:
    """The time of a stay; `row` is its task, None where it is a box with a time of its own."""
    today = in_london(file.read_at).date()
    drawn = kept.diagram.elements.get(stay.element)
    name = row.name if row else " ".join((drawn.name if drawn else stay.element).split())
    answer = _answer(file, kept, row) if row else None
    until = stay.ended_on or today
    late = stay.state in _MISSED and stay.due is not None
    return StepTime(
        element=stay.element,
        name=name,
        stage=stage_in_words(file.council, stay.stage),
        asked=title_of(file.council, stay.post),
        by=answer.by if answer else "",
        for_whom=answer.for_whom if answer else "",
        since=stay.received_on,
        until=stay.ended_on,
        due=stay.due,
        original_due=stay.original_due,
        days=_between(kept, stay.received_on, until),
        allowed=_between(kept, stay.received_on, stay.due) if stay.due else None,
        late=_between(kept, stay.due, until) if late and stay.due else 0,
        state=stay.state,
        whose=stay.whose,
        extensions=stay.extensions,
        ended_in=answer.sequence if answer else None,
    )


def _answer(file: CaseFile, kept: Kept, row: TaskRow) -> HistoryLine | None:
    """The entry of the step's answer, as far as the reader may see it."""
    told = kept.answer_of(row)
    sequence = told.entry.sequence if told is not None else None
    return next((line for line in file.history if line.sequence == sequence), None)


def _between(kept: Kept, first: date, last: date) -> int:
    try:
        return kept.calendar.working_days_between(first, last) if first < last else 0
    except OutsideCalendar:  # a due date in a year whose holidays are not known
        return 0
