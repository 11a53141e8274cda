"""Who holds a post on a day, and who answers for it when nobody does."""

from datetime import date

import pytest

from engine.people import (
    BadHolding,
    Responsible,
    UnknownHolding,
    end_post,
    find_responsible,
    give_post,
    holders,
    posts_of,
)
from engine.store.database import Database
from engine.store.people import insert_holding
from tests.engine.people.council import COUNCIL, NEW_YEAR, holder, newcomer

MARCH_27 = date(2026, 3, 27)


def test_a_post_is_held_for_one_team_or_for_all(database: Database) -> None:
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East")
        ben = holder(connection, "Ben Cole", "tm", "West")
        everywhere = holder(connection, "Zoe Hall", "tm")

        assert holders(connection, COUNCIL, "tm", "East", MARCH_27) == (asha, everywhere)
        assert holders(connection, COUNCIL, "tm", "West", MARCH_27) == (ben, everywhere)
        assert holders(connection, COUNCIL, "tm", "", MARCH_27) == (everywhere,)


def test_a_post_of_the_whole_service_is_asked_without_a_team(database: Database) -> None:
    with database.write() as connection:
        head = holder(connection, "Ines Moor", "hos")

        assert holders(connection, COUNCIL, "hos", "East", MARCH_27) == (head,)


def test_a_post_that_became_one_of_the_whole_service_keeps_its_holders(database: Database) -> None:
    with database.write() as connection:
        head = newcomer(connection, "Ines Moor")
        insert_holding(connection, person=head, post="hos", team="West", starts=NEW_YEAR, ends=None)

        assert holders(connection, COUNCIL, "hos", "East", MARCH_27) == (head,)


def test_a_post_is_held_on_its_first_and_its_last_day(database: Database) -> None:
    with database.write() as connection:
        asha = holder(
            connection, "Asha Patel", "tm", "East", starts=date(2026, 3, 2), ends=MARCH_27
        )

        assert holders(connection, COUNCIL, "tm", "East", date(2026, 3, 1)) == ()
        assert holders(connection, COUNCIL, "tm", "East", date(2026, 3, 2)) == (asha,)
        assert holders(connection, COUNCIL, "tm", "East", MARCH_27) == (asha,)
        assert holders(connection, COUNCIL, "tm", "East", date(2026, 3, 28)) == ()


def test_somebody_with_a_post_for_the_team_and_for_the_service_is_one_person(
    database: Database,
) -> None:
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East")
        give_post(connection, COUNCIL, asha, "tm", starts=NEW_YEAR)

        assert holders(connection, COUNCIL, "tm", "East", MARCH_27) == (asha,)


def test_a_vacant_post_is_its_line_managers(database: Database) -> None:
    with database.write() as connection:
        service_manager = holder(connection, "Sam Reed", "sm", "East")

        assert find_responsible(connection, COUNCIL, "tm", "East", MARCH_27) == Responsible(
            post="sm", persons=(service_manager,), instead_of="tm"
        )


def test_a_vacancy_goes_up_until_somebody_is_there(database: Database) -> None:
    with database.write() as connection:
        holder(connection, "Sam Reed", "sm", "West")
        head = holder(connection, "Ines Moor", "hos")

        assert find_responsible(connection, COUNCIL, "tm", "East", MARCH_27) == Responsible(
            post="hos", persons=(head,), instead_of="tm"
        )


def test_a_post_that_is_held_is_nobody_elses(database: Database) -> None:
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East")
        holder(connection, "Sam Reed", "sm", "East")

        assert find_responsible(connection, COUNCIL, "tm", "East", MARCH_27) == Responsible(
            post="tm", persons=(asha,)
        )


def test_where_nobody_is_at_the_top_nobody_answers(database: Database) -> None:
    with database.read() as connection:
        assert find_responsible(connection, COUNCIL, "tm", "East", MARCH_27) == Responsible(
            post="tm", persons=()
        )
        assert find_responsible(connection, COUNCIL, "mayor", "", MARCH_27) == Responsible(
            post="mayor", persons=()
        )


def test_a_post_that_ended_is_vacant_the_day_after(database: Database) -> None:
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East")
        (held,) = posts_of(connection, asha.id, MARCH_27)

        ended = end_post(connection, held, MARCH_27)

        assert ended.ends == MARCH_27
        assert posts_of(connection, asha.id, date(2026, 3, 28)) == ()
        with pytest.raises(BadHolding, match="1 January 2026"):
            end_post(connection, held, date(2025, 12, 31))


def test_a_holding_that_is_gone_cannot_be_ended(database: Database) -> None:
    with database.write() as connection:
        asha = newcomer(connection, "Asha Patel")
        held = give_post(connection, COUNCIL, asha, "tm", team="East", starts=NEW_YEAR)
        gone = type(held)(
            id=held.id + 1, person_id=asha.id, post="tm", team="East", starts=NEW_YEAR, ends=None
        )

        with pytest.raises(UnknownHolding):
            end_post(connection, gone, MARCH_27)


@pytest.mark.parametrize(
    ("post", "team", "starts", "ends", "sentence"),
    [
        ("mayor", "", NEW_YEAR, None, "no post “mayor”. Use one of: raiser, tm, sm"),
        ("hos", "East", NEW_YEAR, None, "Head of Service is a post for the whole service"),
        ("tm", " East", NEW_YEAR, None, "not the name of a team"),
        ("tm", "East", MARCH_27, NEW_YEAR, "1 January 2026 is before 27 March 2026"),
    ],
)
def test_a_post_that_cannot_be_held_so_is_refused(
    database: Database, post: str, team: str, starts: date, ends: date | None, sentence: str
) -> None:
    with database.write() as connection:
        asha = newcomer(connection, "Asha Patel")

        with pytest.raises(BadHolding, match=sentence):
            give_post(connection, COUNCIL, asha, post, team=team, starts=starts, ends=ends)


def test_a_post_is_not_held_twice_at_one_time(database: Database) -> None:
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East", ends=MARCH_27)

        with pytest.raises(BadHolding, match="Team Manager for East from 1 January 2026 to 27 Mar"):
            give_post(connection, COUNCIL, asha, "tm", team="East", starts=MARCH_27)
        give_post(connection, COUNCIL, asha, "tm", team="East", starts=date(2026, 3, 28))
        give_post(connection, COUNCIL, asha, "tm", team="West", starts=NEW_YEAR)
        before = (date(2025, 1, 1), date(2025, 12, 31))
        give_post(connection, COUNCIL, asha, "tm", team="East", starts=before[0], ends=before[1])

        held = posts_of(connection, asha.id, date(2026, 3, 28))
        assert [(one.team, one.ends) for one in held] == [("West", None), ("East", None)]


def test_somebody_of_another_council_holds_no_post_here(database: Database) -> None:
    with database.write() as connection:
        stranger = newcomer(connection, "Lea Stone", council="lincolnshire")

        with pytest.raises(BadHolding, match="another council"):
            give_post(connection, COUNCIL, stranger, "tm", team="East", starts=NEW_YEAR)
