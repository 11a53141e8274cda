"""Before a concern is raised: children are found, picked, and each look is kept, on both stores."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.children import add_child, let_read
from engine.people import add_person
from engine.procedures import NoProcedure
from engine.raising import pick_child, raising_form, search_children
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.history import access_log
from tests.stories import story

Looked = tuple[str, int | None, int]


def log(told: Rehearsal) -> list[Looked]:
    """The access log: what was done, about which child, and whether it was allowed."""
    with told.installation.database.read() as connection:
        rows = connection.execute(access_log.select().order_by(access_log.c.id))
        return [(row.what, row.child_id, row.allowed) for row in rows]


def test_a_search_is_kept_without_what_was_searched_for(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raiser = told.people["raiser"]
    assert [c.name for c in search_children(told.installation, raiser, "played")] == [
        "Played Child"
    ]
    assert search_children(told.installation, raiser, "Nobody Known") == ()
    assert log(told) == [
        ("searched for a child, 1 shown", None, 1),
        ("searched for a child, 0 shown", None, 1),
    ]


def test_a_child_is_picked_with_todays_statuses_and_the_councils_procedures(
    database: Database,
) -> None:
    told = story("2026-03-23T10:00", database, "child protection plan")
    picked = pick_child(told.installation, told.people["raiser"], told.child.id)
    assert picked.child == told.child
    assert [held.status for held in picked.statuses] == ["child protection plan"]
    assert not picked.looked_after
    assert [version.id for version in picked.procedures] == [told.version.row.id]
    assert log(told) == [("child", told.child.id, 1)]


def test_who_may_not_raise_neither_searches_nor_picks(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NotAllowed, match="raiser's post"):
        search_children(told.installation, told.people["tm"], "played")
    with pytest.raises(NotAllowed, match="raiser's post"):
        pick_child(told.installation, told.people["tm"], told.child.id)
    assert log(told) == [("child", told.child.id, 0)]


def test_a_restricted_child_is_picked_by_its_named_readers_only(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with told.installation.database.write() as connection:
        child = add_child(
            connection,
            council=told.council.key,
            reference="10301",
            name="Rosa Hall",
            date_of_birth=date(2014, 2, 3),
            team=TEAM,
            today=date(2026, 3, 23),
            restricted=True,
        )
    raiser = told.people["raiser"]
    with pytest.raises(NotAllowed):
        pick_child(told.installation, raiser, child.id)
    with told.installation.database.write() as connection:
        let_read(connection, child, raiser.id)
    assert pick_child(told.installation, raiser, child.id).child.name == "Rosa Hall"


def test_a_child_that_is_not_there_is_refused(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NotAllowed, match="not known to this council"):
        pick_child(told.installation, told.people["raiser"], 10**9)


def test_the_form_is_that_of_the_versions_start(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raiser = told.people["raiser"]
    version, form = raising_form(told.installation, raiser, told.version.row.id)
    assert (version.row, form.id) == (told.version.row, "raise")
    with pytest.raises(NoProcedure):
        raising_form(told.installation, raiser, 10**9)


def test_another_councils_procedure_is_refused(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with told.installation.database.write() as connection:
        stranger = add_person(
            connection, council="elsewhere", name="Ann Other", email="ann@example.com"
        )
    with pytest.raises(NotAllowed, match="another council"):
        raising_form(told.installation, stranger, told.version.row.id)
