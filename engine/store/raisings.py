"""Concerns that somebody is raising: the child is picked, and there is no case yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people
from engine.store.versions import versions

# `mark` stands in addresses, where nothing of the child may. `then_element` is the act with which
# the new case goes on, `again` the places of that case's concerns that are raised anew. `case_id`
# is set once it is raised.
raisings = Table(
    "raisings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mark", Text, nullable=False, unique=True),
    Column("person_id", ForeignKey(people.c.id), nullable=False, index=True),
    Column("child_id", ForeignKey(children.c.id), nullable=False),
    Column("version_id", ForeignKey(versions.c.id)),
    Column("linked_to", ForeignKey(cases.c.id)),
    Column("then_element", Text, nullable=False, default=""),
    Column("again", Text, nullable=False, default=""),
    Column("began_at", Instant, nullable=False),
    Column("case_id", ForeignKey(cases.c.id)),
)

_ADD = insert(raisings)
_BY_MARK = select(raisings).where(raisings.c.mark == bindparam("by_mark"))
_LOCK = _BY_MARK.with_for_update()
_UNSENT = (
    select(raisings)
    .where(raisings.c.person_id == bindparam("me"), raisings.c.case_id.is_(None))
    .order_by(raisings.c.id.desc())
)
_CHOOSE = (
    update(raisings)
    .where(raisings.c.id == bindparam("of"))
    .values(version_id=bindparam("new_version"))
)
_END = (
    update(raisings).where(raisings.c.id == bindparam("of")).values(case_id=bindparam("new_case"))
)
_DELETE = delete(raisings).where(raisings.c.id == bindparam("of"))
_OLD = select(raisings.c.id).where(
    raisings.c.began_at < bindparam("before", type_=Instant), raisings.c.case_id.is_(None)
)


@dataclass(frozen=True, kw_only=True)
class RaisingRow:
    """A concern that is being raised; the instant is aware, in UTC."""

    id: int
    mark: str
    person_id: int
    child_id: int
    version_id: int | None
    linked_to: int | None
    then_element: str
    again: str
    began_at: datetime
    case_id: int | None


def add_raising(connection: Connection, **values: object) -> None:
    """Keep that somebody has picked a child."""
    connection.execute(_ADD, {"version_id": None, "case_id": None, **values})


def find_raising(connection: Connection, mark: str, *, lock: bool = False) -> RaisingRow | None:
    """The one with that mark, locked until the transaction ends where that is asked for."""
    return first(RaisingRow, connection.execute(_LOCK if lock else _BY_MARK, {"by_mark": mark}))


def find_unsent_raisings(connection: Connection, person_id: int) -> list[RaisingRow]:
    """The person's that are no cases yet, the newest first."""
    return records(RaisingRow, connection.execute(_UNSENT, {"me": person_id}))


def choose_version(connection: Connection, raising_id: int, version_id: int) -> None:
    """The child is confirmed and the procedure chosen."""
    connection.execute(_CHOOSE, {"of": raising_id, "new_version": version_id})


def end_raising(connection: Connection, raising_id: int, case_id: int) -> None:
    """It was raised: this is its case."""
    connection.execute(_END, {"of": raising_id, "new_case": case_id})


def delete_raising(connection: Connection, raising_id: int) -> None:
    """It is given up; its draft and files are gone before."""
    connection.execute(_DELETE, {"of": raising_id})


def find_old_raisings(connection: Connection, *, before: datetime) -> list[int]:
    """The ids of those begun before that instant that are no cases yet."""
    return list(connection.execute(_OLD, {"before": before}).scalars())
