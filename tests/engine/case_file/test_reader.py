"""What each person may read of a case: the story of one challenge, seen by those who take part."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.acts.cases import destroy_body, move_to_child, open_case
from engine.case_file.clock import count_days
from engine.case_file.reader import CaseFile, read_case_file
from engine.children import Child, add_child, restrict, set_status
from engine.clock import parse_instant
from engine.forms import Answer
from engine.procedures import Package, read_package
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.history import access_log
from engine.store.notices import find_case_notices, save_notice
from engine.turns.turn import NoCase
from tests.stories import story

PROCESSES = Path(__file__).parents[3] / "processes"
MONDAY = parse_instant("2026-03-23T10:00")
"""Monday 23 March 2026, 10:00: vector V1."""

INFORMAL: Mapping[str, Answer] = {
    "entry": "informal",
    "to": "tm",
    "concern": "The care plan was not updated after the review.",
    "impact": "Kai does not know where he will live.",
    "action": "Update the plan and tell Kai.",
}
FORMAL: Mapping[str, Answer] = {
    **{key: text for key, text in INFORMAL.items() if key != "to"},
    "entry": "formal",
    "decision": "stage 1",
    "reason": "Four weeks have passed.",
}


@pytest.fixture(scope="module")
def package() -> Package:
    """North East Lincolnshire's procedure, as it stands in the folder."""
    return read_package(PROCESSES / "north-east-lincolnshire" / "positive-challenge")


@pytest.fixture
def played(package: Package) -> Rehearsal:
    """People in their posts, a looked-after child, and the clock at Monday 23 March 2026."""
    return Rehearsal(PROCESSES, package, MONDAY)


def seen_by(played: Rehearsal, post: str) -> CaseFile:
    return read_case_file(played.installation, played.case().number, played.people[post])


def looks(played: Rehearsal) -> list[tuple[int | None, bool]]:
    """Who looked at the case file, or was refused, in order."""
    with played.installation.database.read() as connection:
        rows = connection.execute(access_log.select().order_by(access_log.c.id))
        return [(row.person_id, bool(row.allowed)) for row in rows]


