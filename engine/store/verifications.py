"""Verifications of the whole history: asked for by somebody or begun by the day, and what came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from engine.store.database import Id, Instant, first, metadata
from engine.store.people import people

# `asked_by` is empty where the worker's day asked; `result` is JSON, empty until it came.
verifications = Table(
    "verifications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", ForeignKey("people.id")),
    Column("begun_at", Instant),
    Column("ended_at", Instant),
    Column("result", Text, nullable=False),
)

_NAMED = select(verifications, people.c.name.label("by")).outerjoin(
    people, people.c.id == verifications.c.asked_by
)
_LAST = _NAMED.order_by(verifications.c.id.desc()).limit(1)
_LAST_ENDED = _NAMED.where(verifications.c.ended_at.is_not(None)).order_by(
    verifications.c.id.desc()
)
_ADD = insert(verifications)
_BEGIN = (
    update(verifications)
    .where(verifications.c.id == bindparam("of"))
    .where(verifications.c.ended_at.is_(None))
    .where(
        verifications.c.begun_at.is_(None)
        | (verifications.c.begun_at < bindparam("lost", type_=Instant))
    )
    .values(begun_at=bindparam("new_begun_at", type_=Instant))
)
_END = (
    update(verifications)
    .where(verifications.c.id == bindparam("of"))
    .values(ended_at=bindparam("new_ended_at", type_=Instant), result=bindparam("new_result"))
)


@dataclass(frozen=True, kw_only=True)
class VerificationRow:
    """A verification as it is kept; `by` is the name of who asked, None where the day did.

    Instants are aware, in UTC; `result` is JSON, empty until it has ended.
    """

    id: int
    asked_at: datetime
    asked_by: int | None
    begun_at: datetime | None
    ended_at: datetime | None
    result: str
    by: str | None


def find_last_verification(connection: Connection) -> VerificationRow | None:
    """The one that was asked for last."""
    return first(VerificationRow, connection.execute(_LAST))


def find_last_ended(connection: Connection) -> VerificationRow | None:
    """The last one that has ended."""
    return first(VerificationRow, connection.execute(_LAST_ENDED.limit(1)))


def add_verification(connection: Connection, *, asked_at: datetime, asked_by: int | None) -> None:
    """One is asked for."""
    none = {"begun_at": None, "ended_at": None, "result": ""}
    connection.execute(_ADD, {"asked_at": asked_at, "asked_by": asked_by, **none})


def begin_verification(
    connection: Connection, verification_id: int, *, at: datetime, lost: datetime
) -> bool:
    """Begin it; false when it has ended, or somebody began it after `lost`."""
    values = {"of": verification_id, "new_begun_at": at, "lost": lost}
    return connection.execute(_BEGIN, values).rowcount == 1


def end_verification(
    connection: Connection, verification_id: int, *, at: datetime, result: str
) -> None:
    """Keep what came of it."""
    values = {"of": verification_id, "new_ended_at": at, "new_result": result}
    connection.execute(_END, values)
