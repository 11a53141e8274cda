"""The append-only record: headers, bodies, the register of cases, signed anchors."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.statement import Statement

# No foreign key from here to a case: a case deleted by force must leave its history to tell of it.
entries = Table(
    "history",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id),
    Column("for_id", Id),
    Column("act", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

bodies = Table(
    "history_bodies",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
)

register = Table(
    "register",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, nullable=False, unique=True),
    Column("number", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("first_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# One row: the register's length and end, so that openings queue on it and nowhere else.
register_head = Table(
    "register_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

anchors = Table(
    "anchors",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

# Who looked, who searched, who was refused: kept without the case's lock.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("what", Text, nullable=False),
    Column("case_id", Id, index=True),
    Column("child_id", Id),
    Column("allowed", Integer, nullable=False),
    Index("ix_access_log_at_id", "at", "id"),
)

_ADD_ENTRIES = Statement(insert(entries), columns=entries.columns.keys())
_ADD_BODIES = Statement(insert(bodies), columns=bodies.columns.keys())
_CHAIN = (
    select(entries, bodies.c.salt, bodies.c.content)
    .outerjoin(
        bodies,
        (bodies.c.case_id == entries.c.case_id) & (bodies.c.sequence == entries.c.sequence),
    )
    .order_by(entries.c.case_id, entries.c.sequence)
)
_CHAIN_OF_CASE = _CHAIN.where(entries.c.case_id == bindparam("case_id"))
_HASHES = select(entries.c.case_id, entries.c.sequence, entries.c.hash).where(
    tuple_(entries.c.case_id, entries.c.sequence).in_(bindparam("places", expanding=True))
)
_AT_ONCE = 400
_STRAY_BODIES = (
    select(bodies.c.case_id, register.c.number, bodies.c.sequence)
    .outerjoin(register, register.c.case_id == bodies.c.case_id)
    .outerjoin(
        entries,
        (bodies.c.case_id == entries.c.case_id) & (bodies.c.sequence == entries.c.sequence),
    )
    .where(entries.c.case_id.is_(None))
    .order_by(bodies.c.case_id, bodies.c.sequence)
)
_DESTROY = (
    delete(bodies)
    .where(bodies.c.case_id == bindparam("of_case"))
    .where(bodies.c.sequence == bindparam("of_sequence"))
)
_HEADS = select(cases.c.id, cases.c.number, cases.c.entries, cases.c.head).order_by(cases.c.id)
_CHANGED_HEADS = _HEADS.where(cases.c.last_at >= bindparam("since", type_=Instant))
_REGISTER = select(register).order_by(register.c.sequence)
_REGISTER_HEAD = select(register_head.c.count, register_head.c.hash)
_LOCK_REGISTER = _REGISTER_HEAD.with_for_update()
_ADD_REGISTERED = insert(register)
_MOVE_REGISTER = update(register_head).values(
    count=bindparam("new_count"), hash=bindparam("new_hash")
)
_ANCHORS = select(anchors).order_by(anchors.c.sequence)
_NEXT_TO_ONE = (
    select(register)
    .where(register.c.sequence >= bindparam("first"), register.c.sequence <= bindparam("last"))
    .order_by(register.c.sequence)
)
_REGISTERED = select(register.c.case_id).where(
    register.c.case_id.in_(bindparam("ids", expanding=True))
)
_HEADED = select(cases.c.id).where(cases.c.id.in_(bindparam("ids", expanding=True)))
_LAST_ANCHOR = select(anchors).order_by(anchors.c.sequence.desc()).limit(1)
_ADD_ANCHOR = insert(anchors)
_ADD_ACCESS = insert(access_log)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A header of the history: never changed once written."""

    case_id: int
    sequence: int
    at: datetime
    actor_id: int | None
    for_id: int | None
    act: str
    element: str
    version_id: int
    body_hash: str
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a header vouches for by its hash; it may be destroyed, and then the header says so."""

    case_id: int
    sequence: int
    salt: bytes
    content: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a case's chain ends, as the case's own row says."""

    case_id: int
    number: str
    entries: int
    head: str


