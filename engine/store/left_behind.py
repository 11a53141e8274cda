"""What people who left leave behind: their open cases, restricted records that they alone read."""

from sqlalchemy import Connection, bindparam, exists, select

from engine.store.cases import cases
from engine.store.children import child_readers, children
from engine.store.people import people

_named, _reader = child_readers.alias(), people.alias()
_RAISER_LEFT = (
    select(cases.c.number, people.c.name)
    .join(people, people.c.id == cases.c.raiser_id)
    .where(cases.c.council == bindparam("council"))
    .where(cases.c.closed_at.is_(None), ~people.c.active)
    .order_by(cases.c.id)
)
_UNREAD = (
    select(children.c.id, people.c.name)
    .select_from(children)
    .join(child_readers, child_readers.c.child_id == children.c.id, isouter=True)
    .join(people, people.c.id == child_readers.c.person_id, isouter=True)
    .where(children.c.council == bindparam("council"))
    .where(children.c.restricted)
    .where(
        ~exists()
        .where(_named.c.child_id == children.c.id)
        .where(_reader.c.id == _named.c.person_id)
        .where(_reader.c.active)
        .correlate(children)
    )
    .order_by(children.c.id, people.c.name)
)


def find_cases_whose_raiser_left(
    connection: Connection, council: str
) -> tuple[tuple[str, str], ...]:
    """The number of each open case of the council whose raiser has left, and who that was."""
    rows = connection.execute(_RAISER_LEFT, {"council": council})
    return tuple((row.number, row.name) for row in rows)


def find_unread(connection: Connection, council: str) -> dict[int, tuple[str, ...]]:
    """The restricted children of the council of whom nobody who works there now may read.

    By id, with the names of those who are named and have left.
    """
    found: dict[int, list[str]] = {}
    for row in connection.execute(_UNREAD, {"council": council}):
        found.setdefault(row.id, []).extend([row.name] if row.name else [])
    return {child_id: tuple(names) for child_id, names in found.items()}
