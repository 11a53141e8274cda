"""Links by which a person chooses their own password once: kept by the digest of their secret."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Table, Text, bindparam, delete, insert

from engine.store.database import Instant, metadata

password_links = Table(
    "password_links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_password_links_person_id", "person_id"),
)

_ADD = insert(password_links)
_DELETE = delete(password_links).where(password_links.c.person_id == bindparam("of"))
_LINK = (
    password_links.select()
    .where(password_links.c.digest == bindparam("digest"))
    .where(password_links.c.until > bindparam("at", type_=Instant))
)


def add_password_link(connection: Connection, digest: str, person_id: int, until: datetime) -> None:
    """Keep a link to the person's password; an earlier one of theirs is worth nothing any more."""
    connection.execute(_DELETE, {"of": person_id})
    connection.execute(_ADD, {"digest": digest, "person_id": person_id, "until": until})


def find_password_link(connection: Connection, digest: str, at: datetime) -> int | None:
    """The id of the person whose link it is, as long as it is worth something."""
    row = connection.execute(_LINK, {"digest": digest, "at": at}).first()
    return None if row is None else int(row.person_id)


def delete_password_links(connection: Connection, person_id: int) -> None:
    """No link to the person's password is worth anything any more."""
    connection.execute(_DELETE, {"of": person_id})
