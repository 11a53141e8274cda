"""Deadlines: giving more time, and acting on those that have passed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from engine.access import NotAllowed, demand_case
from engine.calendars import end_of_day
from engine.councils import RAISER
from engine.errors import StepladderError
from engine.history.course_acts import EXTENDED as EXTENDED
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person
from engine.store.deadlines import (
    DeadlineRow,
    find_cases_due,
    find_deadline,
    find_next_due,
)
from engine.store.time_requests import GRANTED, PARTLY, decide_request, find_undecided
from engine.turns.hands import parts_of, persons_of
from engine.turns.telling import MORE_TIME, Telling
from engine.turns.turn import Turn, turn

_MOST_AT_ONCE = 1000


class CannotExtend(StepladderError):
    """More time cannot be given to this, or not until then."""


def extend(
    installation: Installation, deadline_id: int, *, by: Person, until: date, reason: str
) -> DeadlineRow:
    """Give more time, to the end of the day `until` in Europe/London, before or after the deadline.

    Only the raiser gives time, with a reason; the case's own clock never moves (X-30). A deadline
    that has passed is armed again. Raises `CannotExtend`, `NotAllowed`.
    """
    if not reason.strip():
        raise CannotExtend("Enter why more time is given.")
    with installation.database.read() as connection:
        known = find_deadline(connection, deadline_id)
    if known is None:
        raise CannotExtend("There is no such deadline. Open the case to see what waits for whom.")
    with turn(installation, known.case_id, by=by) as case:
        demand_case(case.connection, known.case_id, by.id, case.at)
        if not case.acts_by((RAISER,)):
            raise NotAllowed("Only the raiser of a case gives more time.")
        deadline = _demand_extendable(case, deadline_id)
        due = end_of_day(until)
        if due <= max(case.at, deadline.due):
            raise CannotExtend(
                f"Enter a date after {in_words(max(case.at, deadline.due))}: more time ends later "
                "than today, and later than the date there is."
            )
        return _move(case, deadline, due, reason.strip())


def _demand_extendable(case: Turn, deadline_id: int) -> DeadlineRow:
    deadline = case.deadlines.get(deadline_id)
    if deadline is None or deadline.closed_at is not None:
        raise CannotExtend("This no longer waits for an answer. Open the case to see what does.")
    if deadline.case_limit:
        called = case.version.package.limit_called
        raise CannotExtend(f"The {called} for the whole case cannot be moved; it is only reported.")
    return deadline


def _move(case: Turn, deadline: DeadlineRow, due: datetime, reason: str) -> DeadlineRow:
    token, asked = deadline.token, _asked(case, deadline, due)
    if deadline.fired_at is not None:
        token = case.run.rearm(deadline.element, deadline.host)
        _drop_questions(case, deadline)
    moved = replace(deadline, token=token, due=due, moves=deadline.moves + 1, fired_at=None)
    case.move_deadline(moved)
    for task in case.tasks.values():
        if task.id == deadline.task_id:
            case.tasks[task.token] = replace(task, due=due, overdue_at=None)
            break
    telling = Telling(case)
    owner = next((t for t in case.tasks.values() if t.id == deadline.task_id), None)
    if owner is not None:
        element = case.diagram.elements[owner.element]
        if owner.given_at is None:
            telling.more_time(element, owner)
        else:
            whom = persons_of(case, parts_of(case, owner))
            telling.tell_these(element, owner, MORE_TIME, whom)
    beyond = _beyond(case, telling, moved)
    name = case.by.name if case.by else ""
    fact = Fact(
        act=EXTENDED,
        element=deadline.element,
        words=f"{name} gave more time until {in_words(due)}{beyond}: {reason}",
        before={"due": deadline.due.isoformat()},
        after={"due": due.isoformat(), "reason": reason, "told": telling.send(), **asked},
    )
    case.record(fact)
    return moved


def _asked(case: Turn, deadline: DeadlineRow, due: datetime) -> dict[str, str]:
    """What was asked for, where that is decided by this: in full, or in part (A-HAR-17)."""
    if not case.version.package.may_ask_for_time or case.by is None:
        return {}
    asked = find_undecided(case.connection, case.case.id).get(deadline.task_id or 0)
    if asked is None:
        return {}
    how = PARTLY if due < end_of_day(asked.wanted) else GRANTED
    decide_request(case.connection, asked.id, how, at=case.at, by=case.by.id)
    return {"wanted": asked.wanted.isoformat(), "asked": how}


def _beyond(case: Turn, telling: Telling, moved: DeadlineRow) -> str:
    """Says that the new date is later than the case's limit, and tells who is kept informed."""
    limit = next((d for d in case.deadlines.values() if d.case_limit), None)
    if limit is None or moved.due <= limit.due:
        return ""
    beyond = f"after the {case.version.package.limit_called} of the whole case"
    words = f"time was given until {in_words(moved.due)}, {beyond}, {in_words(limit.due)}"
    telling.beyond_limit(case.diagram.elements[moved.element], words)
    return f", {beyond}"


def _drop_questions(case: Turn, deadline: DeadlineRow) -> None:
    """What to do about an answer that has not come is not asked any more: it has time again."""
    host = case.diagram.elements[deadline.element].attached_to
    for task in list(case.tasks.values()):
        if host in case.diagram.missed_before(task.element):
            case.run.drop(task.token)


def find_due(installation: Installation, most: int) -> list[int]:
    """The ids of at most `most` cases in which a deadline has passed, found without a lock."""
    with installation.database.read() as connection:
        return find_cases_due(connection, installation.clock.now(), most)


def fire_case(installation: Installation, case_id: int) -> None:
    """Act on the deadlines of a case that have passed, if any still wait for that.

    Raises `SomebodyElse` when the case is in another turn, which then does it.
    """
    with turn(installation, case_id, by=None, wait=False):
        pass  # every turn begins with what is due


def next_due(installation: Installation) -> datetime | None:
    """The instant at which the next deadline passes, aware, in UTC; None when none is open."""
    with installation.database.read() as connection:
        return find_next_due(connection, installation.clock.now())


def pass_time(
    installation: Installation,
    until: datetime,
    show: Callable[[datetime], None],
    seen: Callable[[], object] | None = None,
) -> None:
    """Let time pass until `until`, where the clock is moved by hand; it never goes back.

    Each deadline on the way passes at its own instant: `show` sets the clock to it, and `seen`, if
    any, is called when what it brings is done.
    """
    while (due := next_due(installation)) is not None and due <= until:
        show(max(due, installation.clock.now()))
        for case_id in find_due(installation, _MOST_AT_ONCE):
            fire_case(installation, case_id)
        if seen is not None:
            seen()
    show(max(until, installation.clock.now()))
