"""Chasing: the raiser reminds whom a task waits for. No date moves, and nothing is decided."""

from dataclasses import replace
from datetime import datetime

from engine.access import NotAllowed, demand_case
from engine.acts.cases import NotOpenNow
from engine.acts.tasks import demand_task
from engine.clock import in_london
from engine.councils import RAISER
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person
from engine.store.chases import set_chased
from engine.store.tasks import TaskRow
from engine.turns.hands import parts_of, persons_of
from engine.turns.telling import Telling
from engine.turns.turn import Turn, turn_for_task

CHASED = "chased"
_MESSAGE = "chase"


class ChasedToday(NotOpenNow):
    """They were reminded today already: at the aware instant `at`, in UTC."""

    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"They were reminded at {in_london(at):%H:%M} today already. Open the task’s reminder "
            "page to send another one all the same."
        )
        self.at = at


class CannotChase(NotOpenNow):
    """What waits for the raiser, or for nobody, is not chased."""


def chase(
    installation: Installation, task_id: int, *, by: Person, words: str = "", again: bool = False
) -> TaskRow:
    """Remind whom the task waits for, with words that stand in the history and in no e-mail.

    Only the raiser, or who stands in for them, chases. Raises `ChasedToday` for a second reminder
    on one day, unless that is meant (`again`); `CannotChase`, `NotAllowed`, `AlreadyDone`.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        demand_case(case.connection, case.case.id, by.id, case.at)
        if not case.acts_by({RAISER}):
            raise NotAllowed("Only the raiser of a case reminds those who are asked.")
        task = demand_task(case, task_id)
        parts = parts_of(case, task)
        if parts[:1] == [case.part_of(RAISER)]:
            raise CannotChase("This waits for the raiser, so there is nobody to remind.")
        if was_chased_today(task, case.at) and not again:
            assert task.chased_at is not None  # noqa: S101  (that is what was asked)
            raise ChasedToday(task.chased_at)
        whom = persons_of(case, parts)
        if not whom:  # nobody holds the post: those who stand in for it are asked
            whom = [(parts[0][0], person) for person in case.answering(parts[0][0])[1]]
        _record(case, task, whom, words.strip())
        return case.tasks[task.token]


def was_chased_today(task: TaskRow, at: datetime) -> bool:
    """Whether the task was chased on the day in London of that instant."""
    chased = task.chased_at
    return chased is not None and in_london(chased).date() == in_london(at).date()


def _record(case: Turn, task: TaskRow, whom: list[tuple[str, Person]], words: str) -> None:
    set_chased(case.connection, task.id, case.at)
    case.tasks[task.token] = replace(task, chased_at=case.at)
    telling = Telling(case)
    telling.tell_these(case.diagram.elements[task.element], task, _MESSAGE, whom)
    name = case.by.name if case.by else ""
    names = " and ".join(person.name for _, person in whom) or "nobody"
    sentence = f"{name} reminded {names} of “{task.name}”{f': {words}' if words else '.'}"
    before = {"chased_at": task.chased_at.isoformat() if task.chased_at else None}
    after = {"post": RAISER, "told": telling.send()}
    fact = Fact(act=CHASED, element=task.element, words=sentence, before=before, after=after)
    case.record(fact)
