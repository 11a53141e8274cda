"""Children, their dated legal statuses, and who may see a restricted child (X-37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement

from engine.store.database import Id, Instant, metadata
from engine.store.people import people

children = Table(
    "children",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("team", Text, nullable=False),
    Column("social_worker_id", ForeignKey("people.id")),
    Column("raiser_id", ForeignKey("people.id")),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("died_on", Date),
    Column("moved_on", Date),
    Column("moved_to", Text),
    Column("came_of_age_at", Instant),
    UniqueConstraint("council", "reference"),
)

legal_statuses = Table(
    "legal_statuses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("child_id", ForeignKey("children.id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
)

child_readers = Table(
    "child_readers",
    metadata,
    Column("child_id", ForeignKey("children.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
)

MOST_WORDS = 5
_ESCAPE = "\\"

_ON = bindparam("on", type_=Date)
_CHILD = select(children)
# PostgreSQL's form of the statement is also the one that SQLite takes.
_ADD = (
    insert(children)
    .on_conflict_do_nothing(index_elements=["council", "reference"])
    .returning(*children.c)
)
_BY_ID = _CHILD.where(children.c.id == bindparam("id"))
_BY_REFERENCE = _CHILD.where(
    children.c.council == bindparam("council"), children.c.reference == bindparam("reference")
)
_RESTRICT = update(children).where(children.c.id == bindparam("of")).values(restricted=True)
_CHANGE = {
    field: update(children)
    .where(children.c.id == bindparam("of"))
    .values({field: bindparam("new", type_=children.c[field].type)})
    for field in (
        "reference", "name", "date_of_birth", "team", "social_worker_id", "raiser_id",
        "restricted", "died_on", "moved_on", "moved_to", "came_of_age_at",
    )
}  # fmt: skip
_IS_RESTRICTED = select(children.c.restricted).where(children.c.id == bindparam("id"))

_LET_READ = insert(child_readers).on_conflict_do_nothing()
_READER = (
    exists()
    .where(child_readers.c.child_id == children.c.id)
    .where(child_readers.c.person_id == bindparam("me"))
    .correlate(children)
)
_READERS = select(child_readers.c.person_id).where(child_readers.c.child_id == bindparam("id"))
_HIDDEN = (
    select(children.c.id, people.c.name)
    .join(child_readers, child_readers.c.child_id == children.c.id, isouter=True)
    .join(people, and_(people.c.id == child_readers.c.person_id, people.c.active), isouter=True)
    .where(children.c.council == bindparam("council"))
    .where(children.c.restricted, ~_READER)
    .order_by(children.c.id, people.c.name)
)
_FORGET_READER = (
    delete(child_readers)
    .where(child_readers.c.child_id == bindparam("id"))
    .where(child_readers.c.person_id == bindparam("me"))
)
_IS_READER = select(child_readers.c.child_id).where(
    child_readers.c.child_id == bindparam("id"), child_readers.c.person_id == bindparam("me")
)

_ADD_STATUS = insert(legal_statuses)
_STATUSES = (
    select(legal_statuses)
    .where(legal_statuses.c.child_id == bindparam("of"))
    .order_by(legal_statuses.c.starts, legal_statuses.c.id)
)
_STATUSES_ON = _STATUSES.where(
    legal_statuses.c.starts <= _ON,
    or_(legal_statuses.c.ends.is_(None), legal_statuses.c.ends >= _ON),
)
_STATUS = select(legal_statuses).where(legal_statuses.c.id == bindparam("id"))
_CORRECT_STATUS = (
    update(legal_statuses)
    .where(legal_statuses.c.id == bindparam("of"))
    .values(
        status=bindparam("new_status"),
        starts=bindparam("first_day", type_=Date),
        ends=bindparam("last_day", type_=Date),
    )
)
_DELETE_STATUS = delete(legal_statuses).where(legal_statuses.c.id == bindparam("of"))
_END_STATUS = (
    update(legal_statuses)
    .where(legal_statuses.c.id == bindparam("of"))
    .values(ends=bindparam("last_day", type_=Date))
)


def readable_by() -> ColumnElement[bool]:
    """Whether the person `:me` may read of the row of `children`."""
    return or_(~children.c.restricted, _READER)


def _search(words: int, *, later: bool = False) -> Select[*tuple[Any, ...]]:
    """The children in whose name or reference that many words stand, by name.

    `later` asks for those who come after the child `:after` in that order.
    """
    found = _CHILD.where(children.c.council == bindparam("council"), readable_by())
    if later:
        here = children.alias("here")
        last = select(here.c.name).where(here.c.id == bindparam("after")).scalar_subquery()
        same = and_(children.c.name == last, children.c.id > bindparam("after"))
        found = found.where(or_(children.c.name > last, same))
    for number in range(words):
        word = bindparam(f"word{number}", type_=Text)
        found = found.where(
            or_(
                func.lower(children.c.name).like(word, escape=_ESCAPE),
                func.lower(children.c.reference).like(word, escape=_ESCAPE),
            )
        )
    return found.order_by(children.c.name, children.c.id).limit(bindparam("most"))


_SEARCHES = tuple(_search(words) for words in range(MOST_WORDS + 1))
_SEARCHES_ON = tuple(_search(words, later=True) for words in range(MOST_WORDS + 1))


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child as the council's own file knows them, by its `reference` there.

    `moved_to` is the authority that they went to on `moved_on`. `came_of_age_at` (aware, UTC) is
    when their open cases were told of the 18th birthday.
    """

    id: int
    council: str
    reference: str
    name: str
    date_of_birth: date
    team: str
    social_worker_id: int | None
    raiser_id: int | None
    restricted: bool
    died_on: date | None = None
    moved_on: date | None = None
    moved_to: str | None = None
    came_of_age_at: datetime | None = None

    @property
    def initials(self) -> str:
        """The first letter of each part of the name, as "AP", where a name says too much."""
        return "".join(word[0].upper() for word in self.name.split())


