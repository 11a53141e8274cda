"""People are added once, found by their address however it is written, and leave."""

from datetime import date

import pytest

from engine.people import (
    AddressTaken,
    BadPerson,
    UnknownPerson,
    add_person,
    demand_person,
    find_people,
    find_person,
    holders,
    leave,
    posts_of,
)
from engine.store.database import Database
from tests.engine.people.council import COUNCIL, holder, newcomer

NEL = COUNCIL.key


def test_asha_patel_is_added_and_found_by_her_address_in_any_letters(database: Database) -> None:
    with database.write() as connection:
        added = add_person(
            connection, council=NEL, name="  Asha   Patel ", email=" Asha.Patel@Example.com "
        )

    with database.read() as connection:
        found = demand_person(connection, "ASHA.PATEL@example.com")
        assert found == added == find_person(connection, added.id)
    assert (found.name, found.email) == ("Asha Patel", "asha.patel@example.com")
    assert (found.active, found.administrator) == (True, False)


def test_an_address_is_taken_once_also_by_another_council(database: Database) -> None:
    with database.write() as connection:
        newcomer(connection, "Asha Patel")
        with pytest.raises(AddressTaken, match="asha.patel@example.com belongs to somebody"):
            add_person(connection, council="lincolnshire", name="A", email="asha.patel@EXAMPLE.com")
        newcomer(connection, "Ben Cole")

    with database.read() as connection:
        assert [person.name for person in find_people(connection, NEL)] == [
            "Asha Patel",
            "Ben Cole",
        ]
        assert find_people(connection, "lincolnshire") == ()
        assert len(find_people(connection, None)) == 2


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "a@example.com"),
        ("   ", "a@example.com"),
        ("x" * 201, "a@example.com"),
        ("Asha\x00", "a@example.com"),
        ("Asha", "asha"),
        ("Asha", "asha@example.com, boss@example.com"),
        ("Asha", "asha@example.com\nBcc:x@example.com"),
        ("Asha", "a" * 250 + "@example.com"),
    ],
)
def test_a_name_or_address_that_cannot_be_used_is_refused(
    database: Database, name: str, email: str
) -> None:
    with database.write() as connection, pytest.raises(BadPerson):
        add_person(connection, council=NEL, name=name, email=email)


def test_an_address_that_nobody_has_is_named(database: Database) -> None:
    with database.read() as connection, pytest.raises(UnknownPerson, match="nobody@example.com"):
        demand_person(connection, "nobody@example.com")


def test_who_leaves_holds_nothing_from_that_day_and_is_still_known(database: Database) -> None:
    last_day = date(2026, 3, 27)
    with database.write() as connection:
        asha = holder(connection, "Asha Patel", "tm", "East")
        ben = holder(connection, "Ben Cole", "tm", "East")
        leave(connection, asha, last_day)

    with database.read() as connection:
        assert holders(connection, COUNCIL, "tm", "East", last_day) == (ben,)
        (held,) = posts_of(connection, asha.id, last_day)
        assert held.ends == last_day
        assert posts_of(connection, asha.id, date(2026, 3, 28)) == ()
        gone = find_person(connection, asha.id)
        assert gone is not None
        assert not gone.active
