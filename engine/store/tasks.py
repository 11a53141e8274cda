"""Tasks: steps that wait for a post, and the posts that each waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.absences import acts_as
from engine.store.access import may_see_case
from engine.store.cases import CaseRow, cases
from engine.store.database import Id, Instant, first, metadata
from engine.store.people import holdings, people
from engine.store.statement import Statement

# The urgency of a task about an answer that never came, and of one that has no due date.
SILENCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)

# `due`, `original_due` and `overdue_at` repeat the task's deadline, so that a tray is one query;
# `urgent_at` is what trays are ordered by: SILENCE, the due date, or NEVER.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("token", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("first_seen_at", Instant),
    Column("due", Instant),
    Column("original_due", Instant),
    Column("milestone", Instant),
    Column("overdue_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("people.id")),
    Column("closed_how", Text, nullable=False, default=""),
    Column("claimed_by", ForeignKey("people.id")),
    Column("claimed_at", Instant),
    Column("sent_back_by", ForeignKey("people.id")),
    Column("sent_back_at", Instant),
    Column("given_at", Instant),
    Column("chased_at", Instant),
    Column("urgent_at", Instant, nullable=False, default=NEVER),
    Index("ix_tasks_case_id_closed_at", "case_id", "closed_at"),
    Index(
        "ix_tasks_urgent_at_open",
        "urgent_at",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

# The first post owns the clock. `person_id` is set where the post means one person of the case.
task_posts = Table(
    "task_posts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("post", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("owner", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    # Only what a tray asks for is in these, so that neither is taken for the other, and so that
    # they stay as small as what is open.
    Index(
        "ix_task_posts_open_post_team",
        "post",
        "team",
        sqlite_where=text("open = 1 AND person_id IS NULL"),
        postgresql_where=text("open AND person_id IS NULL"),
    ),
    Index(
        "ix_task_posts_open_person_id",
        "person_id",
        sqlite_where=text("open = 1 AND person_id IS NOT NULL"),
        postgresql_where=text("open AND person_id IS NOT NULL"),
    ),
)

_ADD = Statement(
    insert(tasks).returning(tasks.c.id),
    columns=[column.key for column in tasks.columns if column is not tasks.c.id],
)
_ADD_POSTS = Statement(insert(task_posts), columns=task_posts.columns.keys())
_TASK = select(tasks).where(tasks.c.id == bindparam("task_id"))
# Only the case is locked: a turn has one lock. The task is read again under it.
_LOCK_CASE = Statement(
    select(cases)
    .join(tasks, tasks.c.case_id == cases.c.id)
    .where(tasks.c.id == bindparam("task_id"))
    .with_for_update(of=cases)
)
_OPEN = Statement(
    select(tasks)
    .where(tasks.c.case_id == bindparam("case_id"))
    .where(tasks.c.closed_at.is_(None))
    .order_by(tasks.c.id)
)
_OF_CASE = (
    select(tasks, people.c.name.label("closed_by_name"))
    .outerjoin(people, people.c.id == tasks.c.closed_by)
    .where(tasks.c.case_id == bindparam("case_id"))
    .order_by(tasks.c.id)
)
_POSTS = (
    select(task_posts.c.task_id, task_posts.c.post, task_posts.c.team, task_posts.c.person_id)
    .join(tasks, tasks.c.id == task_posts.c.task_id)
    .where(tasks.c.case_id == bindparam("case_id"))
    .order_by(task_posts.c.task_id, task_posts.c.owner.desc(), task_posts.c.post)
)
_DELETE_POSTS = delete(task_posts).where(task_posts.c.task_id == bindparam("for_task"))
_CLOSE = Statement(
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .where(tasks.c.closed_at.is_(None))
    .values(
        closed_at=bindparam("at"), closed_by=bindparam("person_id"), closed_how=bindparam("how")
    )
)
_CLOSE_POSTS = Statement(
    update(task_posts).where(task_posts.c.task_id == bindparam("for_task")).values(open=False)
)
# `closed_at` stays: it says when the case went on, the history says when the answer came.
_TAKE_LATE = (
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .where(tasks.c.closed_by.is_(None))
    .values(closed_by=bindparam("person_id"), closed_how=bindparam("how"))
)
_SEEN = (
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .where(tasks.c.first_seen_at.is_(None))
    .values(first_seen_at=bindparam("at"))
)
_DUE = Statement(
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .values(
        due=bindparam("new_due"),
        original_due=bindparam("new_original"),
        overdue_at=bindparam("new_overdue"),
        urgent_at=bindparam("new_due"),
    )
)
_URGENT = Statement(
    update(tasks)
    .where(tasks.c.id == bindparam("task_id"))
    .values(urgent_at=bindparam("new_urgent"))
)
_held = and_(
    holdings.c.person_id.in_(acts_as()),
    holdings.c.post == task_posts.c.post,
    holdings.c.starts <= bindparam("today", type_=Date),
    or_(holdings.c.ends.is_(None), holdings.c.ends >= bindparam("today", type_=Date)),
)
_mine = or_(
    task_posts.c.person_id.in_(acts_as()),
    and_(
        task_posts.c.person_id.is_(None),
        exists()
        .where(_held)
        .where(holdings.c.council == cases.c.council)
        .where(or_(task_posts.c.team == "", holdings.c.team.in_(("", task_posts.c.team))))
        .correlate(task_posts, cases),
    ),
)
_actor = acts_as().subquery("actor")
_actor_holds = (
    exists()
    .where(holdings.c.person_id == _actor.c.person_id)
    .where(holdings.c.council == cases.c.council)
    .where(holdings.c.post == task_posts.c.post)
    .where(or_(task_posts.c.team == "", holdings.c.team.in_(("", task_posts.c.team))))
    .where(holdings.c.starts <= bindparam("today", type_=Date))
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends >= bindparam("today", type_=Date)))
    .correlate(task_posts, cases, _actor)
)
# In one's own right before another's: nobody acts for somebody where they need not.
_MAY_ANSWER = Statement(
    select(task_posts.c.post, _actor.c.person_id)
    .select_from(task_posts)
    .join(tasks, tasks.c.id == task_posts.c.task_id)
    .join(cases, cases.c.id == tasks.c.case_id)
    .join(
        _actor,
        or_(
            task_posts.c.person_id == _actor.c.person_id,
            and_(task_posts.c.person_id.is_(None), _actor_holds),
        ),
    )
    .where(task_posts.c.task_id == bindparam("task_id"))
    .where(may_see_case())
    .order_by(_actor.c.person_id != bindparam("me"), task_posts.c.owner.desc())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """A task as it is kept.

    Who claimed it holds nobody back. While it is sent back (X-35) it waits for whoever chooses who
    answers; with `given_at` it waits for whom it was given to, and not for whom the diagram names.
    """

    id: int
    case_id: int
    token: int
    element: str
    name: str
    stage: str
    form: str
    opened_at: datetime
    first_seen_at: datetime | None
    due: datetime | None
    original_due: datetime | None
    milestone: datetime | None
    overdue_at: datetime | None
    closed_at: datetime | None
    closed_by: int | None
    closed_how: str
    claimed_by: int | None
    claimed_at: datetime | None
    sent_back_by: int | None
    sent_back_at: datetime | None
    given_at: datetime | None
    chased_at: datetime | None
    urgent_at: datetime


def find_task(connection: Connection, task_id: int) -> TaskRow | None:
    """The task with that id, open or closed."""
    return first(TaskRow, connection.execute(_TASK, {"task_id": task_id}))


def lock_case_of_task(connection: Connection, task_id: int) -> CaseRow | None:
    """The case to which the task belongs, locked until the transaction ends."""
    return _LOCK_CASE.first(CaseRow, connection, {"task_id": task_id})


def find_open_tasks(connection: Connection, case_id: int) -> list[TaskRow]:
    """The tasks of the case that wait for somebody, the oldest first."""
    return _OPEN.records(TaskRow, connection, {"case_id": case_id})


def find_case_tasks(connection: Connection, case_id: int) -> list[tuple[TaskRow, str]]:
    """All tasks of the case, the oldest first, each with the name of who closed it, or nothing."""
    rows = connection.execute(_OF_CASE, {"case_id": case_id}).mappings()
    return [(_without(row, "closed_by_name"), row["closed_by_name"] or "") for row in rows]


def find_task_posts(
    connection: Connection, case_id: int
) -> dict[int, list[tuple[str, str, int | None]]]:
    """For each task of the case its posts (post, team, person), the owner first."""
    found: dict[int, list[tuple[str, str, int | None]]] = {}
    for row in connection.execute(_POSTS, {"case_id": case_id}):
        found.setdefault(row.task_id, []).append((row.post, row.team, row.person_id))
    return found


def add_task(
    connection: Connection, posts: Iterable[tuple[str, str, int | None]], **values: object
) -> int:
    """Keep a new task that waits for `posts` (post, team, person; the owner first); its id."""
    ((task_id,),) = _ADD.rows(connection, values)
    _add_posts(connection, task_id, posts)
    return int(task_id)


def replace_posts(
    connection: Connection, task_id: int, posts: Iterable[tuple[str, str, int | None]]
) -> None:
    """Let an open task wait for other posts than it did."""
    connection.execute(_DELETE_POSTS, {"for_task": task_id})
    _add_posts(connection, task_id, posts)


def _add_posts(
    connection: Connection, task_id: int, posts: Iterable[tuple[str, str, int | None]]
) -> None:
    _ADD_POSTS.change_each(
        connection,
        [
            {
                "task_id": task_id,
                "post": post,
                "team": team,
                "person_id": person_id,
                "owner": place == 0,
                "open": True,
            }
            for place, (post, team, person_id) in enumerate(posts)
        ],
    )


def close_task(
    connection: Connection, task_id: int, *, at: datetime, person_id: int | None, how: str
) -> bool:
    """Close an open task; false when somebody else already has."""
    values = {"task_id": task_id, "at": at, "person_id": person_id, "how": how}
    if _CLOSE.change(connection, values) != 1:
        return False
    _CLOSE_POSTS.change(connection, {"for_task": task_id})
    return True


def take_late_answer(connection: Connection, task_id: int, person_id: int, how: str) -> bool:
    """Keep who answered a task after it was closed for nobody; false when somebody has already."""
    values = {"task_id": task_id, "person_id": person_id, "how": how}
    return connection.execute(_TAKE_LATE, values).rowcount == 1


def mark_seen(connection: Connection, task_id: int, at: datetime) -> None:
    """Keep when somebody it waits for first opened the task (X-1)."""
    connection.execute(_SEEN, {"task_id": task_id, "at": at})


def set_due(
    connection: Connection,
    task_id: int,
    *,
    due: datetime,
    original_due: datetime,
    overdue_at: datetime | None,
) -> None:
    """Repeat on the task what its deadline says."""
    values = {"new_due": due, "new_original": original_due, "new_overdue": overdue_at}
    _DUE.change(connection, {"task_id": task_id, **values})


def set_urgent(connection: Connection, task_id: int, at: datetime) -> None:
    """How urgent a task without a due date is: SILENCE or NEVER."""
    _URGENT.change(connection, {"task_id": task_id, "new_urgent": at})


def find_post_for(connection: Connection, task_id: int, person_id: int, today: date) -> str | None:
    """The post by which that person may see the case and answer the task, or None."""
    found = find_answerer(connection, task_id, person_id, today)
    return found[0] if found else None


def find_answerer(
    connection: Connection, task_id: int, person_id: int, today: date
) -> tuple[str, int] | None:
    """As `find_post_for`, with the id of the one in whose right it is: their own, if it can be."""
    values = {"task_id": task_id, "me": person_id, "today": today}
    rows = _MAY_ANSWER.rows(connection, values)
    return (str(rows[0][0]), int(rows[0][1])) if rows else None


def _without(row: Mapping[Any, Any], *extra: str) -> TaskRow:
    return TaskRow(**{key: value for key, value in row.items() if key not in extra})
