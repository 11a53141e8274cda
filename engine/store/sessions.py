"""Sessions of people who are signed in, each known by the digest of its secret."""

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
    or_,
    select,
    update,
)

from engine.store.database import Instant, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

_ADD = insert(sessions)
_SESSION = select(sessions).where(sessions.c.digest == bindparam("digest"))
_SEEN = (
    update(sessions)
    .where(sessions.c.digest == bindparam("of"))
    .values(seen_at=bindparam("at", type_=Instant))
)
_END = delete(sessions).where(sessions.c.digest == bindparam("of"))
_END_ALL = delete(sessions).where(sessions.c.person_id == bindparam("of"))
_END_OLD = delete(sessions).where(
    or_(
        sessions.c.began_at < bindparam("began_before", type_=Instant),
        sessions.c.seen_at < bindparam("seen_before", type_=Instant),
    )
)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session: whose it is, when it began and when it was last used (aware, UTC)."""

    digest: str
    person_id: int
    began_at: datetime
    seen_at: datetime


def add_session(connection: Connection, row: SessionRow) -> None:
    """Keep a new session."""
    values = {
        "digest": row.digest,
        "person_id": row.person_id,
        "began_at": row.began_at,
        "seen_at": row.seen_at,
    }
    connection.execute(_ADD, values)


def find_session(connection: Connection, digest: str) -> SessionRow | None:
    """The session whose secret has that digest."""
    row = connection.execute(_SESSION, {"digest": digest}).mappings().first()
    return SessionRow(**row) if row else None


def mark_used(connection: Connection, digest: str, at: datetime) -> None:
    """The session was used at that instant."""
    connection.execute(_SEEN, {"of": digest, "at": at})


def delete_session(connection: Connection, digest: str) -> None:
    """The session is over."""
    connection.execute(_END, {"of": digest})


def delete_sessions_of(connection: Connection, person_id: int) -> None:
    """Every session of that person is over."""
    connection.execute(_END_ALL, {"of": person_id})


def delete_sessions_before(
    connection: Connection, *, began_before: datetime, seen_before: datetime
) -> None:
    """Sessions that began, or were last used, before those instants are over."""
    values = {"began_before": began_before, "seen_before": seen_before}
    connection.execute(_END_OLD, values)
