"""Tasks: steps that wait for a post, and the posts that each waits for."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from engine.store.database import Id, Instant, metadata

# `due`, `original_due` and `overdue_at` repeat the task's deadline, so that a tray is one query.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("token", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("first_seen_at", Instant),
    Column("due", Instant),
    Column("original_due", Instant),
    Column("milestone", Instant),
    Column("overdue_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("people.id")),
    Column("closed_how", Text, nullable=False, default=""),
    Index("ix_tasks_case_id_closed_at", "case_id", "closed_at"),
)

# The first post owns the clock. `person_id` is set where the post means one person of the case.
task_posts = Table(
    "task_posts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("post", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("owner", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Index("ix_task_posts_open_post_team", "open", "post", "team"),
    Index("ix_task_posts_open_person_id", "open", "person_id"),
)
