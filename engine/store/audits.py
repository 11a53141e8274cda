"""Audits (X-29): rounds with what each was drawn from, and the audits that were drawn.

What is read of either stands in `content`, as JSON; the other columns say again what is looked for.
The ledger vouches for all of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from engine.store.access import may_see_case
from engine.store.cases import cases
from engine.store.children import Child, child_readers, children
from engine.store.database import Id, Instant, first, metadata, records

audit_rounds = Table(
    "audit_rounds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("made_by", ForeignKey("people.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_audit_rounds_council_made_at", "council", "made_at"),
)

# `reference` is the case's number, or the child's reference as it stood in the list; `child_id` is
# empty where nobody is known by it, or not to who drew. `state` is TO_DO, BEGUN or FINISHED.
audits = Table(
    "audits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("round_id", ForeignKey("audit_rounds.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("child_id", ForeignKey("children.id"), index=True),
    Column("state", Text, nullable=False),
    Column("finished_at", Instant),
    Column("content", Text, nullable=False),
)

ROUND: Final = "audit round"
AUDIT: Final = "audit"
"""The names under which the ledger tells of them."""

CASE, CHILD = "case", "child"
"""What an audit is of: a case, or a child about whom no concern was raised."""
TO_DO, BEGUN, FINISHED = "to do", "begun", "finished"

_ADD_ROUND = insert(audit_rounds).returning(audit_rounds.c.id)
_ADD_AUDIT = insert(audits).returning(audits.c.id)
_ROUND = select(audit_rounds).where(audit_rounds.c.id == bindparam("of"))
_ROUNDS = (
    select(audit_rounds)
    .where(audit_rounds.c.council == bindparam("council"))
    .order_by(audit_rounds.c.made_at.desc(), audit_rounds.c.id.desc())
)
_known = children.alias("known")
_by_reference = (
    select(_known.c.id)
    .where(_known.c.council == audit_rounds.c.council, _known.c.reference == audits.c.reference)
    .correlate(audit_rounds, audits)
    .scalar_subquery()
)
_NAMED = (
    select(
        audits,
        children.c.name.label("child_name"),
        children.c.restricted,
        children.c.id.label("known_child_id"),
    )
    .join(audit_rounds, audit_rounds.c.id == audits.c.round_id)
    .outerjoin(cases, cases.c.id == audits.c.case_id)
    .outerjoin(
        children,
        children.c.id == func.coalesce(cases.c.child_id, audits.c.child_id, _by_reference),
    )
)
_OF_ROUND = _NAMED.where(audits.c.round_id == bindparam("of")).order_by(audits.c.place)
_ONE = _NAMED.where(audits.c.id == bindparam("of"))
_FINISHED = (
    _NAMED.where(audit_rounds.c.council == bindparam("council"))
    .where(audits.c.state == FINISHED)
    .where(audits.c.finished_at >= bindparam("since", type_=Instant))
    .where(audits.c.finished_at < bindparam("until", type_=Instant))
    .order_by(audits.c.finished_at, audits.c.id)
)
_LOCK_AUDIT = select(audits.c.id).where(audits.c.id == bindparam("of")).with_for_update()
_SAVE = (
    update(audits)
    .where(audits.c.id == bindparam("of"))
    .values(
        state=bindparam("new_state"),
        finished_at=bindparam("new_finished_at", type_=Instant),
        content=bindparam("new_content"),
    )
)
_STATES = (
    select(audits.c.round_id, audits.c.state, func.count().label("how_many"))
    .join(audit_rounds, audit_rounds.c.id == audits.c.round_id)
    .where(audit_rounds.c.council == bindparam("council"))
    .group_by(audits.c.round_id, audits.c.state)
)
_DURING = and_(
    cases.c.council == bindparam("council"),
    cases.c.opened_at < bindparam("until", type_=Instant),
    or_(cases.c.closed_at.is_(None), cases.c.closed_at >= bindparam("since", type_=Instant)),
)
_CASES = (
    select(cases.c.id, cases.c.number).where(_DURING).where(may_see_case()).order_by(cases.c.number)
)
_HOW_MANY_CASES = select(func.count()).select_from(cases).where(_DURING)
_WITH_CASE = select(cases.c.child_id).distinct().where(_DURING)
_NAMED_READER = (
    select(child_readers.c.child_id)
    .where(child_readers.c.child_id == children.c.id)
    .where(child_readers.c.person_id == bindparam("me"))
    .exists()
)
_HIDDEN = (
    select(cases.c.number, children.c.reference)
    .select_from(children)
    .outerjoin(cases, cases.c.child_id == children.c.id)
    .where(children.c.council == bindparam("council"))
    .where(children.c.restricted, ~_NAMED_READER)
)
_READABLE = (
    select(*(children.c[name] for name in Child.__dataclass_fields__))
    .where(children.c.council == bindparam("council"))
    .where(children.c.reference.in_(bindparam("references", expanding=True)))
    .where(or_(~children.c.restricted, _NAMED_READER))
)
_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class RoundRow:
    """A round as it is kept: the days in London that it is about, and JSON."""

    id: int
    council: str
    first: date
    last: date
    made_by: int
    made_at: datetime
    content: str


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """An audit as it is kept, with its child: by the case, by the id, or now by the reference.

    `child_name` is empty and `known_child_id` None where nobody is known by the reference.
    """

    id: int
    round_id: int
    place: int
    kind: str
    reference: str
    case_id: int | None
    child_id: int | None
    state: str
    finished_at: datetime | None
    content: str
    child_name: str
    restricted: bool
    known_child_id: int | None


@dataclass(frozen=True, kw_only=True)
class During:
    """A time of a council, from an aware instant to before another, and who asks on which day."""

    council: str
    since: datetime
    until: datetime
    me: int
    today: date


def add_round(connection: Connection, **values: object) -> int:
    """A new round; its id."""
    return int(connection.execute(_ADD_ROUND, values).scalar_one())


def add_audit(connection: Connection, **values: object) -> int:
    """An audit that was drawn, with nothing in it yet; its id."""
    empty = {"state": TO_DO, "finished_at": None}
    return int(connection.execute(_ADD_AUDIT, {**empty, **values}).scalar_one())


def find_round(connection: Connection, round_id: int) -> RoundRow | None:
    """The round with that id."""
    return first(RoundRow, connection.execute(_ROUND, {"of": round_id}))


def find_rounds(connection: Connection, council: str) -> list[RoundRow]:
    """The council's rounds, the newest first."""
    return records(RoundRow, connection.execute(_ROUNDS, {"council": council}))


