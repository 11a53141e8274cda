"""People, the posts that they hold, and who tried to sign in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    case,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from engine.store.database import Id, Instant, metadata
from engine.store.statement import Statement

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("active", Boolean, nullable=False, default=True),
    Column("administrator", Boolean, nullable=False, default=False),
)

# A post is held for a team, or for the whole service where `team` is empty; both dates count.
holdings = Table(
    "holdings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("council", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("team", Text, nullable=False, default=""),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Index("ix_holdings_council_post", "council", "post"),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("who", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

PERSON = (
    people.c.id,
    people.c.council,
    people.c.name,
    people.c.email,
    people.c.active,
    people.c.administrator,
)
HOLDING = (
    holdings.c.id,
    holdings.c.person_id,
    holdings.c.post,
    holdings.c.team,
    holdings.c.starts,
    holdings.c.ends,
)
ON = bindparam("on", type_=Date)
_HELD = (holdings.c.starts <= ON, or_(holdings.c.ends.is_(None), holdings.c.ends >= ON))

# PostgreSQL's form of the statement is also the one that SQLite takes.
_ADD_PERSON = insert(people).on_conflict_do_nothing(index_elements=["email"]).returning(*PERSON)
_BY_ID = Statement(select(*PERSON).where(people.c.id == bindparam("id")))
# Two acts about one person, or two files, wait for each other; a turn that names them does not.
_LOCK_PERSON = (
    select(people.c.id).where(people.c.id == bindparam("of")).with_for_update(key_share=True)
)
_LOCK_COUNCIL = (
    select(people.c.id)
    .where(people.c.council == bindparam("council"))
    .order_by(people.c.id)
    .with_for_update(key_share=True)
)
_BY_EMAIL = select(*PERSON).where(people.c.email == bindparam("email"))
_ALL = select(*PERSON).order_by(people.c.council, people.c.name, people.c.id)
_OF_COUNCIL = _ALL.where(people.c.council == bindparam("council"))
_DEACTIVATE = update(people).where(people.c.id == bindparam("of")).values(active=False)

_SECRET = select(*PERSON, people.c.password_hash).where(people.c.email == bindparam("email"))
_SET_SECRET = (
    update(people).where(people.c.id == bindparam("of")).values(password_hash=bindparam("hash"))
)
_REPLACE_SECRET = _SET_SECRET.where(people.c.password_hash == bindparam("old"))

_DELETE_HOLDING = delete(holdings).where(holdings.c.id == bindparam("of"))
_ADD_HOLDING = insert(holdings).returning(*HOLDING)
_HOLDINGS = (
    select(*HOLDING)
    .where(holdings.c.person_id == bindparam("of"))
    .order_by(holdings.c.starts, holdings.c.id)
)
_HOLDINGS_ON = _HOLDINGS.where(*_HELD)
_END = (
    update(holdings)
    .where(holdings.c.id == bindparam("of"))
    .values(ends=bindparam("last_day", type_=Date))
    .returning(*HOLDING)
)
_END_ALL = (
    update(holdings)
    .where(holdings.c.person_id == bindparam("of"))
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends > bindparam("last_day", type_=Date)))
    .values(ends=bindparam("last_day", type_=Date))
)
HOLDERS = (
    select(*PERSON)
    .distinct()
    .join(holdings, holdings.c.person_id == people.c.id)
    .where(
        people.c.active,
        people.c.council == holdings.c.council,
        holdings.c.council == bindparam("council"),
        holdings.c.post == bindparam("post"),
        *_HELD,
    )
    .order_by(people.c.name, people.c.id)
)


def for_team(query: Select[Any]) -> Select[Any]:
    """Of the holders those who hold the post for the team `:team`, or for the whole service."""
    return query.where(or_(holdings.c.team == "", holdings.c.team == bindparam("team")))


_HOLDERS = Statement(HOLDERS)
_HOLDERS_FOR_TEAM = Statement(for_team(HOLDERS))

# The update changes nothing: it locks the row, in the same step that finds or makes it.
_LOCK_TRY = (
    insert(sign_in_tries)
    .on_conflict_do_update(index_elements=["who"], set_={"failures": sign_in_tries.c.failures})
    .returning(sign_in_tries.c.failures, sign_in_tries.c.last_at)
)
_COUNT_TRY = (
    update(sign_in_tries)
    .where(sign_in_tries.c.who == bindparam("of"))
    .values(failures=bindparam("counted"), last_at=bindparam("at", type_=Instant))
)
# Whoever tried after this one keeps their instant.
_TAKE_BACK = (
    update(sign_in_tries)
    .where(sign_in_tries.c.who == bindparam("of"))
    .values(
        failures=case(
            (
                sign_in_tries.c.failures > bindparam("back"),
                sign_in_tries.c.failures - bindparam("back"),
            ),
            else_=0,
        ),
        last_at=case(
            (
                sign_in_tries.c.last_at == bindparam("at", type_=Instant),
                bindparam("before", type_=Instant),
            ),
            else_=sign_in_tries.c.last_at,
        ),
    )
)
_FORGET = delete(sign_in_tries).where(sign_in_tries.c.who == bindparam("of"))
# A row that somebody is counting on at this moment is left for the next time.
_FORGET_OLD = delete(sign_in_tries).where(
    sign_in_tries.c.who.in_(
        select(sign_in_tries.c.who)
        .where(sign_in_tries.c.last_at < bindparam("before", type_=Instant))
        .with_for_update(skip_locked=True)
    )
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who may have a part in a council's cases. `email` is in small letters."""

    id: int
    council: str
    name: str
    email: str
    active: bool
    administrator: bool


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A post, by its key, that a person holds from `starts` to `ends`, both days included.

    `team` is empty for the whole service; `ends` is None while no end is known.
    """

    id: int
    person_id: int
    post: str
    team: str
    starts: date
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A person and the hash of their password, which is None until one is set."""

    person: Person
    password_hash: str | None


