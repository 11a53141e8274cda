"""Cases, who has a part in each, and the answers given in them."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from engine.store.database import Id, Instant, metadata

# `state` is the workflow, frozen; `entries` and `head` say how long the history's chain is and
# where it ends; `clock_started_at` is the first formal stage.
cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("council", Text, nullable=False),
    Column("child_id", ForeignKey("children.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("raiser_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("social_worker_id", ForeignKey("people.id")),
    Column("team", Text, nullable=False),
    Column("stage", Text, nullable=False, default=""),
    Column("outcome", Text, nullable=False, default=""),
    Column("opened_at", Instant, nullable=False),
    Column("clock_started_at", Instant),
    Column("closed_at", Instant),
    Column("linked_to", ForeignKey("cases.id")),
    Column("state", LargeBinary, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("ix_cases_council_closed_at", "council", "closed_at"),
)

# A part in a case is a post's (for a team, or the service) or, without a post, one person's.
parts = Table(
    "parts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("post", Text, nullable=False, default=""),
    Column("team", Text, nullable=False, default=""),
    Column("person_id", ForeignKey("people.id")),
    Column("since", Instant, nullable=False),
    Index("ix_parts_case_id", "case_id"),
    Index("ix_parts_post_team", "post", "team"),
    Index("ix_parts_person_id", "person_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("task_id", ForeignKey("tasks.id"), index=True),
    Column("element", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False),
)
