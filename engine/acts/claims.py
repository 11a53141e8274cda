"""Claims: one of those a task waits for says that they answer it, so that the others see it.

A claim holds nobody back: whoever else may answer still can. It ends with the task, when the task
is given on, and when its holder may not answer any more.
"""

from dataclasses import replace
from datetime import date, datetime

from engine.acts.cases import NotOpenNow
from engine.acts.tasks import ChooseFirst, demand_task
from engine.clock import in_london
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person, find_person
from engine.store.claims import set_claim
from engine.store.database import Connection
from engine.store.tasks import TaskRow, find_post_for
from engine.turns.turn import Turn, turn_for_task

CLAIMED = "task claimed"
HANDED_BACK = "task handed back"


class ClaimedBefore(NotOpenNow):
    """Somebody else claimed the task first: `by`, at the aware instant `at` in UTC."""

    def __init__(self, by: Person, at: datetime) -> None:
        local = in_london(at)
        day = in_words(at).removeprefix(f"{local:%H:%M} on ")
        super().__init__(
            f"{by.name} claimed this on {day} at {local:%H:%M}. You can take it over, or simply "
            "answer it."
        )
        self.by = by
        self.at = at


class NotClaimed(NotOpenNow):
    """What nobody has claimed, or somebody else has, cannot be handed back."""


def claim(
    installation: Installation, task_id: int, *, by: Person, instead_of: int | None = None
) -> TaskRow:
    """The task, claimed by that person; by nobody else, unless it is that of `instead_of`.

    `instead_of` is the id of the person whose claim whoever takes it over has seen. Of two at once
    one has it, the other gets `ClaimedBefore`. Raises `NotAllowed`, `AlreadyDone`, `NoCase`, and
    `ChooseFirst` for a task that was sent back.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        task, post = _demand_mine(case, task_id)
        holder = claimant(case.connection, task, case.today)
        if holder is not None and holder.id == by.id:
            return task
        if holder is not None and holder.id != instead_of:
            assert task.claimed_at is not None  # noqa: S101  (it is written with who claimed it)
            raise ClaimedBefore(holder, task.claimed_at)
        words = f"{by.name} claimed “{task.name}”."
        if holder is not None:
            words = f"{by.name} took “{task.name}” over from {holder.name}."
        _record(case, task, by.id, CLAIMED, words, post)
        return case.tasks[task.token]


def hand_back(installation: Installation, task_id: int, *, by: Person) -> TaskRow:
    """The task, claimed by nobody any more.

    Raises `NotClaimed` unless it was claimed by that person, and what `claim` raises.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        task, post = _demand_mine(case, task_id)
        if task.claimed_by != by.id:
            holder = claimant(case.connection, task, case.today)
            who = f"It is claimed by {holder.name}" if holder else "Nobody has claimed it"
            raise NotClaimed(f"{who}, so you have nothing to hand back.")
        _record(case, task, None, HANDED_BACK, f"{by.name} handed “{task.name}” back.", post)
        return case.tasks[task.token]


def claimant(connection: Connection, task: TaskRow, today: date) -> Person | None:
    """Who claimed the task and may still answer it on that day in London."""
    if task.claimed_by is None or task.closed_at is not None:
        return None
    if find_post_for(connection, task.id, task.claimed_by, today) is None:
        return None
    person = find_person(connection, task.claimed_by)
    return person if person is not None and person.active else None


def _demand_mine(case: Turn, task_id: int) -> tuple[TaskRow, str]:
    post = case.answers(task_id)
    task = demand_task(case, task_id)
    if task.sent_back_at is not None:
        raise ChooseFirst(task_id)
    return task, post


def _record(
    case: Turn, task: TaskRow, person_id: int | None, act: str, words: str, post: str
) -> None:
    at = case.at if person_id is not None else None
    set_claim(case.connection, task.id, person_id, at)
    case.tasks[task.token] = replace(task, claimed_by=person_id, claimed_at=at)
    before = {"claimed_by": task.claimed_by}
    after = {"claimed_by": person_id, "post": post}
    case.record(Fact(act=act, element=task.element, words=words, before=before, after=after))
