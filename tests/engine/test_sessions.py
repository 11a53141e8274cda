"""Who is signed in stays so for a day's work, and not longer than they want."""

from datetime import date, timedelta

import pytest

from engine.clock import parse_instant
from engine.people import Person, leave, set_password
from engine.sessions import begin_session, end_session, find_signed_in
from engine.store.database import Database
from engine.store.sessions import sessions
from tests.engine.people.council import newcomer

NINE = parse_instant("2026-03-23T09:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def asha(database: Database) -> Person:
    """Asha Patel."""
    with database.write() as connection:
        return newcomer(connection, "Asha Patel")


def sign_in(database: Database, person: Person) -> str:
    with database.write() as connection:
        return begin_session(connection, person, NINE)


def test_who_uses_the_site_all_day_is_signed_out_after_twelve_hours(
    database: Database, asha: Person
) -> None:
    secret = sign_in(database, asha)
    for hour in range(12):
        assert find_signed_in(database, secret, NINE + hour * HOUR) == asha
    assert find_signed_in(database, secret, NINE + 12 * HOUR) is None


def test_who_leaves_the_desk_for_two_hours_is_signed_out(database: Database, asha: Person) -> None:
    secret = sign_in(database, asha)
    later = NINE + HOUR
    assert find_signed_in(database, secret, later) == asha
    assert find_signed_in(database, secret, later + 2 * HOUR - timedelta(seconds=1)) == asha

    other = sign_in(database, asha)
    assert find_signed_in(database, other, NINE + 2 * HOUR) is None


def test_signing_out_ends_one_session_and_a_new_password_all(
    database: Database, asha: Person
) -> None:
    at_the_desk, on_the_phone = sign_in(database, asha), sign_in(database, asha)
    with database.write() as connection:
        end_session(connection, at_the_desk)
    assert find_signed_in(database, at_the_desk, NINE) is None
    assert find_signed_in(database, on_the_phone, NINE) == asha

    with database.write() as connection:
        set_password(connection, asha, "coffee bridge lantern")
    assert find_signed_in(database, on_the_phone, NINE) is None


def test_who_left_is_signed_out(database: Database, asha: Person) -> None:
    secret = sign_in(database, asha)
    with database.write() as connection:
        leave(connection, asha, date(2026, 3, 23))
    assert find_signed_in(database, secret, NINE) is None


def test_the_store_holds_no_secret_and_no_session_that_is_over(
    database: Database, asha: Person
) -> None:
    secret = sign_in(database, asha)
    with database.write() as connection:
        later = begin_session(connection, asha, NINE + 13 * HOUR)
    with database.read() as connection:
        kept = [str(row.digest) for row in connection.execute(sessions.select())]
    assert len(kept) == 1
    assert secret not in kept
    assert later not in kept


def test_a_made_up_secret_signs_nobody_in(database: Database, asha: Person) -> None:
    sign_in(database, asha)
    assert find_signed_in(database, "\udcff made up", NINE) is None
