"""Moves of running cases to another version, and what is asked of cases before they move."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.cases import answers, cases
from engine.store.children import children
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.deadlines import DeadlineRow, deadlines
from engine.store.drafting_help import drafting_help
from engine.store.drafts import drafts
from engine.store.files import files
from engine.store.history import entries
from engine.store.people import people
from engine.store.tasks import TaskRow, tasks
from engine.store.versions import versions

# A move is decided at once for all its cases; each of them moves in a transaction of its own.
moves = Table(
    "moves",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", ForeignKey("people.id")),
    Column("undone_reason", Text, nullable=False, default=""),
    Column("done_at", Instant),
    Index("ix_moves_council_procedure", "council", "procedure"),
)

# `how` and `back` are empty as long as the case waits for it. `version_id` and `state` are what the
# case had, `sequence` the entry that tells of the move.
moved_cases = Table(
    "moved_cases",
    metadata,
    Column("move_id", ForeignKey("moves.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("how", Text, nullable=False, default=""),
    Column("why", Text, nullable=False, default=""),
    Column("version_id", ForeignKey("versions.id")),
    Column("sequence", Integer),
    Column("state", LargeBinary),
    Column("back", Text, nullable=False, default=""),
    Column("back_why", Text, nullable=False, default=""),
    Index(
        "ix_moved_cases_move_id_waiting",
        "move_id",
        sqlite_where=text("how = ''"),
        postgresql_where=text("how = ''"),
    ),
)

_OPEN = (
    (versions.c.council == bindparam("of_council"))
    & (versions.c.procedure == bindparam("of_procedure"))
    & cases.c.closed_at.is_(None)
)
_LIVE = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.version_id,
        versions.c.number.label("version"),
        cases.c.stage,
        cases.c.opened_at,
        cases.c.state,
        children.c.name.label("child_name"),
    )
    .join_from(cases, versions, versions.c.id == cases.c.version_id)
    .join(children, children.c.id == cases.c.child_id)
    .where(_OPEN)
    .order_by(cases.c.id)
)
_undoer = people.alias("undoer")
_MOVES = (
    select(
        moves,
        versions.c.number.label("version"),
        people.c.name.label("by"),
        _undoer.c.name.label("undone_by_name"),
    )
    .join_from(moves, versions, versions.c.id == moves.c.version_id)
    .join(people, people.c.id == moves.c.person_id)
    .outerjoin(_undoer, _undoer.c.id == moves.c.undone_by)
)
_MOVES_OF = (
    _MOVES.where(moves.c.council == bindparam("of_council"))
    .where(moves.c.procedure == bindparam("of_procedure"))
    .order_by(moves.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_MOVE = _MOVES.where(moves.c.id == bindparam("of_move"))
_UNFINISHED = select(moves.c.id).where(moves.c.done_at.is_(None)).order_by(moves.c.id)
_CASES = (
    select(moved_cases, cases.c.number, versions.c.number.label("from_version"))
    .join_from(moved_cases, cases, cases.c.id == moved_cases.c.case_id)
    .outerjoin(versions, versions.c.id == moved_cases.c.version_id)
    .where(moved_cases.c.move_id == bindparam("of_move"))
)
_ONE_CASE = _CASES.where(moved_cases.c.case_id == bindparam("of_case"))
_ALL_CASES = _CASES.order_by(moved_cases.c.case_id)
_WAITING = (
    select(moved_cases.c.case_id)
    .where(moved_cases.c.move_id == bindparam("of_move"))
    .where(moved_cases.c.how == "")
    .order_by(moved_cases.c.case_id)
    .limit(bindparam("most", type_=Integer))
)
_TO_UNDO = (
    select(moved_cases.c.case_id)
    .where(moved_cases.c.move_id == bindparam("of_move"))
    .where(moved_cases.c.how == "moved")
    .where(moved_cases.c.back == "")
    .order_by(moved_cases.c.case_id)
    .limit(bindparam("most", type_=Integer))
)
_SAVE = (
    update(moved_cases)
    .where(moved_cases.c.move_id == bindparam("of_move"))
    .where(moved_cases.c.case_id == bindparam("of_case"))
)
_COUNTS = (
    select(moved_cases.c.how, moved_cases.c.back, func.count())
    .where(moved_cases.c.move_id == bindparam("of_move"))
    .group_by(moved_cases.c.how, moved_cases.c.back)
)
_RENAME = (
    update(tasks)
    .where(tasks.c.id == bindparam("of_task"))
    .values(name=bindparam("new_name"), form=bindparam("new_form"))
)


@dataclass(frozen=True, kw_only=True)
class LiveCase:
    """An open case; `version` is the number of the version that it is on."""

    id: int
    number: str
    version_id: int
    version: int
    stage: str
    opened_at: datetime
    state: bytes
    child_name: str


@dataclass(frozen=True, kw_only=True)
class WritingRow:
    """Something that was begun and not sent: `content` is JSON by field, or empty with a `field`.

    `task_id` is None for an act.
    """

    case_id: int
    element: str
    task_id: int | None
    field: str
    content: str


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """A move; `version` is the number of the version to which cases move, the rest names."""

    id: int
    council: str
    procedure: str
    version_id: int
    version: int
    person_id: int
    by: str
    reason: str
    at: datetime
    undone_at: datetime | None
    undone_by: int | None
    undone_by_name: str | None
    undone_reason: str
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class MovedCaseRow:
    """A case of a move. `how` is "moved", "stays" or empty; `back` likewise "back" or "stays"."""

    move_id: int
    case_id: int
    number: str
    how: str
    why: str
    version_id: int | None
    from_version: int | None
    sequence: int | None
    state: bytes | None
    back: str
    back_why: str


def find_live_cases(connection: Connection, council: str, procedure: str) -> list[LiveCase]:
    """The open cases of the procedure, on whatever version, the oldest first."""
    values = {"of_council": council, "of_procedure": procedure}
    return records(LiveCase, connection.execute(_LIVE, values))


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Of which open cases something is asked: those of a procedure, or the one with `case_id`."""

    council: str
    procedure: str
    case_id: int | None = None

    def among(self, statement: Select[Any], case_id: Any) -> Select[Any]:
        """The statement, for these cases alone; `case_id` is its column."""
        if self.case_id is not None:
            return statement.where(case_id == self.case_id)
        return (
            statement.join(cases, cases.c.id == case_id)
            .join(versions, versions.c.id == cases.c.version_id)
            .where(versions.c.council == self.council)
            .where(versions.c.procedure == self.procedure)
            .where(cases.c.closed_at.is_(None))
        )


