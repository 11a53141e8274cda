"""Children, their dated legal statuses, and who may see a restricted child (X-37)."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Table, Text, UniqueConstraint

from engine.store.database import Id, metadata

children = Table(
    "children",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("team", Text, nullable=False),
    Column("social_worker_id", ForeignKey("people.id")),
    Column("raiser_id", ForeignKey("people.id")),
    Column("restricted", Boolean, nullable=False, default=False),
    UniqueConstraint("council", "reference"),
)

legal_statuses = Table(
    "legal_statuses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("child_id", ForeignKey("children.id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
)

child_readers = Table(
    "child_readers",
    metadata,
    Column("child_id", ForeignKey("children.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
)
