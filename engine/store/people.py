"""People, the posts that they hold, and who tried to sign in."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text

from engine.store.database import Id, Instant, metadata

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
