"""Absences: from when to when somebody is away, and who stands in for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    union,
    update,
)

from engine.store.database import Id, metadata
from engine.store.people import HOLDERS, ON, PERSON, Person, for_team, holdings, people
from engine.store.statement import Statement

# Both days count; `ends` is empty while nobody knows when the person is back.
absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("deputy_id", ForeignKey("people.id")),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Index("ix_absences_person_id", "person_id"),
    Index("ix_absences_deputy_id", "deputy_id"),
)

# Where no deputy is named: the posts whose holders stand in by the rule, as it was then.
stand_ins = Table(
    "absence_stand_ins",
    metadata,
    Column("absence_id", ForeignKey("absences.id"), primary_key=True),
    Column("post", Text, primary_key=True),
    Column("team", Text, primary_key=True),
)

_TODAY = bindparam("today", type_=Date)
_ME = bindparam("me", type_=Id)
_away = and_(absences.c.starts <= _TODAY, or_(absences.c.ends.is_(None), absences.c.ends >= _TODAY))
_stands_in = and_(
    stand_ins.c.absence_id == absences.c.id,
    holdings.c.council == absences.c.council,
    holdings.c.post == stand_ins.c.post,
    or_(stand_ins.c.team == "", holdings.c.team.in_(("", stand_ins.c.team))),
    holdings.c.starts <= _TODAY,
    or_(holdings.c.ends.is_(None), holdings.c.ends >= _TODAY),
)
_acting = union(
    select(_ME.label("person_id")),
    select(absences.c.person_id).where(absences.c.deputy_id == _ME).where(_away),
    select(absences.c.person_id)
    .join_from(absences, stand_ins, stand_ins.c.absence_id == absences.c.id)
    .join(holdings, _stands_in)
    .where(holdings.c.person_id == _ME)
    .where(_away),
).cte("acting")


def acts_as() -> Select[tuple[int]]:
    """The ids of those for whom the person `:me` may act on the date `:today`.

    That is the person, and everybody for whom they stand in that day: in those absences alone, for
    who stands in for somebody does not stand in for those for whom that one stands in.
    """
    return select(_acting.c.person_id)


_ADD = insert(absences).returning(absences.c.id)
_ADD_STAND_INS = insert(stand_ins)
_DELETE_STAND_INS = delete(stand_ins).where(stand_ins.c.absence_id == bindparam("of"))
_DELETE = delete(absences).where(absences.c.id == bindparam("of"))
_END = (
    update(absences)
    .where(absences.c.id == bindparam("of"))
    .values(ends=bindparam("last_day", type_=Date))
)
_of_leaver = or_(absences.c.person_id == bindparam("of"), absences.c.deputy_id == bindparam("of"))
_END_ALL = (
    update(absences)
    .where(_of_leaver)
    .where(or_(absences.c.ends.is_(None), absences.c.ends > bindparam("last_day", type_=Date)))
    .values(ends=bindparam("last_day", type_=Date))
)
_deputies = people.alias("deputies")
_ALL = (
    select(
        absences,
        people.c.name.label("person"),
        _deputies.c.name.label("deputy"),
    )
    .join_from(absences, people, people.c.id == absences.c.person_id)
    .outerjoin(_deputies, _deputies.c.id == absences.c.deputy_id)
)
_BY_ID = _ALL.where(absences.c.id == bindparam("of"))
_OF_PERSON = _ALL.where(absences.c.person_id == bindparam("of")).order_by(
    absences.c.starts, absences.c.id
)
_FOR_DEPUTY = (
    _ALL.where(absences.c.person_id.in_(acts_as()))
    .where(absences.c.person_id != _ME)
    .where(_away)
    .order_by(people.c.name, absences.c.id)
)
_COMING_FOR_DEPUTY = (
    _ALL.where(absences.c.deputy_id == bindparam("of"))
    .where(or_(absences.c.ends.is_(None), absences.c.ends >= _TODAY))
    .order_by(absences.c.starts, absences.c.id)
)
_POSTS = (
    select(stand_ins.c.post, stand_ins.c.team)
    .where(stand_ins.c.absence_id == bindparam("of"))
    .order_by(stand_ins.c.post, stand_ins.c.team)
)
_unrepresented = absences.alias("unrepresented")
_PRESENT_ONES = HOLDERS.where(
    ~exists()
    .where(_unrepresented.c.person_id == people.c.id)
    .where(_unrepresented.c.deputy_id.is_(None))
    .where(_unrepresented.c.starts <= ON)
    .where(or_(_unrepresented.c.ends.is_(None), _unrepresented.c.ends >= ON))
)
_PRESENT = Statement(_PRESENT_ONES)
_PRESENT_FOR_TEAM = Statement(for_team(_PRESENT_ONES))
_ACTING = Statement(acts_as())
# Who is told in place of somebody: one small query in a turn, whatever the case.
_represented = (absences.c.person_id.label("for_id"), *PERSON)
_REPRESENTING = Statement(
    union(
        select(*_represented)
        .join_from(absences, people, people.c.id == absences.c.deputy_id)
        .where(absences.c.council == bindparam("council"), people.c.active, _away),
        select(*_represented)
        .join_from(absences, stand_ins, stand_ins.c.absence_id == absences.c.id)
        .join(holdings, _stands_in)
        .join(people, people.c.id == holdings.c.person_id)
        .where(absences.c.council == bindparam("council"), people.c.active, _away),
    )
)


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A time in which a person is away, both days included; `ends` is None while none is known.

    `deputy_id` is None and `deputy` empty where nobody was named to stand in.
    """

    id: int
    council: str
    person_id: int
    person: str
    deputy_id: int | None
    deputy: str
    starts: date
    ends: date | None


