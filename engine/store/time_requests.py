"""Requests for more time: what a respondent asked of the raiser, and what came of it (A-HAR-17).

Why they asked stands in the history's entry alone, so that no words are kept twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)

from engine.store.absences import acts_as
from engine.store.access import may_see_case
from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, metadata, records
from engine.store.deadlines import deadlines
from engine.store.people import people
from engine.store.tasks import tasks

GRANTED: Final = "granted"
PARTLY: Final = "partly granted"
REFUSED: Final = "refused"
ASKED_ANEW: Final = "asked anew"

# `sequence` is the place of the history's entry that says why; `how` is empty until it is decided.
time_requests = Table(
    "time_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("asked_by", ForeignKey("people.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("wanted", Date, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("how", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", ForeignKey("people.id")),
)

_ADD = insert(time_requests)
_UNDECIDED = (
    select(time_requests, people.c.name.label("asker"))
    .join(people, people.c.id == time_requests.c.asked_by)
    .join(tasks, tasks.c.id == time_requests.c.task_id)
    .where(time_requests.c.case_id == bindparam("of_case"))
    .where(time_requests.c.decided_at.is_(None))
    .where(tasks.c.closed_at.is_(None))
    .order_by(time_requests.c.id)
)
_DECIDE = (
    update(time_requests)
    .where(time_requests.c.id == bindparam("of"))
    .values(
        how=bindparam("came_to"),
        decided_at=bindparam("at", type_=Instant),
        decided_by=bindparam("who"),
    )
)
_FOR_RAISER = (
    select(
        cases.c.number.label("case_number"),
        children.c.name.label("child_name"),
        select(func.min(deadlines.c.id))
        .where(deadlines.c.task_id == tasks.c.id)
        .where(~deadlines.c.case_limit)
        .where(deadlines.c.closed_at.is_(None))
        .scalar_subquery()
        .label("deadline_id"),
        tasks.c.name.label("task"),
        people.c.name.label("asker"),
        time_requests.c.wanted,
    )
    .select_from(time_requests)
    .join(tasks, tasks.c.id == time_requests.c.task_id)
    .join(cases, cases.c.id == time_requests.c.case_id)
    .join(children, children.c.id == cases.c.child_id)
    .join(people, people.c.id == time_requests.c.asked_by)
    .where(time_requests.c.decided_at.is_(None))
    .where(tasks.c.closed_at.is_(None))
    .where(cases.c.raiser_id.in_(acts_as()))
    .where(may_see_case())
    .order_by(tasks.c.due, time_requests.c.id)
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, kw_only=True)
class TimeRequest:
    """A request that nobody decided yet, for a task that is still open.

    `wanted` is the last day that was asked for, `late` that the due date had passed. Instants are
    aware, in UTC.
    """

    id: int
    case_id: int
    task_id: int
    sequence: int
    asked_by: int
    asked_at: datetime
    wanted: date
    late: bool
    how: str
    decided_at: datetime | None
    decided_by: int | None
    asker: str


@dataclass(frozen=True, kw_only=True)
class AskedOfRaiser:
    """A request as a raiser's home has it; `deadline_id` is the deadline that may be moved."""

    case_number: str
    child_name: str
    deadline_id: int
    task: str
    asker: str
    wanted: date


def add_request(
    connection: Connection,
    *,
    case_id: int,
    task_id: int,
    sequence: int,
    asked_by: int,
    asked_at: datetime,
    wanted: date,
    late: bool,
) -> None:
    """Keep that more time was asked for, until the end of the day `wanted`."""
    values = {
        "case_id": case_id,
        "task_id": task_id,
        "sequence": sequence,
        "asked_by": asked_by,
        "asked_at": asked_at,
        "wanted": wanted,
        "late": late,
        "how": "",
    }
    connection.execute(_ADD, values)


def find_undecided(connection: Connection, case_id: int) -> dict[int, TimeRequest]:
    """The requests of the case that wait for the raiser, by the open task that they are about."""
    found = records(TimeRequest, connection.execute(_UNDECIDED, {"of_case": case_id}))
    return {each.task_id: each for each in found}


def decide_request(
    connection: Connection, request_id: int, how: str, *, at: datetime, by: int
) -> None:
    """Keep what came of a request: GRANTED, PARTLY, REFUSED or ASKED_ANEW."""
    connection.execute(_DECIDE, {"of": request_id, "came_to": how, "at": at, "who": by})


def find_asked_of(
    connection: Connection, person_id: int, today: date, most: int
) -> list[AskedOfRaiser]:
    """What waits for that person as the raiser, or for whom they stand in: the first due first."""
    values = {"me": person_id, "today": today, "most": most}
    return records(AskedOfRaiser, connection.execute(_FOR_RAISER, values))
