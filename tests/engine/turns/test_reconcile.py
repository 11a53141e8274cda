"""After each step the rows follow the workflow: whatever people do, and whenever they do it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from engine.access import NotAllowed, may_see_case
from engine.acts.deadlines import find_due, fire_case
from engine.clock import in_london, parse_instant
from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.forms import Field, Form
from engine.lists.trays import read_tray
from engine.people import end_post, leave, posts_of
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.deadlines import find_case_deadlines
from tests.stories import (
    acts,
    at_stage,
    breaks,
    chain,
    escalate,
    london,
    notices,
    open_steps,
    raise_informally,
    story,
)


def _vacate(told: Rehearsal, *posts: str) -> None:
    """Nobody holds the posts any more from the day after the story begins."""
    with told.installation.database.write() as connection:
        for post in posts:
            (held,) = posts_of(connection, told.people[post].id, date(2026, 3, 23))
            end_post(connection, held, date(2026, 3, 23))
    told.clock.set(parse_instant("2026-03-24T10:00"))


def _tray(told: Rehearsal, post: str) -> list[str]:
    return [row.task.element for row in read_tray(told.installation, told.people[post])]


def _sees(told: Rehearsal, post: str) -> bool:
    with told.installation.database.read() as connection:
        person = told.people[post].id
        return may_see_case(connection, told.case_id, person, told.clock.now())


def test_a_vacant_post_is_answered_for_by_its_line_manager(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    _vacate(told, "tm")
    raise_informally(told)
    assert _tray(told, "sm") == ["informal_respond"]
    assert _sees(told, "sm")
    assert [(n.post, n.address.partition("@")[0]) for n in notices(told)] == [("tm", "sm")]
    told.answer("informal_respond", {"answer": "I look after it"}, post="sm")
    assert open_steps(told) == {"informal_outcome": "2026-03-25 23:59"}
    assert not breaks(told.installation)


def test_two_vacancies_go_two_rungs_up() -> None:
    told = story("2026-03-23T10:00")
    _vacate(told, "tm", "sm")
    raise_informally(told)
    assert _tray(told, "hos") == ["informal_respond"]


def test_where_no_manager_is_left_the_raisers_manager_stands_in() -> None:
    told = story("2026-03-23T10:00")
    _vacate(told, "dcs")
    told.raise_concern(
        {
            "concern": "It goes on",
            "impact": "Daily",
            "action": "Stop it",
            "entry": "formal",
            "decision": "stage 4",
            "reason": "Only there",
        }
    )
    told.answer("stage4_respond", {"answer": "No"})
    escalate(told, "stage4_outcome", "final step")
    assert _tray(told, "iro_tm") == ["final_step"]
    told.answer(
        "final_step", {"final_outcome": "resolved", "answer": "A school is found"}, post="iro_tm"
    )
    assert told.case().outcome == "Resolved at the final internal step"


def test_where_nobody_is_left_at_all_the_raiser_has_the_step() -> None:
    told = story("2026-03-23T10:00")
    _vacate(told, "tm", "sm", "hos", "ad", "dcs", "iro_tm", "iro_sm", "iro_sm_line")
    raise_informally(told)
    assert _tray(told, "raiser") == ["informal_respond"]


def test_a_social_worker_who_has_left_is_answered_for_by_the_team_manager() -> None:
    told = story("2026-03-23T10:00")
    with told.installation.database.write() as connection:
        leave(connection, told.people["sw"], date(2026, 3, 22))
    raise_informally(told, "sw")
    assert [notice.address for notice in notices(told)] == ["tm@north-east-lincolnshire.invalid"]
    assert _tray(told, "tm") == ["informal_respond"]


def test_a_post_that_falls_vacant_is_answered_for_from_the_first_silence_on(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _vacate(told, "tm")
    assert _tray(told, "sm") == []
    told.move_to(parse_instant("2026-03-31T09:00"))
    assert _tray(told, "sm") == ["stage1_respond"]
    assert ("new-task", "sm") in {
        (n.template, n.address.partition("@")[0]) for n in notices(told) if n.post == "tm"
    }
    task = told.task_at("stage1_respond")
    assert london(task.due) == "2026-03-30 23:59"  # it is not restarted
    told.answer("stage1_respond", {"answer": "The manager has left"}, post="sm")
    assert "stage1_outcome" in open_steps(told)
    assert not breaks(told.installation)


def test_the_line_manager_of_a_post_that_is_held_stands_in_for_nobody() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    assert not _sees(told, "sm")
    with pytest.raises(NotAllowed):
        told.answer("stage1_respond", {"answer": "Let me"}, post="sm")


def test_the_stage_is_that_of_the_stages_and_not_of_what_runs_beside_them() -> None:
    told = at_stage(2, "2026-03-23T10:00")
    told.press("consider_pressed", {})
    told.press("refer_pressed", {"reason": "It cannot wait"})
    assert told.case().stage == "2"
    told.answer("stage2_respond", {"answer": "No"})
    escalate(told, "stage2_outcome", "stage 4")
    assert told.case().stage == "4"


def test_the_reason_to_follow_is_the_raisers_task_for_the_next_working_day() -> None:
    told = story("2026-03-27T16:00")
    told.raise_concern(
        {
            "concern": "A placement ends",
            "impact": "She moves again",
            "action": "Stop the move",
            "entry": "formal",
            "decision": "stage 3",
            "reason_to_follow": True,
        }
    )
    assert open_steps(told) == {
        "formal_give_reason": "2026-03-30 23:59",
        "stage3_respond": "2026-04-07 23:59",
    }


# Whatever people do, and whenever


def _invent(field: Field, dice: random.Random, day: date) -> Any:
    match field.kind:
        case "dynamiclist":
            return []
        case "radio" | "select":
            return dice.choice(field.options).value
        case "checklist":
            return [option.value for option in field.options if dice.random() < 0.3]
        case "checkbox":
            return field.required or dice.random() < 0.5
        case "datetime":
            return day.isoformat() if field.subtype == "date" else f"{day.isoformat()}T09:30"
    return f"Words {dice.randrange(1000)}"


def _fill(form: Form | None, dice: random.Random, day: date) -> dict[str, Any]:
    """Answers that somebody might give; what a form hides it drops by itself."""
    if form is None:
        return {}
    return {
        field.key: _invent(field, dice, day)
        for field in form.fields
        if field.kind != "text" and (field.required or dice.random() < 0.5)
    }


def _act(told: Rehearsal, dice: random.Random) -> None:
    """One act of somebody's, or an interval without one; it may well be refused."""
    day = in_london(told.clock.now()).date()
    tasks = told.tasks()
    roll = dice.random()
    if roll < 0.45 and tasks:
        task = dice.choice(tasks)
        post = dice.choice([*told.posts_of(task), "raiser", "tm", "dcs"])
        told.answer(task.element, _fill(told.form(task.form), dice, day), post=post)
    elif roll < 0.6:
        events = [e for e in told.version.package.diagram.elements.values() if e.message]
        event = dice.choice(events)
        told.press(event.id, _fill(told.form(event.form), dice, day))
    elif roll < 0.7 and tasks:
        until = day + timedelta(days=dice.randrange(-2, 20))
        told.give_time(dice.choice(tasks).element, until, "More time")
    elif roll < 0.85:
        told.move_to(told.clock.now() + timedelta(hours=dice.choice([1, 20, 70, 200])))
    else:  # nobody looks for a while, or the machine's clock is put back a little
        told.clock.advance(timedelta(hours=dice.choice([-3, 5, 30, 100])))
        if dice.random() < 0.5:
            for case_id in find_due(told.installation, 10):
                fire_case(told.installation, case_id)


