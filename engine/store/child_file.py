"""The cases about one child, those that a person may see."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from engine.store.access import may_see_case
from engine.store.cases import cases
from engine.store.database import records
from engine.store.versions import versions

_CASES = (
    select(
        cases.c.number,
        versions.c.title.label("procedure"),
        cases.c.stage,
        cases.c.opened_at,
        cases.c.closed_at,
        cases.c.outcome,
    )
    .join(versions, versions.c.id == cases.c.version_id)
    .where(cases.c.child_id == bindparam("of_child"))
    .where(may_see_case())
    .order_by(cases.c.closed_at.is_not(None), cases.c.id.desc())
)
_SEES_ONE = (
    select(cases.c.id)
    .where(cases.c.child_id == bindparam("of_child"))
    .where(may_see_case())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True)
class ChildsCase:
    """A case about a child, as a list shows it. `closed_at` is None while it is open."""

    number: str
    procedure: str
    stage: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str


def find_childs_cases(
    connection: Connection, child_id: int, person_id: int, today: date
) -> list[ChildsCase]:
    """The cases about the child that the person may see, open ones first, the newest first."""
    values = {"of_child": child_id, "me": person_id, "today": today}
    return records(ChildsCase, connection.execute(_CASES, values))


def sees_case_of_child(connection: Connection, child_id: int, person_id: int, today: date) -> bool:
    """Whether the person may see a case about the child today."""
    values = {"of_child": child_id, "me": person_id, "today": today}
    return connection.execute(_SEES_ONE, values).first() is not None
