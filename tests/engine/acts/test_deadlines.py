"""Deadlines: never early, in order after a time away, moved by the raiser with a reason."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.deadlines import CannotExtend, extend, find_due, fire_case, next_due
from engine.clock import parse_instant
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.deadlines import DeadlineRow, find_case_deadlines
from engine.store.notices import find_case_notices
from tests.stories import (
    acts,
    at_stage,
    bodies,
    breaks,
    chain,
    escalate,
    london,
    notices,
    open_steps,
    raise_informally,
    story,
    told_since,
)


def _deadline(told: Rehearsal, element: str) -> DeadlineRow:
    """The newest deadline of a timer, whether it is over or not."""
    with told.installation.database.read() as connection:
        rows = find_case_deadlines(connection, told.case_id)
    return [row for row in rows if row.element == element][-1]


def _let_the_worker_look(told: Rehearsal, at: str) -> list[int]:
    told.clock.set(parse_instant(at))
    due = find_due(told.installation, 100)
    for case_id in due:
        fire_case(told.installation, case_id)
    return due


def test_a_team_manager_has_until_the_end_of_the_fifth_working_day(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    deadline = _deadline(told, "stage1_due")
    assert london(deadline.received_at) == "2026-03-23 10:00"
    assert london(deadline.due) == london(deadline.original_due) == "2026-03-30 23:59"
    assert deadline.due == parse_instant("2026-03-30T22:59:59Z")
    assert london(next_due(told.installation)) == "2026-03-30 23:59"


def test_easter_and_the_change_of_the_clocks_are_no_working_time() -> None:
    told = at_stage(1, "2026-03-27T16:00")
    assert open_steps(told) == {"stage1_respond": "2026-04-07 23:59"}
    assert london(_deadline(told, "limit").due) == "2026-04-28 23:59"


def test_a_deadline_never_passes_a_second_early(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _let_the_worker_look(told, "2026-03-30T23:59:58.999999") == []
    fire_case(told.installation, told.case_id)
    assert acts(told) == [("case opened", "raised")]
    assert _let_the_worker_look(told, "2026-03-30T23:59:59") == [told.case_id]
    assert acts(told)[1:] == [("deadline passed", "stage1_due")]
    assert london(_deadline(told, "stage1_due").fired_at) == "2026-03-30 23:59"


def test_silence_is_shown_the_same_day_and_moves_nothing() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-03-30T12:00"))
    known = len(notices(told))
    told.move_to(parse_instant("2026-03-30T23:59:59"))
    assert open_steps(told) == {
        "stage1_respond": "2026-03-30 23:59",
        "stage1_no_answer": "2026-03-31 23:59",
    }
    assert told.case().stage == "1"
    assert told.task_at("stage1_respond").overdue_at is not None
    assert told_since(told, known) == {
        ("tm", "no-answer"),
        ("iro_sm", "digest"),
        ("raiser", "new-task"),
    }


def test_a_deadline_passes_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _let_the_worker_look(told, "2026-03-31T00:00") == [told.case_id]
    assert _let_the_worker_look(told, "2026-04-01T00:00") == []
    fire_case(told.installation, told.case_id)
    assert acts(told).count(("deadline passed", "stage1_due")) == 1


def test_after_three_weeks_without_a_worker_what_is_due_passes_in_order(
    database: Database,
) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.move_to(parse_instant("2026-03-23T11:00"))
    told.answer("informal_respond", {"answer": "No"})
    told.answer(
        "informal_outcome",
        {"decision": "stage 4", "unresolved": "All of it", "reason_to_follow": True},
    )
    _let_the_worker_look(told, "2026-04-23T09:00")
    assert [act for act in acts(told) if act[0] == "deadline passed"] == [
        ("deadline passed", "formal_give_reason_due"),  # Tuesday 24 March
        ("deadline passed", "stage4_due"),  # Monday 30 March
        ("deadline passed", "limit"),  # Wednesday 22 April
    ]
    assert not breaks(told.installation)


def test_several_cases_are_found_the_longest_overdue_first(database: Database) -> None:
    told = at_stage(1, "2026-03-25T10:00", database)
    later = told.case_id
    raise_informally(told)
    sooner = told.case_id
    told.clock.set(parse_instant("2026-04-10T09:00"))
    assert find_due(told.installation, 10) == [sooner, later]
    assert find_due(told.installation, 1) == [sooner]


def test_more_time_before_the_deadline_moves_the_one_due_date_everywhere(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    known = len(notices(told))
    told.clock.set(parse_instant("2026-03-27T09:00"))
    moved = told.give_time("stage1_respond", date(2026, 4, 8), "The manager is away until Easter")
    assert (london(moved.due), moved.moves) == ("2026-04-08 23:59", 1)
    task = told.task_at("stage1_respond")
    assert (london(task.due), london(task.original_due)) == ("2026-04-08 23:59", "2026-03-30 23:59")
    assert told_since(told, known) == {("tm", "more-time")}
    assert "Wednesday 8 April 2026" in notices(told)[-1].body
    assert _let_the_worker_look(told, "2026-04-08T12:00") == []
    assert _let_the_worker_look(told, "2026-04-09T00:00") == [told.case_id]
    assert acts(told)[1:] == [
        ("more time given", "stage1_due"),
        ("deadline passed", "stage1_due"),
    ]
    assert "The manager is away until Easter" in list(bodies(told))[1]
    assert not breaks(told.installation)


def test_more_time_after_the_deadline_arms_it_again(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.move_to(parse_instant("2026-04-01T09:00"))
    assert told.task_at("stage1_respond").overdue_at is not None
    told.give_time("stage1_respond", date(2026, 4, 8), "Asked for by telephone")
    task = told.task_at("stage1_respond")
    assert (london(task.due), task.overdue_at) == ("2026-04-08 23:59", None)
    told.move_to(parse_instant("2026-04-08T23:59:58"))
    assert told.task_at("stage1_respond").overdue_at is None
    told.move_to(parse_instant("2026-04-08T23:59:59"))
    assert told.task_at("stage1_respond").overdue_at is not None
    assert [each for each in acts(told) if each[1] == "stage1_due"] == [
        ("deadline passed", "stage1_due"),
        ("more time given", "stage1_due"),
        ("deadline passed", "stage1_due"),
    ]
    told.answer("stage1_respond", {"answer": "At last"})
    assert "stage1_outcome" in open_steps(told)
    assert not breaks(told.installation)


def test_time_given_after_the_deadline_and_used_is_in_time() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-01T09:00"))
    told.give_time("stage1_respond", date(2026, 4, 8), "Asked for by telephone")
    told.move_to(parse_instant("2026-04-07T09:00"))
    told.answer("stage1_respond", {"answer": "Done"})
    assert '"late":false' in list(bodies(told))[-1]
    told.move_to(parse_instant("2026-04-09T00:00"))
    assert acts(told).count(("deadline passed", "stage1_due")) == 1


def test_time_is_given_twice() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    for day in (date(2026, 4, 8), date(2026, 4, 15)):
        moved = told.give_time("stage1_respond", day, "Still ill")
    assert (london(moved.due), london(moved.original_due), moved.moves) == (
        "2026-04-15 23:59",
        "2026-03-30 23:59",
        2,
    )


def test_the_limit_of_the_whole_case_cannot_be_moved(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    with pytest.raises(CannotExtend, match="cannot be moved"):
        extend(
            told.installation,
            _deadline(told, "limit").id,
            by=told.people["raiser"],
            until=date(2026, 5, 29),
            reason="More is needed",
        )
    assert london(_deadline(told, "limit").due) == "2026-04-22 23:59"


def test_giving_time_does_not_move_the_limit_of_the_whole_case() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.give_time("stage1_respond", date(2026, 5, 29), "The manager is ill")
    told.move_to(parse_instant("2026-04-22T23:59:59"))
    assert acts(told)[-1] == ("deadline passed", "limit")
    assert open_steps(told) == {"stage1_respond": "2026-05-29 23:59"}


@pytest.mark.parametrize(
    ("day", "reason", "sentence"),
    [
        (date(2026, 3, 30), "Ill", "Enter a date after Monday 30 March 2026"),
        (date(2026, 3, 1), "Ill", "Enter a date after Monday 30 March 2026"),
        (date(2026, 4, 8), "  ", "Enter why"),
    ],
)
def test_time_is_given_only_forwards_and_with_a_reason(
    day: date, reason: str, sentence: str
) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with pytest.raises(CannotExtend, match=sentence):
        told.give_time("stage1_respond", day, reason)
    assert len(chain(told)) == 1


def test_an_overdue_answer_gets_time_only_beyond_today() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-02T09:00"))
    with pytest.raises(CannotExtend, match="Enter a date after 09:00 on Thursday 2 April 2026"):
        told.give_time("stage1_respond", date(2026, 4, 1), "Yesterday")
    moved = told.give_time("stage1_respond", date(2026, 4, 2), "Until tonight")
    assert london(moved.due) == "2026-04-02 23:59"


@pytest.mark.parametrize("post", ["tm", "iro_sm"])
def test_only_the_raiser_gives_time(post: str) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with pytest.raises(NotAllowed, match="Only the raiser"):
        told.give_time("stage1_respond", date(2026, 4, 8), "I am busy", post=post)


def test_whoever_has_no_part_in_the_case_learns_nothing_of_its_deadlines() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with pytest.raises(NotAllowed, match="no part in this case"):
        told.give_time("stage1_respond", date(2026, 4, 8), "I am curious", post="hos")


def test_no_time_is_given_for_what_is_over() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    over = _deadline(told, "stage1_due").id
    told.answer("stage1_respond", {"answer": "Done"})
    raiser = told.people["raiser"]
    with pytest.raises(CannotExtend, match="no longer waits"):
        extend(told.installation, over, by=raiser, until=date(2026, 4, 8), reason="Too late")
    with pytest.raises(CannotExtend, match="no such deadline"):
        extend(told.installation, 4711, by=raiser, until=date(2026, 4, 8), reason="What?")


def test_a_deadline_ends_with_its_step() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.clock.set(parse_instant("2026-03-24T10:00"))
    told.answer("stage1_respond", {"answer": "Done"})
    ended = _deadline(told, "stage1_due")
    assert (london(ended.closed_at), ended.fired_at) == ("2026-03-24 10:00", None)
    told.answer("stage1_outcome", {"decision": "settled"})
    assert next_due(told.installation) is None
    assert told.case().outcome == "Settled at a formal stage"
    assert london(told.case().closed_at) == "2026-03-24 10:00"


def test_a_passed_deadline_ends_with_its_step_too() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-01T09:00"))
    told.answer("stage1_respond", {"answer": "Late"})
    assert london(_deadline(told, "stage1_due").closed_at) == "2026-04-01 09:00"


def test_a_returned_answer_does_not_restart_the_clock(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.move_to(parse_instant("2026-03-26T10:00"))
    told.answer("stage1_respond", {"answer": "Noted"})
    told.move_to(parse_instant("2026-03-27T10:00"))
    told.answer("stage1_outcome", {"decision": "return the answer", "returned_why": "It says no"})
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    deadline = _deadline(told, "stage1_due")
    assert london(deadline.received_at) == "2026-03-23 10:00"
    told.move_to(parse_instant("2026-03-31T10:00"))
    assert "stage1_no_answer" in open_steps(told)


def test_a_returned_answer_keeps_the_time_that_was_given() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.give_time("stage1_respond", date(2026, 4, 8), "Ill")
    told.answer("stage1_respond", {"answer": "Noted"})
    told.answer("stage1_outcome", {"decision": "return the answer", "returned_why": "It says no"})
    task = told.task_at("stage1_respond")
    assert (london(task.due), london(task.original_due)) == ("2026-04-08 23:59", "2026-03-30 23:59")
    assert _deadline(told, "stage1_due").moves == 1


def test_a_late_answer_that_is_returned_is_overdue_at_once() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-01T10:00"))
    told.answer("stage1_respond", {"answer": "Noted"})
    told.answer("stage1_outcome", {"decision": "return the answer", "returned_why": "It says no"})
    assert open_steps(told) == {
        "stage1_respond": "2026-03-30 23:59",
        "stage1_no_answer": "2026-04-02 23:59",
    }
    assert acts(told)[-1] == ("deadline passed", "stage1_due")


def test_the_next_stage_has_days_of_its_own_after_a_returned_answer() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.answer("stage1_respond", {"answer": "Noted"})
    told.answer("stage1_outcome", {"decision": "return the answer", "returned_why": "It says no"})
    told.answer("stage1_respond", {"answer": "Noted again"})
    told.move_to(parse_instant("2026-03-24T10:00"))
    escalate(told, "stage1_outcome", "stage 2")
    assert open_steps(told) == {"stage2_respond": "2026-03-31 23:59"}


def test_a_stage_that_is_used_again_has_new_days() -> None:
    told = at_stage(2, "2026-03-23T10:00")
    told.answer("stage2_respond", {"answer": "No"})
    escalate(told, "stage2_outcome", "stage 1")
    told.answer("stage1_respond", {"answer": "No"})
    told.move_to(parse_instant("2026-03-24T23:00"))
    escalate(told, "stage1_outcome", "stage 2")
    assert open_steps(told) == {"stage2_respond": "2026-03-31 23:59"}


def test_the_case_clock_starts_with_the_first_formal_stage_and_never_again() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    assert told.case().clock_started_at is None
    told.answer("informal_respond", {"answer": "No"})
    told.move_to(parse_instant("2026-03-24T11:00"))
    escalate(told, "informal_outcome", "stage 1")
    assert london(told.case().clock_started_at) == "2026-03-24 11:00"
    assert london(_deadline(told, "limit").due) == "2026-04-23 23:59"
    told.answer("stage1_respond", {"answer": "No"})
    escalate(told, "stage1_outcome", "stage 4")  # a bypass does not restart it
    told.press("refer_pressed", {"reason": "It cannot wait"})  # a referral does not stop it
    assert london(told.case().clock_started_at) == "2026-03-24 11:00"
    assert london(_deadline(told, "limit").due) == "2026-04-23 23:59"
    assert _deadline(told, "limit").closed_at is None


def test_the_milestone_stands_beside_the_due_date() -> None:  # A-NEL-4
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-03-31T10:00"))
    told.answer("stage1_respond", {"answer": "No"})
    told.move_to(parse_instant("2026-04-02T10:00"))
    escalate(told, "stage1_outcome", "stage 2")
    task = told.task_at("stage2_respond")
    assert (london(task.due), london(task.milestone)) == ("2026-04-13 23:59", "2026-04-08 23:59")


def test_what_was_given_stands_in_the_history() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.clock.set(parse_instant("2026-03-25T14:30"))
    told.give_time("stage1_respond", date(2026, 4, 8), "The manager is ill")
    body = list(bodies(told))[-1]
    assert "gave more time until Wednesday 8 April 2026: The manager is ill" in body
    assert '"before":{"due":"2026-03-30T22:59:59+00:00"' in body
    assert '"told":["tm"]' in body
    with told.installation.database.read() as connection:
        assert find_case_notices(connection, told.case_id)[-1].template == "more-time"
