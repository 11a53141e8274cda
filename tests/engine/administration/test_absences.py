"""Absences: the deputy's tray from first day to last, and who acted for whom (X-16, X-18)."""

import json
from datetime import date
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.acts.tasks import complete_task
from engine.administration.absences import (
    BadAbsence,
    cancel_absence,
    end_absence,
    find_absences,
    record_absence,
    stand_ins,
)
from engine.case_file.reader import read_case_file
from engine.children import let_read, restrict
from engine.clock import parse_instant
from engine.lists.trays import read_tray
from engine.people import Person, add_person, end_post, find_responsible, give_post, leave, posts_of
from engine.rehearsal import TEAM, Rehearsal
from engine.store.absences import Absence
from engine.store.admin_log import find_administered_about
from engine.store.database import Database
from engine.turns.open_case import RaisersAlone
from engine.turns.turn import NoCase
from tests.stories import COUNCIL, at_stage, breaks, chain, notices, raise_at_stage, story

ANSWER = {"answer": "The school is named."}
FIRST, LAST = date(2026, 3, 25), date(2026, 3, 27)


def another(told: Rehearsal, name: str, post: str = "", team: str = "") -> Person:
    """Somebody else of the council, with a post or without."""
    with told.installation.database.write() as connection:
        address = f"{name.split()[0].lower()}@example.org"
        person = add_person(connection, council=COUNCIL, name=name, email=address)
        if post:
            since = date(2025, 1, 6)
            give_post(connection, told.council, person, post, team=team, starts=since)
    return person


def away(
    told: Rehearsal,
    person: Person,
    deputy: Person | None,
    starts: date = FIRST,
    ends: date | None = LAST,
) -> Absence:
    """The person said that they are away."""
    return record_absence(
        told.installation,
        person.id,
        by=person,
        starts=starts,
        ends=ends,
        deputy_id=deputy.id if deputy else None,
    )


def tray(told: Rehearsal, person: Person, at: str = "") -> list[str]:
    """What waits for the person at that time in London."""
    if at:
        told.clock.set(parse_instant(at))
    return [each.task.element for each in read_tray(told.installation, person)]


def last_words(told: Rehearsal) -> tuple[int | None, str]:
    """For whom the newest entry was made, and what it says."""
    entry, body = chain(told)[-1]
    assert body is not None
    return entry.for_id, json.loads(body.content)["words"]


