"""The child's voice in a case: dated entries that are only ever added, and who reads advice."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    select,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert

from engine.store.database import Id, Instant, metadata, records
from engine.store.people import people

# `sequence` is the entry of the case's history that vouches for it; `corrects` an earlier row.
voice = Table(
    "voice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("words", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("corrects", ForeignKey("voice.id")),
)

# Whom the raiser named to read what legal advice was about.
advice_readers = Table(
    "advice_readers",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("named_by", ForeignKey("people.id"), nullable=False),
    Column("named_at", Instant, nullable=False),
)

_ADD = plain_insert(voice).returning(voice.c.id)
_OF_CASE = (
    select(voice, people.c.name.label("person"))
    .join(people, people.c.id == voice.c.person_id)
    .where(voice.c.case_id == bindparam("of_case"))
    .order_by(voice.c.id)
)
_DELETE = (
    delete(voice)
    .where(voice.c.case_id == bindparam("of_case"))
    .where(voice.c.sequence == bindparam("of_sequence"))
)
_UNCORRECT = (
    voice.update()
    .where(voice.c.case_id == bindparam("of_case"))
    .where(
        voice.c.corrects.in_(
            select(voice.c.id)
            .where(voice.c.case_id == bindparam("of_case"))
            .where(voice.c.sequence == bindparam("of_sequence"))
        )
    )
    .values(corrects=None)
)
_NAME = insert(advice_readers).on_conflict_do_nothing().returning(advice_readers.c.person_id)
_READERS = (
    select(people.c.id, people.c.name)
    .join(advice_readers, advice_readers.c.person_id == people.c.id)
    .where(advice_readers.c.case_id == bindparam("of_case"))
    .order_by(people.c.name, people.c.id)
)


@dataclass(frozen=True, kw_only=True)
class VoiceRow:
    """One entry as it is kept; `person` wrote it."""

    id: int
    case_id: int
    sequence: int
    kind: str
    stage: str
    answer: str
    day: date
    words: str
    person_id: int
    person: str
    at: datetime
    corrects: int | None


def add_voice(connection: Connection, **values: object) -> int:
    """Keep a new entry; its id."""
    return int(connection.execute(_ADD, values).scalar_one())


def find_voice(connection: Connection, case_id: int) -> list[VoiceRow]:
    """The entries of a case, the oldest first."""
    return records(VoiceRow, connection.execute(_OF_CASE, {"of_case": case_id}))


def delete_voice(connection: Connection, case_id: int, sequence: int) -> None:
    """Delete for ever what went with one entry of the history; its body is destroyed with it."""
    values = {"of_case": case_id, "of_sequence": sequence}
    connection.execute(_UNCORRECT, values)
    connection.execute(_DELETE, values)


def add_advice_reader(
    connection: Connection, case_id: int, person_id: int, *, by: int, at: datetime
) -> bool:
    """The person may read what legal advice was about; false when they might already."""
    values = {"case_id": case_id, "person_id": person_id, "named_by": by, "named_at": at}
    return connection.execute(_NAME, values).first() is not None


def find_advice_readers(connection: Connection, case_id: int) -> list[tuple[int, str]]:
    """Who was named to read what legal advice was about: id, name."""
    rows = connection.execute(_READERS, {"of_case": case_id})
    return [(row.id, row.name) for row in rows]
