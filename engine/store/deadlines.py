"""Deadlines: the one object behind a due date, a reminder and a timer on the diagram."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from engine.store.database import Id, Instant, metadata

# `token` is the armed timer's, `host` that of the task or sub-process that it sits on.
deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("task_id", ForeignKey("tasks.id")),
    Column("token", Integer, nullable=False),
    Column("host", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("statutory", Boolean, nullable=False),
    Column("case_limit", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("original_due", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("moves", Integer, nullable=False, default=0),
    Column("fired_at", Instant),
    Column("closed_at", Instant),
    Index("ix_deadlines_case_id_closed_at", "case_id", "closed_at"),
    Index("ix_deadlines_due_open", "due", "fired_at", "closed_at"),
)