@dataclass(frozen=True, kw_only=True)
class Tries:
    """How often somebody failed to sign in, and when last (aware, UTC)."""

    failures: int
    last_at: datetime


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        id=row.id,
        council=row.council,
        name=row.name,
        email=row.email,
        active=row.active,
        administrator=row.administrator,
    )


def _holding(row: Row[*tuple[Any, ...]]) -> Holding:
    return Holding(**row._mapping)


def insert_person(
    connection: Connection, *, council: str, name: str, email: str, administrator: bool
) -> Person | None:
    """The new person, or None when somebody has that address already."""
    values = {"council": council, "name": name, "email": email, "administrator": administrator}
    row = connection.execute(_ADD_PERSON, values).first()
    return None if row is None else _person(row)


def lock_person(connection: Connection, person_id: int) -> None:
    """Until the transaction ends nobody else changes what the person holds, or is away."""
    connection.execute(_LOCK_PERSON, {"of": person_id})


def lock_council(connection: Connection, council: str) -> None:
    """Until the transaction ends nobody else takes a file of that council's."""
    connection.execute(_LOCK_COUNCIL, {"council": council})


def find_person(connection: Connection, person_id: int) -> Person | None:
    """The person with that id."""
    return _BY_ID.first(Person, connection, {"id": person_id})


def find_person_by_email(connection: Connection, email: str) -> Person | None:
    """The person with that address, given in small letters."""
    row = connection.execute(_BY_EMAIL, {"email": email}).first()
    return None if row is None else _person(row)


def find_people(connection: Connection, council: str | None) -> tuple[Person, ...]:
    """The people of that council, or of all, by name."""
    if council is None:
        return tuple(map(_person, connection.execute(_ALL)))
    return tuple(map(_person, connection.execute(_OF_COUNCIL, {"council": council})))


def deactivate(connection: Connection, person_id: int) -> None:
    """The person cannot sign in any more, and holds no post that counts."""
    connection.execute(_DEACTIVATE, {"of": person_id})