def add_absence(
    connection: Connection,
    *,
    council: str,
    person_id: int,
    deputy_id: int | None,
    starts: date,
    ends: date | None,
    posts: Iterable[tuple[str, str]],
) -> int:
    """Keep an absence, and the posts (with the team) that stand in where no deputy is named."""
    values = {
        "council": council,
        "person_id": person_id,
        "deputy_id": deputy_id,
        "starts": starts,
        "ends": ends,
    }
    absence_id = int(connection.execute(_ADD, values).scalar_one())
    rows = [{"absence_id": absence_id, "post": post, "team": team} for post, team in posts]
    if rows:
        connection.execute(_ADD_STAND_INS, rows)
    return absence_id


def find_absence(connection: Connection, absence_id: int) -> Absence | None:
    """The absence with that id."""
    row = connection.execute(_BY_ID, {"of": absence_id}).mappings().first()
    return _absence(row) if row else None


def find_absences(connection: Connection, person_id: int) -> tuple[Absence, ...]:
    """When that person was, is and will be away, by the first day."""
    rows = connection.execute(_OF_PERSON, {"of": person_id}).mappings()
    return tuple(map(_absence, rows))


def find_absences_covered(
    connection: Connection, person_id: int, today: date
) -> tuple[Absence, ...]:
    """The absences of others in which the person stands in today, named or by the rule."""
    rows = connection.execute(_FOR_DEPUTY, {"me": person_id, "today": today}).mappings()
    return tuple(map(_absence, rows))


def find_absences_to_cover(
    connection: Connection, person_id: int, today: date
) -> tuple[Absence, ...]:
    """The absences, of today or to come, in which the person was named to stand in."""
    rows = connection.execute(_COMING_FOR_DEPUTY, {"of": person_id, "today": today}).mappings()
    return tuple(map(_absence, rows))


def find_stand_in_posts(connection: Connection, absence_id: int) -> tuple[tuple[str, str], ...]:
    """The posts (with the team) whose holders stand in where no deputy was named."""
    return tuple((row.post, row.team) for row in connection.execute(_POSTS, {"of": absence_id}))


def find_acting_for(connection: Connection, person_id: int, today: date) -> frozenset[int]:
    """The ids of those for whom the person may act that day, their own among them."""
    rows = _ACTING.rows(connection, {"me": person_id, "today": today})
    return frozenset(int(row[0]) for row in rows)


def find_representing(
    connection: Connection, council: str, today: date
) -> dict[int, tuple[Person, ...]]:
    """Who stands in for whom in the council that day: by the id of who is away."""
    found: dict[int, tuple[Person, ...]] = {}
    for for_id, *person in _REPRESENTING.rows(connection, {"council": council, "today": today}):
        one = Person(**dict(zip((column.name for column in PERSON), person, strict=True)))
        found[for_id] = (*found.get(for_id, ()), one)
    return found


def set_last_day(connection: Connection, absence_id: int, ends: date) -> None:
    """The absence ends with that day."""
    connection.execute(_END, {"of": absence_id, "last_day": ends})


def end_absences(connection: Connection, person_id: int, ends: date) -> None:
    """No absence of the person, nor one in which they are named to stand in, outlasts that day."""
    connection.execute(_END_ALL, {"of": person_id, "last_day": ends})


def delete_absence(connection: Connection, absence_id: int) -> None:
    """The absence was never so."""
    connection.execute(_DELETE_STAND_INS, {"of": absence_id})
    connection.execute(_DELETE, {"of": absence_id})


def find_present_holders(
    connection: Connection, council: str, post: str, team: str | None, on: date
) -> tuple[Person, ...]:
    """As `find_holders`, without those who are away that day and named nobody to stand in."""
    values = {"council": council, "post": post, "on": on}
    if team is None:
        return tuple(_PRESENT.records(Person, connection, values))
    return tuple(_PRESENT_FOR_TEAM.records(Person, connection, values | {"team": team}))


def _absence(row: RowMapping) -> Absence:
    return Absence(**{**row, "deputy": row["deputy"] or ""})
