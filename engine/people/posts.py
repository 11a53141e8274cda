"""Posts and who holds them: a post is held by people, for a team or the service, between dates."""

from dataclasses import dataclass
from datetime import date

from engine.councils import Council
from engine.errors import StepladderError
from engine.store.absences import find_present_holders
from engine.store.database import Connection
from engine.store.people import (
    Holding,
    Person,
    end_holding,
    find_holders,
    find_holdings,
    insert_holding,
)


class BadHolding(StepladderError):
    """A post that cannot be held so."""


class UnknownHolding(StepladderError):
    """There is no such holding."""


@dataclass(frozen=True, kw_only=True)
class Responsible:
    """Who answers for a post: `persons` hold `post`, which stands in for `instead_of` if not None.

    `persons` is empty where nobody holds the post, nor any above it.
    """

    post: str
    persons: tuple[Person, ...]
    instead_of: str | None = None


def give_post(
    connection: Connection,
    council: Council,
    person: Person,
    post: str,
    *,
    team: str = "",
    starts: date,
    ends: date | None = None,
) -> Holding:
    """The person holds the post from `starts` to `ends`, both days included, or until further news.

    `team` is empty for the whole service. Raises `BadHolding` for a post that the council does not
    have, a team for a post of the whole service, dates the wrong way round, or a post that the
    person holds for that team at that time already.
    """
    _check(council, person, post, team, starts, ends)
    for held in find_holdings(connection, person.id):
        overlaps = (ends is None or held.starts <= ends) and (
            held.ends is None or starts <= held.ends
        )
        if overlaps and (held.post, held.team) == (post, team):
            raise BadHolding(
                f"{person.name} is {council.posts[post].title}{_for(team)} from {_period(held)} "
                "already. Choose dates outside it, or end that first."
            )
    return insert_holding(connection, person=person, post=post, team=team, starts=starts, ends=ends)


def _check(
    council: Council, person: Person, post: str, team: str, starts: date, ends: date | None
) -> None:
    if person.council != council.key:
        raise BadHolding(f"{person.name} belongs to another council. Add them to {council.name}.")
    check_holding(council, post, team, starts, ends)


def check_holding(council: Council, post: str, team: str, starts: date, ends: date | None) -> None:
    """Raise `BadHolding` for a post that nobody can hold so, whoever it is."""
    if post not in council.posts:
        raise BadHolding(
            f"{council.name} has no post “{post}”. Use one of: {', '.join(council.posts)}."
        )
    title = council.posts[post].title
    if team and council.posts[post].scope == "service":
        raise BadHolding(f"{title} is a post for the whole service. Leave the team out.")
    if not team.isprintable() or team != team.strip():
        raise BadHolding("That is not the name of a team. Write it as the children's records do.")
    if ends is not None and ends < starts:
        raise BadHolding(f"{_day(ends)} is before {_day(starts)}. Choose a later last day.")


def _for(team: str) -> str:
    return f" for {team}" if team else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _period(held: Holding) -> str:
    return f"{_day(held.starts)} {f'to {_day(held.ends)}' if held.ends else 'on'}"


def end_post(connection: Connection, holding: Holding, on: date) -> Holding:
    """The holding with that last day.

    Raises `BadHolding` for a day before its first, `UnknownHolding` when it is gone.
    """
    if on < holding.starts:
        raise BadHolding(f"It starts only on {_day(holding.starts)}. Choose that day or later.")
    ended = end_holding(connection, holding.id, on)
    if ended is None:
        raise UnknownHolding("That post is not held any more. Look at the list again.")
    return ended


def posts_of(connection: Connection, person_id: int, on: date) -> tuple[Holding, ...]:
    """What the person holds on that day, by the day it began."""
    return find_holdings(connection, person_id, on)


def holders(
    connection: Connection, council: Council, post: str, team: str, on: date
) -> tuple[Person, ...]:
    """The active people who hold the post for that team on that day, by name.

    Whoever holds it for the whole service holds it for each team; for a post of the whole service
    `team` does not matter. A post that the council does not have is held by nobody.
    """
    known = council.posts.get(post)
    if known is None:
        return ()
    of_team = team if known.scope == "team" else None
    return find_holders(connection, council.key, post, of_team, on)


def find_responsible(
    connection: Connection, council: Council, post: str, team: str, on: date
) -> Responsible:
    """Who answers for the post that day; when it is vacant, its line manager, and so on up (X-16).

    Whoever is away that day and named no deputy holds it as little as nobody does. Where that leads
    to nobody, it is the post itself, with nobody.
    """
    asked = council.posts.get(post)
    passed: set[str] = set()
    while asked is not None and asked.key not in passed:
        of_team = team if asked.scope == "team" else None
        persons = find_present_holders(connection, council.key, asked.key, of_team, on)
        if persons:
            instead_of = None if asked.key == post else post
            return Responsible(post=asked.key, persons=persons, instead_of=instead_of)
        passed.add(asked.key)
        asked = council.posts.get(asked.line_manager or "")
    return Responsible(post=post, persons=())