@dataclass(frozen=True, kw_only=True)
class LegalStatus:
    """A status that a child has from `starts` to `ends`, both days included.

    `ends` is None while no end is known.
    """

    id: int
    status: str
    starts: date
    ends: date | None


def _child(row: Row[*tuple[Any, ...]]) -> Child:
    return Child(**row._mapping)


def _status(row: Row[*tuple[Any, ...]]) -> LegalStatus:
    return LegalStatus(id=row.id, status=row.status, starts=row.starts, ends=row.ends)


def insert_child(
    connection: Connection,
    *,
    council: str,
    reference: str,
    name: str,
    date_of_birth: date,
    team: str,
    social_worker_id: int | None,
    raiser_id: int | None,
) -> Child | None:
    """The new child, or None when the council has one with that reference already."""
    values = {
        "council": council,
        "reference": reference,
        "name": name,
        "date_of_birth": date_of_birth,
        "team": team,
        "social_worker_id": social_worker_id,
        "raiser_id": raiser_id,
        "restricted": False,
    }
    row = connection.execute(_ADD, values).first()
    return None if row is None else _child(row)


def find_child(connection: Connection, child_id: int) -> Child | None:
    """The child with that id."""
    row = connection.execute(_BY_ID, {"id": child_id}).first()
    return None if row is None else _child(row)


def find_child_by_reference(connection: Connection, council: str, reference: str) -> Child | None:
    """The child that the council's file knows by that reference."""
    row = connection.execute(_BY_REFERENCE, {"council": council, "reference": reference}).first()
    return None if row is None else _child(row)


def search_children(
    connection: Connection,
    council: str,
    words: Sequence[str],
    person_id: int,
    most: int,
    after: int | None = None,
) -> tuple[Child, ...]:
    """The children in whose name or reference every word stands, by name, `most` at most.

    Of restricted children only those that the person is named a reader of. At most MOST_WORDS
    words count, in small letters. `after` is the id of the child after whom the list goes on.
    """
    words = words[:MOST_WORDS]
    values: dict[str, object] = {"council": council, "me": person_id, "most": most}
    values |= {f"word{number}": pattern(word) for number, word in enumerate(words)}
    searches = _SEARCHES
    if after is not None:
        searches, values = _SEARCHES_ON, {**values, "after": after}
    return tuple(map(_child, connection.execute(searches[len(words)], values)))


