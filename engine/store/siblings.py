"""Brothers and sisters: a link between two children's records (X-14)."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Table, bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from engine.store.children import Child, children, readable_by
from engine.store.database import Instant, metadata, records

# One row a pair, the lower id first.
siblings = Table(
    "siblings",
    metadata,
    Column("child_id", ForeignKey("children.id"), primary_key=True),
    Column("sibling_id", ForeignKey("children.id"), primary_key=True, index=True),
    Column("recorded_by", ForeignKey("people.id"), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

_ADD = insert(siblings).on_conflict_do_nothing().returning(siblings.c.child_id)
_REMOVE = (
    delete(siblings)
    .where(siblings.c.child_id == bindparam("lower"))
    .where(siblings.c.sibling_id == bindparam("higher"))
)
_OF_CHILD = (
    select(children)
    .where(
        or_(
            children.c.id.in_(
                select(siblings.c.sibling_id).where(siblings.c.child_id == bindparam("of_child"))
            ),
            children.c.id.in_(
                select(siblings.c.child_id).where(siblings.c.sibling_id == bindparam("of_child"))
            ),
        )
    )
    .where(readable_by())
    .order_by(children.c.date_of_birth, children.c.id)
)


def add_siblings(
    connection: Connection, child_id: int, other_id: int, *, by: int, at: datetime
) -> bool:
    """The two are brothers or sisters; false when that was recorded already."""
    lower, higher = sorted((child_id, other_id))
    values = {"child_id": lower, "sibling_id": higher, "recorded_by": by, "recorded_at": at}
    return connection.execute(_ADD, values).first() is not None


def remove_siblings(connection: Connection, child_id: int, other_id: int) -> bool:
    """The two are no brothers or sisters after all; false when that was not recorded."""
    lower, higher = sorted((child_id, other_id))
    return connection.execute(_REMOVE, {"lower": lower, "higher": higher}).rowcount == 1


def find_siblings(connection: Connection, child_id: int, person_id: int) -> list[Child]:
    """The child's brothers and sisters of whom the person may read, the eldest first."""
    return records(Child, connection.execute(_OF_CHILD, {"of_child": child_id, "me": person_id}))
