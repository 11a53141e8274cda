"""Vacancies: posts that nobody holds today, or soon, and who stands in by the rule (X-16).

To name somebody for a vacancy is to give them the post until it is filled: there is no second kind
of holding. Without one it is the line manager.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.access import demand_administrator
from engine.clock import in_london
from engine.councils import Council, Post
from engine.installation import Installation
from engine.people import Person, Responsible, find_responsible
from engine.store.database import Connection
from engine.store.people_lists import (
    HeldPost,
    find_council_holdings,
    find_teams_with_children,
)

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Vacancy:
    """A post that nobody holds from the day `since` on, for a team or (empty) the service.

    `last_held_by` are those who hold it until then; `filled_on` is when somebody holds it again, if
    that is known. `stands_in` answers for it on that day.
    """

    post: Post
    team: str
    since: date
    filled_on: date | None
    last_held_by: tuple[str, ...]
    stands_in: Responsible


def read_vacancies(installation: Installation, by: Person) -> tuple[Vacancy, ...]:
    """The posts of the administrator's council that nobody holds on a day from today to in 30
    days, per team that works with a child. Raises `NotAllowed`."""
    at = installation.clock.now()
    today = in_london(at).date()
    council = installation.council(by.council)
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, at)
        held = find_council_holdings(connection, council.key, today)
        teams = find_teams_with_children(connection, council.key)
        return tuple(_vacancies(connection, council, held, teams, today))


def _vacancies(
    connection: Connection,
    council: Council,
    held: Iterable[HeldPost],
    teams: Iterable[str],
    today: date,
) -> Iterator[Vacancy]:
    by_post: dict[str, list[HeldPost]] = {}
    for one in held:
        by_post.setdefault(one.holding.post, []).append(one)
    for post, team in _needed(council.posts, teams):
        mine = [
            one for one in by_post.get(post.key, []) if not team or one.holding.team in ("", team)
        ]
        since = _first_gap(mine, today)
        if since is None:
            continue
        later = [one.holding.starts for one in mine if one.holding.starts > since]
        yield Vacancy(
            post=post,
            team=team,
            since=since,
            filled_on=min(later, default=None),
            last_held_by=tuple(
                dict.fromkeys(
                    one.name for one in mine if one.holding.ends == since - timedelta(days=1)
                )
            ),
            stands_in=find_responsible(connection, council, post.key, team, since),
        )


def _needed(posts: Mapping[str, Post], teams: Iterable[str]) -> Iterator[tuple[Post, str]]:
    known = tuple(teams)
    for post in posts.values():
        if post.scope == "team":
            yield from ((post, team) for team in known)
        else:
            yield post, ""


def _first_gap(held: Iterable[HeldPost], today: date) -> date | None:
    """The first day, of today and the 30 that follow, on which none of these counts."""
    spans = sorted((one.holding.starts, one.holding.ends or date.max) for one in held)
    day = today
    for starts, ends in spans:
        if starts > day:
            break
        if ends == date.max:
            return None
        day = max(day, ends + timedelta(days=1))
    return day if day <= today + SOON else None
