"""Children are records with dated statuses; a restricted one is found by its readers alone."""

from datetime import date

import pytest

from engine.children import (
    LOOKED_AFTER,
    ON_A_PLAN,
    BadChild,
    BadStatus,
    Child,
    ReferenceTaken,
    UnknownChild,
    add_child,
    demand_child,
    find_child,
    find_children,
    is_looked_after,
    let_read,
    restrict,
    set_status,
    statuses_on,
)
from engine.store.children import is_reader, is_restricted
from engine.store.database import Connection, Database
from tests.engine.people.council import COUNCIL, newcomer

NEL = COUNCIL.key
TODAY = date(2026, 3, 27)


def a_child(
    connection: Connection,
    reference: str,
    name: str,
    *,
    council: str = NEL,
    social_worker_id: int | None = None,
    raiser_id: int | None = None,
    restricted: bool = False,
) -> Child:
    return add_child(
        connection,
        council=council,
        reference=reference,
        name=name,
        date_of_birth=date(2014, 5, 6),
        team="East",
        today=TODAY,
        social_worker_id=social_worker_id,
        raiser_id=raiser_id,
        restricted=restricted,
    )


def names(found: tuple[Child, ...]) -> list[str]:
    return [child.name for child in found]


def test_a_child_is_added_once_in_a_council(database: Database) -> None:
    with database.write() as connection:
        amy = a_child(connection, " LL-1042 ", "Amy  Louise Hart")
        with pytest.raises(ReferenceTaken, match="LL-1042 is a child's already"):
            a_child(connection, "LL-1042", "Another Child")
        elsewhere = a_child(connection, "LL-1042", "Another Child", council="lincolnshire")

        assert (amy.reference, amy.name, amy.initials) == ("LL-1042", "Amy Louise Hart", "ALH")
        assert find_child(connection, amy.id) == amy == demand_child(connection, NEL, "LL-1042 ")
        assert demand_child(connection, "lincolnshire", "LL-1042") == elsewhere


def test_a_reference_that_nobody_has_is_named(database: Database) -> None:
    with database.read() as connection:
        for unknown in ("LL-1", "LL-1\x00"):
            with pytest.raises(UnknownChild, match="No child has the reference LL-1"):
                demand_child(connection, NEL, unknown)


@pytest.mark.parametrize(
    ("reference", "name", "born", "team", "sentence"),
    [
        ("", "Amy Hart", date(2014, 5, 6), "East", "Enter the child's reference."),
        ("LL-1", " ", date(2014, 5, 6), "East", "Enter the child's name."),
        ("LL-1", "Amy Hart", date(2014, 5, 6), "", "Enter the child's team."),
        ("LL-1", "A" * 201, date(2014, 5, 6), "East", "name to 200 characters"),
        ("LL-1\x00", "Amy", date(2014, 5, 6), "East", "Enter the child's reference."),
        ("LL-1", "Amy Hart", date(2026, 3, 28), "East", "still to come"),
    ],
)
def test_what_cannot_be_kept_of_a_child_is_refused(
    database: Database, reference: str, name: str, born: date, team: str, sentence: str
) -> None:
    with database.write() as connection, pytest.raises(BadChild, match=sentence):
        add_child(
            connection,
            council=NEL,
            reference=reference,
            name=name,
            date_of_birth=born,
            team=team,
            today=TODAY,
        )


def test_a_child_is_found_by_parts_of_name_and_reference_in_any_order(database: Database) -> None:
    with database.write() as connection:
        asha = newcomer(connection, "Asha Patel")
        a_child(connection, "LL-1042", "Amy Hart")
        a_child(connection, "LL-2042", "Ben Hartley")
        a_child(connection, "LL_3", "Élodie Stone")
        a_child(connection, "LL-1042", "Amy Hart", council="lincolnshire")

        def find(text: str, limit: int = 20) -> list[str]:
            return names(find_children(connection, NEL, text, asha.id, limit))

        assert find("hart") == ["Amy Hart", "Ben Hartley"]
        assert find("HART amy") == ["Amy Hart"]
        assert find("ll-1042") == ["Amy Hart"]
        assert find("1042 hart") == ["Amy Hart"]
        assert find("élodie") == find("ÉLO") == ["Élodie Stone"]
        assert find("_") == find("ll_") == ["Élodie Stone"]
        assert find("%") == find("\\") == find("") == find("  ") == find("\x00") == []
        assert find("hart", limit=1) == ["Amy Hart"]
        assert find("a b c d e f g h") == []