def count_states(connection: Connection, council: str) -> dict[int, dict[str, int]]:
    """How many audits of each round are in which state, by the round's id."""
    found: dict[int, dict[str, int]] = {}
    for row in connection.execute(_STATES, {"council": council}):
        found.setdefault(row.round_id, {})[row.state] = row.how_many
    return found


def find_audits(connection: Connection, round_id: int) -> list[AuditRow]:
    """The audits of a round, in their order."""
    return [_audit(row) for row in connection.execute(_OF_ROUND, {"of": round_id}).mappings()]


def find_audit(connection: Connection, audit_id: int, *, lock: bool = False) -> AuditRow | None:
    """The audit with that id; locked for the transaction if asked."""
    if lock:
        connection.execute(_LOCK_AUDIT, {"of": audit_id})
    row = connection.execute(_ONE, {"of": audit_id}).mappings().first()
    return None if row is None else _audit(row)


def find_finished_audits(
    connection: Connection, council: str, since: datetime, until: datetime
) -> list[AuditRow]:
    """The audits that were finished between the two instants, the first one first."""
    values = {"council": council, "since": since, "until": until}
    return [_audit(row) for row in connection.execute(_FINISHED, values).mappings()]


def save_audit(
    connection: Connection, audit_id: int, *, state: str, finished_at: datetime | None, content: str
) -> None:
    """The audit is so from now on; the ledger must be told."""
    values = {"new_state": state, "new_finished_at": finished_at, "new_content": content}
    connection.execute(_SAVE, {"of": audit_id, **values})


def find_cases_during(connection: Connection, during: During) -> dict[str, int]:
    """Cases open at some moment of the time, of those that the person sees: id by number."""
    return {row.number: row.id for row in connection.execute(_CASES, vars(during))}


def count_cases_during(connection: Connection, during: During) -> int:
    """How many cases were open at some moment of that time, whoever sees them."""
    return int(connection.execute(_HOW_MANY_CASES, vars(during)).scalar_one())


def find_children_with_case(connection: Connection, during: During) -> set[int]:
    """The ids of the children about whom a case was open at some moment of that time."""
    return set(connection.execute(_WITH_CASE, vars(during)).scalars())


def find_readable(
    connection: Connection, council: str, references: Iterable[str], person_id: int
) -> dict[str, Child]:
    """Those of the references by which a child is known of whom the person may read."""
    asked, found = sorted(set(references)), {}
    for begin in range(0, len(asked), _AT_ONCE):
        part = asked[begin : begin + _AT_ONCE]
        values = {"council": council, "references": part, "me": person_id}
        for child in records(Child, connection.execute(_READABLE, values)):
            found[child.reference] = child
    return found


def find_hidden(connection: Connection, council: str, person_id: int) -> tuple[set[str], set[str]]:
    """The numbers of cases about children of whom the person may not read, and their references."""
    rows = connection.execute(_HIDDEN, {"council": council, "me": person_id}).all()
    return {row.number for row in rows if row.number}, {row.reference for row in rows}


def find_audit_state(
    connection: Connection, register: str, item_id: int
) -> dict[str, object] | None:
    """One round or audit, as the ledger vouches for it."""
    table = audit_rounds if register == ROUND else audits
    row = connection.execute(select(table).where(table.c.id == item_id)).mappings().first()
    return None if row is None else _state(row)


def find_audit_states(connection: Connection) -> dict[tuple[str, int], dict[str, object]]:
    """All rounds and audits, as the ledger vouches for them."""
    return {
        (register, row["id"]): _state(row)
        for register, table in ((ROUND, audit_rounds), (AUDIT, audits))
        for row in connection.execute(select(table)).mappings()
    }


def _state(row: RowMapping) -> dict[str, object]:
    found = {str(name): _as_json(value) for name, value in row.items()}
    return {**found, "content": json.loads(row["content"])}


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _audit(row: RowMapping) -> AuditRow:
    named = {"child_name": row["child_name"] or "", "restricted": bool(row["restricted"])}
    return AuditRow(**{**row, **named})
