"""Lists of cases: the open ones by urgency, the closed ones by when they were closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.access import Reader, sees
from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import records
from engine.store.deadlines import deadlines
from engine.store.listed import Asked, Place, beyond, ordered, within
from engine.store.tasks import task_posts, tasks


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """The open, or the closed, cases of a council that a reader sees.

    `ids` are those that the reader sees, or None for very many.
    """

    reader: Reader
    council: str
    is_open: bool
    ids: Sequence[int] | None

    @property
    def by(self) -> ColumnElement[Any]:
        """The instant by which the list is ordered."""
        return cases.c.urgent_at if self.is_open else cases.c.closed_at

    def conditions(self) -> list[ColumnElement[bool]]:
        """What is in the list, of the rows of `cases` and `children`."""
        state = cases.c.closed_at.is_(None) if self.is_open else cases.c.closed_at.is_not(None)
        seen = sees(self.reader) if self.ids is None else cases.c.id.in_(self.ids)
        return [cases.c.council == self.council, state, seen]


@dataclass(frozen=True, kw_only=True)
class ListedRow:
    """A case in a list; `at` is the instant by which the list is ordered."""

    id: int
    number: str
    council: str
    version_id: int
    raiser_id: int
    social_worker_id: int | None
    team: str
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    child_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What is counted of a case."""

    id: int
    at: datetime
    stage: str
    team: str
    raiser_id: int


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """An open task of a case."""

    id: int
    case_id: int
    element: str
    name: str
    opened_at: datetime
    due: datetime | None
    overdue_at: datetime | None
    claimed_by: int | None


def _among(statement: Select[Any], listed: CaseList, asked: Asked) -> Select[Any]:
    found = (
        statement.select_from(cases)
        .join(children, children.c.id == cases.c.child_id)
        .where(*within(listed.by, asked.span))
    )
    if asked.stage is not None:
        found = found.where(cases.c.stage == asked.stage)
    if asked.post is not None:
        found = found.where(_waits_for(asked.post).is_not(None))
    return found.where(*asked.of_case(), *listed.conditions())


def _waits_for(post: str) -> Any:
    """Not null where an open step of the case waits for the post."""
    return (
        select(literal(1))
        .join(task_posts, and_(task_posts.c.task_id == tasks.c.id, task_posts.c.owner))
        .where(tasks.c.case_id == cases.c.id)
        .where(tasks.c.closed_at.is_(None))
        .where(task_posts.c.post == post)
        .limit(1)
        .correlate(cases)
        .scalar_subquery()
    )


def find_cases(
    connection: Connection,
    listed: CaseList,
    asked: Asked,
    *,
    most: int,
    after: Place | None = None,
    before: Place | None = None,
) -> list[ListedRow]:
    """The first cases that were asked for: next after, or just before, a place.

    The open ones are in the order of urgency, of the closed ones the last one comes first.
    """
    up = (before is None) is listed.is_open
    columns = [cases.c[name] for name in ListedRow.__dataclass_fields__ if name in cases.c]
    statement = (
        _among(
            select(*columns, children.c.name.label("child_name"), listed.by.label("at")),
            listed,
            asked,
        )
        .where(*beyond(listed.by, cases.c.id, after if before is None else before, up=up))
        .order_by(*ordered(listed.by, cases.c.id, up=up))
        .limit(most)
    )
    found = records(ListedRow, connection.execute(statement))
    return found if before is None else found[::-1]


def find_searched(
    connection: Connection, reader: Reader, words: Sequence[str], *, is_open: bool, most: int
) -> list[int] | None:
    """The ids of the open (or the closed) cases with the words; None if more than `most`.

    One walk through the cases, of which those with the words are then looked at: what follows has
    few to begin with.
    """
    statement = (
        select(cases.c.id)
        .join(children, children.c.id == cases.c.child_id)
        .where(cases.c.closed_at.is_(None) if is_open else cases.c.closed_at.is_not(None))
        .where(*Asked(words=words).of_case(), sees(reader))
        .limit(most + 1)
    )
    found = connection.execute(statement).scalars().all()
    return None if len(found) > most else list(found)


def find_case_facts(connection: Connection, listed: CaseList, asked: Asked) -> list[CaseFacts]:
    """What is counted of the cases that were asked for."""
    columns = (
        cases.c.id,
        listed.by.label("at"),
        cases.c.stage,
        cases.c.team,
        cases.c.raiser_id,
    )
    return records(CaseFacts, connection.execute(_among(select(*columns), listed, asked)))


def count_cases(connection: Connection, listed: CaseList, asked: Asked, *, most: int) -> int:
    """How many cases were asked for, counted no further than `most`."""
    each = (
        _among(select(cases.c.id), listed, asked)
        .order_by(*ordered(listed.by, cases.c.id, up=listed.is_open))
        .limit(most)
        .subquery()
    )
    return int(connection.execute(select(func.count()).select_from(each)).scalar_one())


def find_steps(connection: Connection, case_ids: Iterable[int]) -> list[StepRow]:
    """The open tasks of those cases, the most urgent first."""
    columns = [tasks.c[name] for name in StepRow.__dataclass_fields__]
    statement = (
        select(*columns)
        .where(tasks.c.case_id.in_(list(case_ids)))
        .where(tasks.c.closed_at.is_(None))
        .order_by(tasks.c.urgent_at, tasks.c.id)
    )
    return records(StepRow, connection.execute(statement))


def find_limits(connection: Connection, case_ids: Iterable[int]) -> dict[int, datetime]:
    """When the limit of the whole case is reached, of those of the cases whose clock runs."""
    statement = (
        select(deadlines.c.case_id, deadlines.c.due)
        .where(deadlines.c.case_id.in_(list(case_ids)))
        .where(deadlines.c.case_limit)
        .where(deadlines.c.closed_at.is_(None))
    )
    return {row.case_id: row.due for row in connection.execute(statement)}


def find_case_posts(connection: Connection, case_ids: Iterable[int]) -> dict[int, set[str]]:
    """For each of those cases the posts for which a step waits, by the owner of its clock."""
    found: dict[int, set[str]] = {}
    statement = (
        select(tasks.c.case_id, task_posts.c.post)
        .distinct()
        .join(task_posts, and_(task_posts.c.task_id == tasks.c.id, task_posts.c.owner))
        .where(tasks.c.closed_at.is_(None))
        .where(tasks.c.case_id.in_(list(case_ids)))
    )
    for case_id, post in connection.execute(statement):
        found.setdefault(case_id, set()).add(post)
    return found