def test_a_restricted_child_is_found_only_by_those_who_are_named(database: Database) -> None:
    with database.write() as connection:
        asha = newcomer(connection, "Asha Patel")
        ben = newcomer(connection, "Ben Cole")
        amy = a_child(connection, "LL-1042", "Amy Hart")
        assert names(find_children(connection, NEL, "amy", ben.id)) == ["Amy Hart"]

        assert restrict(connection, amy).restricted
        let_read(connection, amy, asha.id)
        let_read(connection, amy, asha.id)

        assert names(find_children(connection, NEL, "amy", asha.id)) == ["Amy Hart"]
        assert find_children(connection, NEL, "LL-1042", ben.id) == ()
        assert is_restricted(connection, amy.id)
        assert is_reader(connection, amy.id, asha.id)
        assert not is_reader(connection, amy.id, ben.id)


def test_a_restricted_childs_own_worker_and_raiser_go_on_reading(database: Database) -> None:
    with database.write() as connection:
        asha = newcomer(connection, "Asha Patel")
        ben = newcomer(connection, "Ben Cole")
        amy = a_child(
            connection,
            "LL-1042",
            "Amy Hart",
            social_worker_id=ben.id,
            raiser_id=asha.id,
            restricted=True,
        )

        assert amy.restricted
        for reader in (asha, ben):
            assert names(find_children(connection, NEL, "amy", reader.id)) == ["Amy Hart"]


def test_a_child_with_both_statuses_counts_as_looked_after(database: Database) -> None:
    with database.write() as connection:
        amy = a_child(connection, "LL-1042", "Amy Hart")
        set_status(connection, amy, ON_A_PLAN, date(2025, 9, 1))
        assert not is_looked_after(connection, amy.id, TODAY)

        set_status(connection, amy, LOOKED_AFTER, date(2026, 1, 5), TODAY)

        assert is_looked_after(connection, amy.id, date(2026, 1, 5))
        assert is_looked_after(connection, amy.id, TODAY)
        assert not is_looked_after(connection, amy.id, date(2026, 1, 4))
        assert not is_looked_after(connection, amy.id, date(2026, 3, 28))
        assert [held.status for held in statuses_on(connection, amy.id, TODAY)] == [
            ON_A_PLAN,
            LOOKED_AFTER,
        ]


def test_a_status_ends_when_the_same_start_is_given_an_end(database: Database) -> None:
    with database.write() as connection:
        amy = a_child(connection, "LL-1042", "Amy Hart")
        set_status(connection, amy, LOOKED_AFTER, date(2026, 1, 5))
        set_status(connection, amy, LOOKED_AFTER, date(2026, 1, 5), date(2026, 2, 27))

        (held,) = statuses_on(connection, amy.id, date(2026, 2, 27))
        assert held.ends == date(2026, 2, 27)
        assert statuses_on(connection, amy.id, date(2026, 2, 28)) == ()
        with pytest.raises(BadStatus, match="from 2026-01-05 already"):
            set_status(connection, amy, LOOKED_AFTER, date(2026, 2, 27))
        set_status(connection, amy, LOOKED_AFTER, date(2026, 2, 28))
        assert is_looked_after(connection, amy.id, TODAY)


@pytest.mark.parametrize(
    ("status", "starts", "ends", "sentence"),
    [
        ("adopted", TODAY, None, "Use one of: “looked after”, “child protection plan”."),
        (ON_A_PLAN, TODAY, date(2026, 3, 26), "2026-03-26 is before 2026-03-27"),
        (ON_A_PLAN, date(2014, 5, 5), None, "before the child was born"),
        (LOOKED_AFTER, date(2026, 3, 1), None, "“looked after” from 2026-01-05 already"),
        (LOOKED_AFTER, date(2026, 1, 1), date(2026, 1, 5), "from 2026-01-05 already"),
    ],
)
def test_a_status_that_cannot_be_is_refused(
    database: Database, status: str, starts: date, ends: date | None, sentence: str
) -> None:
    with database.write() as connection:
        amy = a_child(connection, "LL-1042", "Amy Hart")
        set_status(connection, amy, LOOKED_AFTER, date(2026, 1, 5))

        with pytest.raises(BadStatus, match=sentence):
            set_status(connection, amy, status, starts, ends)
