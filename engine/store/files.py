"""Files: kept in pieces, so that no file is ever in memory as a whole.

A file is uploaded at the place of a draft and is its person's alone; it becomes part of an answer
when that is sent, and then has the number of the answer's entry in the history.
"""

from collections.abc import Collection
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
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.drafts import Spot
from engine.store.people import people
from engine.store.statement import Statement

files = Table(
    "files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("element", Text, nullable=False),
    Column("task_id", ForeignKey("tasks.id")),
    Column("raising_id", ForeignKey("raisings.id"), index=True),
    Column("field", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sequence", Integer),
)

file_pieces = Table(
    "file_pieces",
    metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

_ADD = insert(files).returning(files.c.id)
_ADD_PIECE = insert(file_pieces)
_SEAL = (
    update(files)
    .where(files.c.id == bindparam("of"))
    .values(size=bindparam("new_size"), sha256=bindparam("new_sha256"))
)
_FILE = select(files).where(files.c.id == bindparam("of"))
_AT_SPOT: tuple[ColumnElement[bool], ...] = (
    files.c.person_id == bindparam("me"),
    files.c.case_id.is_not_distinct_from(bindparam("of_case", type_=Id)),
    files.c.element == bindparam("at_element"),
    files.c.task_id.is_not_distinct_from(bindparam("of_task", type_=Id)),
    files.c.raising_id.is_not_distinct_from(bindparam("of_raising", type_=Id)),
    files.c.sequence.is_(None),
)
_UNSENT = select(files).where(*_AT_SPOT).order_by(files.c.id)
_SEND = (
    update(files)
    .where(files.c.id.in_(bindparam("ids", expanding=True)), *_AT_SPOT)
    .values(
        case_id=bindparam("new_case"),
        element=bindparam("new_element"),
        raising_id=None,
        sequence=bindparam("new_sequence"),
    )
)
_OF_CASE = (
    select(files, people.c.name.label("person"))
    .join(people, people.c.id == files.c.person_id)
    .where(files.c.case_id == bindparam("of_case"), files.c.sequence.is_not(None))
    .order_by(files.c.id)
)
_PIECE = select(file_pieces.c.content).where(
    file_pieces.c.file_id == bindparam("of"), file_pieces.c.place == bindparam("at_place")
)
_UNSENT_IDS = Statement(select(files.c.id).where(*_AT_SPOT))
_ENTRY_IDS = select(files.c.id).where(
    files.c.case_id == bindparam("of_case"), files.c.sequence == bindparam("of_sequence")
)
_OLD_IDS = select(files.c.id).where(
    files.c.sequence.is_(None),
    files.c.case_id.in_(
        select(cases.c.id).where(cases.c.closed_at < bindparam("before", type_=Instant))
    ),
)
_RAISING_IDS = select(files.c.id).where(files.c.raising_id == bindparam("of_raising"))
_DELETE = delete(files).where(files.c.id.in_(bindparam("ids", expanding=True)))
_DELETE_PIECES = delete(file_pieces).where(
    file_pieces.c.file_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file without its content; `sequence` is None until it is sent. `at` is aware, in UTC."""

    id: int
    person_id: int
    case_id: int | None
    element: str
    task_id: int | None
    raising_id: int | None
    field: str
    name: str
    media_type: str
    size: int
    sha256: str
    at: datetime
    sequence: int | None


@dataclass(frozen=True, kw_only=True)
class SentFileRow(FileRow):
    """A file of a case, with the name of who sent it."""

    person: str


def add_file(
    connection: Connection,
    spot: Spot,
    person_id: int,
    *,
    field: str,
    name: str,
    media_type: str,
    at: datetime,
) -> int:
    """Begin a file at the spot; its id. Its pieces follow, and then its size and hash."""
    values = {
        "person_id": person_id,
        "case_id": spot.case_id,
        "element": spot.element,
        "task_id": spot.task_id,
        "raising_id": spot.raising_id,
        "field": field,
        "name": name,
        "media_type": media_type,
        "size": 0,
        "sha256": "",
        "at": at,
        "sequence": None,
    }
    return int(connection.execute(_ADD, values).scalar_one())


def add_piece(connection: Connection, file_id: int, place: int, content: bytes) -> None:
    """Keep the file's next piece; places count from 0."""
    connection.execute(_ADD_PIECE, {"file_id": file_id, "place": place, "content": content})


def seal_file(connection: Connection, file_id: int, *, size: int, sha256: str) -> None:
    """All pieces are there: this many bytes, with this hash."""
    connection.execute(_SEAL, {"of": file_id, "new_size": size, "new_sha256": sha256})


def find_file(connection: Connection, file_id: int) -> FileRow | None:
    """The file with that id."""
    return first(FileRow, connection.execute(_FILE, {"of": file_id}))


def find_unsent(connection: Connection, spot: Spot, person_id: int) -> list[FileRow]:
    """What the person has uploaded at the spot and not sent, the oldest first."""
    return records(FileRow, connection.execute(_UNSENT, spot.of(person_id)))


def find_piece(connection: Connection, file_id: int, place: int) -> bytes | None:
    """One piece of a file; None behind the last."""
    content = connection.execute(_PIECE, {"of": file_id, "at_place": place}).scalar()
    return None if content is None else bytes(content)


def send_files(
    connection: Connection,
    spot: Spot,
    person_id: int,
    ids: Collection[int],
    *,
    case_id: int,
    element: str,
    sequence: int,
) -> int:
    """The person's unsent files of those ids become part of an entry; how many they were."""
    values = {
        **spot.of(person_id),
        "ids": list(ids),
        "new_case": case_id,
        "new_element": element,
        "new_sequence": sequence,
    }
    return connection.execute(_SEND, values).rowcount if ids else 0


def find_sent(connection: Connection, case_id: int) -> list[SentFileRow]:
    """The files that were sent in the case, the oldest first."""
    return records(SentFileRow, connection.execute(_OF_CASE, {"of_case": case_id}))


def delete_unsent(connection: Connection, spot: Spot, person_id: int) -> None:
    """What the person uploaded at the spot and did not send is gone."""
    _delete(connection, [row[0] for row in _UNSENT_IDS.rows(connection, spot.of(person_id))])


def delete_file(connection: Connection, file_id: int) -> None:
    """One file is gone."""
    _delete(connection, [file_id])


def delete_files_of_entry(connection: Connection, case_id: int, sequence: int) -> None:
    """The files that came with one entry are gone for ever; the caller records it in its turn."""
    values = {"of_case": case_id, "of_sequence": sequence}
    _delete(connection, connection.execute(_ENTRY_IDS, values).scalars().all())


def delete_files_of_raising(connection: Connection, raising_id: int) -> None:
    """The files of a concern that was given up are gone."""
    found = connection.execute(_RAISING_IDS, {"of_raising": raising_id}).scalars().all()
    _delete(connection, found)


def delete_unsent_of_cases_closed(connection: Connection, *, before: datetime) -> None:
    """What was uploaded and not sent in cases that were closed before that instant is gone."""
    _delete(connection, connection.execute(_OLD_IDS, {"before": before}).scalars().all())


def _delete(connection: Connection, ids: Collection[int]) -> None:
    if ids:
        connection.execute(_DELETE_PIECES, {"ids": list(ids)})
        connection.execute(_DELETE, {"ids": list(ids)})
