"""Handovers: each time a task left those it waited for, with who they were until then.

A task's own row says how it stands now; its handovers say whose it was when.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from engine.store.database import Id, Instant, metadata
from engine.store.tasks import replace_posts, tasks

Part = tuple[str, str, int | None]

# `posts` are those that it waited for before, as JSON: post, team, person.
handovers = Table(
    "handovers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("how", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("posts", Text, nullable=False),
    Column("given_before", Instant),
)

_ADD = insert(handovers)
_OF_CASE = (
    select(handovers).where(handovers.c.case_id == bindparam("of_case")).order_by(handovers.c.id)
)
_STANDS = (
    update(tasks)
    .where(tasks.c.id == bindparam("of"))
    .values(
        sent_back_by=bindparam("who"),
        sent_back_at=bindparam("back", type_=Instant),
        given_at=bindparam("given", type_=Instant),
        claimed_by=None,
        claimed_at=None,
    )
)
_FORGET_REASONS = (
    update(handovers).where(handovers.c.case_id == bindparam("of_case")).values(reason="")
)
_AS_DRAWN = (
    update(tasks)
    .where(tasks.c.case_id == bindparam("of_case"))
    .where(tasks.c.closed_at.is_(None))
    .values(sent_back_by=None, sent_back_at=None, given_at=None, claimed_by=None, claimed_at=None)
)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A task that left those it waited for: `posts` were they, the owner of its clock first.

    `given_before` is what stood in the task's `given_at` until then. Instants are aware, in UTC.
    """

    id: int
    case_id: int
    task_id: int
    at: datetime
    person_id: int
    how: str
    reason: str
    posts: tuple[Part, ...]
    given_before: datetime | None


def hand_over(
    connection: Connection,
    task_id: int,
    new: Iterable[Part],
    *,
    sent_back_by: int | None,
    sent_back_at: datetime | None,
    given_at: datetime | None,
) -> None:
    """The open task waits for `new`, and is claimed by nobody."""
    replace_posts(connection, task_id, new)
    values = {"of": task_id, "who": sent_back_by, "back": sent_back_at, "given": given_at}
    connection.execute(_STANDS, values)


def add_handover(
    connection: Connection,
    *,
    case_id: int,
    task_id: int,
    at: datetime,
    person_id: int,
    how: str,
    reason: str,
    posts: Iterable[Part],
    given_before: datetime | None,
) -> None:
    """Keep that the task left `posts`."""
    values = {
        "case_id": case_id,
        "task_id": task_id,
        "at": at,
        "person_id": person_id,
        "how": how,
        "reason": reason,
        "posts": json.dumps([list(part) for part in posts]),
        "given_before": given_before,
    }
    connection.execute(_ADD, values)


def find_handovers(connection: Connection, case_id: int) -> dict[int, list[Handover]]:
    """The handovers of the case's tasks by task, the oldest first."""
    found: dict[int, list[Handover]] = {}
    for row in connection.execute(_OF_CASE, {"of_case": case_id}).mappings():
        values = dict(row)
        posts = tuple(
            (str(post), str(team), person_id)
            for post, team, person_id in json.loads(values.pop("posts"))
        )
        found.setdefault(row["task_id"], []).append(Handover(**values, posts=posts))
    return found


def forget_handovers(connection: Connection, case_id: int) -> None:
    """The open tasks of the case are nobody's but whose the diagram says, and why is gone."""
    connection.execute(_AS_DRAWN, {"of_case": case_id})
    connection.execute(_FORGET_REASONS, {"of_case": case_id})
