"""Wherever a case stands: moved to a version in other words, it goes on as if it never was."""

import random
from pathlib import Path
from typing import Any

import pytest

from engine.clock import in_london
from engine.errors import StepladderError
from engine.history.filing_acts import is_of_filing
from engine.history.moving_acts import MOVED_BACK, MOVED_ON
from engine.moving.dry_run import try_out
from engine.moving.moves import carry_on, decide_move, read_move, undo_move
from engine.play.scenario import Scenario, read_scenario
from engine.play.scripted import act
from engine.procedures import Package, find_folders, load_version, publish, read_package
from engine.rehearsal import Rehearsal
from engine.store.cases import find_case
from engine.store.deadlines import find_case_deadlines
from engine.store.tasks import find_case_tasks
from tests.engine.moving.redrawn import other_words
from tests.stories import PROCESSES, acts, breaks

FOLDERS = find_folders(PROCESSES)
SHORT = range(12)
LONG = range(12, 400)


@pytest.mark.parametrize("seed", SHORT)
def test_it_goes_on_as_if_it_had_never_moved(seed: int) -> None:
    _compare(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_it_goes_on_as_if_it_had_never_moved_from_everywhere(seed: int) -> None:
    _compare(seed)


def _compare(seed: int) -> None:
    chosen = random.Random(seed)
    package = read_package(FOLDERS[seed % len(FOLDERS)])
    scenario = _scenario(package, chosen)
    stop = chosen.randrange(1, len(scenario.steps) + 1)
    stayed, moved = _begin(package, scenario), _begin(package, scenario)
    for number, step in enumerate(scenario.steps):
        for told in (stayed, moved):
            told.move_to(step.at)
            _do(told, step)
        if number + 1 == stop and moved.case().closed_at is None:
            _move(moved, package, undo=chosen.random() < 0.3)
    assert _rows(stayed) == _rows(moved)
    assert not breaks(moved.installation)


def _scenario(package: Package, chosen: random.Random) -> Scenario:
    folder = Path(PROCESSES / package.council / package.key / "scenarios")
    file = chosen.choice(sorted(folder.glob("*.toml")))
    return read_scenario(file.read_bytes(), file.name)


def _begin(package: Package, scenario: Scenario) -> Rehearsal:
    return Rehearsal(PROCESSES, package, scenario.steps[0].at, statuses=scenario.statuses)


def _do(told: Rehearsal, step: Any) -> None:
    try:
        act(told, step)
    except StepladderError:
        assert step.refused is not None


def _move(told: Rehearsal, package: Package, *, undo: bool) -> None:
    here, by = told.installation, told.people[told.council.kept_informed]
    row = publish(here, other_words(package), by=by.id, reason="Other words.")
    tried = try_out(here, package.key, by=by)
    assert tried.only_words == {1}
    assert not tried.staying
    move_id = decide_move(here, package.key, row.number, by=by, reason="Other words.")
    carry_on(here, move_id)
    assert len(read_move(here, package.key, move_id, by=by).moved) == 1
    if undo:
        undo_move(here, package.key, move_id, by=by, reason="After all not.")
        carry_on(here, move_id)
        assert len(read_move(here, package.key, move_id, by=by).back) == 1
        return
    with here.database.read() as connection:
        told.version = load_version(connection, row.id)


def _rows(told: Rehearsal) -> list[object]:
    """All that became of the case, but in which words and that it was moved."""
    with told.installation.database.read() as connection:
        case = find_case(connection, told.case_id)
        assert case is not None
        tasks = [{**vars(t), "name": ""} for t, _ in find_case_tasks(connection, case.id)]
        deadlines = find_case_deadlines(connection, case.id)
    done = [
        (act, "" if is_of_filing(act) else element)  # it names entries, and a move is one more
        for act, element in acts(told)
        if act not in (MOVED_ON, MOVED_BACK)
    ]
    when = case.closed_at and in_london(case.closed_at)
    return [tasks, deadlines, done, case.stage, case.outcome, when, case.urgent_at]
