"""The append-only record: headers, bodies, the register of cases, signed anchors."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from engine.store.database import Id, Instant, metadata

# No foreign key from here to a case: a case deleted by force must leave its history to tell of it.
entries = Table(
    "history",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id),
    Column("for_id", Id),
    Column("act", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("version_id", Id, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

bodies = Table(
    "history_bodies",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
)

register = Table(
    "register",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, nullable=False, unique=True),
    Column("number", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("first_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# One row: the register's length and end, so that openings queue on it and nowhere else.
register_head = Table(
    "register_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

anchors = Table(
    "anchors",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

# Who looked, who searched, who was refused: kept without the case's lock.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("what", Text, nullable=False),
    Column("case_id", Id, index=True),
    Column("child_id", Id),
    Column("allowed", Integer, nullable=False),
)
