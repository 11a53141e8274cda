"""The due date of a task as a calendar file, for whoever may see the task."""

from dataclasses import dataclass
from typing import Final

from engine.access import demand_case, may_see_element, posts_in_case
from engine.acts.tasks import NoTask, demand_open
from engine.calendar_file import due_date
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person
from engine.procedures import load_version
from engine.store.cases import CaseRow, find_case
from engine.store.database import Connection
from engine.store.deadlines import find_open_deadlines
from engine.store.tasks import TaskRow, find_task

_LARGEST_ID: Final = 2**53


@dataclass(frozen=True, kw_only=True)
class DueDate:
    """A calendar file (RFC 5545), and the number of the case that it is about."""

    case_number: str
    file: str


def read_due_date(installation: Installation, task_id: int, *, by: Person) -> DueDate:
    """The day on which an open task is due; the file changes the event that a message brought.

    Raises `NoTask`, also for one without a due date, `AlreadyDone` for one that is closed, and
    `NotAllowed`.
    """
    at = installation.clock.now()
    if task_id > _LARGEST_ID:  # no store has room for such a number
        raise _no_task()
    with installation.database.read() as connection:
        task = find_task(connection, task_id)
        case = find_case(connection, task.case_id) if task is not None else None
        if task is None or case is None:
            raise _no_task()
        demand_case(connection, case.id, by.id, at)
        posts = posts_in_case(
            connection,
            by.id,
            at,
            raiser_id=case.raiser_id,
            social_worker_id=case.social_worker_id,
            team=case.team,
        )
        diagram = load_version(connection, case.version_id).package.diagram
        if not may_see_element(diagram, task.element, posts):
            raise _no_task()
        demand_open(connection, task)
        if task.due is None:
            raise _no_task()
        moves = _moves(connection, task)
    note(installation, by, "due date", case_id=case.id, child_id=case.child_id)
    return DueDate(case_number=case.number, file=_file(installation, case, task, moves))


def _moves(connection: Connection, task: TaskRow) -> int:
    rows = find_open_deadlines(connection, task.case_id)
    return sum(row.moves for row in rows if row.task_id == task.id)


def _file(installation: Installation, case: CaseRow, task: TaskRow, moves: int) -> str:
    assert task.due is not None  # noqa: S101  (asked before)
    return due_date(
        case.number,
        task.name,
        task.due,
        task_id=task.id,
        opened_at=task.opened_at,
        moves=moves,
        link=f"{installation.settings.address}/cases/{case.number}",
        at=installation.clock.now(),
    )


def _no_task() -> NoTask:
    return NoTask("There is no such task. Look for it in your tray.")
