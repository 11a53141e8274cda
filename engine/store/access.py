"""Who may see a case, as a condition in a query: the one place where the rows are asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Connection,
    Date,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from engine.store.absences import acts_as, find_acting_for
from engine.store.cases import cases, parts
from engine.store.children import child_readers, children
from engine.store.people import holdings
from engine.store.statement import Statement


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
_SEEN_AMONG = (
    select(cases.c.id).where(cases.c.id.in_(bindparam("ids", expanding=True))).where(may_see_case())
)
_HELD = Statement(
    select(holdings.c.person_id, holdings.c.council, holdings.c.post, holdings.c.team)
    .distinct()
    .where(holdings.c.person_id.in_(acts_as()))
    .where(holdings.c.starts <= bindparam("today", type_=Date))
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends >= bindparam("today", type_=Date)))
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post that somebody holds today; `team` is empty for the whole service."""

    person_id: int
    council: str
    post: str
    team: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whoever looks at a list today: what `may_see_case` asks of the store, asked of it once.

    `acting` are the ids of those for whom they act, their own the first; `held` is what those hold.
    """

    person_id: int
    acting: tuple[int, ...]
    held: tuple[Held, ...]

    def posts(self) -> list[tuple[str, str, str]]:
        """Council, post and team of what is held, each once."""
        return sorted({(each.council, each.post, each.team) for each in self.held})


def sees_case(connection: Connection, case_id: int, person_id: int, today: date) -> bool:
    """Whether that person may see the case today."""
    values = {"case_id": case_id, "me": person_id, "today": today}
    return connection.execute(_MAY_SEE, values).first() is not None


def find_seen_among(
    connection: Connection, case_ids: Iterable[int], person_id: int, today: date
) -> set[int]:
    """Of those cases the ids of the ones that the person may see today."""
    ids = sorted(set(case_ids))
    values = {"ids": ids, "me": person_id, "today": today}
    return set(connection.execute(_SEEN_AMONG, values).scalars()) if ids else set()


def find_reader(connection: Connection, person_id: int, today: date) -> Reader:
    """That person, as lists ask who may see."""
    others = find_acting_for(connection, person_id, today) - {person_id}
    rows = _HELD.rows(connection, {"me": person_id, "today": today})
    return Reader(
        person_id=person_id,
        acting=(person_id, *sorted(others)),
        held=tuple(Held(person_id=of, council=c, post=p, team=t) for of, c, p, t in rows),
    )


def sees(reader: Reader) -> ColumnElement[bool]:
    """As `may_see_case`, of the rows of `cases` and `children`, for a walk through many.

    A scalar query, which PostgreSQL does not turn into a join of all there is.
    """
    part = (
        select(literal(1))
        .where(parts.c.case_id == cases.c.id)
        .where(or_(*(and_(way, council) for way, council in _parts_of(reader))))
        .limit(1)
        .correlate(cases)
        .scalar_subquery()
    )
    return and_(part.is_not(None), _may_read(reader))


def find_seen_cases(
    connection: Connection, reader: Reader, *, is_open: bool, most: int
) -> list[int] | None:
    """The ids of the open (or the closed) cases that the person sees; None if more than `most`.

    Each way to a part in a case is followed by an index of its own, and no further than that.
    """
    state = cases.c.closed_at.is_(None) if is_open else cases.c.closed_at.is_not(None)
    ways = [
        select(parts.c.case_id).where(way, _is_one(and_(council, state, _may_read(reader))))
        for way, council in _parts_of(reader)
    ]
    each = union_all(*ways).subquery()
    found = connection.execute(select(each.c.case_id).limit(most + 1)).scalars().all()
    return None if len(found) > most else sorted(set(found))


def _parts_of(reader: Reader) -> list[tuple[ColumnElement[bool], ColumnElement[bool]]]:
    """The ways to a part in a case: conditions on a row of `parts`, and on that of its case."""
    return [
        *((parts.c.person_id == person_id, true()) for person_id in reader.acting),
        *(
            (
                and_(
                    parts.c.person_id.is_(None),  # else it is one person's, whoever holds the post
                    parts.c.post == post,
                    parts.c.team.in_(("", team)) if team else true(),
                ),
                cases.c.council == council,
            )
            for council, post, team in reader.posts()
        ),
    ]


def _is_one(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the case of a row of `parts` is such a one; asked of each row, and never a join."""
    found = (
        select(literal(1))
        .select_from(cases)
        .join(children, children.c.id == cases.c.child_id)
        .where(cases.c.id == parts.c.case_id)
        .where(condition)
        .correlate(parts)
        .scalar_subquery()
    )
    return found.is_not(None)


def _may_read(reader: Reader) -> ColumnElement[bool]:
    named = (
        select(literal(1))
        .where(child_readers.c.child_id == children.c.id)
        .where(child_readers.c.person_id == reader.person_id)
        .limit(1)
        .correlate(children)
        .scalar_subquery()
    )
    return or_(~children.c.restricted, named.is_not(None))
