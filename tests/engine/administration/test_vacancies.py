"""Vacancies: what nobody holds today or soon, and who stands in by the rule (X-16)."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.administration.vacancies import Vacancy, read_vacancies
from engine.people import end_post, give_post, posts_of
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from tests.stories import story


def end_of(told: Rehearsal, post: str, last_day: date) -> None:
    """Whoever holds the post holds it until that day."""
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, told.people[post].id, date(2026, 3, 23))
        end_post(connection, held, last_day)


def vacancies(told: Rehearsal) -> tuple[Vacancy, ...]:
    return read_vacancies(told.installation, told.people["admin"])


def test_where_everything_is_held_nothing_is_vacant(database: Database) -> None:
    assert vacancies(story("2026-03-23T10:00", database)) == ()


def test_a_post_that_ended_is_vacant_today(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    end_of(told, "tm", date(2026, 3, 22))
    (found,) = vacancies(told)
    assert (found.post.key, found.team, found.since) == ("tm", TEAM, date(2026, 3, 23))
    assert (found.stands_in.post, found.stands_in.instead_of) == ("sm", "tm")
    assert (found.last_held_by, found.filled_on) == ((), None)


def test_a_post_that_ends_within_thirty_days_is_soon_vacant(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    end_of(told, "tm", date(2026, 4, 21))
    end_of(told, "hos", date(2026, 4, 22))
    (found,) = vacancies(told)
    assert (found.post.key, found.since) == ("tm", date(2026, 4, 22))
    assert found.last_held_by == (told.people["tm"].name,)


def test_a_gap_between_two_holders_is_seen(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    end_of(told, "ad", date(2026, 3, 27))
    with told.installation.database.write() as connection:
        give_post(connection, told.council, told.people["dcs"], "ad", starts=date(2026, 4, 1))
    (found,) = vacancies(told)
    assert (found.since, found.filled_on) == (date(2026, 3, 28), date(2026, 4, 1))


def test_a_post_handed_over_without_a_gap_is_not_vacant(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    end_of(told, "ad", date(2026, 3, 27))
    with told.installation.database.write() as connection:
        give_post(connection, told.council, told.people["dcs"], "ad", starts=date(2026, 3, 28))
    assert vacancies(told) == ()


def test_only_an_administrator_sees_them(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NotAllowed):
        read_vacancies(told.installation, told.people["tm"])
