"""People in lists: pages of a council's people with what they hold, its teams, what is vacant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select, union, update

from engine.store.absences import absences
from engine.store.cases import cases
from engine.store.children import children
from engine.store.people import HOLDING, ON, PERSON, Holding, Person, holdings, people

_OF_COUNCIL = people.c.council == bindparam("council")
_PAGE = (
    select(*PERSON)
    .where(_OF_COUNCIL)
    .order_by(people.c.active.desc(), func.lower(people.c.name), people.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_COUNT = select(func.count()).select_from(people).where(_OF_COUNCIL)
_HELD_BY = (
    select(*HOLDING)
    .where(holdings.c.person_id.in_(bindparam("ids", expanding=True)))
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends >= ON))
    .order_by(holdings.c.post, holdings.c.team, holdings.c.starts)
)
_AWAY = (
    select(absences.c.person_id)
    .where(absences.c.council == bindparam("council"))
    .where(absences.c.starts <= ON)
    .where(or_(absences.c.ends.is_(None), absences.c.ends >= ON))
)
_TEAMS = union(
    select(holdings.c.team).where(holdings.c.council == bindparam("council")),
    select(children.c.team).where(children.c.council == bindparam("council")),
)
_TEAMS_WITH_CHILDREN = (
    select(children.c.team)
    .where(children.c.council == bindparam("council"))
    .distinct()
    .order_by(children.c.team)
)
_HOLDINGS_OF_COUNCIL = (
    select(*HOLDING, people.c.name)
    .join(people, people.c.id == holdings.c.person_id)
    .where(people.c.active)
    .where(holdings.c.council == bindparam("council"))
    .where(or_(holdings.c.ends.is_(None), holdings.c.ends >= ON))
    .order_by(people.c.name, holdings.c.starts)
)
_RENAME = (
    update(people)
    .where(people.c.id == bindparam("of"))
    .values(name=bindparam("new_name"), email=bindparam("new_email"))
)
_RETURN = update(people).where(people.c.id == bindparam("of")).values(active=True)
_RAISED = (
    select(cases.c.id, cases.c.number)
    .where(cases.c.raiser_id == bindparam("of"))
    .where(cases.c.closed_at.is_(None))
    .order_by(cases.c.id)
)
_RAISED_BY = (
    select(cases.c.raiser_id, func.count())
    .where(cases.c.raiser_id.in_(bindparam("ids", expanding=True)))
    .where(cases.c.closed_at.is_(None))
    .group_by(cases.c.raiser_id)
)


@dataclass(frozen=True, kw_only=True)
class HeldPost:
    """A holding of today or to come, with the name of who holds it."""

    holding: Holding
    name: str


def find_people_page(
    connection: Connection, council: str, words: Iterable[str], *, skip: int, most: int
) -> tuple[Person, ...]:
    """The people in whose name or address each word stands, those who left last, by name."""
    query = _PAGE
    for place, word in enumerate(words):
        like: BindParameter[str] = bindparam(f"word{place}", f"%{_escaped(word.lower())}%")
        query = query.where(
            or_(
                func.lower(people.c.name).like(like, escape="\\"),
                people.c.email.like(like, escape="\\"),
            )
        )
    values = {"council": council, "most": most, "skip": skip}
    return tuple(Person(**row._mapping) for row in connection.execute(query, values))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def count_people(connection: Connection, council: str) -> int:
    """How many people the council has, those who left too."""
    return int(connection.execute(_COUNT, {"council": council}).scalar_one())


def find_held_by(
    connection: Connection, ids: Iterable[int], on: date
) -> dict[int, tuple[Holding, ...]]:
    """What each of those people holds on that day or will hold later."""
    found: dict[int, tuple[Holding, ...]] = {}
    for row in connection.execute(_HELD_BY, {"ids": list(ids), "on": on}):
        found[row.person_id] = (*found.get(row.person_id, ()), Holding(**row._mapping))
    return found


def find_away(connection: Connection, council: str, on: date) -> frozenset[int]:
    """The ids of the council's people who are away on that day."""
    rows = connection.execute(_AWAY, {"council": council, "on": on})
    return frozenset(row.person_id for row in rows)


def find_teams(connection: Connection, council: str) -> tuple[str, ...]:
    """The names of the council's teams, as posts and children's records have them."""
    rows = connection.execute(_TEAMS, {"council": council})
    return tuple(sorted({row.team for row in rows} - {""}, key=str.casefold))


def find_teams_with_children(connection: Connection, council: str) -> tuple[str, ...]:
    """The teams that work with a child of the council."""
    rows = connection.execute(_TEAMS_WITH_CHILDREN, {"council": council})
    return tuple(row.team for row in rows)


def find_council_holdings(connection: Connection, council: str, on: date) -> tuple[HeldPost, ...]:
    """What active people of the council hold on that day or will hold later."""
    rows = connection.execute(_HOLDINGS_OF_COUNCIL, {"council": council, "on": on})
    return tuple(
        HeldPost(
            holding=Holding(**{k: v for k, v in row._mapping.items() if k != "name"}),
            name=row.name,
        )
        for row in rows
    )


def rename_person(connection: Connection, person_id: int, *, name: str, email: str) -> None:
    """The person has that name and that address."""
    connection.execute(_RENAME, {"of": person_id, "new_name": name, "new_email": email})


def reactivate(connection: Connection, person_id: int) -> None:
    """The person may sign in again."""
    connection.execute(_RETURN, {"of": person_id})


def find_open_cases_of(connection: Connection, person_id: int) -> tuple[tuple[int, str], ...]:
    """The id and the number of each open case that the person raised, or was given."""
    return tuple((row.id, row.number) for row in connection.execute(_RAISED, {"of": person_id}))


def count_open_cases_of(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """How many open cases each of those people raised, or was given."""
    rows = connection.execute(_RAISED_BY, {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}
