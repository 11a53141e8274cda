"""Many at once, in processes of their own: one wins, the others are told, nothing is lost."""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.clock import parse_instant
from engine.history.verification import verify
from engine.rehearsal import Rehearsal
from engine.signing import keep_key
from engine.store.cases import find_answers
from engine.store.database import Database
from engine.store.deadlines import find_case_deadlines
from tests.acceptance import actors
from tests.acceptance.actors import FastClock, Place
from tests.stories import (
    acts,
    at_stage,
    breaks,
    chain,
    installation_on,
    notices,
    raise_at_stage,
    raise_informally,
    story,
)

log = logging.getLogger(__name__)
SECONDS = 60.0 if os.environ.get("STEPLADDER_LONG") else 4.0


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    """The same database, for other processes."""
    keep_key(tmp_path / "anchor.key")
    return Place(address=database.address, key=tmp_path / "anchor.key")


def _all_at_once(jobs: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> list[str]:
    """What each process says, all let go at one instant."""
    gate = actors.barrier(len(jobs))
    ears, processes = [], []
    for what, given in jobs:
        hear, says = actors.pipe()
        processes.append(actors.start(what, *given, gate, says))
        says.close()
        ears.append(hear)
    said = [str(hear.recv()) for hear in ears]
    for process in processes:
        process.join()
    for hear in ears:
        hear.close()
    return said


def test_of_twenty_processes_that_complete_one_task_at_once_one_wins(
    database: Database, place: Place
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    at, task = told.clock.now(), told.task_at("stage1_respond")
    given = (place, at, task.id, told.people["tm"].id)
    said = Counter(_all_at_once([(actors.complete_at_once, given)] * 20))
    already = "AlreadyDone: Team Manager (played) already answered this on Monday 23 March 2026 at"
    assert said.pop("won") == 1
    ((sentence, losers),) = said.items()
    assert (losers, sentence.startswith(already)) == (19, True)
    assert acts(told)[1:] == [("task completed", "stage1_respond")]
    with database.read() as connection:
        assert len(find_answers(connection, told.case_id)) == 2
    assert [task.element for task in told.tasks()] == ["stage1_outcome"]
    assert len({notice.key for notice in notices(told)}) == len(notices(told))
    assert not breaks(told.installation)


def test_of_several_processes_that_press_one_button_at_once_one_wins(
    database: Database, place: Place
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    given = (place, told.clock.now(), told.case_id, told.people["raiser"].id)
    said = Counter(_all_at_once([(actors.press_at_once, given)] * 8))
    assert said.pop("won") == 1
    ((sentence, losers),) = said.items()
    assert losers == 7
    assert sentence.startswith("NotOpenNow: “Decide without an answer” is not possible at this")
    assert acts(told)[1:] == [("act", "stage1_decide_without_answer")]
    assert not breaks(told.installation)


def test_processes_that_open_cases_and_seal_at_once_get_a_number_each(
    database: Database, place: Place
) -> None:
    told = story("2026-03-23T10:00", database)
    given = (
        *(place, told.clock.now(), told.child.id),
        *(told.version.row.id, told.people["raiser"].id),
    )
    said = _all_at_once([(actors.open_at_once, given)] * 8)
    assert sorted(said) == [f"2026-{place:05d}" for place in range(1, 9)]
    opened = installation_on(database, told.clock, keep_key(place.key))
    verdict = verify(opened)
    assert (verdict.cases, verdict.breaks) == (8, ())
    assert verdict.anchors >= 1


@pytest.mark.parametrize("workers", [1, 5])
def test_a_person_and_the_clock_at_the_deadline_are_both_right(
    database: Database, place: Place, workers: int
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    at = parse_instant("2026-03-30T23:59:59")
    task, by = told.task_at("stage1_respond").id, told.people["tm"].id
    said = _all_at_once(
        [
            *[(actors.fire_at_once, (place, at, told.case_id))] * workers,
            (actors.complete_at_once, (place, at, task, by)),
        ]
    )
    assert said[-1] == "won"
    assert all(each == "fired" or each.startswith("SomebodyElse") for each in said[:-1])
    assert acts(told)[1:] == [
        ("deadline passed", "stage1_due"),
        ("task completed", "stage1_respond"),
    ]
    with database.read() as connection:
        assert find_answers(connection, told.case_id)[-1].late
    assert not breaks(told.installation)


def _open_cases(told: Rehearsal) -> list[int]:
    cases = []
    for number in range(8):
        if number % 2:
            raise_informally(told)
        else:
            raise_at_stage(told, 1 + number % 4)
        cases.append(told.case_id)
    return cases


def test_workers_and_the_site_on_the_same_cases_lose_nothing(
    database: Database, place: Place, tmp_path: Path
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    cases = _open_cases(told)
    # Some three weeks pass in each second, so that deadlines pass all the time.
    clock = FastClock(begins=told.clock.now(), since=time.monotonic(), speed=2_000_000)
    ears, processes = [], []
    jobs: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        *[(actors.work, (place, clock, tmp_path / "outbox", SECONDS))] * 2,
        *[(actors.act, (place, clock, cases, seed, SECONDS)) for seed in range(3)],
    ]
    for what, given in jobs:
        hear, says = actors.pipe()
        processes.append(actors.start(what, *given, says))
        says.close()
        ears.append(hear)
    (*rounds, first, second, third) = [hear.recv() for hear in ears]
    for process in processes:
        process.join()
    for hear in ears:
        hear.close()

    assert [wrong for _, wrong in rounds] == [[], []]
    assert [wrong for *_, wrong in (first, second, third)] == [[], [], []]
    done = sum(each[0] for each in (first, second, third))
    fired = _demand_each_once(told, cases, done)
    log.info("%s: %s acts, %s deadlines, rounds %s", database.kind, done, fired, rounds)
    assert done > SECONDS
    assert fired > SECONDS
    with closing(Database(place.address)) as again:
        assert not breaks(installation_on(again, told.clock, keep_key(place.key)))


def _demand_each_once(told: Rehearsal, cases: list[int], done: int) -> int:
    """Every act is in the history once, every deadline that passed too; how many those are."""
    entries: Counter[str] = Counter()
    passed = 0
    for case_id in cases:
        told.case_id = case_id
        entries += Counter(entry.act for entry, _ in chain(told))
        with told.installation.database.read() as connection:
            rows = find_case_deadlines(connection, case_id)
        # One that was given more time after it had passed passes again: that is another time.
        ever = sum(act == "deadline passed" for act, _ in acts(told))
        assert ever >= sum(row.fired_at is not None for row in rows)
        assert ever <= sum((row.fired_at is not None) + row.moves for row in rows)
        passed += ever
        assert len({notice.key for notice in notices(told)}) == len(notices(told))
    assert done == sum(
        entries[act]
        for act in ("task completed", "act", "more time given", "answered after it moved on")
    )
    return passed
