"""A turn: an act carried out whole or not at all, after what was due before it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from engine.acts.cases import open_case
from engine.acts.deadlines import fire_case
from engine.clock import parse_instant
from engine.diagrams.run import NotOpen
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.rehearsal import Rehearsal
from engine.store import cases, history, notices, tasks
from engine.store.cases import lock_case
from engine.store.database import Database
from engine.turns import turn as turning
from engine.turns.turn import CannotGoOn, NoCase, SomebodyElse, turn
from tests.stories import (
    CONCERN,
    acts,
    at_stage,
    breaks,
    chain,
    everything,
    london,
    open_steps,
    raise_informally,
    story,
)

FACT = Fact(act="looked", element="", words="Somebody looked.", before={}, after={})


class PowerCut(Exception):
    """Whatever may go wrong in the middle of a turn."""


def test_an_error_in_the_block_leaves_the_case_as_it_was(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    before = everything(database)
    with pytest.raises(PowerCut):
        _answer_and_fail(told)
    assert everything(database) == before
    told.answer("stage1_respond", {"answer": "Done by Friday"})
    assert open_steps(told) == {"stage1_outcome": "2026-03-24 23:59"}
    assert not breaks(told.installation)


def _answer_and_fail(told: Rehearsal) -> None:
    token = told.task_at("stage1_respond").token
    with turn(told.installation, told.case_id, by=told.people["tm"]) as case:
        case.run.complete(token, {})
        case.record(FACT)
        raise PowerCut


STEPS: list[tuple[object, str]] = [
    (cases, "add_answer"),
    (tasks, "add_task"),
    (tasks, "close_task"),
    (notices, "add_notices"),
    (history, "add_entries"),
    (cases, "save_case"),
]


@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
def test_an_error_at_any_step_leaves_the_case_as_it_was(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    before = everything(told.installation.database)
    with monkeypatch.context() as patch:
        _break_after(patch, getattr(module, name), name)
        with pytest.raises(PowerCut):
            told.answer("stage1_respond", {"answer": "Done by Friday"})
    assert everything(told.installation.database) == before
    told.answer("stage1_respond", {"answer": "Done by Friday"})
    assert not breaks(told.installation)


def _break_after(patch: pytest.MonkeyPatch, step: Callable[..., object], name: str) -> None:
    def broken(*given: object, **named: object) -> object:
        step(*given, **named)
        raise PowerCut

    for module in (
        "engine.turns.turn",
        "engine.turns.open_case",
        "engine.turns.reconcile",
        "engine.turns.telling",
    ):
        patch.setattr(f"{module}.{name}", broken, raising=False)


def test_a_turn_that_finds_the_case_changed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    monkeypatch.setattr(turning, "save_case", lambda *given, **named: False)
    with pytest.raises(CannotGoOn, match="Try again"):
        told.answer("stage1_respond", {"answer": "Done by Friday"})


def test_a_case_that_is_not_there_has_no_turn(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NoCase), turn(told.installation, 77, by=None):
        pytest.fail("there is a turn")


def test_the_clock_does_not_wait_for_a_case_that_somebody_works_on(
    postgres_copy: str,
) -> None:
    database = Database(postgres_copy)
    told = at_stage(1, "2026-03-23T10:00", database)
    told.clock.set(parse_instant("2026-03-31T09:00"))
    with database.write() as connection:
        lock_case(connection, told.case_id)
        with pytest.raises(SomebodyElse):
            fire_case(told.installation, told.case_id)
    assert len(acts(told)) == 1
    fire_case(told.installation, told.case_id)
    assert acts(told)[1:] == [("deadline passed", "stage1_due")]
    database.close()


def test_what_is_due_is_carried_out_before_the_act_of_the_same_turn() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.clock.set(parse_instant("2026-03-31T09:00"))  # the worker has not been here yet
    told.answer("stage1_respond", {"answer": "Sorry"}, post="tm")
    entries = [entry for entry, _ in chain(told)]
    assert [(entry.act, entry.element) for entry in entries[1:]] == [
        ("deadline passed", "stage1_due"),
        ("task completed", "stage1_respond"),
    ]
    assert [entry.actor_id for entry in entries[1:]] == [None, told.people["tm"].id]


def test_a_refused_act_leaves_what_was_due_to_the_worker() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.clock.set(parse_instant("2026-03-31T09:00"))
    with pytest.raises(StepladderError):
        told.answer("stage1_respond", {"answer": "Not mine"}, post="sm")
    assert acts(told) == [("case opened", "raised")]


def test_what_an_act_makes_due_at_once_is_carried_out_in_its_own_turn() -> None:
    told = story("2026-03-23T10:00")
    told.raise_concern(
        {
            **CONCERN,
            "entry": "informal",
            "to": "tm",
            "contacted_at": "2026-03-18T09:00",
            "contacted_reason": "By telephone last week",
        }
    )
    assert acts(told) == [("case opened", "raised"), ("deadline passed", "informal_due")]
    assert open_steps(told) == {
        "informal_respond": "2026-03-19 23:59",
        "informal_no_answer": "2026-03-24 23:59",
    }


def test_a_machine_whose_clock_was_put_back_never_writes_before_the_last_entry(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.clock.set(parse_instant("2026-03-22T08:00"))
    told.answer("stage1_respond", {"answer": "Done by Friday"})
    instants = [london(entry.at) for entry, _ in chain(told)]
    assert instants == ["2026-03-23 10:00", "2026-03-23 10:00"]
    assert open_steps(told) == {"stage1_outcome": "2026-03-24 23:59"}


def test_a_turn_in_which_nothing_happens_writes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    before = everything(database)
    told.clock.advance(timedelta(hours=3))
    monkeypatch.setattr(turning, "save_case", lambda *given, **named: pytest.fail("it writes"))
    fire_case(told.installation, told.case_id)
    assert everything(database) == before


def test_deadlines_that_bring_each_other_about_without_end_stop_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    monkeypatch.setattr(turning, "MOST_ENTRIES", 3)
    # Nothing ever counts as over: as a diagram would have it that goes round by itself.
    monkeypatch.setattr(turning, "_has_passed", lambda deadline, at: True)
    monkeypatch.setattr("engine.diagrams.run.Run.fire", lambda run, token: None)
    with pytest.raises(CannotGoOn, match="without end"):
        fire_case(told.installation, told.case_id)


def test_a_token_that_is_no_longer_open_changes_nothing() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    token = told.task_at("stage1_respond").token
    told.answer("stage1_respond", {"answer": "Done by Friday"})
    before = everything(told.installation.database)
    with pytest.raises(NotOpen), turn(told.installation, told.case_id, by=None) as case:
        case.run.complete(token, {})
    assert everything(told.installation.database) == before


def test_two_cases_have_chains_of_their_own(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    first = told.case_id
    told.clock.set(parse_instant("2026-03-24T10:00"))
    second = open_case(
        told.installation,
        by=told.people["raiser"],
        child_id=told.child.id,
        version_id=told.version.row.id,
        answers={**CONCERN, "entry": "informal", "to": "tm"},
    )
    told.answer("stage1_respond", {"answer": "Done by Friday"})
    told.case_id = second.id
    assert [entry.sequence for entry, _ in chain(told)] == [1]
    told.case_id = first
    assert [entry.sequence for entry, _ in chain(told)] == [1, 2]
    assert second.number == "2026-00002"
    assert not breaks(told.installation)


def test_time_given_in_one_turn_is_seen_by_the_next() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.give_time("stage1_respond", date(2026, 4, 10), "The manager is ill")
    told.move_to(parse_instant("2026-04-10T23:00"))
    assert open_steps(told) == {"stage1_respond": "2026-04-10 23:59"}
