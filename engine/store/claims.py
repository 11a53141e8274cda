"""Claims: who of those a task waits for says that they answer it. It stands in the task's row."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from engine.store.database import Instant
from engine.store.tasks import tasks

_CLAIM = (
    update(tasks)
    .where(tasks.c.id == bindparam("of"))
    .values(claimed_by=bindparam("who"), claimed_at=bindparam("at", type_=Instant))
)


def set_claim(
    connection: Connection, task_id: int, person_id: int | None, at: datetime | None
) -> None:
    """The task is claimed by that person since then, or with None by nobody any more."""
    connection.execute(_CLAIM, {"of": task_id, "who": person_id, "at": at})
