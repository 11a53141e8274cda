"""The log of who looked, as anchors seal it and verification reads it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text

from engine.store.history import access_log

_LAST = select(func.max(access_log.c.id))
_BETWEEN = (
    select(access_log)
    .where(access_log.c.id > bindparam("after"), access_log.c.id <= bindparam("until"))
    .order_by(access_log.c.id)
)
_COUNT = select(func.count()).select_from(access_log).where(access_log.c.id > bindparam("after"))


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLook:
    """A row of the log. `at` is aware, in UTC."""

    id: int
    at: datetime
    person_id: int | None
    what: str
    case_id: int | None
    child_id: int | None
    allowed: int


def find_settled(connection: Connection) -> int:
    """The highest id of the log, below which no row can come any more; 0 where there is none.

    PostgreSQL numbers rows before their transactions end, so those under way are waited for. To be
    asked in a transaction of its own that ends at once: meanwhile nobody can write to the log.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE access_log IN SHARE MODE"))
    return int(connection.execute(_LAST).scalar() or 0)


def walk_looks(connection: Connection, *, after: int, until: int) -> Iterator[KeptLook]:
    """The rows with an id above `after`, and not above `until`, by id."""
    values = {"after": after, "until": until}
    with connection.execute(_BETWEEN, values, execution_options={"yield_per": 1000}) as found:
        for row in found:
            yield KeptLook(**row._mapping)


def count_looks_after(connection: Connection, after: int) -> int:
    """How many rows have an id above that."""
    return int(connection.execute(_COUNT, {"after": after}).scalar_one())