def test_the_raiser_reads_what_waits_for_whom_since_when_and_until_when(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    file = seen_by(played, "raiser")

    (respond,) = file.awaited
    assert (respond.name, respond.stage) == ("Respond at Stage 1", "Stage 1")
    assert respond.titles == ("Team Manager",)
    assert respond.persons == ("Team Manager (played)",)
    assert respond.since == MONDAY
    assert respond.due == datetime(2026, 3, 30, 22, 59, 59, tzinfo=UTC)
    assert not respond.overdue
    assert respond.task_id is None
    assert respond.deadline_id is not None
    assert file.mine == ()
    assert file.stage == "Stage 1"
    assert [status.status for status in file.statuses] == ["looked after"]
    assert file.child.name == "Played Child"
    assert ("What is the concern?", FORMAL["concern"]) in file.concern


def test_the_team_manager_may_answer_and_may_give_no_more_time(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    file = seen_by(played, "tm")

    assert [each.name for each in file.mine] == ["Respond at Stage 1"]
    assert [each.deadline_id for each in file.waiting] == [None]
    assert file.acts == ()
    assert not file.is_raiser


def test_the_raiser_is_offered_what_the_diagram_offers_at_this_step(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    assert [(act.label, act.warning) for act in seen_by(played, "raiser").acts] == [
        ("Decide without an answer", ""),
        ("Withdraw", ""),
        ("Consider a referral to CAFCASS", ""),
        ("Refer to CAFCASS", ""),
        ("Convene a meeting", ""),
    ]


def test_a_referral_of_a_child_on_a_plan_only_is_warned_of_and_stays_possible(
    package: Package,
) -> None:
    played = Rehearsal(PROCESSES, package, MONDAY, statuses=("child protection plan",))
    played.raise_concern(FORMAL)
    warned = {act.label: bool(act.warning) for act in seen_by(played, "raiser").acts}
    assert warned == {
        "Decide without an answer": False,
        "Withdraw": False,
        "Consider a referral to CAFCASS": True,
        "Refer to CAFCASS": True,
        "Convene a meeting": False,
    }


def test_closing_a_case_that_went_straight_to_cafcass_is_no_referral_to_warn_of(
    package: Package,
) -> None:
    played = Rehearsal(PROCESSES, package, MONDAY, statuses=("child protection plan",))
    played.raise_concern({**INFORMAL, "entry": "cafcass"})
    warned = {act.label: bool(act.warning) for act in seen_by(played, "raiser").acts}
    assert warned["Refer to CAFCASS"]
    assert not warned["Withdraw"]


def test_only_the_officers_whom_the_text_names_see_that_a_referral_is_considered(
    played: Rehearsal,
) -> None:
    played.raise_concern(FORMAL)
    played.press("consider_pressed", {"considering_why": "Nothing has moved."})

    for post in ("raiser", "iro_sm", "iro_sm_line"):
        told = everything(seen_by(played, post))
        assert "Weigh the impact on the child" in told
        assert "Nothing has moved." in told
    hidden = seen_by(played, "tm")
    assert "CAFCASS" not in everything(hidden)
    assert "line manager" not in everything(hidden)
    assert hidden.marks.now == {"stage1_respond"}
    assert not {mark for mark in hidden.marks.done if "consider" in mark}


def test_a_referral_is_for_the_same_officers_until_the_last_step_is_the_directors(
    played: Rehearsal,
) -> None:
    played.raise_concern(FORMAL)
    played.press("refer_pressed", {"reason": "Kai moves on Friday."})
    assert "Kai moves on Friday." not in everything(seen_by(played, "tm"))
    played.answer("cafcass_answer", {"cafcass_outcome": "no remedy", "after_cafcass": "final step"})

    director = seen_by(played, "dcs")
    assert [each.name for each in director.mine] == ["Final internal step after CAFCASS"]
    assert "“CAFCASS's answer and outcome”" in everything(director)
    assert "Kai moves on Friday." not in everything(director)
    # Of what the answer led to, only what is for the director's eyes.
    assert [line.reached for line in director.history if line.element == "cafcass_answer"] == [
        ("cafcass_answer",)
    ]


def everything(file: CaseFile) -> str:
    """All words that the file's reader is shown about the case's course."""
    parts = [each.name for each in file.waiting]
    parts += [act.label for act in file.acts]
    parts += [f"{told.post} {told.subject}" for told in file.told]
    for line in file.history:
        parts += [line.words, *line.then, *line.told]
        parts += [text for pair in line.answers for text in pair]
    return "\n".join(parts)


def test_two_clocks_the_respondents_and_the_cases_with_each_day_put_down_to_somebody(
    played: Rehearsal,
) -> None:
    played.raise_concern(FORMAL)
    # The service manager has something to do beside the stages, which takes no day of the case.
    played.press("consider_pressed", {})
    played.move_to(parse_instant("2026-03-27T15:00"))
    played.answer("stage1_respond", {"answer": "We will look at it."})
    played.move_to(parse_instant("2026-03-31T09:30"))
    played.answer(
        "stage1_outcome",
        {"decision": "stage 2", "unresolved": "All of it.", "reason": "No plan was made."},
    )
    played.move_to(parse_instant("2026-04-01T12:00"))
    file = seen_by(played, "raiser")

    assert file.clock is not None
    assert (file.clock.day, file.clock.limit, file.clock.stopped_at) == (7, 20, None)
    assert file.clock.due == datetime(2026, 4, 22, 22, 59, 59, tzinfo=UTC)
    assert count_days(file.clock.days) == {"tm": 4, "raiser": 2, "sm": 1}
    (respond,) = file.awaited
    assert respond.due == datetime(2026, 4, 9, 22, 59, 59, tzinfo=UTC)
    # Day 10 of the case, counted from its own start.
    assert respond.milestone == datetime(2026, 4, 8, 22, 59, 59, tzinfo=UTC)


def test_an_informal_concern_has_no_case_clock(played: Rehearsal) -> None:
    played.raise_concern(INFORMAL)
    file = seen_by(played, "raiser")
    assert file.clock is None
    assert file.stage == "Positive Challenge"


def test_the_clock_stops_when_the_matter_is_settled(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    played.move_to(parse_instant("2026-03-25T15:00"))
    played.answer("stage1_respond", {"answer": "Done."})
    played.answer("stage1_outcome", {"decision": "settled", "outcome_note": "A new plan."})
    played.move_to(parse_instant("2026-05-06T15:00"))
    file = seen_by(played, "raiser")

    assert file.clock is not None
    assert (file.clock.day, file.clock.stopped_at) == (2, parse_instant("2026-03-25T15:00"))
    assert file.waiting == ()
    assert file.acts == ()
    assert file.case.outcome


def test_silence_is_marked_on_the_step_and_told_in_the_history(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    played.move_to(parse_instant("2026-03-31T09:00"))
    file = seen_by(played, "raiser")

    assert file.marks.now == {"stage1_respond", "stage1_no_answer"}
    assert file.marks.overdue == {"stage1_respond"}
    silent = file.history[-1]
    assert silent.by == ""
    assert silent.words == "“Respond at Stage 1” was not answered by Monday 30 March 2026."
    asked = "“No answer yet” now waits for Independent Chair / IRO, due Tuesday 31 March 2026."
    assert asked in silent.then
    assert "Safeguarding and Review Service Manager" in silent.told


def test_the_history_tells_who_when_what_and_which_answers_were_given(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    played.move_to(parse_instant("2026-03-31T14:05"))
    played.answer("stage1_respond", {"answer": "We were short of staff.", "position": "in part"})
    opened, _, answered = seen_by(played, "iro_sm").history

    assert opened.words == "Independent Chair / IRO (played) opened the case."
    assert opened.then == (
        "“Respond at Stage 1” now waits for Team Manager, due Monday 30 March 2026.",
    )
    assert answered.at == parse_instant("2026-03-31T14:05")
    assert (answered.by, answered.post) == ("Team Manager (played)", "Team Manager")
    assert answered.late
    assert ("Your answer", "We were short of staff.") in answered.answers
    assert "“Respond at Stage 1” is no longer needed." not in answered.then


def test_what_was_asked_of_the_social_worker_too_is_said_only_if_they_were_asked(
    played: Rehearsal,
) -> None:
    played.raise_concern(INFORMAL)
    (line,) = seen_by(played, "raiser").history
    (then,) = line.then
    assert then == (
        "“Respond to the Positive Challenge” now waits for Team Manager, due Tuesday 24 March 2026."
    )


def test_who_was_told_and_whether_it_arrived(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    with played.installation.database.write() as connection:
        sent, failed = find_case_notices(connection, played.case_id)
        save_notice(connection, sent.id, sent_at=MONDAY)
        save_notice(connection, failed.id, failed_at=MONDAY, problem="The address is unknown.")
    arrived, lost = seen_by(played, "raiser").told

    assert (arrived.post, arrived.sent_at, arrived.problem) == ("Team Manager", MONDAY, "")
    assert lost.post == "Safeguarding and Review Service Manager"
    assert (lost.failed_at, lost.problem) == (MONDAY, "The address is unknown.")


def test_somebody_without_a_part_is_refused_and_the_log_says_so(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    with pytest.raises(NotAllowed, match="You have no part in this case"):
        seen_by(played, "ad")
    seen_by(played, "tm")
    assert looks(played) == [(played.people["ad"].id, False), (played.people["tm"].id, True)]


def test_a_number_that_is_nobodys_is_refused_and_logged(played: Rehearsal) -> None:
    with pytest.raises(NoCase):
        read_case_file(played.installation, "2026-99999", played.people["raiser"])
    assert looks(played) == [(played.people["raiser"].id, False)]


def test_a_null_character_in_a_number_is_nobodys_on_either_store(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with pytest.raises(NoCase):
        read_case_file(told.installation, "2026-\000001", told.people["raiser"])


def test_a_restricted_childs_case_is_open_to_the_named_alone(played: Rehearsal) -> None:
    with played.installation.database.write() as connection:
        restrict(connection, played.child)
    played.raise_concern(FORMAL)
    assert seen_by(played, "raiser").child.restricted
    with pytest.raises(NotAllowed):
        seen_by(played, "tm")


def test_words_that_were_destroyed_are_gone_with_what_was_answered(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    administrator = replace(played.people["iro_sm"], administrator=True)
    played.clock.set(parse_instant("2026-03-24T09:00"))
    destroy_body(
        played.installation, played.case_id, 1, by=administrator, reason="A court asked for it."
    )
    opened, destroyed = seen_by(played, "raiser").history

    assert opened.words == (
        "The words of this entry (1) were destroyed on Tuesday 24 March 2026 at 09:00."
    )
    assert opened.answers == ()
    assert seen_by(played, "raiser").concern == ()
    assert destroyed.words == "The words of entry 1 were destroyed: A court asked for it."


def test_that_hidden_words_were_destroyed_is_hidden_too(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    played.press("consider_pressed", {})
    administrator = replace(played.people["iro_sm"], administrator=True)
    destroy_body(played.installation, played.case_id, 2, by=administrator, reason="An error.")
    assert len(seen_by(played, "raiser").history) == 3
    assert len(seen_by(played, "tm").history) == 1


def test_a_concern_moved_to_the_right_child_keeps_its_words_there(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    right = another_child(played)
    move_to_child(
        played.installation,
        played.case_id,
        by=played.people["raiser"],
        child_id=right.id,
        reason="Picked the wrong record.",
    )
    file = seen_by(played, "raiser")
    assert file.child.name == "Right Child"
    assert ("What is the concern?", FORMAL["concern"]) in file.concern
    assert file.history[0].destroyed_at is not None


def test_linked_cases_are_shown_from_both_ends_to_whoever_may_see_them(played: Rehearsal) -> None:
    first = played.raise_concern(FORMAL)
    second = open_case(
        played.installation,
        by=played.people["raiser"],
        child_id=played.child.id,
        version_id=played.version.row.id,
        answers={**FORMAL, "decision": "stage 2"},
        linked_to=first.id,
    )
    raiser, manager = played.people["raiser"], played.people["tm"]
    assert read_case_file(played.installation, first.number, raiser).linked == (second.number,)
    assert read_case_file(played.installation, second.number, raiser).linked == (first.number,)
    # The team manager was asked in the first case alone.
    assert read_case_file(played.installation, first.number, manager).linked == ()


def test_an_answer_that_the_case_went_on_without_may_still_be_given(played: Rehearsal) -> None:
    played.raise_concern(FORMAL)
    played.move_to(parse_instant("2026-03-31T09:00"))  # the raiser has been asked what now
    played.press("stage1_decide_without_answer", {})
    assert [each.name for each in seen_by(played, "tm").still_taken] == ["Respond at Stage 1"]
    assert seen_by(played, "raiser").still_taken == ()


def another_child(played: Rehearsal) -> Child:
    with played.installation.database.write() as connection:
        child = add_child(
            connection,
            council=played.council.key,
            reference="PLAYED-2",
            name="Right Child",
            date_of_birth=date(2015, 1, 1),
            team=TEAM,
            today=date(2026, 3, 23),
        )
        set_status(connection, child, "looked after", starts=date(2025, 1, 1))
    return child
