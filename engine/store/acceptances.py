"""What officers accepted of what a procedure has to be confirmed, and took back. Only added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    insert,
    select,
)

from engine.store.database import Id, Instant, metadata, records
from engine.store.people import people

# Question and default are kept as they stood: they are what was accepted, whatever the files say
# by now. `accepted` is false where an acceptance was taken back.
acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("post", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by_command", Boolean, nullable=False),
    Index("ix_acceptances_council_procedure", "council", "procedure"),
)

_ADD = insert(acceptances)
_OF_PROCEDURE = (
    select(
        *(acceptances.c[key] for key in ("name", "question", "shown", "accepted", "post")),
        *(acceptances.c[key] for key in ("words", "at", "by_command")),
        people.c.name.label("by"),
    )
    .join_from(acceptances, people, people.c.id == acceptances.c.person_id)
    .where(acceptances.c.council == bindparam("council"))
    .where(acceptances.c.procedure == bindparam("procedure"))
    .order_by(acceptances.c.id)
)


@dataclass(frozen=True, kw_only=True)
class AcceptanceRow:
    """An officer's word on a question: accepted as `shown`, or, where not `accepted`, taken back.

    `name` is the question's in procedure.toml, as Q2; `by` the officer's name and `post` the title
    in whose right they said it; `at` is aware, in UTC.
    """

    name: str
    question: str
    shown: str
    accepted: bool
    by: str
    post: str
    words: str
    at: datetime
    by_command: bool


def add_acceptance(
    connection: Connection,
    *,
    council: str,
    procedure: str,
    name: str,
    question: str,
    shown: str,
    accepted: bool,
    person_id: int,
    post: str,
    words: str,
    at: datetime,
    by_command: bool,
) -> None:
    """Keep an officer's word."""
    values = {
        "council": council,
        "procedure": procedure,
        "name": name,
        "question": question,
        "shown": shown,
        "accepted": accepted,
        "person_id": person_id,
        "post": post,
        "words": words,
        "at": at,
        "by_command": by_command,
    }
    connection.execute(_ADD, values)


def find_acceptances(connection: Connection, council: str, procedure: str) -> list[AcceptanceRow]:
    """All that officers said of a procedure's questions, the oldest first."""
    values = {"council": council, "procedure": procedure}
    return records(AcceptanceRow, connection.execute(_OF_PROCEDURE, values))
