"""Cases, who has a part in each, and the answers given in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people
from engine.store.statement import Statement

# `state` is the workflow, frozen; `entries` and `head` say how long the history's chain is and
# where it ends; `clock_started_at` is the first formal stage; `urgent_at` is that of its most
# urgent open task, of those that everybody sees who sees the case.
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
    Column("linked_to", ForeignKey("cases.id"), index=True),
    Column("state", LargeBinary, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("urgent_at", Instant, nullable=False, default=datetime(9000, 1, 1, tzinfo=UTC)),
    Column("suspended_at", Instant),
    Index("ix_cases_council_closed_at", "council", "closed_at"),
    Index(
        "ix_cases_urgent_at_open",
        "council",
        "urgent_at",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
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

_linking = cases.alias("linking")

_ADD = insert(cases).returning(cases.c.id)
_CASE = select(cases).where(cases.c.id == bindparam("case_id"))
_BY_NUMBER = select(cases).where(cases.c.number == bindparam("number"))
_LINKED = (
    select(cases.c.id, cases.c.number)
    .where(
        or_(
            cases.c.linked_to == bindparam("case_id"),
            cases.c.id
            == select(_linking.c.linked_to)
            .where(_linking.c.id == bindparam("case_id"))
            .scalar_subquery(),
        )
    )
    .order_by(cases.c.id)
)
_LOCK = Statement(_CASE.with_for_update())
_LOCK_IF_FREE = Statement(_CASE.with_for_update(skip_locked=True))
_SAVED = (
    "child_id",
    "version_id",
    "raiser_id",
    "team",
    "social_worker_id",
    "stage",
    "outcome",
    "clock_started_at",
    "closed_at",
    "state",
    "entries",
    "head",
    "last_at",
    "urgent_at",
    "suspended_at",
)
_SAVE = Statement(
    update(cases)
    .where(cases.c.id == bindparam("case_id"))
    .where(cases.c.entries == bindparam("entries_before"))
    .values({name: bindparam(f"new_{name}") for name in _SAVED})
)
_NUMBER = (
    update(cases).where(cases.c.id == bindparam("case_id")).values(number=bindparam("new_number"))
)
_PARTS = Statement(
    select(parts.c.post, parts.c.team, parts.c.person_id).where(
        parts.c.case_id == bindparam("case_id")
    )
)
_ADD_PARTS = Statement(
    insert(parts).inline(), columns=("case_id", "post", "team", "person_id", "since")
)
_DELETE_PARTS = (
    delete(parts)
    .where(parts.c.case_id == bindparam("of_case"))
    .where(parts.c.post == bindparam("of_post"))
    .where(parts.c.team == bindparam("of_team"))
    .where(parts.c.person_id.is_not_distinct_from(bindparam("of_person", type_=Id)))
)
_ADD_ANSWER = Statement(
    insert(answers).inline(),
    columns=(
        "case_id",
        "sequence",
        "task_id",
        "element",
        "form",
        "content",
        "person_id",
        "given_at",
        "late",
    ),
)
_ANSWERS = (
    select(answers, people.c.name.label("person"))
    .join(people, people.c.id == answers.c.person_id)
    .where(answers.c.case_id == bindparam("case_id"))
    .order_by(answers.c.id)
)
_CHANGE_ANSWERS = (
    update(answers)
    .where(answers.c.case_id == bindparam("of_case"))
    .where(answers.c.sequence == bindparam("of_sequence"))
    .values(content=bindparam("new_content"))
)
_DELETE_ANSWERS = (
    delete(answers)
    .where(answers.c.case_id == bindparam("of_case"))
    .where(answers.c.sequence == bindparam("of_sequence"))
)


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case as it is kept."""

    id: int
    number: str
    council: str
    child_id: int
    version_id: int
    raiser_id: int
    social_worker_id: int | None
    team: str
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    linked_to: int | None
    state: bytes
    entries: int
    head: str
    last_at: datetime
    urgent_at: datetime = datetime(9000, 1, 1, tzinfo=UTC)
    suspended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """What somebody wrote into a form."""

    id: int
    case_id: int
    sequence: int
    task_id: int | None
    element: str
    form: str
    content: str
    person_id: int
    person: str
    given_at: datetime
    late: bool


