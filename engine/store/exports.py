"""The cases that leave in an export, a page at a time, without the child and without the raiser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from engine.store.cases import cases
from engine.store.children import children, readable_by
from engine.store.database import Id, Instant, records
from engine.store.versions import versions

_AT_ONCE = 200
_linked = cases.alias("linked")
_FROM = bindparam("opened_from", type_=Instant)
_UNTIL = bindparam("opened_until", type_=Instant)
_WANTED = (
    (cases.c.council == bindparam("council"))
    & (cases.c.opened_at >= _FROM)
    & (cases.c.opened_at <= _UNTIL)
    & or_(bindparam("procedure") == "", versions.c.procedure == bindparam("procedure"))
)
_PAGE = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.version_id,
        cases.c.raiser_id,
        cases.c.stage,
        cases.c.outcome,
        cases.c.opened_at,
        cases.c.clock_started_at,
        cases.c.closed_at,
        _linked.c.number.label("linked_number"),
    )
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .outerjoin(_linked, _linked.c.id == cases.c.linked_to)
    .where(_WANTED)
    .where(readable_by())
    .where(cases.c.id > bindparam("after", type_=Id))
    .order_by(cases.c.id)
    .limit(_AT_ONCE)
)
_KEPT_BACK = (
    select(func.count())
    .select_from(cases)
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .where(_WANTED)
    .where(~readable_by())
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases are asked for: those of a council opened between two aware instants.

    `procedure` is a key, or empty for all; `reader_id` is the person who may read of the children.
    """

    council: str
    procedure: str
    opened_from: datetime
    opened_until: datetime
    reader_id: int

    @property
    def values(self) -> dict[str, object]:
        """As the statements ask for it."""
        return {
            "council": self.council,
            "procedure": self.procedure,
            "opened_from": self.opened_from,
            "opened_until": self.opened_until,
            "me": self.reader_id,
        }


@dataclass(frozen=True, kw_only=True)
class CaseToExport:
    """What an export needs of a case's row."""

    id: int
    number: str
    version_id: int
    raiser_id: int
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    linked_number: str | None


def walk_cases(connection: Connection, wanted: Wanted) -> Iterator[CaseToExport]:
    """The cases that are asked for and may be read of, in the order of their opening."""
    after = 0
    while True:
        page = records(CaseToExport, connection.execute(_PAGE, {**wanted.values, "after": after}))
        if not page:
            return
        yield from page
        after = page[-1].id


def count_kept_back(connection: Connection, wanted: Wanted) -> int:
    """How many of the cases are about restricted children of whom the person may not read."""
    return int(connection.execute(_KEPT_BACK, wanted.values).scalar_one())
