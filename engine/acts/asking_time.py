"""Asking for more time (A-HAR-17): a respondent asks, the raiser gives it, some of it, or none.

It is asked for where the procedure says so (X-30). The clock keeps running until the raiser has
decided, and a late request is taken and said to be late. Time is given by `deadlines.extend`.
"""

from datetime import date

from engine.access import NotAllowed, demand_case
from engine.acts.cases import NotOpenNow
from engine.acts.tasks import ChooseFirst, demand_task
from engine.calendars import end_of_day
from engine.clock import in_london
from engine.councils import RAISER
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person
from engine.store.tasks import TaskRow
from engine.store.time_requests import (
    ASKED_ANEW,
    REFUSED,
    AskedOfRaiser,
    TimeRequest,
    add_request,
    decide_request,
    find_asked_of,
    find_undecided,
)
from engine.turns.hands import parts_of, persons_of
from engine.turns.open_case import OpenCase
from engine.turns.telling import TIME_ASKED, TIME_REFUSED, Telling
from engine.turns.turn import Turn, turn_for_task

ASKED = "more time asked for"
NOT_GIVEN = "more time refused"
MOST_LISTED = 50
NOT_HERE = "Nobody asks for more time here. Whoever raised the case may give it all the same."


class CannotAsk(StepladderError):
    """More time cannot be asked for until then, or not without saying why."""


class NotAskedFor(NotOpenNow):
    """Nobody may ask for more time here, or nobody did."""


def ask_for_time(
    installation: Installation, task_id: int, *, by: Person, until: date, reason: str
) -> TaskRow:
    """Ask the raiser for time until the end of the day `until`, in Europe/London.

    A second request takes the place of one that was not decided. Raises `CannotAsk`,
    `NotAskedFor`, `NotAllowed`, `AlreadyDone`, `NoCase`.
    """
    if not reason.strip():
        raise CannotAsk("Enter why you need more time.")
    with turn_for_task(installation, task_id, by=by) as case:
        post = case.answers(task_id)
        task = demand_task(case, task_id)
        if task.sent_back_at is not None:
            raise ChooseFirst(task_id)
        if not may_ask_for_time(case, task, post):
            raise NotAskedFor(NOT_HERE)
        assert task.due is not None  # noqa: S101  (it has a deadline)
        wanted = end_of_day(until)
        if wanted <= max(case.at, task.due):
            raise CannotAsk(f"Enter a date after {in_words(max(case.at, task.due))}.")
        _ask(case, task, post, until, reason.strip())
        return task


def deadline_of(case: OpenCase, task: TaskRow) -> int | None:
    """The id of the deadline that the raiser may move for the task; None where it has none."""
    own = [d for d in case.deadlines.values() if d.task_id == task.id and not d.case_limit]
    first = min(own, key=lambda each: each.due, default=None)
    return first.id if first else None


def may_ask_for_time(case: OpenCase, task: TaskRow, post: str) -> bool:
    """Whether somebody who answers the task by `post` may ask the raiser for more time."""
    timed = post != RAISER and deadline_of(case, task) is not None
    return timed and case.version.package.may_ask_for_time


def _ask(case: Turn, task: TaskRow, post: str, until: date, reason: str) -> None:
    assert case.by is not None  # noqa: S101  (a person asks)
    assert task.due is not None  # noqa: S101  (that was demanded)
    late = case.at >= task.due
    earlier = find_undecided(case.connection, case.case.id).get(task.id)
    if earlier is not None:
        decide_request(case.connection, earlier.id, ASKED_ANEW, at=case.at, by=case.by.id)
    add_request(
        case.connection,
        case_id=case.case.id,
        task_id=task.id,
        sequence=case.next_sequence,
        asked_by=case.by.id,
        asked_at=case.at,
        wanted=until,
        late=late,
    )
    telling = Telling(case)
    parts, persons = case.answering(RAISER)
    telling.give_part(parts)
    whom = [(RAISER, person) for person in persons]
    telling.tell_these(case.diagram.elements[task.element], task, TIME_ASKED, whom)
    asked = f"asked for more time for “{task.name}”, until {in_words(end_of_day(until))}"
    words = f"{case.by.name} {asked}{', after it was due' if late else ''}: {reason}"
    after = {"post": post, "wanted": until.isoformat(), "late": late, "told": telling.send()}
    before = {"due": task.due.isoformat()}
    case.record(Fact(act=ASKED, element=task.element, words=words, before=before, after=after))


def read_asked_of(installation: Installation, person: Person) -> list[AskedOfRaiser]:
    """The requests that wait for the person as a raiser, or for whom they stand in."""
    today = in_london(installation.clock.now()).date()
    with installation.database.read() as connection:
        return find_asked_of(connection, person.id, today, MOST_LISTED)


def refuse_time(
    installation: Installation, task_id: int, *, by: Person, reason: str
) -> TimeRequest:
    """Give none of the time that was asked for, and say why; the due date stays as it is.

    Raises `CannotAsk` without a reason, `NotAskedFor` where nothing waits to be decided,
    `NotAllowed` for all but the raiser and who stands in for them, `AlreadyDone`.
    """
    if not reason.strip():
        raise CannotAsk("Enter why no more time is given.")
    with turn_for_task(installation, task_id, by=by) as case:
        demand_case(case.connection, case.case.id, by.id, case.at)
        if not case.acts_by((RAISER,)):
            raise NotAllowed("Only the raiser of a case decides about more time.")
        task = demand_task(case, task_id)
        asked = find_undecided(case.connection, case.case.id).get(task.id)
        if asked is None:
            raise NotAskedFor("No request for more time waits any more. Open the case to see it.")
        decide_request(case.connection, asked.id, REFUSED, at=case.at, by=by.id)
        telling = Telling(case)
        whom = persons_of(case, parts_of(case, task))
        telling.tell_these(case.diagram.elements[task.element], task, TIME_REFUSED, whom)
        until = in_words(end_of_day(asked.wanted))
        words = f"{by.name} gave no more time for “{task.name}” (asked for: {until}): "
        after = {"post": RAISER, "reason": reason.strip(), "told": telling.send()}
        before = {"wanted": asked.wanted.isoformat()}
        fact = Fact(
            act=NOT_GIVEN,
            element=task.element,
            words=words + reason.strip(),
            before=before,
            after=after,
        )
        case.record(fact)
        return asked