def find_tasks_of(connection: Connection, whose: Whose) -> list[TaskRow]:
    """The open tasks of these cases."""
    statement = whose.among(select(tasks).where(tasks.c.closed_at.is_(None)), tasks.c.case_id)
    return records(TaskRow, connection.execute(statement.order_by(tasks.c.id)))


def find_deadlines_of(connection: Connection, whose: Whose) -> list[DeadlineRow]:
    """The deadlines of what is open in these cases."""
    statement = select(deadlines).where(deadlines.c.closed_at.is_(None))
    statement = whose.among(statement, deadlines.c.case_id)
    return records(DeadlineRow, connection.execute(statement.order_by(deadlines.c.id)))


def find_writing_of(connection: Connection, whose: Whose) -> Iterator[WritingRow]:
    """What was begun and not sent in these cases: drafts, what colleagues draft, uploads."""
    of_help = drafting_help.join(tasks, tasks.c.id == drafting_help.c.task_id)
    found = (
        (
            select(drafts.c.case_id, drafts.c.element, drafts.c.task_id, drafts.c.content),
            drafts.c.case_id,
        ),
        (
            select(
                drafting_help.c.case_id,
                tasks.c.element,
                drafting_help.c.task_id,
                drafting_help.c.content,
            )
            .select_from(of_help)
            .where(drafting_help.c.ended_at.is_(None))
            .where(drafting_help.c.content != ""),
            drafting_help.c.case_id,
        ),
        (
            select(files.c.case_id, files.c.element, files.c.task_id, files.c.field).where(
                files.c.sequence.is_(None)
            ),
            files.c.case_id,
        ),
    )
    for statement, case_id in found:
        for row in connection.execute(whose.among(statement, case_id)).mappings():
            yield WritingRow(
                case_id=row["case_id"],
                element=row["element"],
                task_id=row["task_id"],
                field=row.get("field", ""),
                content=row.get("content", ""),
            )


def find_late(
    connection: Connection,
    whose: Whose,
    *,
    how: str,
    elements: Collection[str],
    forms: Collection[str],
) -> list[tuple[int, str]]:
    """Case and element of each task closed so that nobody answered, at these elements or forms."""
    statement = (
        select(tasks.c.case_id, tasks.c.element)
        .where(tasks.c.closed_how == how)
        .where(or_(tasks.c.element.in_(list(elements)), tasks.c.form.in_(list(forms))))
    )
    rows = connection.execute(whose.among(statement, tasks.c.case_id))
    return [(row.case_id, row.element) for row in rows]


