"""The limit of the whole case counts from the first formal stage, whatever is set right by hand.

Only who may give time gives time, and to the limit nobody does: a wrong statutory date is the worst
that could be told. All six procedures are gone through.
"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from engine.clock import parse_instant
from engine.moving.moves import carry_on, decide_move, read_move, undo_move
from engine.operating.acts import (
    CannotRepair,
    end_case,
    go_back,
    resume,
    skip_step,
    suspend,
    try_again,
)
from engine.play import read_scenario
from engine.play.scenario import Step
from engine.play.scripted import act
from engine.procedures import Package, load_version, publish, read_package
from engine.rehearsal import Rehearsal
from engine.store.cases import cases
from engine.store.deadlines import DeadlineRow, find_case_deadlines
from tests.engine.moving.redrawn import other_words
from tests.stories import PROCESSES, acts, breaks, london, open_steps

REASON = "The Director agreed on it."

Road = tuple[str, str, str, str, str]
ROADS: tuple[Road, ...] = (
    (
        "haringey/child-protection",
        "informal-to-formal",
        "informal_outcome",
        "2026-04-09 09:30",
        "2026-05-08 23:59",
    ),
    (
        "haringey/looked-after",
        "line-manager-asked-first",
        "alert_outcome",
        "2026-04-14 09:35",
        "2026-05-13 23:59",
    ),
    (
        "leicestershire/quality-assurance-alert",
        "informal-to-formal",
        "informal_outcome",
        "2026-03-23 10:00",
        "2026-04-22 23:59",
    ),
    (
        "lincolnshire/escalation-of-professional-concerns",
        "stages-passed-over",
        "qap_outcome",
        "2026-04-13 11:05",
        "2026-05-12 23:59",
    ),
    (
        "north-east-lincolnshire/positive-challenge",
        "informal-to-formal",
        "informal_outcome",
        "2026-03-23 10:00",
        "2026-04-22 23:59",
    ),
    (
        "rotherham/challenge-and-escalation",
        "agreement-before-easter",
        "complete_challenge",
        "2026-04-07 12:00",
        "2026-05-06 23:59",
    ),
)
"""Procedure, scenario, the step by which it comes to Stage 1, when, and the limit's due date."""


def known(told: Rehearsal) -> list[DeadlineRow]:
    """The limit, each time that it was opened, the oldest first."""
    with told.installation.database.read() as connection:
        rows = find_case_deadlines(connection, told.case_id)
    return [row for row in rows if row.case_limit]


def limit(told: Rehearsal) -> tuple[str, str, str, int]:
    """Of the one limit that runs: since when, first due, due, how often moved."""
    (row,) = [row for row in known(told) if row.closed_at is None]
    return london(row.received_at), london(row.original_due), london(row.due), row.moves


def at_stage_1(road: Road) -> tuple[Rehearsal, Step]:
    """The case when it has just come to Stage 1, and the step by which it did."""
    folder, scenario, way_in, _, _ = road
    package = read_package(PROCESSES / folder)
    path = PROCESSES / folder / "scenarios" / f"{scenario}.toml"
    played = read_scenario(path.read_bytes(), path.name)
    told = Rehearsal(PROCESSES, package, played.steps[0].at, statuses=played.statuses)
    for step in played.steps:
        told.move_to(step.at)
        act(told, step)
        if step.what == way_in:
            return told, step
    raise AssertionError(f"{scenario} does not come through {way_in}")


def later(told: Rehearsal, hours: int) -> datetime:
    """So many hours on; what falls due meanwhile passes."""
    told.move_to(told.clock.now() + timedelta(hours=hours))
    return told.clock.now()


def back(told: Rehearsal, since: str, to: str) -> None:
    go_back(
        told.installation,
        told.case().number,
        told.task_at(since).id,
        to,
        by=told.people["admin"],
        reason=REASON,
    )


def begin_again(told: Rehearsal, at: str) -> None:
    """What was saved of where the case stands is lost, and it begins again at that step."""
    with told.installation.database.write() as connection:
        connection.execute(
            update(cases).where(cases.c.id == told.case_id).values(state=b"\x01damaged")
        )
    by = told.people["admin"]
    go_back(told.installation, told.case().number, None, at, by=by, reason=REASON)


def skip(told: Rehearsal, element: str) -> None:
    task, by = told.task_at(element), told.people["admin"]
    number = told.case().number
    skip_step(told.installation, number, task.id, by=by, reason=REASON, answers={})


def moved(told: Rehearsal, package: Package) -> int:
    """The case goes on with the package; the id of the move."""
    by = told.people[told.council.kept_informed]
    row = publish(told.installation, package, by=by.id, reason=REASON)
    key = package.key
    move_id = decide_move(told.installation, key, row.number, by=by, reason=REASON)
    while carry_on(told.installation, move_id):
        pass
    (case,) = read_move(told.installation, key, move_id, by=by).moved
    assert case.case_id == told.case_id
    with told.installation.database.read() as connection:
        told.version = load_version(connection, row.id)
    return move_id


