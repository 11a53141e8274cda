"""What the access log tells of a council: who looked at what, the newest first (X-36)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.cases import cases
from engine.store.children import children, readable_by
from engine.store.database import records
from engine.store.history import access_log
from engine.store.listed import Place, Span, beyond, ordered, within
from engine.store.people import people

_OURS = cases.c.council == bindparam("council")
_LOOKS = (
    select(
        access_log.c.id,
        access_log.c.at,
        access_log.c.what,
        access_log.c.allowed,
        people.c.name.label("by"),
        cases.c.number,
        children.c.name.label("child_name"),
        (children.c.council == bindparam("council")).label("ours"),
    )
    .outerjoin(people, people.c.id == access_log.c.person_id)
    .outerjoin(cases, cases.c.id == access_log.c.case_id)
    .outerjoin(children, children.c.id == func.coalesce(cases.c.child_id, access_log.c.child_id))
    .where(
        or_(
            people.c.council == bindparam("council"),
            _OURS,
            children.c.council == bindparam("council"),
        )
    )
    .where(or_(children.c.id.is_(None), readable_by()))
)
_OF_CASE: Final = and_(cases.c.number == bindparam("of_number"), _OURS)
_asked = cases.alias("asked")
_CHILD_OF_CASE: Final = (
    select(_asked.c.child_id)
    .where(_asked.c.number == bindparam("of_number"), _asked.c.council == bindparam("council"))
    .scalar_subquery()
)


@dataclass(frozen=True, kw_only=True)
class LookRow:
    """A line of the log: `by` is None where nobody was signed in, `allowed` 0 for a refusal.

    `number` and `child_name` are None where it is about no case, or no child; `ours` says that the
    child is the council's.
    """

    id: int
    at: datetime
    what: str
    allowed: int
    by: str | None
    number: str | None
    child_name: str | None
    ours: bool | None


@dataclass(frozen=True, kw_only=True)
class LooksAsked:
    """What narrows the log; None or empty is anything.

    `case` is a case's number: looks at it, and at its child. `allowed` asks for what was granted or
    refused; `begins` are beginnings of what was done, and `other` asks for what begins with none.
    """

    council: str
    me: int
    span: Span
    case: str = ""
    person_id: int | None = None
    allowed: bool | None = None
    begins: Sequence[str] = ()
    other: bool = False

    @property
    def values(self) -> dict[str, object]:
        """As the statements ask for it."""
        found: dict[str, object] = {"council": self.council, "me": self.me}
        return {**found, "of_number": self.case} if self.case else found


def find_looks(
    connection: Connection,
    asked: LooksAsked,
    *,
    most: int,
    after: Place | None = None,
    before: Place | None = None,
) -> list[LookRow]:
    """Lines beside a place, the newest first; those alone that the person `me` may read of."""
    up = before is not None
    query = (
        _LOOKS.where(*_narrowed(asked))
        .where(*beyond(access_log.c.at, access_log.c.id, before or after, up=up))
        .order_by(*ordered(access_log.c.at, access_log.c.id, up=up))
        .limit(most)
    )
    found = records(LookRow, connection.execute(query, asked.values))
    return found[::-1] if up else found


def count_looks(connection: Connection, asked: LooksAsked, *, most: int) -> int:
    """How many there are, counted no further than `most`."""
    rows = _LOOKS.where(*_narrowed(asked)).limit(most).subquery()
    counted = select(func.count()).select_from(rows)
    return int(connection.execute(counted, asked.values).scalar_one())


def _narrowed(asked: LooksAsked) -> list[ColumnElement[bool]]:
    found = within(access_log.c.at, asked.span)
    if asked.case:
        of_child = and_(access_log.c.case_id.is_(None), access_log.c.child_id == _CHILD_OF_CASE)
        found.append(or_(_OF_CASE, of_child))
    if asked.person_id is not None:
        found.append(access_log.c.person_id == asked.person_id)
    if asked.allowed is not None:
        found.append(access_log.c.allowed == int(asked.allowed))
    if asked.begins:
        ways = or_(*(access_log.c.what.like(literal(f"{each}%")) for each in asked.begins))
        found.append(~ways if asked.other else ways)
    return found
