"""Answers that came after the matter had moved on: whose they are, and which of them were late."""

from datetime import date

import pytest

from engine.acts.cases import destroy_body
from engine.acts.tasks import complete_task
from engine.clock import parse_instant
from engine.figures import asked
from engine.figures.facts import Stay
from engine.figures.reading import read_facts
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.tasks import TaskRow
from engine.story.story import Story, read_story
from engine.story.times import StepTime
from engine.story.unmet import SILENT
from tests.stories import at_stage, escalate

MONDAY = "2026-03-23T10:00"
"""An answer to what was asked at stage 1 then is due on Monday 30 March 2026."""
PLACE = {"answer": "A place is found."}


def decided_without(told: Rehearsal, at: str) -> TaskRow:
    """The raiser decides without an answer and goes up; the step that was left is given back."""
    left = told.task_at("stage1_respond")
    told.move_to(parse_instant(at))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    escalate(told, "stage1_outcome", "stage 2")
    return left


def answered(told: Rehearsal, task: TaskRow, at: str) -> None:
    told.move_to(parse_instant(at))
    complete_task(told.installation, task.id, by=told.people["tm"], answers=PLACE)


def stays(told: Rehearsal) -> list[Stay]:
    """The stays at the step that was left."""
    with told.installation.database.read() as connection:
        facts = read_facts(connection, told.council, told.case_id)
    assert facts is not None
    return [stay for stay in facts.stays if stay.element == "stage1_respond"]


def whole(told: Rehearsal) -> Story:
    return read_story(told.installation, told.case().number, told.people["raiser"])


def steps(told: Rehearsal) -> list[StepTime]:
    return [step for step in whole(told).steps if step.element == "stage1_respond"]


@pytest.mark.parametrize(
    ("on", "state", "days"),
    [
        ("2026-03-26T10:00", asked.AFTERWARDS, 3),
        ("2026-03-30T23:59:58", asked.AFTERWARDS, 5),
        ("2026-03-30T23:59:59", asked.LATE, 5),
        ("2026-04-01T10:00", asked.LATE, 7),
    ],
)
def test_it_is_late_only_when_it_came_after_its_due_date(on: str, state: str, days: int) -> None:
    told = at_stage(1, MONDAY)
    answered(told, decided_without(told, "2026-03-24T10:00"), on)
    (stay,) = stays(told)
    assert (stay.state, stay.working_days) == (state, days)
    assert (stay.ended_on, stay.due) == (date.fromisoformat(on[:10]), date(2026, 3, 30))
    unmet = [each.step.element for each in whole(told).unmet if each.kind == SILENT and each.step]
    assert ("stage1_respond" in unmet) == (state == asked.LATE)


def test_after_a_silence_it_is_late_by_the_days_to_the_answer_itself(database: Database) -> None:
    told = at_stage(1, MONDAY, database)
    answered(told, decided_without(told, "2026-03-31T09:00"), "2026-04-01T10:00")
    (stay,) = stays(told)
    assert (stay.state, stay.silent_on) == (asked.LATE, date(2026, 3, 30))
    (step,) = steps(told)
    assert (step.by, step.late, step.days, step.allowed) == ("Team Manager (played)", 2, 7, 5)


def test_where_the_answer_was_destroyed_its_entry_still_says_when_it_came() -> None:
    told = at_stage(1, MONDAY)
    answered(told, decided_without(told, "2026-03-31T09:00"), "2026-04-01T10:00")
    last = whole(told).moments[-1].line.sequence
    admin = told.people["admin"]
    destroy_body(told.installation, told.case_id, last, by=admin, reason="Another child's name")
    (stay,) = stays(told)
    assert (stay.state, stay.ended_on) == (asked.LATE, date(2026, 4, 1))


def test_a_step_that_was_never_answered_does_not_take_the_answer_to_a_later_one() -> None:
    told = at_stage(1, MONDAY)
    told.move_to(parse_instant("2026-03-31T09:00"))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    back = {"decision": "stage 1", "unresolved": "No answer yet", "reason": "Once more"}
    told.answer("stage1_outcome", back)
    again = decided_without(told, "2026-04-01T10:00")
    answered(told, again, "2026-04-02T10:00")
    assert [stay.state for stay in stays(told)] == [asked.NEVER, asked.AFTERWARDS]
    first, second = steps(told)
    assert (first.by, first.ended_in, first.until) == ("", None, date(2026, 3, 31))
    assert (second.by, second.until) == ("Team Manager (played)", date(2026, 4, 2))
    assert second.ended_in == whole(told).moments[-1].line.sequence


def test_the_first_of_two_that_were_left_may_be_the_one_that_is_answered() -> None:
    told = at_stage(1, MONDAY)
    first = told.task_at("stage1_respond")
    told.move_to(parse_instant("2026-03-31T09:00"))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    back = {"decision": "stage 1", "unresolved": "No answer yet", "reason": "Once more"}
    told.answer("stage1_outcome", back)
    decided_without(told, "2026-04-01T10:00")
    answered(told, first, "2026-04-02T10:00")
    assert [stay.state for stay in stays(told)] == [asked.LATE, asked.NOT_NEEDED]
    assert [bool(step.by) for step in steps(told)] == [True, False]
