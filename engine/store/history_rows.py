"""What is kept of cases beside their entries, as verification walks it: case by case, streamed.

All is read in the order of the cases' ids, so that nothing but one case is held at a time.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from engine.store.cases import answers, cases
from engine.store.concerns import concerns
from engine.store.deadlines import deadlines
from engine.store.files import FileRow, files
from engine.store.history import register
from engine.store.people import people
from engine.store.tasks import tasks
from engine.store.voice import VoiceRow, voice

_AT_ONCE: Final = 1000
_ROW: Final = tuple(
    cases.c[name]
    for name in (
        "number",
        "child_id",
        "version_id",
        "raiser_id",
        "stage",
        "outcome",
        "opened_at",
        "clock_started_at",
        "closed_at",
        "suspended_at",
        "linked_to",
        "entries",
        "head",
        "last_at",
    )
)
_ROWS = select(cases.c.id.label("case_id"), *_ROW).order_by(cases.c.id)
_COUNT = select(func.count()).select_from(cases)
_REGISTER = select(
    register.c.case_id, register.c.sequence, register.c.number, register.c.first_hash
).order_by(register.c.case_id)
_ANSWERS = select(
    answers.c.case_id,
    answers.c.sequence,
    answers.c.content,
    answers.c.element,
    answers.c.person_id,
    answers.c.given_at,
).order_by(answers.c.case_id, answers.c.sequence, answers.c.id)
_CONCERNS = select(
    *(
        concerns.c[name]
        for name in (
            "case_id",
            "place",
            "themes",
            "concern",
            "impact",
            "action",
            "owner",
            "by_when",
            "sequence",
            "outcome",
            "outcome_words",
            "settled_at",
            "settled_in",
            "done",
            "changed",
            "asked_at",
            "asked_in",
        )
    )
).order_by(concerns.c.case_id, concerns.c.place)
_VOICE = (
    select(voice, people.c.name.label("person"))
    .join(people, people.c.id == voice.c.person_id)
    .order_by(voice.c.case_id, voice.c.id)
)
_FILES = (
    select(files)
    .where(files.c.sequence.is_not(None), files.c.case_id.is_not(None))
    .order_by(files.c.case_id, files.c.sequence, files.c.id)
)
_TASKS = select(
    tasks.c.case_id,
    tasks.c.id,
    tasks.c.element,
    tasks.c.opened_at,
    tasks.c.closed_at,
    tasks.c.closed_by,
    tasks.c.closed_how,
    tasks.c.due,
    tasks.c.original_due,
    tasks.c.overdue_at,
).order_by(tasks.c.case_id, tasks.c.id)
_DEADLINES = select(
    deadlines.c.case_id,
    deadlines.c.task_id,
    deadlines.c.element,
    deadlines.c.received_at,
    deadlines.c.original_due,
    deadlines.c.due,
    deadlines.c.fired_at,
    deadlines.c.closed_at,
).order_by(deadlines.c.case_id, deadlines.c.id)

KeptRow = Row[Any]
"""A row of which the columns are named by who walks it."""
Rows = Iterator[KeptRow]


def count_cases(connection: Connection) -> int:
    """How many cases there are."""
    return int(connection.execute(_COUNT).scalar_one())


def walk_rows(connection: Connection, case_id: int | None) -> Rows:
    """Each case's own row without its workflow: `case_id` and the columns of `cases`."""
    return _walk(connection, _ROWS, cases.c.id, case_id)


def walk_openings(connection: Connection, case_id: int | None) -> Rows:
    """Case, place, number and first hash in the register, and not in the order of the openings."""
    return _walk(connection, _REGISTER, register.c.case_id, case_id)


def walk_answers(connection: Connection, case_id: int | None) -> Rows:
    """Case, entry, content, element, writer and instant of all that was written into forms."""
    return _walk(connection, _ANSWERS, answers.c.case_id, case_id)


def walk_concerns(connection: Connection, case_id: int | None) -> Rows:
    """Of each concern the columns of which entries tell, by case and place."""
    return _walk(connection, _CONCERNS, concerns.c.case_id, case_id)


def walk_voice(connection: Connection, case_id: int | None) -> Iterator[VoiceRow]:
    """What was recorded of the child's voice, by case, the oldest first."""
    for row in _walk(connection, _VOICE, voice.c.case_id, case_id):
        yield VoiceRow(**row._mapping)


def walk_files(connection: Connection, case_id: int | None) -> Iterator[FileRow]:
    """All sent files without their content, by case and entry."""
    for row in _walk(connection, _FILES, files.c.case_id, case_id):
        yield FileRow(**row._mapping)


def walk_tasks(connection: Connection, case_id: int | None) -> Rows:
    """When each step began and ended, by whom, and until when it was due, by case."""
    return _walk(connection, _TASKS, tasks.c.case_id, case_id)


def walk_deadlines(connection: Connection, case_id: int | None) -> Rows:
    """Each deadline's instants, by case, the oldest first."""
    return _walk(connection, _DEADLINES, deadlines.c.case_id, case_id)


def _walk(connection: Connection, statement: Select[Any], of: Any, case_id: int | None) -> Rows:
    if case_id is not None:
        yield from connection.execute(statement.where(of == bindparam("of")), {"of": case_id})
        return
    with connection.execute(statement, execution_options={"yield_per": _AT_ONCE}) as found:
        for part in found.partitions():
            yield from part
