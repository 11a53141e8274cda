"""Sessions: who stays signed in, for how long, and what ends it.

They are kept in the store, so that signing out, a new password and leaving end a session wherever
its cookie is. OWASP ASVS 5.0, chapter 7. All instants here are real time, also in a demonstration.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from engine.people import Person, find_person
from engine.store.database import Connection, Database
from engine.store.sessions import (
    SessionRow,
    add_session,
    delete_session,
    delete_sessions_before,
    find_session,
    mark_used,
)

LONGEST = timedelta(hours=12)  # a working day, whatever the shift
IDLE = timedelta(hours=2)  # a long text may be written without one request to the site
_NOTED_EVERY = timedelta(minutes=5)  # so that reading a page writes nothing, mostly


def begin_session(connection: Connection, person: Person, at: datetime) -> str:
    """A new session of the person; its secret, which only the person's browser is given."""
    secret = secrets.token_urlsafe(32)
    delete_sessions_before(connection, began_before=at - LONGEST, seen_before=at - IDLE)
    add_session(
        connection,
        SessionRow(digest=_digest(secret), person_id=person.id, began_at=at, seen_at=at),
    )
    return secret


def find_signed_in(database: Database, secret: str, at: datetime) -> Person | None:
    """Who is signed in with that secret; None when the session is over, or the person gone."""
    digest = _digest(secret)
    with database.read() as connection:
        row = find_session(connection, digest)
        person = find_person(connection, row.person_id) if row else None
    if row is None or person is None or not person.active:
        return None
    if at - row.began_at >= LONGEST or at - row.seen_at >= IDLE:
        return None
    if at - row.seen_at >= _NOTED_EVERY:
        with database.write() as connection:
            mark_used(connection, digest, at)
    return person


def end_session(connection: Connection, secret: str) -> None:
    """The session is over; one that was over already stays so."""
    delete_session(connection, _digest(secret))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
