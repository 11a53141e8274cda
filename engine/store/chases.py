"""Chases: when whoever a task waits for was last reminded. It stands in the task's row."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from engine.store.database import Instant
from engine.store.tasks import tasks

_CHASED = (
    update(tasks)
    .where(tasks.c.id == bindparam("of"))
    .values(chased_at=bindparam("at", type_=Instant))
)


def set_chased(connection: Connection, task_id: int, at: datetime) -> None:
    """The task was last chased then."""
    connection.execute(_CHASED, {"of": task_id, "at": at})
