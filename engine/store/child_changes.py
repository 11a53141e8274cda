"""What was changed on a child's record and why, and which open cases it was told to (X-13)."""

from dataclasses import dataclass
from datetime import date, datetime

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
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people

# `tells` says that open cases are told; `until` is the last day that the change is about, without
# one it has no end; `told_at` is set once every open case was told.
child_changes = Table(
    "child_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("child_id", ForeignKey("children.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("at", Instant, nullable=False),
    Column("tells", Boolean, nullable=False),
    Column("until", Date),
    Column("told_at", Instant),
)

# A case to which a change was told, by the entry `sequence` of its history; `settled_at` is set
# once the raiser said how the case goes on.
child_news = Table(
    "child_news",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("change_id", ForeignKey("child_changes.id"), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("settled_at", Instant),
)

_ADD = insert(child_changes).returning(child_changes.c.id)
_CHANGE = select(child_changes).where(child_changes.c.id == bindparam("change_id"))
_OF_CHILD = (
    select(child_changes, people.c.name.label("person"))
    .join(people, people.c.id == child_changes.c.person_id, isouter=True)
    .where(child_changes.c.child_id == bindparam("of_child"))
    .order_by(child_changes.c.id.desc())
)
_UNTOLD = (
    select(child_changes.c.id)
    .where(child_changes.c.tells)
    .where(child_changes.c.told_at.is_(None))
    .order_by(child_changes.c.id)
)
_TOLD = (
    update(child_changes)
    .where(child_changes.c.id == bindparam("change_id"))
    .values(told_at=bindparam("now", type_=Instant))
)
_OPEN_CASES = (
    select(cases.c.id, cases.c.opened_at)
    .where(cases.c.child_id == bindparam("of_child"))
    .where(cases.c.closed_at.is_(None))
    .order_by(cases.c.id)
)
_ADD_NEWS = insert_or_not(child_news).on_conflict_do_nothing().returning(child_news.c.case_id)
_NEWS = (
    select(
        child_changes.c.id.label("change_id"),
        child_changes.c.kind,
        child_changes.c.words,
        child_changes.c.at,
        child_news.c.settled_at,
    )
    .join(child_changes, child_changes.c.id == child_news.c.change_id)
    .where(child_news.c.case_id == bindparam("of_case"))
    .order_by(child_news.c.change_id)
)
_UNSETTLED = (
    select(cases.c.number, children.c.name.label("child_name"))
    .join(child_news, child_news.c.case_id == cases.c.id)
    .join(children, children.c.id == cases.c.child_id)
    .where(cases.c.raiser_id == bindparam("me"))
    .where(cases.c.closed_at.is_(None))
    .where(child_news.c.settled_at.is_(None))
    .group_by(cases.c.id, cases.c.number, children.c.name)
    .order_by(cases.c.id)
    .limit(bindparam("most", type_=Integer))
)
_SETTLE = (
    update(child_news)
    .where(child_news.c.case_id == bindparam("of_case"))
    .where(child_news.c.settled_at.is_(None))
    .values(settled_at=bindparam("now", type_=Instant))
)
_DELETE_NEWS = delete(child_news).where(child_news.c.case_id == bindparam("of_case"))
_GROWN_UP = (
    select(children.c.id)
    .where(children.c.date_of_birth <= bindparam("born_by", type_=Date))
    .where(children.c.came_of_age_at.is_(None))
    .where(children.c.died_on.is_(None))
    .where(children.c.id.in_(select(cases.c.child_id).where(cases.c.closed_at.is_(None))))
    .order_by(children.c.id)
)
_COME_OF_AGE = (
    update(children)
    .where(children.c.id == bindparam("of_child"))
    .where(children.c.came_of_age_at.is_(None))
    .values(came_of_age_at=bindparam("now", type_=Instant))
)


@dataclass(frozen=True, kw_only=True)
class ChildChange:
    """Something that was changed on a child's record; `person_id` is None where the clock did."""

    id: int
    child_id: int
    kind: str
    words: str
    reason: str
    person_id: int | None
    at: datetime
    tells: bool
    until: date | None
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """A change as a case was told of it; `settled_at` is None until its raiser has chosen."""

    change_id: int
    kind: str
    words: str
    at: datetime
    settled_at: datetime | None


def add_change(connection: Connection, **values: object) -> int:
    """Keep a change of a child's record; its id."""
    return int(connection.execute(_ADD, values).scalar_one())


def find_change(connection: Connection, change_id: int) -> ChildChange | None:
    """The change with that id."""
    return first(ChildChange, connection.execute(_CHANGE, {"change_id": change_id}))


def find_changes(connection: Connection, child_id: int) -> list[tuple[ChildChange, str]]:
    """What was changed on the child's record, the newest first, each with who did it, or ""."""
    rows = connection.execute(_OF_CHILD, {"of_child": child_id}).mappings()
    return [
        (ChildChange(**{k: v for k, v in row.items() if k != "person"}), row["person"] or "")
        for row in rows
    ]


def find_untold(connection: Connection) -> list[int]:
    """The changes of which not every open case was told yet."""
    return list(connection.execute(_UNTOLD).scalars())


def mark_told(connection: Connection, change_id: int, at: datetime) -> None:
    """Every open case was told of the change."""
    connection.execute(_TOLD, {"change_id": change_id, "now": at})


def find_open_cases(connection: Connection, child_id: int) -> list[tuple[int, datetime]]:
    """The open cases about a child: id, when opened."""
    return [
        (row.id, row.opened_at) for row in connection.execute(_OPEN_CASES, {"of_child": child_id})
    ]


def add_news(connection: Connection, case_id: int, change_id: int, sequence: int) -> bool:
    """The case is told of the change by that entry; false when it was told already."""
    values = {"case_id": case_id, "change_id": change_id, "sequence": sequence}
    return connection.execute(_ADD_NEWS, values).first() is not None


def find_news(connection: Connection, case_id: int) -> list[ToldChange]:
    """The changes that the case was told of, in order."""
    return records(ToldChange, connection.execute(_NEWS, {"of_case": case_id}))


def find_unsettled_cases(
    connection: Connection, raiser_id: int, most: int
) -> list[tuple[str, str]]:
    """The raiser's open cases with a change about which they have not chosen: number, child."""
    rows = connection.execute(_UNSETTLED, {"me": raiser_id, "most": most})
    return [(row.number, row.child_name) for row in rows]


def settle_news(connection: Connection, case_id: int, at: datetime) -> int:
    """The raiser has chosen how the case goes on; how many changes that settled."""
    return connection.execute(_SETTLE, {"of_case": case_id, "now": at}).rowcount


def delete_news(connection: Connection, case_id: int) -> None:
    """What the case was told was about another child."""
    connection.execute(_DELETE_NEWS, {"of_case": case_id})


def find_grown_up(connection: Connection, born_by: date) -> list[int]:
    """The children with an open case who were born by that day and whose coming of age is new."""
    return list(connection.execute(_GROWN_UP, {"born_by": born_by}).scalars())


def come_of_age(connection: Connection, child_id: int, at: datetime) -> bool:
    """Note that the child came of age; true for the one caller who was first."""
    return connection.execute(_COME_OF_AGE, {"of_child": child_id, "now": at}).rowcount == 1
