"""What is done outside the cases, told by a chain of its own: headers, and what each entry said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine.store.database import Id, Instant, metadata
from engine.store.people import people

# No foreign key leads from here: what is deleted by force must leave its history to tell of it.
ledger = Table(
    "ledger",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("council", Text, nullable=False),
    Column("register", Text, nullable=False),
    Column("item_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id),
    Column("act", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_ledger_register_item_id", "register", "item_id"),
)

ledger_bodies = Table(
    "ledger_bodies",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
)

# One row: the chain's length and end, on which whoever writes to a register queues.
ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

_HEAD = select(ledger_head.c.count, ledger_head.c.hash)
_LOCK = _HEAD.with_for_update()
_MOVE = update(ledger_head).values(count=bindparam("new_count"), hash=bindparam("new_hash"))
_ADD = insert(ledger)
_ADD_BODY = insert(ledger_bodies)
_CHAIN = (
    select(ledger, ledger_bodies.c.salt, ledger_bodies.c.content)
    .outerjoin(ledger_bodies, ledger_bodies.c.sequence == ledger.c.sequence)
    .order_by(ledger.c.sequence)
)
_STORY = (
    select(
        ledger.c.sequence,
        ledger.c.at,
        ledger.c.act,
        people.c.name.label("by"),
        ledger_bodies.c.content,
    )
    .outerjoin(ledger_bodies, ledger_bodies.c.sequence == ledger.c.sequence)
    .outerjoin(people, people.c.id == ledger.c.actor_id)
    .where(ledger.c.register == bindparam("of_register"))
    .where(ledger.c.item_id == bindparam("of_item"))
    .order_by(ledger.c.sequence)
)
_STRAYS = (
    select(ledger_bodies.c.sequence)
    .outerjoin(ledger, ledger.c.sequence == ledger_bodies.c.sequence)
    .where(ledger.c.sequence.is_(None))
    .order_by(ledger_bodies.c.sequence)
)
_HASH = select(ledger.c.hash).where(ledger.c.sequence == bindparam("of"))
_DESTROY = delete(ledger_bodies).where(ledger_bodies.c.sequence == bindparam("of"))


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """A header of the chain: never changed once written. `at` is aware, in UTC."""

    sequence: int
    council: str
    register: str
    item_id: int
    at: datetime
    actor_id: int | None
    act: str
    body_hash: str
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class LedgerBody:
    """What a header vouches for; it may be destroyed, and then a later entry says so."""

    sequence: int
    salt: bytes
    content: str


@dataclass(frozen=True, kw_only=True)
class StoryRow:
    """An entry as it is read: `by` is who acted; `content` is None where it was destroyed."""

    sequence: int
    at: datetime
    act: str
    by: str
    content: str | None


def find_ledger_head(connection: Connection, *, lock: bool = False) -> tuple[int, str] | None:
    """How many entries there are and where the chain ends; locked for the transaction if asked."""
    row = connection.execute(_LOCK if lock else _HEAD).first()
    return (row[0], row[1]) if row else None


def find_ledger_hash(connection: Connection, sequence: int) -> str | None:
    """The hash of that entry's header; None where there is none."""
    return connection.execute(_HASH, {"of": sequence}).scalar()


def add_ledger_entry(connection: Connection, entry: LedgerEntry, body: LedgerBody) -> None:
    """Append an entry and move the chain's head, which the caller has locked."""
    connection.execute(_ADD, vars(entry))
    connection.execute(_ADD_BODY, vars(body))
    connection.execute(_MOVE, {"new_count": entry.sequence, "new_hash": entry.hash})


def walk_ledger(connection: Connection) -> Iterator[tuple[LedgerEntry, LedgerBody | None]]:
    """All entries in order; the body is None where there is none."""
    for row in connection.execute(_CHAIN, execution_options={"yield_per": 1000}).mappings():
        values = dict(row)
        salt, content = values.pop("salt"), values.pop("content")
        entry = LedgerEntry(**values)
        body = None
        if content is not None:
            body = LedgerBody(sequence=entry.sequence, salt=bytes(salt), content=content)
        yield entry, body


def find_story(connection: Connection, register: str, item_id: int) -> list[StoryRow]:
    """All that was done with one item, the oldest first."""
    rows = connection.execute(_STORY, {"of_register": register, "of_item": item_id}).mappings()
    return [StoryRow(**{**row, "by": row["by"] or ""}) for row in rows]


def find_stray_ledger_bodies(connection: Connection) -> list[int]:
    """Bodies whose header is gone."""
    return list(connection.execute(_STRAYS).scalars())


def delete_ledger_bodies(connection: Connection, sequences: Iterable[int]) -> None:
    """Delete what entries said, for ever; the caller says so in the entry that it adds."""
    for each in sequences:
        connection.execute(_DESTROY, {"of": each})
