"""What somebody asks of a list of cases or of tasks, as conditions in a query.

Both lists are rows of `cases` with those of `children`; both are read in one order, by an instant
and an id, and on from the last row of the page before, so that a page stays right while rows come
and go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, case, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.cases import cases
from engine.store.children import MOST_WORDS, children, pattern
from engine.store.people import holdings, people

_INITIALS: Final = 4
"""No longer word is taken for the initials of a child."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in a list: the instant by which it is ordered, and the id of a row there."""

    at: datetime
    id: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when (included) to when (not included) the instant is by which a list is ordered."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What narrows a list; None is anything. Each of `words` must be found, in small letters."""

    stage: str | None = None
    post: str | None = None
    team: str | None = None
    raiser_id: int | None = None
    claimed_by: int | None = None
    unclaimed: bool = False
    span: Span = Span()
    words: Sequence[str] = ()

    def of_case(self) -> list[ColumnElement[bool]]:
        """Its conditions on the case and the child."""
        found: list[ColumnElement[bool]] = []
        if self.team is not None:
            found.append(cases.c.team == self.team)
        if self.raiser_id is not None:
            found.append(cases.c.raiser_id == self.raiser_id)
        return found + [_has(word) for word in self.words[:MOST_WORDS]]


def _has(word: str) -> ColumnElement[bool]:
    """Whether it stands in the case's number, or the child's name, or is the child's initials."""
    name = func.lower(children.c.name)
    ways = [
        func.lower(cases.c.number).like(pattern(word), escape="\\"),
        name.like(pattern(word), escape="\\"),
    ]
    if word.isascii() and word.isalpha() and 1 < len(word) <= _INITIALS:
        ways.append(name.like("% ".join(word) + "%"))
    # Said so, PostgreSQL takes most of the rows for found, and walks instead of sorting.
    return case((or_(*ways), 1)).is_not(None)


def within(at: ColumnElement[Any], span: Span) -> list[ColumnElement[bool]]:
    """Whether the instant lies in the span."""
    since = [at >= span.since] if span.since is not None else []
    return since + ([at < span.until] if span.until is not None else [])


def beyond(
    at: ColumnElement[Any], row_id: ColumnElement[Any], place: Place | None, *, up: bool
) -> list[ColumnElement[bool]]:
    """Whether a row comes after the place, in the order of the instant up or down."""
    if place is None:
        return []
    further = at > place.at if up else at < place.at
    onward = at >= place.at if up else at <= place.at  # by itself an index leads there
    same = and_(at == place.at, row_id > place.id if up else row_id < place.id)
    return [onward, or_(further, same)]


def ordered(
    at: ColumnElement[Any], row_id: ColumnElement[Any], *, up: bool
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """That order, up or down."""
    return (at, row_id) if up else (at.desc(), row_id.desc())


def nothing() -> ColumnElement[bool]:
    """A condition that no row meets."""
    return literal(1) == literal(0)


def find_names(connection: Connection, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of those people, by id."""
    statement = select(people.c.id, people.c.name).where(people.c.id.in_(sorted(set(person_ids))))
    return {row.id: row.name for row in connection.execute(statement)}


def find_teams(connection: Connection, council: str) -> list[str]:
    """The teams of a council, as far as a post was ever held for them."""
    statement = (
        select(holdings.c.team)
        .distinct()
        .where(holdings.c.council == council, holdings.c.team != "")
        .order_by(holdings.c.team)
    )
    return list(connection.execute(statement).scalars())
