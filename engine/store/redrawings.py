"""Drafts of procedures that are being redrawn: each change a row, with the file as it left it."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

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
    delete,
    func,
    insert,
    select,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people
from engine.store.versions import versions

# A procedure has one draft at most, which one person edits. `place` is the number of the change up
# to which it is done: those after it were taken back, and can be done again. `mark` is another
# random text after each change and each step back or forward: ids would come again, as SQLite gives
# that of a row that is gone to the next. `played` says how the scenarios went on
# `played_hash`, which stands for its files beside those in use.
redrawings = Table(
    "redrawings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("began_by", ForeignKey("people.id"), nullable=False),
    Column("editor_id", ForeignKey("people.id"), nullable=False),
    Column("held_since", Instant, nullable=False),
    Column("place", Integer, nullable=False),
    Column("mark", Text, nullable=False),
    Column("played_hash", Text, nullable=False),
    Column("played", Text, nullable=False),
    UniqueConstraint("council", "procedure"),
)

# A row for each file that the change touches, with the whole file, made small by zlib: 300 KB come
# to 20. No content at all says that the file is gone.
redrawing_changes = Table(
    "redrawing_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("redrawing_id", ForeignKey("redrawings.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("redrawing_id", "number", "path"),
)

_DRAFT = (
    select(redrawings, people.c.name.label("editor"), versions.c.number.label("version"))
    .join_from(redrawings, people, people.c.id == redrawings.c.editor_id)
    .join(versions, versions.c.id == redrawings.c.version_id)
    .where(redrawings.c.council == bindparam("of_council"))
    .where(redrawings.c.procedure == bindparam("of_procedure"))
)
_LOCK = _DRAFT.with_for_update(of=redrawings)
_CHANGES = (
    select(
        *(
            redrawing_changes.c[name]
            for name in ("id", "number", "at", "person_id", "words", "path")
        ),
        people.c.name.label("by"),
    )
    .join_from(redrawing_changes, people, people.c.id == redrawing_changes.c.person_id)
    .where(redrawing_changes.c.redrawing_id == bindparam("draft_id"))
    .order_by(redrawing_changes.c.number, redrawing_changes.c.id)
)
_CONTENTS = (
    select(redrawing_changes.c.path, redrawing_changes.c.content)
    .where(redrawing_changes.c.redrawing_id == bindparam("draft_id"))
    .where(redrawing_changes.c.number <= bindparam("most"))
    .order_by(redrawing_changes.c.number)
)
_AFTER = delete(redrawing_changes).where(
    redrawing_changes.c.redrawing_id == bindparam("draft_id"),
    redrawing_changes.c.number > bindparam("last"),
)
_OF_PROCEDURE = (redrawings.c.council == bindparam("of_council")) & (
    redrawings.c.procedure == bindparam("of_procedure")
)
_OF_DRAFT = redrawings.c.id == bindparam("draft_id")
_OPEN_ON = (
    select(versions.c.number, func.count())
    .join_from(cases, versions, versions.c.id == cases.c.version_id)
    .where(versions.c.council == bindparam("of_council"))
    .where(versions.c.procedure == bindparam("of_procedure"))
    .where(cases.c.closed_at.is_(None))
    .group_by(versions.c.number)
    .order_by(versions.c.number)
)


@dataclass(frozen=True, kw_only=True)
class RedrawingRow:
    """A draft; `version` is the number of the version that it began from, `editor` a name."""

    id: int
    council: str
    procedure: str
    version_id: int
    version: int
    began_at: datetime
    began_by: int
    editor_id: int
    editor: str
    held_since: datetime
    place: int
    mark: str
    played_hash: str
    played: str


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One change of a draft, in words; `at` is aware, in UTC."""

    id: int
    number: int
    at: datetime
    person_id: int
    by: str
    words: str
    path: str


def find_redrawing(
    connection: Connection, council: str, procedure: str, *, lock: bool = False
) -> RedrawingRow | None:
    """The procedure's draft; locked until the transaction ends where that is asked for."""
    values = {"of_council": council, "of_procedure": procedure}
    return first(RedrawingRow, connection.execute(_LOCK if lock else _DRAFT, values))