def find_secret(connection: Connection, email: str) -> Secret | None:
    """The person with that address, given in small letters, and their password's hash."""
    row = connection.execute(_SECRET, {"email": email}).first()
    return None if row is None else Secret(person=_person(row), password_hash=row.password_hash)


def set_secret(connection: Connection, person_id: int, password_hash: str) -> None:
    """That hash, whatever stood there before."""
    connection.execute(_SET_SECRET, {"of": person_id, "hash": password_hash})


def replace_secret(connection: Connection, person_id: int, old: str, password_hash: str) -> None:
    """That hash, unless the password was changed since `old` was read."""
    connection.execute(_REPLACE_SECRET, {"of": person_id, "old": old, "hash": password_hash})


def insert_holding(
    connection: Connection,
    *,
    person: Person,
    post: str,
    team: str,
    starts: date,
    ends: date | None,
) -> Holding:
    """The new holding, in the person's own council."""
    values = {
        "person_id": person.id,
        "council": person.council,
        "post": post,
        "team": team,
        "starts": starts,
        "ends": ends,
    }
    return _holding(connection.execute(_ADD_HOLDING, values).one())


def delete_holding(connection: Connection, holding_id: int) -> None:
    """The post was never held."""
    connection.execute(_DELETE_HOLDING, {"of": holding_id})


def find_holdings(
    connection: Connection, person_id: int, on: date | None = None
) -> tuple[Holding, ...]:
    """What the person holds on that day, or ever held or will hold, by its start."""
    if on is None:
        return tuple(map(_holding, connection.execute(_HOLDINGS, {"of": person_id})))
    return tuple(map(_holding, connection.execute(_HOLDINGS_ON, {"of": person_id, "on": on})))


def end_holding(connection: Connection, holding_id: int, ends: date | None) -> Holding | None:
    """The holding with that last day, or with none that is known; None when there is no such id."""
    row = connection.execute(_END, {"of": holding_id, "last_day": ends}).first()
    return None if row is None else _holding(row)


def end_holdings(connection: Connection, person_id: int, ends: date) -> None:
    """Nothing that the person holds outlasts that day."""
    connection.execute(_END_ALL, {"of": person_id, "last_day": ends})


def find_holders(
    connection: Connection, council: str, post: str, team: str | None, on: date
) -> tuple[Person, ...]:
    """Who holds the post on that day, by name: for the team or the whole service, or, where `team`
    is None, for any team."""
    values = {"council": council, "post": post, "on": on}
    if team is None:
        return tuple(_HOLDERS.records(Person, connection, values))
    return tuple(_HOLDERS_FOR_TEAM.records(Person, connection, values | {"team": team}))


def lock_tries(connection: Connection, who: str, at: datetime) -> Tries:
    """What is counted against `who`, held until the transaction ends; begun at nothing."""
    values = {"who": who, "failures": 0, "last_at": at}
    row = connection.execute(_LOCK_TRY, values).one()
    return Tries(failures=row.failures, last_at=row.last_at)


def count_tries(connection: Connection, who: str, tries: Tries) -> None:
    """Those failures, for a row that `lock_tries` holds."""
    values = {"of": who, "counted": tries.failures, "at": tries.last_at}
    connection.execute(_COUNT_TRY, values)


def take_back_tries(
    connection: Connection, who: str, back: int, *, at: datetime, before: datetime
) -> None:
    """That many failures fewer; the one counted `at` gives way to the one `before`."""
    values = {"of": who, "back": back, "at": at, "before": before}
    connection.execute(_TAKE_BACK, values)


def forget_tries(connection: Connection, who: str) -> None:
    """Nothing is counted against `who` any more."""
    connection.execute(_FORGET, {"of": who})


def forget_tries_before(connection: Connection, before: datetime) -> None:
    """Nothing that ended before that instant is kept."""
    connection.execute(_FORGET_OLD, {"before": before})
