"""Colleagues: everybody who holds a post of a council on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, bindparam, or_, select

from engine.store.people import holdings, people
from engine.store.statement import Statement

_ON = bindparam("on", type_=Date)
_HELD = Statement(
    select(people.c.id.label("person_id"), people.c.name, holdings.c.post, holdings.c.team)
    .join(holdings, holdings.c.person_id == people.c.id)
    .where(people.c.active)
    .where(people.c.council == bindparam("council"))
    .where(holdings.c.council == people.c.council)
    .where(holdings.c.starts <= _ON)
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends >= _ON))
    .order_by(people.c.name, people.c.id, holdings.c.id)
)


@dataclass(frozen=True, kw_only=True)
class HeldPost:
    """A post that somebody holds; `team` is empty for the whole service."""

    person_id: int
    name: str
    post: str
    team: str


def find_held_posts(connection: Connection, council: str, on: date) -> list[HeldPost]:
    """All posts that are held in the council on that day, by the name of who holds them."""
    return _HELD.records(HeldPost, connection, {"council": council, "on": on})
