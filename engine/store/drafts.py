"""Drafts: what one person has typed into a form and not sent; nobody else's to read (X-36)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata
from engine.store.raisings import raisings
from engine.store.statement import Statement

# `element` is the task's, or the act's where there is no task; a concern that is being raised has
# neither, nor a case. That an act has one draft a person is held by the lock on its case, under
# which each is written.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id")),
    Column("element", Text, nullable=False),
    Column("task_id", ForeignKey("tasks.id")),
    Column("raising_id", ForeignKey(raisings.c.id), unique=True),
    Column("content", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("person_id", "case_id", "element", "task_id"),
)

_ADD = insert(drafts)
_OF_PLACE = (
    drafts.c.person_id == bindparam("me"),
    drafts.c.case_id.is_not_distinct_from(bindparam("of_case", type_=Id)),
    drafts.c.element == bindparam("at_element"),
    drafts.c.task_id.is_not_distinct_from(bindparam("of_task", type_=Id)),
    drafts.c.raising_id.is_not_distinct_from(bindparam("of_raising", type_=Id)),
)
_DRAFT = select(drafts).where(*_OF_PLACE)
_CHANGE = (
    update(drafts)
    .where(drafts.c.id == bindparam("of"))
    .values(
        content=bindparam("text"),
        revision=bindparam("now"),
        saved_at=bindparam("at", type_=Instant),
    )
)
_DELETE = Statement(delete(drafts).where(*_OF_PLACE))
_DELETE_OF_RAISING = delete(drafts).where(drafts.c.raising_id == bindparam("of_raising"))
_BEGUN = select(drafts.c.task_id).where(
    drafts.c.person_id == bindparam("me"), drafts.c.task_id.is_not(None)
)
_DELETE_OLD = delete(drafts).where(
    drafts.c.case_id.in_(
        select(cases.c.id).where(cases.c.closed_at < bindparam("before", type_=Instant))
    )
)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a draft belongs: a task, or with `task_id` None an act of a case.

    A concern that is being raised has its `raising_id`, no case and no element.
    """

    case_id: int | None
    element: str
    task_id: int | None
    raising_id: int | None = None

    def of(self, person_id: int) -> dict[str, object]:
        """The spot and its person, as the statements take them."""
        return {
            "me": person_id,
            "of_case": self.case_id,
            "at_element": self.element,
            "of_task": self.task_id,
            "of_raising": self.raising_id,
        }


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A draft: `content` is JSON; the instants are aware, in UTC."""

    id: int
    person_id: int
    case_id: int | None
    element: str
    task_id: int | None
    raising_id: int | None
    content: str
    revision: str
    began_at: datetime
    saved_at: datetime


def find_draft_row(connection: Connection, spot: Spot, person_id: int) -> DraftRow | None:
    """The person's draft at the spot."""
    return first(DraftRow, connection.execute(_DRAFT, spot.of(person_id)))


def add_draft(
    connection: Connection,
    spot: Spot,
    person_id: int,
    *,
    content: str,
    revision: str,
    at: datetime,
) -> None:
    """Keep the person's first draft at the spot."""
    values = {
        "person_id": person_id,
        "case_id": spot.case_id,
        "element": spot.element,
        "task_id": spot.task_id,
        "raising_id": spot.raising_id,
        "content": content,
        "revision": revision,
        "began_at": at,
        "saved_at": at,
    }
    connection.execute(_ADD, values)


def change_draft(
    connection: Connection, draft_id: int, *, content: str, revision: str, at: datetime
) -> None:
    """Keep a later text in the place of the draft's."""
    values = {"of": draft_id, "text": content, "now": revision, "at": at}
    connection.execute(_CHANGE, values)


def delete_draft(connection: Connection, spot: Spot, person_id: int) -> None:
    """The person's draft at the spot is gone, if there was one."""
    _DELETE.change(connection, spot.of(person_id))


def delete_draft_of_raising(connection: Connection, raising_id: int) -> None:
    """The draft of a concern that was given up is gone."""
    connection.execute(_DELETE_OF_RAISING, {"of_raising": raising_id})


def find_begun(connection: Connection, person_id: int) -> frozenset[int]:
    """The ids of the tasks at which the person has a draft."""
    return frozenset(connection.execute(_BEGUN, {"me": person_id}).scalars())


def delete_drafts_of_cases_closed(connection: Connection, *, before: datetime) -> int:
    """The drafts of cases that were closed before that instant are gone; how many they were."""
    return connection.execute(_DELETE_OLD, {"before": before}).rowcount
