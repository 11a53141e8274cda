"""Standing meetings of a service, and what lists and cases look for in them.

What is read of a meeting stands in `content`, as JSON; the other columns and tables say again what
is looked for. The ledger vouches for all of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people
from engine.store.tasks import tasks

meetings = Table(
    "meetings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_meetings_council_kind_at", "council", "kind", "at"),
)

# The cases on an agenda: those that somebody put there, and later those that stood on it.
meeting_cases = Table(
    "meeting_cases",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Index("ix_meeting_cases_case_id", "case_id"),
)

meeting_decisions = Table(
    "meeting_decisions",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("case_id", ForeignKey("cases.id")),
    Column("undone", Boolean, nullable=False),
    Index("ix_meeting_decisions_case_id", "case_id"),
)

MEETING = "meeting"
"""The name under which the ledger tells of meetings."""

PLANNED, KEPT, CLOSED, NOT_HELD = "planned", "agenda kept", "closed", "not held"

_ADD_MEETING = insert(meetings).returning(meetings.c.id)
_SAVE_MEETING = (
    update(meetings)
    .where(meetings.c.id == bindparam("of"))
    .values(
        at=bindparam("new_at", type_=Instant),
        state=bindparam("new_state"),
        content=bindparam("new_content"),
    )
)
_BY_ID = select(meetings).where(meetings.c.id == bindparam("of"))
_ALL = select(meetings).order_by(meetings.c.id)
_OF_KINDS = (
    select(meetings)
    .where(meetings.c.council == bindparam("council"))
    .where(meetings.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(meetings.c.at.desc(), meetings.c.id.desc())
)
_BEGUN = (
    select(meetings)
    .where(meetings.c.state == PLANNED)
    .where(meetings.c.at <= bindparam("now", type_=Instant))
    .order_by(meetings.c.at, meetings.c.id)
)
_ADD_CASE = insert_or_not(meeting_cases).on_conflict_do_nothing()
_TAKE_CASE_OFF = (
    delete(meeting_cases)
    .where(meeting_cases.c.meeting_id == bindparam("of_meeting"))
    .where(meeting_cases.c.case_id == bindparam("of_case"))
)
_CASES_OF = select(meeting_cases).order_by(meeting_cases.c.meeting_id, meeting_cases.c.case_id)
_CASES_OF_ONE = _CASES_OF.where(meeting_cases.c.meeting_id == bindparam("of"))
_WITH_CASE = (
    select(meetings)
    .where(
        meetings.c.id.in_(
            select(meeting_cases.c.meeting_id).where(
                meeting_cases.c.case_id == bindparam("of_case")
            )
        )
    )
    .order_by(meetings.c.at, meetings.c.id)
)
_ADD_DECISION = insert(meeting_decisions)
_SAVE_DECISION = (
    update(meeting_decisions)
    .where(meeting_decisions.c.meeting_id == bindparam("of_meeting"))
    .where(meeting_decisions.c.place == bindparam("of_place"))
    .values(undone=bindparam("new_undone"))
)
_DECISIONS = select(meeting_decisions).order_by(
    meeting_decisions.c.meeting_id, meeting_decisions.c.place
)
_DECISIONS_OF = _DECISIONS.where(meeting_decisions.c.meeting_id == bindparam("of"))
_UNDONE = (
    select(meeting_decisions.c.meeting_id, meeting_decisions.c.place)
    .join(meetings, meetings.c.id == meeting_decisions.c.meeting_id)
    .where(meetings.c.council == bindparam("council"))
    .where(meetings.c.kind == bindparam("kind"))
    .where(meeting_decisions.c.undone)
    .where(
        tuple_(meetings.c.at, meetings.c.id)
        < tuple_(bindparam("before", type_=Instant), bindparam("before_id"))
    )
    .order_by(meetings.c.at, meeting_decisions.c.meeting_id, meeting_decisions.c.place)
)
_AT_STAGES = (
    select(cases.c.id, cases.c.stage)
    .where(cases.c.council == bindparam("council"))
    .where(cases.c.closed_at.is_(None))
    .where(cases.c.stage.in_(bindparam("stages", expanding=True)))
    .order_by(cases.c.id)
)
_WAITING_AT_STAGES = (
    select(cases.c.id, cases.c.version_id, tasks.c.element, tasks.c.stage)
    .join(cases, cases.c.id == tasks.c.case_id)
    .where(cases.c.council == bindparam("council"))
    .where(tasks.c.closed_at.is_(None))
    .where(tasks.c.stage.in_(bindparam("stages", expanding=True)))
    .order_by(cases.c.id)
)
_TOLD = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.stage,
        cases.c.outcome,
        cases.c.clock_started_at,
        cases.c.closed_at,
        cases.c.child_id,
        children.c.name.label("child_name"),
        children.c.restricted,
        people.c.name.label("raiser"),
    )
    .join(children, children.c.id == cases.c.child_id)
    .join(people, people.c.id == cases.c.raiser_id)
    .where(cases.c.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, kw_only=True)
class MeetingRow:
    """A meeting as it is kept; `state` is PLANNED, KEPT, CLOSED or NOT_HELD, `content` JSON."""

    id: int
    council: str
    kind: str
    at: datetime
    state: str
    content: str


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """That a meeting decided something, and whether it is still to be done."""

    meeting_id: int
    place: int
    case_id: int | None
    undone: bool


@dataclass(frozen=True, kw_only=True)
class ToldCase:
    """What an agenda tells of a case; instants are aware, in UTC."""

    id: int
    number: str
    stage: str
    outcome: str
    clock_started_at: datetime | None
    closed_at: datetime | None
    child_id: int
    child_name: str
    restricted: bool
    raiser: str


def add_meeting(
    connection: Connection, *, council: str, kind: str, at: datetime, content: str
) -> int:
    """A new meeting; its id."""
    values = {"council": council, "kind": kind, "at": at, "state": PLANNED, "content": content}
    return int(connection.execute(_ADD_MEETING, values).scalar_one())


def save_meeting(connection: Connection, row: MeetingRow) -> None:
    """Write a meeting back."""
    values = {"new_at": row.at, "new_state": row.state, "new_content": row.content}
    connection.execute(_SAVE_MEETING, {"of": row.id, **values})


def find_meeting(connection: Connection, meeting_id: int) -> MeetingRow | None:
    """The meeting with that id."""
    return first(MeetingRow, connection.execute(_BY_ID, {"of": meeting_id}))


def find_meetings(connection: Connection, council: str, kinds: Iterable[str]) -> list[MeetingRow]:
    """The council's meetings of those kinds, the latest first."""
    values = {"council": council, "kinds": sorted(kinds)}
    return records(MeetingRow, connection.execute(_OF_KINDS, values))