def find_touched(
    connection: Connection, whose: Whose, elements: Collection[str]
) -> list[tuple[int, str]]:
    """Case and element of all that happened, or waits, at one of these elements."""
    found: set[tuple[int, str]] = set()
    for table in (entries, tasks):
        statement = select(table.c.case_id, table.c.element)
        statement = statement.where(table.c.element.in_(list(elements))).distinct()
        rows = connection.execute(whose.among(statement, table.c.case_id))
        found.update((row.case_id, row.element) for row in rows)
    return sorted(found)


def find_answers_of(connection: Connection, whose: Whose) -> list[tuple[int, str, str]]:
    """Case, form and content of all that was answered in these cases, in order."""
    statement = select(answers.c.case_id, answers.c.form, answers.c.content)
    rows = connection.execute(whose.among(statement, answers.c.case_id).order_by(answers.c.id))
    return [(row.case_id, row.form, row.content) for row in rows]


def rename_tasks(connection: Connection, renamed: Iterable[tuple[int, str, str]]) -> None:
    """Give open tasks the name and the form that they have on another version."""
    values = [{"of_task": i, "new_name": name, "new_form": form} for i, name, form in renamed]
    if values:
        connection.execute(_RENAME, values)


def add_move(connection: Connection, case_ids: Collection[int], **values: object) -> int:
    """Keep that these cases are to move; the move's id."""
    move_id = int(connection.execute(insert(moves).returning(moves.c.id), values).scalar_one())
    rows = [{"move_id": move_id, "case_id": case_id} for case_id in sorted(case_ids)]
    connection.execute(insert(moved_cases), rows)
    return move_id


def find_moves(connection: Connection, council: str, procedure: str, *, most: int) -> list[MoveRow]:
    """The last moves of the procedure's cases, the newest first."""
    values = {"of_council": council, "of_procedure": procedure, "most": most}
    return records(MoveRow, connection.execute(_MOVES_OF, values))


def find_move(connection: Connection, move_id: int, *, lock: bool = False) -> MoveRow | None:
    """The move with that id; locked until the transaction ends where that is asked for."""
    statement = _MOVE.with_for_update(of=moves) if lock else _MOVE
    return first(MoveRow, connection.execute(statement, {"of_move": move_id}))


def find_unfinished_moves(connection: Connection) -> list[int]:
    """The moves of which a case still waits, the oldest first."""
    return list(connection.execute(_UNFINISHED).scalars())


def find_moved_cases(connection: Connection, move_id: int) -> list[MovedCaseRow]:
    """The cases of a move, the oldest first."""
    return records(MovedCaseRow, connection.execute(_ALL_CASES, {"of_move": move_id}))


def find_moved_case(connection: Connection, move_id: int, case_id: int) -> MovedCaseRow | None:
    """One case of a move."""
    values = {"of_move": move_id, "of_case": case_id}
    return first(MovedCaseRow, connection.execute(_ONE_CASE, values))


def find_waiting_cases(connection: Connection, move_id: int, *, undo: bool, most: int) -> list[int]:
    """The cases of a move that still wait for it, or for being moved back."""
    values = {"of_move": move_id, "most": most}
    return list(connection.execute(_TO_UNDO if undo else _WAITING, values).scalars())


def save_moved_case(connection: Connection, move_id: int, case_id: int, **values: object) -> None:
    """Keep what became of a case of a move."""
    connection.execute(_SAVE.values(**values), {"of_move": move_id, "of_case": case_id})


def keep_stays(
    connection: Connection, move_id: int, case_id: int, how: str, why: str, *, back: bool
) -> None:
    """Keep that a case is left as it is, unless somebody else has kept meanwhile what it is."""
    known = moved_cases.c.back if back else moved_cases.c.how
    said = {"back": how, "back_why": why} if back else {"how": how, "why": why}
    values = {"of_move": move_id, "of_case": case_id}
    connection.execute(_SAVE.where(known == "").values(**said), values)


def save_move(connection: Connection, move_id: int, **values: object) -> None:
    """Keep that a move is over, or undone."""
    connection.execute(update(moves).where(moves.c.id == move_id).values(**values))


def count_moved(connection: Connection, move_id: int) -> dict[tuple[str, str], int]:
    """How many cases of the move became what: by `how` and `back`."""
    rows = connection.execute(_COUNTS, {"of_move": move_id})
    return {(str(row[0]), str(row[1])): int(row[2]) for row in rows}
