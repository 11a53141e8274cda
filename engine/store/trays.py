"""Trays: the open tasks that wait for a person, and those that their cases wait for from others.

Few tasks are found by what the person holds and then looked at; of many the first are found by a
walk in the order of urgency, so that no list costs more than the rows that it shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from engine.store.access import Reader, sees
from engine.store.cases import cases
from engine.store.children import children
from engine.store.listed import Asked, Place, beyond, nothing, ordered, within
from engine.store.tasks import TaskRow, task_posts, tasks

_owner = task_posts.alias("owner")
# A scalar query: only of the rows that are shown is it asked who owns the clock.
_post = (
    select(_owner.c.post)
    .where(_owner.c.task_id == tasks.c.id, _owner.c.owner)
    .correlate(tasks)
    .limit(1)
    .scalar_subquery()
)
_place = cast(cases.c.version_id, Text) + " " + tasks.c.element


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """Elements that only some posts see (X-36), with those posts: by version and element."""

    posts: Mapping[tuple[int, str], frozenset[str]]

    def shown_to(self, reader: Reader, raiser: str, social_worker: str) -> ColumnElement[bool]:
        """As `engine.access.may_see_element`, of the rows of `tasks` and `cases`."""
        held = [each for each in reader.held if each.post not in (raiser, social_worker)]
        wide = {each.post for each in held if not each.team}
        keys = {f"{version} {e}": p for (version, e), p in self.posts.items() if not p & wide}
        if not keys:
            return true()
        for_team = [
            f"{key} {each.team}"
            for key, posts in keys.items()
            for each in held
            if each.post in posts
        ]
        return or_(
            _place.not_in(keys),
            and_(
                cases.c.raiser_id.in_(reader.acting),
                _place.in_([key for key, posts in keys.items() if raiser in posts]),
            ),
            and_(
                cases.c.social_worker_id.in_(reader.acting),
                _place.in_([key for key, posts in keys.items() if social_worker in posts]),
            ),
            (_place + " " + cases.c.team).in_(for_team) if for_team else nothing(),
        )


@dataclass(frozen=True, kw_only=True)
class Tray:
    """One of the two trays of a reader. `shown` says which elements the reader may see.

    All that may be in it are among the `task_ids`, and of the cases `case_ids`, which are cases
    that the reader sees; None is any, of very many.
    """

    reader: Reader
    mine: bool
    task_ids: Sequence[int] | None = None
    case_ids: Sequence[int] | None = None
    shown: ColumnElement[bool] = field(default_factory=true)

    @property
    def is_few(self) -> bool:
        """Whether all that may be in it are known."""
        return self.task_ids is not None or self.case_ids is not None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What is in the tray, of the rows of `tasks`, `cases` and `children`."""
        waits = _waits_for(self.reader)
        found: list[ColumnElement[bool]] = [
            tasks.c.closed_at.is_(None),
            cases.c.closed_at.is_(None),
        ]
        if self.case_ids is None:
            found.append(sees(self.reader))
        # Said so, PostgreSQL takes most of the rows for others', and walks instead of sorting.
        found += [waits.is_not(None)] if self.mine else [func.coalesce(waits, 0) != 1, self.shown]
        if self.task_ids is not None:
            found.append(tasks.c.id.in_(self.task_ids))
        if self.case_ids is not None:
            found.append(tasks.c.case_id.in_(self.case_ids))
        return found


@dataclass(frozen=True, kw_only=True)
class TrayRow:
    """A task in a tray, with its case and the post that owns its clock."""

    task: TaskRow
    version_id: int
    case_number: str
    council: str
    team: str
    raiser_id: int
    child_name: str
    post: str


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """What is counted of a task in a tray."""

    urgent_at: datetime
    stage: str
    post: str
    team: str
    raiser_id: int
    claimed_by: int | None


def find_waiting(connection: Connection, reader: Reader, *, most: int) -> list[int] | None:
    """The ids of the open tasks that may wait for the person; None if more than `most`."""
    ways = [
        select(task_posts.c.task_id).where(way, task_posts.c.open) for way in _waits_ways(reader)
    ]
    each = union_all(*ways).subquery()
    found = connection.execute(select(each.c.task_id).limit(most + 1)).scalars().all()
    return None if len(found) > most else sorted(set(found))


