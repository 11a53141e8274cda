"""Incidents: that a case could not go on, where, why, and what became of it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from engine.store.database import Id, Instant, metadata

# `deadline_id` is set where a passed deadline could not be acted on; with neither that nor an
# element the case as a whole cannot be opened. It is tried again by itself at `try_again_at`.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("deadline_id", ForeignKey("deadlines.id")),
    Column("element", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("try_again_at", Instant),
    Column("told", Text, nullable=False),
    Column("over_at", Instant),
    Column("over_by", ForeignKey("people.id")),
    Column("over_how", Text, nullable=False, default=""),
    Index(
        "ix_incidents_case_id_open",
        "case_id",
        sqlite_where=text("over_at IS NULL"),
        postgresql_where=text("over_at IS NULL"),
    ),
)
