"""What people who left leave behind: their open cases, and records that they alone could open."""

from datetime import date

import pytest

from engine.access import NotAllowed, may_read_child
from engine.acts.cases import NoReason
from engine.administration.admin_log import find_administered
from engine.administration.left_behind import (
    LeftBehind,
    NotUnread,
    UnreadRecord,
    name_first_reader,
    read_left_behind,
    read_unread_record,
)
from engine.children import BadChild, let_read, restrict
from engine.people import leave
from engine.rehearsal import Rehearsal
from engine.store.child_changes import find_changes
from engine.store.database import Database
from tests.stories import at_stage

MONDAY = date(2026, 3, 23)


def left(told: Rehearsal) -> LeftBehind:
    return read_left_behind(told.installation, told.people["admin"])


def gone(told: Rehearsal, *posts: str) -> None:
    with told.installation.database.write() as connection:
        for post in posts:
            leave(connection, told.people[post], MONDAY)


def restricted(told: Rehearsal, *posts: str) -> None:
    """The story's child is restricted to the holders of those posts."""
    with told.installation.database.write() as connection:
        child = restrict(connection, told.child)
        for post in posts:
            let_read(connection, child, told.people[post].id)


def test_a_case_whose_raiser_left_is_named_until_it_is_over(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert left(told) == LeftBehind(cases=(), records=())
    told.answer("stage1_respond", {"answer": "Yes"})
    gone(told, "raiser")
    assert left(told).cases == ((told.case().number, told.people["raiser"].name),)


def test_a_closed_case_waits_for_nobody(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "Yes"})
    told.answer("stage1_outcome", {"decision": "settled"})
    gone(told, "raiser")
    assert left(told).cases == ()


def test_a_record_that_only_leavers_could_open_gets_a_reader_with_a_reason(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    here, admin, new = told.installation, told.people["admin"], told.people["hos"]
    restricted(told, "raiser", "tm")
    assert left(told).records == ()
    gone(told, "tm")
    assert left(told).records == ()
    with pytest.raises(NotUnread):
        read_unread_record(here, admin, told.child.id)
    with pytest.raises(NotUnread):
        name_first_reader(here, told.child.id, by=admin, person_id=new.id, reason="Hers")

    gone(told, "raiser", "sw")
    (record,) = left(told).records
    assert record.child_id == told.child.id
    assert {told.people[post].name for post in ("raiser", "tm")} <= set(record.named)
    assert read_unread_record(here, admin, told.child.id) == record
    with pytest.raises(NoReason):
        name_first_reader(here, told.child.id, by=admin, person_id=new.id, reason=" ")
    with pytest.raises(BadChild):
        name_first_reader(
            here, told.child.id, by=admin, person_id=told.people["tm"].id, reason="Hers"
        )
    name_first_reader(here, told.child.id, by=admin, person_id=new.id, reason="She leads them.")
    assert left(told).records == ()
    with database.read() as connection:
        assert may_read_child(connection, told.child.id, new.id)
        change, _ = find_changes(connection, told.child.id)[0]
        logged = find_administered(connection, told.council.key, 20)
    assert change.reason == "She leads them."
    assert any(new.name in line.words and admin.name in line.words for line in logged)
    assert all(told.child.name not in line.words for line in logged)


def test_nobody_but_an_administrator_may(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    for post in ("tm", "raiser", "iro_tm"):
        by = told.people[post]
        with pytest.raises(NotAllowed):
            read_left_behind(told.installation, by)
        with pytest.raises(NotAllowed):
            name_first_reader(
                told.installation, told.child.id, by=by, person_id=by.id, reason="Mine"
            )


def test_a_record_that_names_nobody_is_one_too(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE children SET restricted = true")
        connection.exec_driver_sql("DELETE FROM child_readers")
    assert left(told).records == (UnreadRecord(child_id=told.child.id, named=()),)