def find_begun_meetings(connection: Connection, now: datetime) -> list[MeetingRow]:
    """Meetings whose time has come and whose agenda was not kept yet."""
    return records(MeetingRow, connection.execute(_BEGUN, {"now": now}))


def add_meeting_cases(connection: Connection, meeting_id: int, case_ids: Iterable[int]) -> None:
    """These cases stand on the meeting's agenda; those that did already still do."""
    rows = [{"meeting_id": meeting_id, "case_id": case_id} for case_id in case_ids]
    if rows:
        connection.execute(_ADD_CASE, rows)


def delete_meeting_case(connection: Connection, meeting_id: int, case_id: int) -> None:
    """The case does not stand on the meeting's agenda any more."""
    connection.execute(_TAKE_CASE_OFF, {"of_meeting": meeting_id, "of_case": case_id})


def find_meetings_with(connection: Connection, case_id: int) -> list[MeetingRow]:
    """The meetings on whose agenda the case stands or stood, the first one first."""
    return records(MeetingRow, connection.execute(_WITH_CASE, {"of_case": case_id}))


def add_meeting_decision(
    connection: Connection, meeting_id: int, place: int, case_id: int | None
) -> None:
    """Something that was decided and is to be done."""
    values = {"meeting_id": meeting_id, "place": place, "case_id": case_id, "undone": True}
    connection.execute(_ADD_DECISION, values)


def save_meeting_decision(
    connection: Connection, meeting_id: int, place: int, *, undone: bool
) -> None:
    """Keep whether what was decided is still to be done."""
    values = {"of_meeting": meeting_id, "of_place": place, "new_undone": undone}
    connection.execute(_SAVE_DECISION, values)


def find_undone(
    connection: Connection, council: str, kind: str, before: datetime, before_id: int
) -> list[tuple[int, int]]:
    """Meeting and place of what earlier meetings of the kind decided and is not done yet."""
    values = {"council": council, "kind": kind, "before": before, "before_id": before_id}
    return [(row.meeting_id, row.place) for row in connection.execute(_UNDONE, values)]


def find_cases_at(
    connection: Connection, council: str, stages: Iterable[str]
) -> list[tuple[int, str]]:
    """The open cases that stand at one of those stages: id and stage."""
    values = {"council": council, "stages": sorted(stages)}
    return [(row.id, row.stage) for row in connection.execute(_AT_STAGES, values)]


def find_steps_at(
    connection: Connection, council: str, stages: Iterable[str]
) -> list[tuple[int, int, str, str]]:
    """Open steps of such stages, beside others too: case, version, element, stage."""
    values = {"council": council, "stages": sorted(stages)}
    rows = connection.execute(_WAITING_AT_STAGES, values)
    return [(row.id, row.version_id, row.element, row.stage) for row in rows]


def find_told_cases(connection: Connection, case_ids: Iterable[int]) -> dict[int, ToldCase]:
    """What an agenda tells of those cases, by id."""
    ids = sorted(set(case_ids))
    rows = records(ToldCase, connection.execute(_TOLD, {"ids": ids})) if ids else []
    return {row.id: row for row in rows}


def find_meeting_state(connection: Connection, meeting_id: int) -> dict[str, Any] | None:
    """All that is kept of the meeting, as the ledger vouches for it."""
    row = find_meeting(connection, meeting_id)
    if row is None:
        return None
    of = {"of": meeting_id}
    cases_of = [each.case_id for each in connection.execute(_CASES_OF_ONE, of)]
    return _state(row, cases_of, records(DecisionRow, connection.execute(_DECISIONS_OF, of)))


def find_meeting_states(connection: Connection) -> dict[int, dict[str, Any]]:
    """As `find_meeting_state`, of all meetings, by id."""
    cases_of: dict[int, list[int]] = {}
    for meeting_id, case_id in connection.execute(_CASES_OF):
        cases_of.setdefault(meeting_id, []).append(case_id)
    decided: dict[int, list[DecisionRow]] = {}
    for decision in records(DecisionRow, connection.execute(_DECISIONS)):
        decided.setdefault(decision.meeting_id, []).append(decision)
    return {
        row.id: _state(row, cases_of.get(row.id, []), decided.get(row.id, []))
        for row in records(MeetingRow, connection.execute(_ALL))
    }


def _state(
    row: MeetingRow, cases_of: Iterable[int], decided: Iterable[DecisionRow]
) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "at": row.at.isoformat(),
        "state": row.state,
        "content": json.loads(row.content),
        "cases": list(cases_of),
        "decisions": [[each.place, each.case_id, each.undone] for each in decided],
    }