def test_the_deputy_has_the_tray_from_its_first_day_to_its_last(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    bea = another(told, "Bea Hill")
    away(told, told.people["tm"], bea)
    assert tray(told, bea) == []
    assert tray(told, bea, "2026-03-24T23:59:59") == []
    assert tray(told, bea, "2026-03-25T00:00") == ["stage1_respond"]
    assert tray(told, bea, "2026-03-27T23:59:58") == ["stage1_respond"]
    assert tray(told, told.people["tm"]) == ["stage1_respond"]  # who is away may act all the same
    assert tray(told, bea, "2026-03-28T00:00") == []
    assert tray(told, told.people["tm"]) == ["stage1_respond"]


def test_the_history_says_who_acted_for_whom(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    manager, bea = told.people["tm"], another(told, "Bea Hill")
    away(told, manager, bea)
    told.clock.set(parse_instant("2026-03-25T09:00"))
    task = told.task_at("stage1_respond")
    complete_task(told.installation, task.id, by=bea, answers=ANSWER)
    assert last_words(told) == (
        manager.id,
        f"Bea Hill for {manager.name} answered “Respond at Stage 1”.",
    )
    assert chain(told)[-1][0].actor_id == bea.id
    line = read_case_file(told.installation, told.case().number, bea).history[-1]
    assert (line.by, line.for_whom) == ("Bea Hill", manager.name)
    assert breaks(told.installation) == []


def test_who_acts_in_their_own_right_acts_for_nobody(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    cy = another(told, "Cy Dow", "tm", TEAM)
    away(told, told.people["tm"], cy)
    told.clock.set(parse_instant("2026-03-25T09:00"))
    complete_task(told.installation, told.task_at("stage1_respond").id, by=cy, answers=ANSWER)
    assert last_words(told) == (None, "Cy Dow answered “Respond at Stage 1”.")


def test_restricted_cases_are_never_lent(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    bea = another(told, "Bea Hill")
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, told.people["tm"].id)
    raise_at_stage(told, 1)
    away(told, told.people["tm"], bea, date(2026, 3, 23))
    away(told, told.people["raiser"], bea, date(2026, 3, 23))
    assert tray(told, bea) == []
    with pytest.raises(NotAllowed):
        read_case_file(told.installation, told.case().number, bea)
    told.answer("stage1_respond", ANSWER)
    assert bea.id not in {notice.person_id for notice in notices(told)}
    with told.installation.database.write() as connection:
        let_read(connection, told.child, bea.id)  # named as a reader themselves
    assert tray(told, bea) == ["stage1_outcome"]


def test_nobody_stands_in_for_those_for_whom_another_stands_in(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    bea, cy = another(told, "Bea Hill"), another(told, "Cy Dow")
    away(told, told.people["tm"], bea)
    away(told, bea, cy)
    assert tray(told, cy, "2026-03-25T09:00") == []
    assert tray(told, bea) == ["stage1_respond"]


def test_the_deputy_is_told_of_new_tasks_those_days(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    bea = another(told, "Bea Hill")
    away(told, told.people["tm"], bea, date(2026, 3, 23), date(2026, 3, 23))
    raise_at_stage(told, 1)
    assert {n.template for n in notices(told) if n.person_id == bea.id} == {"new-task"}


def test_without_a_deputy_the_post_counts_as_unheld(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    manager, above = told.people["tm"], told.people["sm"]
    away(told, manager, None, date(2026, 3, 23))
    with told.installation.database.read() as connection:
        found = find_responsible(connection, told.council, "tm", TEAM, date(2026, 3, 27))
        later = find_responsible(connection, told.council, "tm", TEAM, date(2026, 3, 28))
    assert (found.post, found.persons, found.instead_of) == ("sm", (above,), "tm")
    assert (later.post, later.persons, later.instead_of) == ("tm", (manager,), None)
    raise_at_stage(told, 1)
    assert tray(told, above) == ["stage1_respond"]


def test_what_waited_before_is_the_line_managers_too_those_days(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    manager, above = told.people["tm"], told.people["sm"]
    away(told, manager, None)
    assert tray(told, above) == []
    assert tray(told, above, "2026-03-25T09:00") == ["stage1_respond"]
    told.answer("stage1_respond", ANSWER, post="sm")
    words = f"{above.name} for {manager.name} answered “Respond at Stage 1”."
    assert last_words(told) == (manager.id, words)


def test_without_a_deputy_nobody_is_needed_where_others_hold_the_post(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    cy = another(told, "Cy Dow", "tm", TEAM)
    manager = told.people["tm"]
    with told.installation.database.read() as connection:
        (found,) = stand_ins(connection, told.council, manager, FIRST)
    assert (found.others, found.persons, found.by_post) == (True, (cy,), "")
    away(told, manager, None)
    assert tray(told, told.people["sm"], "2026-03-25T09:00") == []


def test_the_raisers_line_manager_stands_in_for_them(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    raiser, leader = told.people["raiser"], told.people["iro_tm"]
    told.answer("stage1_respond", ANSWER)
    away(told, raiser, None)
    assert tray(told, leader) == []
    assert tray(told, leader, "2026-03-25T09:00") == ["stage1_outcome"]
    told.answer(
        "stage1_outcome",
        {"decision": "stage 2", "unresolved": "No school yet", "reason": "It cannot wait"},
        post="iro_tm",
    )
    words = f"{leader.name} for {raiser.name} answered “Stage 1 outcome”, late."
    assert last_words(told) == (raiser.id, words)
    told.give_time("stage2_respond", date(2026, 4, 20), "Half the team is ill.", post="iro_tm")
    assert last_words(told)[0] == raiser.id
    assert last_words(told)[1].startswith(f"{leader.name} for {raiser.name} gave more time")
    assert breaks(told.installation) == []


@pytest.mark.parametrize("named", [True, False])
def test_what_ends_the_matter_waits_for_the_raiser(named: bool, database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    raiser, leader = told.people["raiser"], told.people["iro_tm"]
    told.answer("stage1_respond", ANSWER)
    away(told, raiser, leader if named else None, date(2026, 3, 23))
    with pytest.raises(RaisersAlone, match="^This waits for Independent Chair"):
        told.answer("stage1_outcome", {"decision": "settled"}, post="iro_tm")
    for reason in ("withdrawn", "overtaken"):
        with pytest.raises(RaisersAlone):
            told.press("formal_withdraw", {"closed_as": reason, "reason": "Late."}, post="iro_tm")
    before = told.case()
    assert before.closed_at is None
    told.answer("stage1_outcome", {"decision": "settled"})  # the raiser may, away or not
    assert told.case().closed_at is not None
    assert told.case().raiser_id == raiser.id


def test_who_has_the_tasks_of_a_raiser_that_left_decides_no_more_than_that(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    raiser, leader = told.people["raiser"], told.people["iro_tm"]
    with told.installation.database.write() as connection:
        leave(connection, raiser, date(2026, 3, 23))
    told.answer("stage1_respond", ANSWER)
    assert tray(told, leader) == ["stage1_outcome"]
    with pytest.raises(RaisersAlone):
        told.answer("stage1_outcome", {"decision": "settled"}, post="iro_tm")
    told.answer(
        "stage1_outcome",
        {"decision": "stage 2", "unresolved": "No school yet", "reason": "It cannot wait"},
        post="iro_tm",
    )
    words = f"{leader.name} for {raiser.name} answered “Stage 1 outcome”."
    assert last_words(told) == (raiser.id, words)


def test_it_is_the_deputy_who_reads_what_the_absent_one_may(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    number, bea = told.case().number, another(told, "Bea Hill")
    away(told, told.people["raiser"], bea)
    with pytest.raises(NotAllowed):
        read_case_file(told.installation, number, bea)
    told.clock.set(parse_instant("2026-03-25T09:00"))
    file = read_case_file(told.installation, number, bea)
    assert file.is_raiser
    waits = {act.element: act.waits_for for act in file.acts}
    assert waits["formal_withdraw"].startswith(f"This waits for {told.people['raiser'].name}")
    assert waits["refer_pressed"] == ""
    told.clock.set(parse_instant("2026-03-28T00:00"))
    with pytest.raises(NotAllowed):
        read_case_file(told.installation, number, bea)


BACKWARDS: dict[str, Any] = {"starts": LAST, "ends": FIRST}


def test_what_cannot_be_recorded_is_said(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    manager, bea = told.people["tm"], another(told, "Bea Hill")
    with pytest.raises(BadAbsence, match="is before") as wrong:
        away(told, manager, bea, **BACKWARDS)
    assert wrong.value.field == "ends"
    with pytest.raises(BadAbsence, match="Nobody stands in for themselves"):
        away(told, manager, manager)
    with pytest.raises(BadAbsence, match="The last day has passed"):
        away(told, manager, bea, date(2026, 3, 9), date(2026, 3, 13))
    away(told, manager, bea)
    with pytest.raises(BadAbsence, match="is away from 25 March 2026 to 27 March 2026 already"):
        away(told, manager, bea, LAST, None)
    away(told, manager, bea, date(2026, 3, 28), None)
    with told.installation.database.read() as connection:
        assert len(find_absences(connection, manager.id)) == 2
    with pytest.raises(NotAllowed):
        record_absence(
            told.installation, manager.id, by=bea, starts=LAST, ends=None, deputy_id=None
        )


def test_somebody_back_early_has_no_deputy_any_more(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    manager, bea = told.people["tm"], another(told, "Bea Hill")
    absence = away(told, manager, bea)
    assert tray(told, bea, "2026-03-26T09:00") == ["stage1_respond"]
    cancel_absence(told.installation, absence.id, by=told.people["admin"])
    assert tray(told, bea) == []
    with told.installation.database.read() as connection:
        (kept,) = find_absences(connection, manager.id)
        assert (kept.starts, kept.ends) == (FIRST, date(2026, 3, 25))
        newest = find_administered_about(connection, manager.id, 5)[0]
    assert newest.by == told.people["admin"].name
    assert "is back" in newest.words


def test_an_absence_can_be_moved_and_taken_back(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    manager, bea = told.people["tm"], another(told, "Bea Hill")
    absence = away(told, manager, bea)
    end_absence(told.installation, absence.id, by=manager, last_day=date(2026, 3, 30))
    assert tray(told, bea, "2026-03-30T09:00") == ["stage1_respond"]
    with pytest.raises(BadAbsence, match="what was done stays done"):
        end_absence(told.installation, absence.id, by=manager, last_day=date(2026, 3, 26))
    later = away(told, manager, bea, date(2026, 4, 6), None)
    cancel_absence(told.installation, later.id, by=manager)
    with told.installation.database.read() as connection:
        assert [one.id for one in find_absences(connection, manager.id)] == [absence.id]
    with pytest.raises(NotAllowed):
        cancel_absence(told.installation, absence.id, by=bea)


def test_the_post_that_stood_in_is_the_one_held_today(database: Database) -> None:
    """Who left the post that stands in has nothing lent any more."""
    told = at_stage(1, "2026-03-23T10:00", database)
    away(told, told.people["tm"], None)
    above = told.people["sm"]
    assert tray(told, above, "2026-03-25T09:00") == ["stage1_respond"]
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, above.id, FIRST)
        end_post(connection, held, date(2026, 3, 25))
    assert tray(told, above, "2026-03-26T09:00") == []


def test_a_case_that_is_not_there_is_nobodys(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NoCase):
        read_case_file(told.installation, "2026-00001", told.people["tm"])
