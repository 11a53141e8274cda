"""Deadlines: the one object behind a due date, a reminder and a timer on the diagram."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.incidents import incidents
from engine.store.statement import Statement

# `token` is the armed timer's, `host` that of the task or sub-process that it sits on.
deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("task_id", ForeignKey("tasks.id")),
    Column("token", Integer, nullable=False),
    Column("host", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("statutory", Boolean, nullable=False),
    Column("case_limit", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("original_due", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("moves", Integer, nullable=False, default=0),
    Column("fired_at", Instant),
    Column("closed_at", Instant),
    Index("ix_deadlines_case_id_closed_at", "case_id", "closed_at"),
    Index("ix_deadlines_case_id_element", "case_id", "element"),
    # Only what may still pass is in it: the worker asks often, and what has passed is far more.
    Index(
        "ix_deadlines_due_open",
        "due",
        "case_id",
        sqlite_where=text("fired_at IS NULL AND closed_at IS NULL"),
        postgresql_where=text("fired_at IS NULL AND closed_at IS NULL"),
    ),
)

_ADD = Statement(
    insert(deadlines).returning(deadlines.c.id),
    columns=[column.key for column in deadlines.columns if column is not deadlines.c.id],
)
_OF_CASE = (
    select(deadlines).where(deadlines.c.case_id == bindparam("case_id")).order_by(deadlines.c.id)
)
_OPEN = Statement(_OF_CASE.where(deadlines.c.closed_at.is_(None)))
_ONE = select(deadlines).where(deadlines.c.id == bindparam("deadline_id"))
_SAVE = Statement(
    update(deadlines)
    .where(deadlines.c.id == bindparam("deadline_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("token", "due", "moves", "fired_at", "closed_at")
        }
    )
)
_LAST_OF_ELEMENT = Statement(
    select(deadlines)
    .where(deadlines.c.case_id == bindparam("case_id"))
    .where(deadlines.c.element == bindparam("element"))
    .order_by(deadlines.c.id.desc())
    .limit(1)
)
_LIMIT = (
    select(deadlines)
    .where(deadlines.c.case_id == bindparam("case_id"))
    .where(deadlines.c.case_limit)
    .order_by(deadlines.c.id.desc())
    .limit(1)
)
_waiting = deadlines.c.fired_at.is_(None) & deadlines.c.closed_at.is_(None)
# In one piece SQLite would group first, and for that walk through every deadline there ever was.
# What could not be acted on is tried again at its time; in a suspended case nothing passes.
_held = (
    exists()
    .where(incidents.c.case_id == deadlines.c.case_id)
    .where(incidents.c.over_at.is_(None))
    .where(incidents.c.try_again_at > bindparam("now", type_=Instant))
    .where(or_(incidents.c.deadline_id.is_(None), incidents.c.deadline_id == deadlines.c.id))
)
_suspended = (
    exists().where(cases.c.id == deadlines.c.case_id).where(cases.c.suspended_at.is_not(None))
)
_due = (
    select(deadlines.c.case_id, deadlines.c.due)
    .where(_waiting)
    .where(deadlines.c.due <= bindparam("now", type_=Instant))
    .where(~_held)
    .where(~_suspended)
    .cte("due")
    .prefix_with("MATERIALIZED")
)
_CASES_DUE = (
    select(_due.c.case_id)
    .group_by(_due.c.case_id)
    .order_by(func.min(_due.c.due), _due.c.case_id)
    .limit(bindparam("most", type_=Integer))
)
_NEXT_DUE = select(func.min(deadlines.c.due)).where(_waiting).where(~_held).where(~_suspended)


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """A deadline as it is kept."""

    id: int
    case_id: int
    task_id: int | None
    token: int
    host: int
    element: str
    stage: str
    rule: str
    statutory: bool
    case_limit: bool
    received_at: datetime
    original_due: datetime
    due: datetime
    moves: int
    fired_at: datetime | None
    closed_at: datetime | None


def add_deadline(connection: Connection, row: DeadlineRow) -> DeadlineRow:
    """Keep a new deadline; the same with the id that it was given."""
    values = vars(row)
    ((deadline_id,),) = _ADD.rows(connection, values)
    return DeadlineRow(**{**values, "id": deadline_id})


def find_deadline(connection: Connection, deadline_id: int) -> DeadlineRow | None:
    """The deadline with that id."""
    return first(DeadlineRow, connection.execute(_ONE, {"deadline_id": deadline_id}))


def find_open_deadlines(connection: Connection, case_id: int) -> list[DeadlineRow]:
    """The deadlines of what is still open in the case, whether passed or not."""
    return _OPEN.records(DeadlineRow, connection, {"case_id": case_id})


def find_case_deadlines(connection: Connection, case_id: int) -> list[DeadlineRow]:
    """All deadlines that the case ever had, the oldest first."""
    return records(DeadlineRow, connection.execute(_OF_CASE, {"case_id": case_id}))


def find_last_deadline(connection: Connection, case_id: int, element: str) -> DeadlineRow | None:
    """The newest deadline that this timer had in the case."""
    values = {"case_id": case_id, "element": element}
    return _LAST_OF_ELEMENT.first(DeadlineRow, connection, values)


def find_case_limit(connection: Connection, case_id: int) -> DeadlineRow | None:
    """The limit of the whole case, as it was opened last."""
    return first(DeadlineRow, connection.execute(_LIMIT, {"case_id": case_id}))


def save_deadlines(connection: Connection, rows: Iterable[DeadlineRow]) -> None:
    """Write deadlines back."""
    values = [
        {
            "deadline_id": row.id,
            "new_token": row.token,
            "new_due": row.due,
            "new_moves": row.moves,
            "new_fired_at": row.fired_at,
            "new_closed_at": row.closed_at,
        }
        for row in rows
    ]
    _SAVE.change_each(connection, values)


def find_cases_due(connection: Connection, now: datetime, most: int) -> list[int]:
    """The cases in which a deadline has passed that was not yet acted on, the oldest first."""
    return list(connection.execute(_CASES_DUE, {"now": now, "most": most}).scalars())


def find_next_due(connection: Connection, now: datetime) -> datetime | None:
    """The instant at which the next deadline of any case passes, of those that may pass now."""
    due: datetime | None = connection.execute(_NEXT_DUE, {"now": now}).scalar()
    return due
