"""Who may see a case, as a condition in a query: the one place where the rows are asked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, and_, bindparam, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.absences import acts_as
from engine.store.cases import cases, parts
from engine.store.children import child_readers, children
from engine.store.people import holdings, people


def may_see_case() -> ColumnElement[bool]:
    """Whether the person `:me` may see the row of `cases`, on the date `:today`.

    A part in the case is needed, by name or by a post held today, in the case's own council; a part
    of somebody for whom the person stands in today counts too. For a restricted child the person
    must be named among those who may read of the child as well: nobody stands in for that.
    """
    held = and_(
        parts.c.person_id.is_(None),  # else it is one person's, whoever else holds the post
        holdings.c.person_id.in_(acts_as()),
        holdings.c.council == cases.c.council,
        holdings.c.post == parts.c.post,
        or_(parts.c.team == "", holdings.c.team.in_(("", parts.c.team))),
        holdings.c.starts <= bindparam("today", type_=Date),
        or_(holdings.c.ends.is_(None), holdings.c.ends >= bindparam("today", type_=Date)),
    )
    part = (
        exists()
        .where(parts.c.case_id == cases.c.id)
        .where(or_(parts.c.person_id.in_(acts_as()), exists().where(held).correlate(parts, cases)))
        .correlate(cases)
    )
    restricted = (
        exists()
        .where(children.c.id == cases.c.child_id)
        .where(children.c.restricted)
        .where(
            ~exists()
            .where(child_readers.c.child_id == children.c.id)
            .where(child_readers.c.person_id == bindparam("me"))
            .correlate(children)
        )
        .correlate(cases)
    )
    return and_(part, ~restricted)


_MAY_SEE = select(cases.c.id).where(cases.c.id == bindparam("case_id")).where(may_see_case())
_VISIBLE = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.council,
        cases.c.child_id,
        children.c.name.label("child_name"),
        cases.c.version_id,
        cases.c.raiser_id,
        cases.c.social_worker_id,
        cases.c.team,
        cases.c.stage,
        cases.c.opened_at,
        cases.c.closed_at,
        cases.c.outcome,
        people.c.name.label("raiser"),
    )
    .join(people, people.c.id == cases.c.raiser_id)
    .join(children, children.c.id == cases.c.child_id)
    .where(may_see_case())
    .order_by(cases.c.closed_at.is_not(None), cases.c.id.desc())
    .limit(bindparam("most"))
)


def sees_case(connection: Connection, case_id: int, person_id: int, today: date) -> bool:
    """Whether that person may see the case today."""
    values = {"case_id": case_id, "me": person_id, "today": today}
    return connection.execute(_MAY_SEE, values).first() is not None


def find_visible_cases(
    connection: Connection, person_id: int, today: date, most: int
) -> list[Mapping[str, Any]]:
    """The cases that the person may see, open ones first, the newest first."""
    values = {"me": person_id, "today": today, "most": most}
    return [dict(row) for row in connection.execute(_VISIBLE, values).mappings()]