def pattern(word: str) -> str:
    """What `LIKE` takes, a backslash its escape, to find the word, given in small letters."""
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    # SQLite makes small letters of A to Z alone: any other letter stands for any letter.
    return f"%{''.join(letter if letter.isascii() else '_' for letter in word)}%"


def set_restricted(connection: Connection, child_id: int) -> None:
    """From now on the child is seen by its readers alone."""
    connection.execute(_RESTRICT, {"of": child_id})


def change_child(connection: Connection, child_id: int, field: str, new: object) -> None:
    """The child's record has that value in that field from now on."""
    connection.execute(_CHANGE[field], {"of": child_id, "new": new})


def is_restricted(connection: Connection, child_id: int) -> bool:
    """Whether the child is seen by its readers alone."""
    return connection.execute(_IS_RESTRICTED, {"id": child_id}).scalar_one_or_none() is True


def insert_reader(connection: Connection, child_id: int, person_id: int) -> None:
    """The person may read of the child, restricted or not; twice is once."""
    connection.execute(_LET_READ, {"child_id": child_id, "person_id": person_id})


def is_reader(connection: Connection, child_id: int, person_id: int) -> bool:
    """Whether the person is named among those who may read of the child."""
    return connection.execute(_IS_READER, {"id": child_id, "me": person_id}).first() is not None


def find_readers(connection: Connection, child_id: int) -> list[int]:
    """The ids of those who are named to read of the child."""
    return list(connection.execute(_READERS, {"id": child_id}).scalars())


def find_hidden(
    connection: Connection, council: str, person_id: int
) -> tuple[tuple[str, ...], ...]:
    """The restricted children of whom the person may not read: each as the names of who may."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(_HIDDEN, {"council": council, "me": person_id}):
        found.setdefault(row.id, []).extend([row.name] if row.name else [])
    return tuple(map(tuple, found.values()))


def delete_reader(connection: Connection, child_id: int, person_id: int) -> bool:
    """The person is not named any more; false when they were not."""
    return connection.execute(_FORGET_READER, {"id": child_id, "me": person_id}).rowcount == 1


def insert_status(
    connection: Connection, child_id: int, status: str, starts: date, ends: date | None
) -> None:
    """A new period of a status."""
    values = {"child_id": child_id, "status": status, "starts": starts, "ends": ends}
    connection.execute(_ADD_STATUS, values)


def end_status(connection: Connection, status_id: int, ends: date | None) -> None:
    """That period has that last day."""
    connection.execute(_END_STATUS, {"of": status_id, "last_day": ends})


def find_statuses(
    connection: Connection, child_id: int, on: date | None = None
) -> tuple[LegalStatus, ...]:
    """The child's statuses on that day, or all that there ever were, by their start."""
    if on is None:
        return tuple(map(_status, connection.execute(_STATUSES, {"of": child_id})))
    return tuple(map(_status, connection.execute(_STATUSES_ON, {"of": child_id, "on": on})))


def find_status(connection: Connection, status_id: int) -> tuple[int, LegalStatus] | None:
    """The period with that id, and whose it is."""
    row = connection.execute(_STATUS, {"id": status_id}).first()
    return None if row is None else (row.child_id, _status(row))


def correct_status(
    connection: Connection, status_id: int, status: str, starts: date, ends: date | None
) -> None:
    """That period was another one all along."""
    values = {"of": status_id, "new_status": status, "first_day": starts, "last_day": ends}
    connection.execute(_CORRECT_STATUS, values)


def delete_status(connection: Connection, status_id: int) -> None:
    """That period never was."""
    connection.execute(_DELETE_STATUS, {"of": status_id})
