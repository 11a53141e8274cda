"""Published versions of procedures: numbered, whole and never changed."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text, UniqueConstraint

from engine.store.database import Id, Instant, metadata

versions = Table(
    "versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", ForeignKey("people.id")),
    Column("reason", Text, nullable=False),
    UniqueConstraint("council", "procedure", "number"),
)

version_files = Table(
    "version_files",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
