"""Notices: messages waiting to be sent, and what became of each."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from engine.store.database import Id, Instant, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("sequence", Integer),
    Column("element", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("next_try_at", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("failed_at", Instant),
    Column("problem", Text, nullable=False, default=""),
    Index("ix_notices_next_try_at", "next_try_at"),
)