def _demand_whole(told: Rehearsal) -> None:
    case, database = told.case(), told.installation.database
    run = Run.thaw(told.version.package.executable, case.state)
    tasks, deadlines = told.tasks(), told.deadlines()
    assert {(t.token, t.element) for t in tasks} == {(t.token, t.element) for t in run.tasks()}
    waiting = {(d.token, d.element, d.host) for d in deadlines if d.fired_at is None}
    assert waiting == {(t.token, t.element, t.host) for t in run.timers()}
    assert (case.closed_at is not None) == run.finished
    if case.closed_at is not None:
        assert (tasks, deadlines) == ([], [])
        assert case.outcome
    by_task = {d.task_id: d for d in deadlines if d.task_id is not None}
    for task in tasks:
        deadline = by_task.get(task.id)
        assert task.due == (deadline.due if deadline else None)
        assert task.overdue_at == (deadline.fired_at if deadline else None)
        assert told.posts_of(task)
    with database.read() as connection:
        for deadline in find_case_deadlines(connection, told.case_id):
            assert deadline.fired_at is None or deadline.fired_at >= deadline.due
    for person in told.people.values():
        for row in read_tray(told.installation, person):
            assert row.task in tasks
    entries = [entry for entry, _ in chain(told)]
    assert [entry.sequence for entry in entries] == list(range(1, case.entries + 1))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def _live(seed: int, steps: int, database: Database | None = None) -> tuple[int, int]:
    """A case's life by chance; how many acts were done, and how many refused."""
    dice = random.Random(seed)
    told = story("2026-03-20T09:00", database)
    while not told.case_id:
        form = told.form("raise")
        try:
            told.raise_concern(_fill(form, dice, date(2026, 3, 20)))
        except StepladderError:
            continue
    done = refused = 0
    for _ in range(steps):
        before = told.case()
        try:
            _act(told, dice)
            done += 1
        except StepladderError:
            refused += 1
            assert told.case() == before
        _demand_whole(told)
    assert not breaks(told.installation), f"seed {seed}"
    return done, refused


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_the_rows_follow_the_workflow(seed: int) -> None:
    done, _ = _live(seed, 40)
    assert done >= 5


def test_whatever_happens_the_rows_follow_the_workflow_on_each_store(database: Database) -> None:
    done, _ = _live(1913, 25, database)
    assert done >= 5


def test_the_lives_that_are_tried_come_to_every_kind_of_act() -> None:
    dice = random.Random(4)
    told = story("2026-03-20T09:00")
    raise_informally(told)
    for _ in range(150):
        try:
            _act(told, dice)
        except StepladderError:
            continue
        if told.case().closed_at is not None:
            raise_informally(told)
    kinds: set[str] = set()
    for case_id in range(1, told.case_id + 1):
        told.case_id = case_id
        kinds |= {act for act, _ in acts(told)}
    assert kinds >= {"case opened", "task completed", "act", "deadline passed", "more time given"}
    assert london(told.clock.now()) > "2026-04"
