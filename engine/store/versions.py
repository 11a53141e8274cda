"""Published versions of procedures: numbered, whole and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
)

from engine.store.database import Id, Instant, first, metadata, records

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

_newer = versions.alias("newer")

_ADD = insert(versions).returning(versions.c.id)
_VERSION = select(versions).where(versions.c.id == bindparam("version_id"))
_FILES = select(version_files.c.path, version_files.c.content).where(
    version_files.c.version_id == bindparam("version_id")
)
_OF_PROCEDURE = (
    select(versions)
    .where(versions.c.council == bindparam("council"))
    .where(versions.c.procedure == bindparam("procedure"))
    .order_by(versions.c.number)
)
# Cases may be opened on them meanwhile: that needs no more of a version than its key.
_LOCK = _OF_PROCEDURE.with_for_update(key_share=True)
_LATEST = (
    select(versions)
    .where(versions.c.council == bindparam("council"))
    .where(
        versions.c.number
        == select(func.max(_newer.c.number))
        .where(_newer.c.council == versions.c.council)
        .where(_newer.c.procedure == versions.c.procedure)
        .scalar_subquery()
    )
    .order_by(versions.c.title)
)


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A published version, without its files."""

    id: int
    council: str
    procedure: str
    number: int
    hash: str
    title: str
    published_at: datetime
    published_by: int | None
    reason: str


def find_version(connection: Connection, version_id: int) -> VersionRow | None:
    """The version with that id."""
    return first(VersionRow, connection.execute(_VERSION, {"version_id": version_id}))


def find_files(connection: Connection, version_id: int) -> dict[str, bytes]:
    """The files of a version by their path in the procedure's folder."""
    rows = connection.execute(_FILES, {"version_id": version_id})
    return {row.path: bytes(row.content) for row in rows}


def find_versions(connection: Connection, council: str, procedure: str) -> list[VersionRow]:
    """All versions of a procedure, the oldest first."""
    return records(
        VersionRow, connection.execute(_OF_PROCEDURE, {"council": council, "procedure": procedure})
    )


def lock_versions(connection: Connection, council: str, procedure: str) -> list[VersionRow]:
    """As `find_versions`; whoever else publishes it, or begins a draft, waits from then on."""
    values = {"council": council, "procedure": procedure}
    connection.execute(_LOCK, values)  # which does not see what another published meanwhile
    return find_versions(connection, council, procedure)


def find_latest(connection: Connection, council: str) -> list[VersionRow]:
    """The newest version of each of the council's procedures, by title."""
    return records(VersionRow, connection.execute(_LATEST, {"council": council}))


def find_ids(connection: Connection) -> list[int]:
    """The ids of all versions, the oldest first."""
    return list(connection.execute(select(versions.c.id).order_by(versions.c.id)).scalars())


def find_version_ids(connection: Connection, council: str) -> list[int]:
    """The ids of all versions of the council's procedures, the oldest first."""
    statement = select(versions.c.id).where(versions.c.council == council).order_by(versions.c.id)
    return list(connection.execute(statement).scalars())


def add_version(
    connection: Connection, files: Mapping[str, bytes], **values: str | int | datetime | None
) -> int:
    """Keep a new version with its files; its id."""
    version_id = int(connection.execute(_ADD, values).scalar_one())
    connection.execute(
        insert(version_files),
        [{"version_id": version_id, "path": p, "content": c} for p, c in sorted(files.items())],
    )
    return version_id