def test_every_procedure_is_gone_through() -> None:
    drawn = {path.parent for path in PROCESSES.glob("*/*/*.bpmn")}
    assert {PROCESSES / road[0] for road in ROADS} >= {d for d in drawn if (d / "forms").is_dir()}


@pytest.mark.parametrize("road", ROADS, ids=[road[0] for road in ROADS])
def test_the_limit_is_where_it_was_after_whatever_is_set_right(road: Road) -> None:
    told, way_in = at_stage_1(road)
    here, number, by = told.installation, told.case().number, told.people["admin"]
    _, _, element, since, due = road
    before = (since, due, due, 0)
    assert limit(told) == before

    later(told, 2)
    suspend(here, number, by=by, reason=REASON)
    later(told, 2)
    resume(here, number, by=by, reason=REASON)
    assert limit(told) == before

    skip(told, "stage1_respond")
    assert limit(told) == before
    later(told, 1)
    back(told, "stage1_outcome", "stage1_respond")
    assert limit(told) == before
    assert len(known(told)) == 1  # what both steps lie in stayed open all the time

    # Back to before the formal stages, and on to them the next day: it goes on, and counts no anew.
    later(told, 1)
    back(told, "stage1_respond", element)
    assert [row for row in known(told) if row.closed_at is None] == []
    later(told, 24)
    told.answer(element, way_in.answers)
    assert "stage1_respond" in open_steps(told)
    assert limit(told) == before
    assert london(told.case().clock_started_at) == since

    move_id = moved(told, other_words(told.version.package))
    assert limit(told) == before
    undo_move(here, told.version.row.procedure, move_id, by=by, reason=REASON)
    while carry_on(here, move_id):
        pass
    assert told.case().version_id != told.version.row.id
    assert limit(told) == before

    later(told, 24)
    begin_again(told, "stage1_respond")
    assert limit(told) == before
    assert london(told.case().clock_started_at) == since
    assert not breaks(here)


@pytest.mark.parametrize("road", ROADS[-2:], ids=[road[0] for road in ROADS[-2:]])
def test_a_limit_that_was_reached_is_not_reached_again(road: Road) -> None:
    told, way_in = at_stage_1(road)
    _, _, element, since, due = road
    told.move_to(parse_instant("2026-05-11T09:00"))
    assert acts(told).count(("deadline passed", "limit")) == 1

    begin_again(told, "stage1_respond")
    assert limit(told) == (since, due, due, 0)
    back(told, "stage1_respond", element)
    later(told, 24)
    told.answer(element, way_in.answers)
    assert limit(told) == (since, due, due, 0)
    later(told, 24)
    assert acts(told).count(("deadline passed", "limit")) == 1
    assert known(told)[-1].fired_at == known(told)[0].fired_at is not None
    assert not breaks(told.installation)


def test_a_limit_that_was_reached_outside_of_the_formal_stages_is_told_when_they_go_on() -> None:
    road = ROADS[-2]
    told, way_in = at_stage_1(road)
    back(told, "stage1_respond", "informal_outcome")
    told.move_to(parse_instant("2026-04-24T09:00"))
    assert ("deadline passed", "limit") not in acts(told)
    told.answer("informal_outcome", way_in.answers)
    assert limit(told) == ("2026-03-23 10:00", "2026-04-22 23:59", "2026-04-22 23:59", 0)
    assert acts(told).count(("deadline passed", "limit")) == 1


def test_stages_that_are_under_way_are_not_opened_a_second_time_beside_themselves() -> None:
    told, _ = at_stage_1(ROADS[-1])
    skip(told, "stage1_respond")
    assert {"record_challenge", "stage1_outcome"} <= open_steps(told).keys()
    before = acts(told)
    with pytest.raises(CannotRepair, match="under way"):
        back(told, "record_challenge", "stage1_respond")
    assert acts(told) == before
    assert limit(told) == ("2026-04-07 12:00", "2026-05-06 23:59", "2026-05-06 23:59", 0)


def test_a_case_that_was_ended_by_hand_is_not_opened_again() -> None:
    told, _ = at_stage_1(ROADS[-2])
    here, number, by = told.installation, told.case().number, told.people["admin"]
    end_case(here, number, by=by, reason=REASON)
    told.clock.set(parse_instant("2026-04-07T09:00"))
    for again in (try_again, resume):
        with pytest.raises(CannotRepair, match="is closed"):
            again(here, number, by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="is closed"):
        begin_again(told, "stage1_respond")
    (row,) = known(told)
    assert (london(row.due), london(row.closed_at)) == ("2026-04-22 23:59", "2026-03-23 10:00")
