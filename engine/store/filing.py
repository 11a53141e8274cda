"""What is to be put onto children's files, of all cases of a council that are not long over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine.store.cases import cases
from engine.store.database import Instant
from engine.store.history import bodies, entries

_FOUND = (
    select(
        cases.c.id.label("case_id"),
        cases.c.number,
        cases.c.child_id,
        cases.c.raiser_id,
        cases.c.team,
        cases.c.version_id,
        entries.c.sequence,
        entries.c.at,
        entries.c.act,
        entries.c.element,
        bodies.c.content,
    )
    .join(entries, entries.c.case_id == cases.c.id)
    .outerjoin(
        bodies,
        and_(bodies.c.case_id == entries.c.case_id, bodies.c.sequence == entries.c.sequence),
    )
    .where(cases.c.council == bindparam("council"))
    .where(or_(cases.c.closed_at.is_(None), cases.c.closed_at >= bindparam("since", type_=Instant)))
    .where(cases.c.version_id.in_(bindparam("versions", expanding=True)))
    .where(entries.c.act.in_(bindparam("acts", expanding=True)))
    .order_by(cases.c.id, entries.c.sequence)
)


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """An entry of a case, which the child's file tells of, or which tells of filing.

    `content` is its body, None where that was destroyed. `at` is aware, in UTC.
    """

    case_id: int
    number: str
    child_id: int
    raiser_id: int
    team: str
    version_id: int
    sequence: int
    at: datetime
    act: str
    element: str
    content: str | None


def find_steps_to_file(
    connection: Connection,
    council: str,
    *,
    since: datetime,
    versions: Collection[int],
    acts: Collection[str],
) -> Iterator[StepRow]:
    """The entries of those acts, in cases of those versions, open or closed since that instant."""
    values = {
        "council": council,
        "since": since,
        "versions": list(versions),
        "acts": sorted(acts),
    }
    for row in connection.execute(_FOUND, values).mappings():
        yield StepRow(**row)