def find_case(connection: Connection, case_id: int) -> CaseRow | None:
    """The case with that id, unlocked."""
    return first(CaseRow, connection.execute(_CASE, {"case_id": case_id}))


def find_case_by_number(connection: Connection, number: str) -> CaseRow | None:
    """The case that people know by that number, unlocked."""
    return first(CaseRow, connection.execute(_BY_NUMBER, {"number": number}))


def find_linked_cases(connection: Connection, case_id: int) -> list[tuple[int, str]]:
    """The cases opened after this one about the same matter, and the one before it: id, number."""
    return [(row.id, row.number) for row in connection.execute(_LINKED, {"case_id": case_id})]


def lock_case(connection: Connection, case_id: int, *, wait: bool = True) -> CaseRow | None:
    """The case, locked until the transaction ends: the only lock of a turn, and its first.

    None when there is no such case, or when `wait` is false and somebody else holds it.
    """
    statement = _LOCK if wait else _LOCK_IF_FREE
    return statement.first(CaseRow, connection, {"case_id": case_id})


def add_case(connection: Connection, **values: object) -> int:
    """Keep a new case; its id. Its number follows from the id, with `number_case`."""
    return int(connection.execute(_ADD, values).scalar_one())


def number_case(connection: Connection, case_id: int, number: str) -> None:
    """Give a case that was just added the number by which people know it."""
    connection.execute(_NUMBER, {"case_id": case_id, "new_number": number})


def save_case(connection: Connection, row: CaseRow, *, entries_before: int) -> bool:
    """Write the case back; false when its history grew meanwhile, which the lock prevents."""
    values = {f"new_{name}": getattr(row, name) for name in _SAVED}
    values |= {"case_id": row.id, "entries_before": entries_before}
    return _SAVE.change(connection, values) == 1


def find_parts(connection: Connection, case_id: int) -> set[tuple[str, str, int | None]]:
    """Who has a part in the case: post, team, person."""
    rows = _PARTS.rows(connection, {"case_id": case_id})
    return {(post, team, person_id) for post, team, person_id in rows}


def add_parts(
    connection: Connection,
    case_id: int,
    new: Iterable[tuple[str, str, int | None]],
    since: datetime,
) -> None:
    """Give posts or persons a part in the case."""
    rows = [
        {"case_id": case_id, "post": post, "team": team, "person_id": person, "since": since}
        for post, team, person in new
    ]
    _ADD_PARTS.change_each(connection, rows)


def delete_parts(
    connection: Connection, case_id: int, gone: Iterable[tuple[str, str, int | None]]
) -> None:
    """Take parts in the case away."""
    rows = [
        {"of_case": case_id, "of_post": post, "of_team": team, "of_person": person}
        for post, team, person in gone
    ]
    if rows:
        connection.execute(_DELETE_PARTS, rows)


def add_answer(connection: Connection, **values: object) -> None:
    """Keep what somebody wrote into a form."""
    _ADD_ANSWER.change(connection, values)


def find_answers(connection: Connection, case_id: int) -> list[AnswerRow]:
    """All that was written into forms in the case, in order."""
    return records(AnswerRow, connection.execute(_ANSWERS, {"case_id": case_id}))


def change_answers(connection: Connection, case_id: int, sequence: int, content: str) -> None:
    """Keep other words for what was written with one entry, for which a later one vouches."""
    values = {"of_case": case_id, "of_sequence": sequence, "new_content": content}
    connection.execute(_CHANGE_ANSWERS, values)


def delete_answers(connection: Connection, case_id: int, sequence: int) -> None:
    """Delete for ever what was written with one entry; the caller records it in the same turn."""
    connection.execute(_DELETE_ANSWERS, {"of_case": case_id, "of_sequence": sequence})
