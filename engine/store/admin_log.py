"""What administrators changed outside a case: who, what, about whom, when. Rows are only added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
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

# `person_id` is empty for what was done at the machine itself, by command.
admin_log = Table(
    "admin_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("about_id", ForeignKey("people.id")),
    Column("words", Text, nullable=False),
    Index("ix_admin_log_about_id", "about_id"),
    Index("ix_admin_log_council", "council"),
)

_ADD = insert(admin_log)
_LOG = select(
    admin_log.c.at, people.c.name.label("by"), admin_log.c.about_id, admin_log.c.words
).outerjoin_from(admin_log, people, people.c.id == admin_log.c.person_id)
_NEWEST = _LOG.order_by(admin_log.c.id.desc()).limit(bindparam("most"))
_OF_COUNCIL = _NEWEST.where(admin_log.c.council == bindparam("council"))
_ABOUT = _NEWEST.where(admin_log.c.about_id == bindparam("about"))


@dataclass(frozen=True, kw_only=True)
class Administered:
    """One change: `by` is None where it was made at the machine itself. `at` is aware, in UTC."""

    at: datetime
    by: str | None
    about_id: int | None
    words: str


def add_administered(
    connection: Connection,
    *,
    council: str,
    at: datetime,
    person_id: int | None,
    about_id: int | None,
    words: str,
) -> None:
    """Keep one change."""
    values = {
        "council": council,
        "at": at,
        "person_id": person_id,
        "about_id": about_id,
        "words": words,
    }
    connection.execute(_ADD, values)


def find_administered(connection: Connection, council: str, most: int) -> list[Administered]:
    """The newest changes in the council."""
    return records(
        Administered, connection.execute(_OF_COUNCIL, {"council": council, "most": most})
    )


def find_administered_about(
    connection: Connection, person_id: int, most: int
) -> list[Administered]:
    """The newest changes about one person."""
    return records(Administered, connection.execute(_ABOUT, {"about": person_id, "most": most}))
