"""Colleagues who were asked to draft an answer that somebody else submits (X-19)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people
from engine.store.tasks import tasks

# `content` is JSON of what a browser sends, empty until something was written.
drafting_help = Table(
    "drafting_help",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("asked_by", ForeignKey("people.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("content", Text, nullable=False),
    Column("written_at", Instant),
    Column("ended_at", Instant),
    Index("ix_drafting_help_person_id_ended_at", "person_id", "ended_at"),
    Index("ix_drafting_help_task_id", "task_id"),
)

_asker = people.alias("asker")
_ADD = insert(drafting_help)
_OPEN = (
    select(
        drafting_help,
        _asker.c.name.label("asked_by_name"),
        people.c.name.label("person"),
    )
    .join(_asker, _asker.c.id == drafting_help.c.asked_by)
    .join(people, people.c.id == drafting_help.c.person_id)
    .join(tasks, tasks.c.id == drafting_help.c.task_id)
    .where(drafting_help.c.ended_at.is_(None))
    .where(tasks.c.closed_at.is_(None))
    .order_by(drafting_help.c.id)
)
_OF_TASK = _OPEN.where(drafting_help.c.task_id == bindparam("of_task"))
_OF_PERSON = (
    select(
        drafting_help.c.task_id,
        cases.c.number.label("case_number"),
        cases.c.child_id,
        children.c.name.label("child_name"),
        tasks.c.name,
        tasks.c.due,
        _asker.c.name.label("asked_by"),
        drafting_help.c.written_at,
    )
    .join(tasks, tasks.c.id == drafting_help.c.task_id)
    .join(cases, cases.c.id == drafting_help.c.case_id)
    .join(children, children.c.id == cases.c.child_id)
    .join(_asker, _asker.c.id == drafting_help.c.asked_by)
    .where(drafting_help.c.person_id == bindparam("me"))
    .where(drafting_help.c.ended_at.is_(None))
    .where(tasks.c.closed_at.is_(None))
    .order_by(tasks.c.due.is_(None), tasks.c.due, drafting_help.c.id)
)
_WRITE = (
    update(drafting_help)
    .where(drafting_help.c.id == bindparam("of"))
    .values(content=bindparam("text"), written_at=bindparam("at", type_=Instant))
)
_END = (
    update(drafting_help)
    .where(drafting_help.c.id == bindparam("of"))
    .values(content="", words="", ended_at=bindparam("at", type_=Instant))
)
_DELETE = delete(drafting_help).where(drafting_help.c.case_id == bindparam("of_case"))
_DELETE_OLD = delete(drafting_help).where(
    drafting_help.c.case_id.in_(
        select(cases.c.id).where(cases.c.closed_at < bindparam("before", type_=Instant))
    )
)


@dataclass(frozen=True, kw_only=True)
class HelpRow:
    """A colleague who was asked to draft; instants are aware, in UTC."""

    id: int
    case_id: int
    task_id: int
    asked_by: int
    person_id: int
    words: str
    asked_at: datetime
    content: str
    written_at: datetime | None
    ended_at: datetime | None
    asked_by_name: str
    person: str


@dataclass(frozen=True, kw_only=True)
class HelpAsked:
    """A draft that one person was asked for; instants are aware, in UTC."""

    task_id: int
    case_number: str
    child_id: int
    child_name: str
    name: str
    due: datetime | None
    asked_by: str
    written_at: datetime | None


def add_help(
    connection: Connection,
    *,
    case_id: int,
    task_id: int,
    asked_by: int,
    person_id: int,
    words: str,
    asked_at: datetime,
) -> None:
    """Keep that the colleague was asked."""
    values = {
        "case_id": case_id,
        "task_id": task_id,
        "asked_by": asked_by,
        "person_id": person_id,
        "words": words,
        "asked_at": asked_at,
        "content": "",
    }
    connection.execute(_ADD, values)


def find_help(connection: Connection, task_id: int) -> list[HelpRow]:
    """Who is asked to draft an answer to the open task, the first asked first."""
    return records(HelpRow, connection.execute(_OF_TASK, {"of_task": task_id}))


def find_help_by(connection: Connection, task_id: int, person_id: int) -> HelpRow | None:
    """What that person is asked to draft for the open task."""
    of_person = _OF_TASK.where(drafting_help.c.person_id == bindparam("who"))
    return first(HelpRow, connection.execute(of_person, {"of_task": task_id, "who": person_id}))


def find_help_asked(connection: Connection, person_id: int) -> list[HelpAsked]:
    """All drafts that the person is asked for at open tasks, the most urgent first."""
    return records(HelpAsked, connection.execute(_OF_PERSON, {"me": person_id}))


def write_help(connection: Connection, help_id: int, content: str, at: datetime) -> None:
    """Keep what the colleague drafted."""
    connection.execute(_WRITE, {"of": help_id, "text": content, "at": at})


def end_help(connection: Connection, help_id: int, at: datetime) -> None:
    """The colleague is not asked any more, and what they wrote is gone."""
    connection.execute(_END, {"of": help_id, "at": at})


def delete_help(connection: Connection, case_id: int) -> None:
    """Nobody is, or ever was, asked to draft in the case."""
    connection.execute(_DELETE, {"of_case": case_id})


def delete_help_of_cases_closed(connection: Connection, *, before: datetime) -> int:
    """What was drafted in cases that were closed before that instant is gone; how many drafts."""
    return connection.execute(_DELETE_OLD, {"before": before}).rowcount
