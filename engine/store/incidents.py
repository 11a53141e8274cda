"""Incidents: that a case could not go on, where, why, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    exists,
    func,
    insert,
    or_,
    select,
    table,
    text,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, metadata, records
from engine.store.people import people

# `deadline_id` is set where a passed deadline could not be acted on; with neither that nor an
# element the case as a whole cannot be opened. It is tried again by itself at `try_again_at`; where
# both are empty somebody acted at the element `acted`, when the case had so many `entries`.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("deadline_id", ForeignKey("deadlines.id")),
    Column("element", Text, nullable=False),
    Column("acted", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("try_again_at", Instant),
    Column("told", Text, nullable=False),
    Column("over_at", Instant),
    Column("over_by", ForeignKey("people.id")),
    Column("over_how", Text, nullable=False, default=""),
    Index(
        "ix_incidents_case_id_open",
        "case_id",
        sqlite_where=text("over_at IS NULL"),
        postgresql_where=text("over_at IS NULL"),
    ),
)

_newer = incidents.c.over_at.is_(None)
# These tables ask this one, so their columns are named here without them.
_entries = table(
    "history", column("case_id"), column("sequence"), column("actor_id"), column("element")
)
_tasks = table("tasks", column("case_id"), column("element"), column("closed_at"))
_acted_again = (
    exists()
    .where(_entries.c.case_id == incidents.c.case_id)
    .where(_entries.c.sequence > incidents.c.entries)
    .where(_entries.c.actor_id.is_not(None))
    .where(or_(incidents.c.acted == "", incidents.c.acted == _entries.c.element))
    .correlate(incidents)
)
_asked = (
    exists()
    .where(_tasks.c.case_id == incidents.c.case_id)
    .where(_tasks.c.element == incidents.c.acted)
    .correlate(incidents)
)
# What somebody did is over when they did it again, or when the step is not asked any more.
_done_since = (
    incidents.c.deadline_id.is_(None)
    & incidents.c.try_again_at.is_(None)
    & or_(_acted_again, _asked & ~_asked.where(_tasks.c.closed_at.is_(None)))
)
_OPEN_AT = (
    select(incidents.c.id)
    .where(incidents.c.case_id == bindparam("of_case"))
    .where(incidents.c.deadline_id.is_not_distinct_from(bindparam("of_deadline", type_=Id)))
    .where(incidents.c.element == bindparam("at_element"))
    .where(incidents.c.acted == bindparam("acted_at"))
    .where(_newer & ~_done_since)
)
_AGAIN = (
    update(incidents)
    .where(incidents.c.id == bindparam("of"))
    .values(
        last_at=bindparam("at", type_=Instant),
        times=incidents.c.times + 1,
        entries=bindparam("so_far", type_=Integer),
        cause=bindparam("why"),
        try_again_at=bindparam("again", type_=Instant),
    )
)
_END = (
    update(incidents)
    .where(incidents.c.id.in_(bindparam("these", expanding=True)))
    .where(_newer)
    .values(
        over_at=bindparam("at", type_=Instant), over_by=bindparam("by"), over_how=bindparam("how")
    )
)
_COLUMNS = (incidents, cases.c.number, people.c.name.label("over_by_name"))
_ALL = (
    select(*_COLUMNS)
    .join_from(incidents, cases, cases.c.id == incidents.c.case_id)
    .outerjoin(people, people.c.id == incidents.c.over_by)
    .order_by(incidents.c.id.desc())
)
_OF_CASE = _ALL.where(incidents.c.case_id == bindparam("of_case"))
_deadlines = table("deadlines", column("id"), column("fired_at"), column("closed_at"))
_gone_on = (
    exists()
    .where(_deadlines.c.id == incidents.c.deadline_id)
    .where(or_(_deadlines.c.fired_at.is_not(None), _deadlines.c.closed_at.is_not(None)))
    .correlate(incidents)
)
_STANDING = _newer & cases.c.closed_at.is_(None) & ~_gone_on & ~_done_since


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """That a case could not go on. `number` is the case's, `told` who was told, in words.

    `try_again_at` is when the deadline is tried again by itself; None where that would not help.
    `acted` is the element at which somebody acted, and `entries` how many the history then had.
    """

    id: int
    council: str
    case_id: int
    deadline_id: int | None
    element: str
    acted: str
    entries: int
    cause: str
    first_at: datetime
    last_at: datetime
    times: int
    try_again_at: datetime | None
    told: str
    over_at: datetime | None
    over_by: int | None
    over_how: str
    number: str
    over_by_name: str | None

    @property
    def of_an_act(self) -> bool:
        """Whether what somebody did could not be carried out: only they can do it again."""
        return self.deadline_id is None and self.try_again_at is None


def find_open_incident(
    connection: Connection,
    case_id: int,
    deadline_id: int | None,
    element: str,
    *,
    acted: str = "",
) -> int | None:
    """The incident of the case, at that deadline or element, that is not over; its id.

    `acted` is the element at which somebody acted.
    """
    values = {
        "of_case": case_id,
        "of_deadline": deadline_id,
        "at_element": element,
        "acted_at": acted,
    }
    found: int | None = connection.execute(_OPEN_AT, values).scalar()
    return found


def add_incident(connection: Connection, **values: object) -> int:
    """Keep an incident; its id."""
    statement = insert(incidents).returning(incidents.c.id)
    return int(connection.execute(statement, {"over_how": "", **values}).scalar_one())


def save_told(connection: Connection, incident_id: int, told: str) -> None:
    """Keep who was told of an incident."""
    connection.execute(update(incidents).where(incidents.c.id == incident_id).values(told=told))


def happened_again(
    connection: Connection,
    incident_id: int,
    *,
    at: datetime,
    cause: str,
    again: datetime | None,
    entries: int,
) -> None:
    """It could not go on once more; when it is tried again by itself, if it is."""
    values = {"of": incident_id, "at": at, "why": cause, "again": again, "so_far": entries}
    connection.execute(_AGAIN, values)


def end_incidents(
    connection: Connection, ids: Collection[int], *, at: datetime, by: int | None, how: str
) -> None:
    """These incidents are over."""
    if ids:
        connection.execute(_END, {"these": list(ids), "at": at, "by": by, "how": how})


def find_incidents_of_case(
    connection: Connection, case_id: int, *, standing: bool = False
) -> list[IncidentRow]:
    """All incidents of a case, or those that are not over, the newest first."""
    statement = _OF_CASE.where(_STANDING) if standing else _OF_CASE
    return records(IncidentRow, connection.execute(statement, {"of_case": case_id}))


def find_open_incidents(connection: Connection, council: str, *, most: int) -> list[IncidentRow]:
    """The council's incidents that are not over, in open cases, the newest first."""
    statement = _ALL.where(incidents.c.council == council).where(_STANDING).limit(most)
    return records(IncidentRow, connection.execute(statement))


def find_past_incidents(connection: Connection, council: str, *, most: int) -> list[IncidentRow]:
    """The council's incidents that are over, the newest first."""
    statement = _ALL.where(incidents.c.council == council).where(~_STANDING).limit(most)
    return records(IncidentRow, connection.execute(statement))


def count_open_incidents(connection: Connection, council: str) -> int:
    """How many cases of the council have an incident that is not over."""
    statement = (
        select(func.count(incidents.c.case_id.distinct()))
        .join_from(incidents, cases, cases.c.id == incidents.c.case_id)
        .where(incidents.c.council == council)
        .where(_STANDING)
    )
    return int(connection.execute(statement).scalar_one())