@dataclass(frozen=True, kw_only=True)
class Registered:
    """The opening of a case, in the chain of all openings."""

    sequence: int
    case_id: int
    number: str
    opened_at: datetime
    first_hash: str
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A signed statement of how long every chain was, and where it ended."""

    sequence: int
    sealed_at: datetime
    content: str
    previous: str
    hash: str
    public_key: str
    signature: str


def add_entries(connection: Connection, new: Iterable[tuple[Entry, Body]]) -> None:
    """Append entries with their bodies."""
    pairs = list(new)
    _ADD_ENTRIES.change_each(connection, [vars(entry) for entry, _ in pairs])
    _ADD_BODIES.change_each(connection, [vars(body) for _, body in pairs])


def walk_chain(
    connection: Connection, case_id: int | None = None
) -> Iterator[tuple[Entry, Body | None]]:
    """All entries, of one case or of all, in order; the body is None where there is none."""
    rows = (
        connection.execute(_CHAIN, execution_options={"yield_per": 1000})
        if case_id is None
        else connection.execute(_CHAIN_OF_CASE, {"case_id": case_id})
    )
    names = entries.columns.keys()
    with rows:
        for *header, salt, content in chain.from_iterable(rows.partitions(1000)):
            entry = Entry.__new__(Entry)  # a million times: a frozen record sets one by one
            entry.__dict__.update(zip(names, header, strict=True))
            body = None
            if content is not None:
                body = Body.__new__(Body)
                body.__dict__.update(
                    case_id=header[0], sequence=header[1], salt=bytes(salt), content=content
                )
            yield entry, body


def find_hashes(
    connection: Connection, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    """The hashes of the headers at these places (case, sequence), of those that are there."""
    asked, found = sorted(places), {}
    for begin in range(0, len(asked), _AT_ONCE):
        values = {"places": asked[begin : begin + _AT_ONCE]}
        for row in connection.execute(_HASHES, values):
            found[row.case_id, row.sequence] = row.hash
    return found


def find_stray_bodies(connection: Connection) -> list[tuple[int, str | None, int]]:
    """Bodies whose header is gone: case, its number in the register, and sequence."""
    return [tuple(row) for row in connection.execute(_STRAY_BODIES)]


def delete_body(connection: Connection, case_id: int, sequence: int) -> bool:
    """Delete a body for ever; false when there is none. The caller records it in the same turn."""
    values = {"of_case": case_id, "of_sequence": sequence}
    return connection.execute(_DESTROY, values).rowcount == 1


def find_heads(connection: Connection, since: datetime | None = None) -> list[Head]:
    """Where the chains end: of all cases, or of those that changed since then."""
    rows = (
        connection.execute(_HEADS)
        if since is None
        else connection.execute(_CHANGED_HEADS, {"since": since})
    )
    return [
        Head(case_id=row.id, number=row.number, entries=row.entries, head=row.head) for row in rows
    ]


def find_register(connection: Connection) -> list[Registered]:
    """The openings of all cases, in order."""
    return list(walk_register(connection))


def walk_register(connection: Connection) -> Iterator[Registered]:
    """The openings of all cases, in order, streamed."""
    with connection.execute(_REGISTER, execution_options={"yield_per": 1000}) as found:
        for row in found:
            yield Registered(**row._mapping)


def find_openings(connection: Connection, first: int, last: int) -> list[Registered]:
    """The openings from one number to another, in order."""
    return records(Registered, connection.execute(_NEXT_TO_ONE, {"first": first, "last": last}))


def find_unknown(connection: Connection, ids: Iterable[int]) -> tuple[set[int], set[int]]:
    """Of those ids of cases the ones that no opening is of, and those that no case has."""
    asked = sorted(ids)
    registered: set[int] = set()
    headed: set[int] = set()
    for begin in range(0, len(asked), _AT_ONCE):
        values = {"ids": asked[begin : begin + _AT_ONCE]}
        registered |= set(connection.execute(_REGISTERED, values).scalars())
        headed |= set(connection.execute(_HEADED, values).scalars())
    return set(asked) - registered, set(asked) - headed


def find_register_head(connection: Connection, *, lock: bool = False) -> tuple[int, str] | None:
    """How many cases were opened and where the register ends; locked until the transaction ends."""
    row = connection.execute(_LOCK_REGISTER if lock else _REGISTER_HEAD).first()
    return (row[0], row[1]) if row else None


def add_registered(connection: Connection, new: Registered) -> None:
    """Append an opening and move the register's head, which the caller has locked."""
    connection.execute(_ADD_REGISTERED, vars(new))
    connection.execute(_MOVE_REGISTER, {"new_count": new.sequence, "new_hash": new.hash})


def find_anchors(connection: Connection) -> list[Anchor]:
    """All anchors, in order."""
    return list(walk_anchors(connection))


def find_case_ids(connection: Connection, number: str) -> Iterator[int]:
    """The cases that have, or had, that number, as their row, the register or an anchor says."""
    for of in (cases.c.id, register.c.case_id):
        statement = select(of).where(of.table.c.number == number)
        yield from connection.execute(statement).scalars()
    told = select(anchors.c.content).where(anchors.c.content.contains(number, autoescape=True))
    for content in connection.execute(told).scalars():
        for case_id, (sealed, _, _) in json.loads(content)["cases"].items():
            if sealed == number:
                yield int(case_id)


def walk_anchors(connection: Connection) -> Iterator[Anchor]:
    """All anchors, in order, few at a time: one may tell of many cases."""
    with connection.execute(_ANCHORS, execution_options={"yield_per": 10}) as found:
        for row in found:
            yield Anchor(**row._mapping)


def find_last_anchor(connection: Connection) -> Anchor | None:
    """The newest anchor."""
    return first(Anchor, connection.execute(_LAST_ANCHOR))


def add_anchor(connection: Connection, new: Anchor) -> None:
    """Append an anchor."""
    connection.execute(_ADD_ANCHOR, vars(new))


def record_access(
    connection: Connection,
    *,
    at: datetime,
    person_id: int | None,
    what: str,
    allowed: bool,
    case_id: int | None = None,
    child_id: int | None = None,
) -> None:
    """Keep that somebody looked, searched or was refused."""
    connection.execute(
        _ADD_ACCESS,
        {
            "at": at,
            "person_id": person_id,
            "what": what,
            "allowed": int(allowed),
            "case_id": case_id,
            "child_id": child_id,
        },
    )