def add_redrawing(
    connection: Connection,
    *,
    council: str,
    procedure: str,
    version_id: int,
    editor_id: int,
    at: datetime,
) -> None:
    """Begin a draft with the files of that version."""
    values = {
        "council": council,
        "procedure": procedure,
        "version_id": version_id,
        "began_at": at,
        "began_by": editor_id,
        "editor_id": editor_id,
        "held_since": at,
        "place": 0,
        "mark": _new_mark(),
        "played_hash": "",
        "played": "",
    }
    connection.execute(insert(redrawings), values)


def set_editor(connection: Connection, draft_id: int, person_id: int, at: datetime) -> None:
    """From now on that person edits it."""
    values = {"editor_id": person_id, "held_since": at}
    connection.execute(update(redrawings).where(_OF_DRAFT).values(values), {"draft_id": draft_id})


def set_place(connection: Connection, draft_id: int, place: int) -> None:
    """The draft is done up to that change, and is another than any page has seen."""
    statement = update(redrawings).where(_OF_DRAFT).values(place=place, mark=_new_mark())
    connection.execute(statement, {"draft_id": draft_id})


def set_played(connection: Connection, draft_id: int, *, on: str, played: str) -> None:
    """Keep how the scenarios went, and on what."""
    statement = update(redrawings).where(_OF_DRAFT)
    statement = statement.values(played_hash=on, played=played)
    connection.execute(statement, {"draft_id": draft_id})


def forget_play(connection: Connection, council: str, procedure: str) -> None:
    """How the scenarios went on the procedure's draft is not known any more."""
    statement = update(redrawings).where(_OF_PROCEDURE).values(played_hash="", played="")
    connection.execute(statement, {"of_council": council, "of_procedure": procedure})


def add_change(
    connection: Connection,
    draft: RedrawingRow,
    *,
    person_id: int,
    at: datetime,
    words: str,
    files: Mapping[str, bytes | None],
) -> None:
    """Keep the next change; what was taken back before it can be done again no more.

    `files` are those that it touches, by path, as they are from now on; None for one that is gone.
    """
    number = draft.place + 1
    connection.execute(_AFTER, {"draft_id": draft.id, "last": draft.place})
    values = {
        "redrawing_id": draft.id,
        "number": number,
        "at": at,
        "person_id": person_id,
        "words": words,
    }
    for path, content in files.items():
        kept = b"" if content is None else zlib.compress(content)
        connection.execute(insert(redrawing_changes), {**values, "path": path, "content": kept})
    set_place(connection, draft.id, number)


def find_changes(connection: Connection, draft_id: int) -> list[ChangeRow]:
    """All changes of a draft, those that were taken back too, the oldest first.

    Of one that touches several files the row of the first stands for it.
    """
    rows = records(ChangeRow, connection.execute(_CHANGES, {"draft_id": draft_id}))
    found: dict[int, ChangeRow] = {}
    for row in rows:
        found.setdefault(row.number, row)
    return list(found.values())


def find_changed_files(connection: Connection, draft: RedrawingRow) -> dict[str, bytes | None]:
    """The files that the draft changes, as they are up to its place, by path; None for one gone."""
    rows = connection.execute(_CONTENTS, {"draft_id": draft.id, "most": draft.place})
    newest = {row.path: bytes(row.content) for row in rows}
    return {path: zlib.decompress(kept) if kept else None for path, kept in newest.items()}


def delete_redrawing(connection: Connection, draft_id: int) -> None:
    """The draft is gone, with its changes."""
    connection.execute(_AFTER, {"draft_id": draft_id, "last": 0})
    connection.execute(delete(redrawings).where(_OF_DRAFT), {"draft_id": draft_id})


def count_open_cases(connection: Connection, council: str, procedure: str) -> dict[int, int]:
    """How many cases are open on each version of the procedure, by the version's number."""
    values = {"of_council": council, "of_procedure": procedure}
    return {int(row[0]): int(row[1]) for row in connection.execute(_OPEN_ON, values)}


def _new_mark() -> str:
    return token_hex(16)