def _waits_ways(
    reader: Reader, council: ColumnElement[Any] | None = None
) -> list[ColumnElement[bool]]:
    return [
        *(task_posts.c.person_id == person_id for person_id in reader.acting),
        *(
            and_(
                task_posts.c.person_id.is_(None),
                task_posts.c.post == post,
                task_posts.c.team.in_(("", team)) if team else true(),
                council == of if council is not None else true(),
            )
            for of, post, team in reader.posts()
        ),
    ]


def _waits_for(reader: Reader) -> Any:
    """Not null where the row of `tasks` waits for the person."""
    return (
        select(literal(1))
        .where(task_posts.c.task_id == tasks.c.id)
        .where(task_posts.c.open)
        .where(or_(*_waits_ways(reader, cases.c.council)))
        .limit(1)
        .correlate(tasks, cases)
        .scalar_subquery()
    )


def _among(statement: Select[Any], tray: Tray, asked: Asked) -> Select[Any]:
    found = (
        statement.select_from(tasks)
        .join(cases, cases.c.id == tasks.c.case_id)
        .join(children, children.c.id == cases.c.child_id)
        .where(*within(tasks.c.urgent_at, asked.span))
    )
    if asked.stage is not None:
        found = found.where(tasks.c.stage == asked.stage)
    if asked.post is not None:
        found = found.where(_post == asked.post)
    if asked.claimed_by is not None:
        found = found.where(tasks.c.claimed_by == asked.claimed_by)
    if asked.unclaimed:
        found = found.where(tasks.c.claimed_by.is_(None))
    return found.where(*asked.of_case(), *tray.conditions())


def find_tray(
    connection: Connection,
    tray: Tray,
    asked: Asked,
    *,
    most: int,
    after: Place | None = None,
    before: Place | None = None,
) -> list[TrayRow]:
    """The most urgent tasks of the tray that were asked for: next after or just before a place."""
    up = before is None
    columns = (
        *tasks.columns,
        cases.c.version_id,
        cases.c.number.label("case_number"),
        cases.c.council,
        cases.c.team,
        cases.c.raiser_id,
        children.c.name.label("child_name"),
        _post.label("post"),
    )
    statement = (
        _among(select(*columns), tray, asked)
        .where(*beyond(tasks.c.urgent_at, tasks.c.id, after if up else before, up=up))
        .order_by(*ordered(tasks.c.urgent_at, tasks.c.id, up=up))
        .limit(most)
    )
    names = tasks.columns.keys()
    found = [
        TrayRow(
            task=TaskRow(**{name: row[name] for name in names}),
            **{name: value for name, value in row.items() if name not in names},
        )
        for row in connection.execute(statement).mappings()
    ]
    return found if up else found[::-1]


def find_facts(connection: Connection, tray: Tray, asked: Asked, *, most: int) -> list[TaskFacts]:
    """What is counted, of at most so many tasks of the tray."""
    columns = (
        tasks.c.urgent_at,
        tasks.c.stage,
        _post.label("post"),
        cases.c.team,
        cases.c.raiser_id,
        tasks.c.claimed_by,
    )
    rows = connection.execute(_among(select(*columns), tray, asked).limit(most))
    return [
        TaskFacts(
            urgent_at=at, stage=stage, post=post, team=team, raiser_id=raiser, claimed_by=claimed
        )
        for at, stage, post, team, raiser, claimed in rows
    ]


def count_tray(connection: Connection, tray: Tray, asked: Asked, *, most: int) -> int:
    """How many tasks of the tray were asked for, counted no further than `most`."""
    # In the order of urgency, so that it is a walk along that index too, and stops early.
    each = (
        _among(select(tasks.c.id), tray, asked)
        .order_by(tasks.c.urgent_at, tasks.c.id)
        .limit(most)
        .subquery()
    )
    return int(connection.execute(select(func.count()).select_from(each)).scalar_one())


def find_asked(
    connection: Connection, task_ids: Iterable[int]
) -> dict[int, list[tuple[str, str, int | None]]]:
    """Whom each of those tasks waits for: post, team and person, the owner first."""
    found: dict[int, list[tuple[str, str, int | None]]] = {}
    statement = (
        select(task_posts.c.task_id, task_posts.c.post, task_posts.c.team, task_posts.c.person_id)
        .where(task_posts.c.task_id.in_(list(task_ids)))
        .where(task_posts.c.open)
        .order_by(task_posts.c.task_id, task_posts.c.owner.desc(), task_posts.c.post)
    )
    for task_id, post, team, person_id in connection.execute(statement):
        found.setdefault(task_id, []).append((post, team, person_id))
    return found
