"""Tokens by which a program fetches tables: each known by the digest of its secret alone."""

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

from engine.store.database import Id, Instant, first, metadata, records

export_tokens = Table(
    "export_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
)

_ADD = insert(export_tokens).returning(export_tokens.c.id)
_BY_DIGEST = select(export_tokens).where(export_tokens.c.digest == bindparam("digest"))
_OF_PERSON = (
    select(export_tokens)
    .where(export_tokens.c.person_id == bindparam("person_id"))
    .order_by(export_tokens.c.id.desc())
)
_ONE = (
    select(export_tokens)
    .where(export_tokens.c.id == bindparam("token_id"))
    .where(export_tokens.c.person_id == bindparam("person_id"))
)
_REVOKE = (
    update(export_tokens)
    .where(export_tokens.c.id == bindparam("of"))
    .where(export_tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=Instant))
)
_USED = (
    update(export_tokens)
    .where(export_tokens.c.id == bindparam("of"))
    .values(used_at=bindparam("at", type_=Instant))
)


@dataclass(frozen=True, kw_only=True)
class TokenRow:
    """A token: whose it is, what they call it, and how long it is worth something (aware, UTC)."""

    id: int
    digest: str
    person_id: int
    name: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


def add_token(
    connection: Connection,
    *,
    digest: str,
    person_id: int,
    name: str,
    made_at: datetime,
    expires_at: datetime,
) -> int:
    """Keep a new token; its id."""
    values = {
        "digest": digest,
        "person_id": person_id,
        "name": name,
        "made_at": made_at,
        "expires_at": expires_at,
    }
    return int(connection.execute(_ADD, values).scalar_one())


def find_token(connection: Connection, digest: str) -> TokenRow | None:
    """The token whose secret has that digest, whether it is still worth something or not."""
    return first(TokenRow, connection.execute(_BY_DIGEST, {"digest": digest}))


def find_tokens_of(connection: Connection, person_id: int) -> list[TokenRow]:
    """All tokens that the person made, the newest first."""
    return records(TokenRow, connection.execute(_OF_PERSON, {"person_id": person_id}))


def find_token_of(connection: Connection, token_id: int, person_id: int) -> TokenRow | None:
    """One of the person's tokens."""
    values = {"token_id": token_id, "person_id": person_id}
    return first(TokenRow, connection.execute(_ONE, values))


def revoke_token(connection: Connection, token_id: int, at: datetime) -> None:
    """The token is worth nothing any more; one that was revoked already stays as it is."""
    connection.execute(_REVOKE, {"of": token_id, "at": at})


def mark_token_used(connection: Connection, token_id: int, at: datetime) -> None:
    """The token was used at that instant."""
    connection.execute(_USED, {"of": token_id, "at": at})
