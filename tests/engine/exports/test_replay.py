"""Each exported case replays on its own version without deviation."""

from pathlib import Path

import pytest

from engine.diagrams.run import NotOpen, Stuck
from engine.exports.exporting import XES, Ask, export
from engine.moving.moves import carry_on, decide_move
from engine.rehearsal import Rehearsal
from engine.store.tasks import find_open_tasks
from tests.engine.exports.playing import FILES, analyst, keeping_in, named, play
from tests.engine.exports.replaying import Deviation, ReadTrace, read_xes, replay
from tests.engine.moving.redrawn import KEY, LATER, WORDS, put_to_use, redrawn, renamed
from tests.few_scenarios import on_the_newest
from tests.stories import escalate, procedure, raise_at_stage, story

SOME = FILES[::12]


def exported(file: Path, folder: Path) -> tuple[Rehearsal, ReadTrace]:
    """The played case, and its trace as it stands in the file of an export."""
    told = play(file)
    installation = keeping_in(folder, told.installation)
    by = analyst(installation, told.council.key)
    out = folder / "log.xes"
    counted = export(installation, XES, Ask(council=told.council.key), out, by=by)
    (trace,) = read_xes(out)
    assert (counted.cases, counted.events) == (1, len(trace.events))
    return told, trace


def replays(file: Path, folder: Path) -> None:
    told, trace = exported(file, folder)

    run = replay(trace, told.version.package)

    with told.installation.database.read() as connection:
        open_now = {task.token for task in find_open_tasks(connection, told.case_id)}
    assert {task.token for task in run.tasks()} == open_now
    assert trace.attributes["version"] == told.version.row.number
    assert trace.attributes["procedure"] == told.version.package.key


@pytest.mark.parametrize("file", SOME, ids=named)
def test_a_played_case_replays_from_its_export(file: Path, tmp_path: Path) -> None:
    replays(file, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("file", FILES, ids=named)
def test_every_scenario_of_every_council_replays_from_its_export(
    file: Path, tmp_path: Path
) -> None:
    replays(file, tmp_path)


def test_a_case_that_was_moved_replays_each_event_on_its_own_version(tmp_path: Path) -> None:
    told = story("2026-03-23T10:12")
    told.installation = keeping_in(tmp_path, told.installation)
    raise_at_stage(told, 1)
    new = put_to_use(told, redrawn(*WORDS, *LATER))
    by = told.people["iro_sm"]
    move_id = decide_move(told.installation, KEY, new.number, by=by, reason="For all.")
    carry_on(told.installation, move_id)
    on_the_newest(told)
    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    escalate(told, "stage1_outcome", "stage 3")
    out = tmp_path / "log.xes"
    analyse = analyst(told.installation, told.council.key)
    export(told.installation, XES, Ask(council=told.council.key), out, by=analyse)
    (trace,) = read_xes(out)

    run = replay(trace, procedure(), told.version.package)

    assert {task.element for task in run.tasks()} == {"stage3_respond"}
    names = [event["concept:name"] for event in trace.events]
    assert (names[0], names[2]) == ("Case opened", "Moved to another version")
    assert [event["version"] for event in trace.events[:4]] == [1, 1, 2, 2]
    with pytest.raises(Deviation, match="does not fit"):
        replay(trace, procedure(), renamed("stage1_respond", "stage1_reply"))


@pytest.fixture
def trace(tmp_path: Path) -> tuple[Rehearsal, ReadTrace]:
    return exported(FILES[-1], tmp_path)


def test_a_log_that_lost_an_event_is_found_out(trace: tuple[Rehearsal, ReadTrace]) -> None:
    told, whole = trace
    found = 0
    for place in range(len(whole.events)):
        events = whole.events[:place] + whole.events[place + 1 :]
        lost = whole.events[place]
        if lost["transition"] == "happened" and place and not lost.get("element"):
            continue
        with pytest.raises((Deviation, NotOpen)):
            replay(ReadTrace(attributes=whole.attributes, events=events), told.version.package)
        found += 1

    assert found >= 4


def test_a_log_in_which_somebody_chose_otherwise_is_found_out(
    trace: tuple[Rehearsal, ReadTrace],
) -> None:
    told, whole = trace
    events = [
        {key: value for key, value in event.items() if not key.startswith("answer.")}
        for event in whole.events
    ]
    assert events != whole.events

    with pytest.raises((Deviation, NotOpen, Stuck)):
        replay(ReadTrace(attributes=whole.attributes, events=events), told.version.package)
