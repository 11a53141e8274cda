"""Tasks: in the trays of whom they wait for, answered once, late answers taken and marked."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.tasks import AlreadyDone, NoTask, complete_task, initials_of, open_task
from engine.children import add_child
from engine.clock import parse_instant
from engine.lists.trays import read_tray
from engine.people import add_person, end_post, give_post, posts_of
from engine.rehearsal import Rehearsal
from engine.store.cases import AnswerRow, find_answers
from engine.store.database import Database
from engine.turns.turn import NoCase
from tests.stories import (
    COUNCIL,
    acts,
    at_stage,
    bodies,
    breaks,
    escalate,
    everything,
    london,
    notices,
    open_steps,
    raise_at_stage,
    raise_informally,
    story,
    told_since,
)


def _tray(told: Rehearsal, post: str) -> list[tuple[str, str]]:
    rows = read_tray(told.installation, told.people[post])
    return [(row.task.element, london(row.task.due)) for row in rows]


def _answers(told: Rehearsal) -> list[AnswerRow]:
    with told.installation.database.read() as connection:
        return find_answers(connection, told.case_id)


# Trays


def test_a_task_is_in_the_tray_from_the_moment_it_is_placed_there(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _tray(told, "tm") == [("stage1_respond", "2026-03-30 23:59")]
    for post in told.people.keys() - {"tm"}:
        assert _tray(told, post) == [], post
    told.answer("stage1_respond", {"answer": "Done"})
    assert _tray(told, "tm") == []
    assert _tray(told, "raiser") == [("stage1_outcome", "2026-03-24 23:59")]


def test_the_most_urgent_comes_first_and_the_undated_last(database: Database) -> None:
    told = at_stage(2, "2026-03-23T10:00", database)
    told.press("consider_pressed", {})
    told.answer("stage2_respond", {"answer": "No"})
    raise_informally(told)
    told.answer("informal_respond", {"answer": "No"})
    assert _tray(told, "raiser") == [
        ("stage2_outcome", "2026-03-24 23:59"),
        ("informal_outcome", "2026-03-24 23:59"),
        ("weigh_impact", ""),
    ]


def test_a_tray_shows_number_and_initials_and_no_name() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    (row,) = read_tray(told.installation, told.people["tm"])
    assert (row.case_number, row.initials) == ("2026-00001", "PC")
    assert "Played Child" not in repr(row)
    assert initials_of("Kit ó Brien-Ward") == "KÓB"


def test_the_social_worker_is_asked_only_where_the_raiser_picked_them() -> None:  # A-NEL-2
    for to, expected in (("tm", []), ("both", ["informal_respond"]), ("sw", ["informal_respond"])):
        told = story("2026-03-23T10:00")
        raise_informally(told, to)
        assert [element for element, _ in _tray(told, "sw")] == expected
        assert [element for element, _ in _tray(told, "tm")] == ["informal_respond"]


def test_another_childs_social_worker_is_asked_nothing() -> None:
    told = story("2026-03-23T10:00")
    with told.installation.database.write() as connection:
        other = add_person(
            connection, council=COUNCIL, name="Other Worker", email="other@nelincs.invalid"
        )
        give_post(connection, told.council, other, "sw", team="Team A", starts=date(2020, 1, 1))
    raise_informally(told, "both")
    assert read_tray(told.installation, other) == []
    with pytest.raises(NotAllowed):
        open_task(told.installation, told.task_at("informal_respond").id, by=other)


def test_a_child_without_a_social_worker_is_shown_to_no_other_one() -> None:
    told = story("2026-03-23T10:00")
    with told.installation.database.write() as connection:
        told.child = add_child(
            connection,
            council=COUNCIL,
            reference="NEW-1",
            name="New Child",
            date_of_birth=date(2015, 2, 3),
            team="Team A",
            today=date(2026, 3, 23),
        )
    raise_informally(told, "both")
    assert _tray(told, "sw") == []
    assert [element for element, _ in _tray(told, "tm")] == ["informal_respond"]
    assert [(n.post, n.person_id) for n in notices(told)] == [("tm", told.people["tm"].id)]


def test_a_new_holder_of_the_post_finds_the_task_and_the_old_one_no_more() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, told.people["tm"].id, date(2026, 3, 23))
        end_post(connection, held, date(2026, 3, 24))
        new = add_person(connection, council=COUNCIL, name="New Manager", email="n@nelincs.invalid")
        give_post(connection, told.council, new, "tm", team="Team A", starts=date(2026, 3, 25))
    assert not read_tray(told.installation, new)
    told.clock.set(parse_instant("2026-03-25T00:00"))
    assert len(read_tray(told.installation, new)) == 1
    assert _tray(told, "tm") == []
    with pytest.raises(NotAllowed):
        told.answer("stage1_respond", {"answer": "I have left"}, post="tm")
    complete_task(
        told.installation, told.task_at("stage1_respond").id, by=new, answers={"answer": "Done"}
    )
    assert "New Manager answered" in list(bodies(told))[-1]


def test_the_manager_of_another_team_is_not_asked() -> None:
    told = story("2026-03-23T10:00")
    with told.installation.database.write() as connection:
        other = add_person(connection, council=COUNCIL, name="B Manager", email="b@nelincs.invalid")
        give_post(connection, told.council, other, "tm", team="Team B", starts=date(2020, 1, 1))
        over_all = add_person(connection, council=COUNCIL, name="All", email="a@nelincs.invalid")
        give_post(connection, told.council, over_all, "tm", starts=date(2020, 1, 1))
    raise_informally(told)
    assert not read_tray(told.installation, other)
    assert len(read_tray(told.installation, over_all)) == 1


# Looking


def test_the_first_look_at_a_task_is_kept_and_moves_nothing(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    task = told.task_at("stage1_respond")
    told.clock.set(parse_instant("2026-03-24T09:30"))
    shown = open_task(told.installation, task.id, by=told.people["tm"])
    assert (shown.post, shown.form.fields[-1].key, shown.moved_on) == ("tm", "documents", False)
    told.clock.set(parse_instant("2026-03-25T09:30"))
    open_task(told.installation, task.id, by=told.people["tm"])
    seen = told.task_at("stage1_respond")
    assert london(seen.first_seen_at) == "2026-03-24 09:30"
    assert london(seen.due) == "2026-03-30 23:59"


def test_nobody_else_looks_at_a_task() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    task = told.task_at("stage1_respond")
    with pytest.raises(NotAllowed, match="waits for somebody else"):
        open_task(told.installation, task.id, by=told.people["raiser"])
    with pytest.raises(NotAllowed, match="no part in this case"):
        open_task(told.installation, task.id, by=told.people["dcs"])
    with pytest.raises(NoTask):
        open_task(told.installation, 4711, by=told.people["tm"])
    assert told.task_at("stage1_respond").first_seen_at is None


# Answering


def test_a_task_is_answered_once_and_the_second_is_told_who_was_first(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    task = told.task_at("stage1_respond")
    told.clock.set(parse_instant("2026-03-24T14:05"))
    told.answer("stage1_respond", {"answer": "Done"})
    before = everything(database)
    told.clock.set(parse_instant("2026-03-24T14:06"))
    with pytest.raises(AlreadyDone) as refused:
        complete_task(
            told.installation, task.id, by=told.people["tm"], answers={"answer": "Done again"}
        )
    assert str(refused.value) == (
        "Team Manager (played) already answered this on Tuesday 24 March 2026 at 14:05. "
        "Open the case to see it."
    )
    assert everything(database) == before


def test_what_the_case_left_behind_is_already_done_for_the_raiser() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-03-31T09:00"))
    task = told.task_at("stage1_no_answer")
    told.press("stage1_decide_without_answer", {})
    with pytest.raises(AlreadyDone, match="This step was closed on Tuesday 31 March 2026 at 09:00"):
        complete_task(
            told.installation, task.id, by=told.people["raiser"], answers={"silence": "wait"}
        )


def test_whoever_the_task_does_not_wait_for_cannot_answer_it() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    before = everything(told.installation.database)
    for post, sentence in (("raiser", "waits for somebody else"), ("sm", "no part in this case")):
        with pytest.raises(NotAllowed, match=sentence):
            told.answer("stage1_respond", {"answer": "Let me"}, post=post)
    with pytest.raises(NoCase, match="no such task"):
        complete_task(told.installation, 4711, by=told.people["tm"], answers={})
    assert everything(told.installation.database) == before


@pytest.mark.parametrize(
    ("at", "late"),
    [
        ("2026-03-30T23:59:58.999999", False),
        ("2026-03-30T23:59:59", True),
        ("2026-03-31T00:00", True),
    ],
)
def test_an_answer_is_late_from_the_instant_at_which_its_deadline_passes(
    at: str, late: bool, database: Database
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.clock.set(parse_instant(at))
    told.answer("stage1_respond", {"answer": "Here"})
    assert _answers(told)[-1].late is late
    assert (("deadline passed", "stage1_due") in acts(told)) is late
    assert f'"late":{str(late).lower()}' in list(bodies(told))[-1]
    assert ("answered “Respond at Stage 1”, late." in list(bodies(told))[-1]) is late


def test_a_late_answer_is_taken_and_the_raiser_decides_on_it() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-01T09:00"))
    assert set(open_steps(told)) == {"stage1_respond", "stage1_no_answer"}
    told.answer("stage1_respond", {"answer": "Sorry, late"})
    assert open_steps(told) == {"stage1_outcome": "2026-04-02 23:59"}


def test_an_answer_after_the_matter_moved_up_is_shown_to_both_levels(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    task = told.task_at("stage1_respond")
    told.move_to(parse_instant("2026-03-31T09:00"))
    told.press("stage1_decide_without_answer", {})
    escalate(told, "stage1_outcome", "stage 2")
    known = len(notices(told))
    told.move_to(parse_instant("2026-04-01T09:00"))
    shown = open_task(told.installation, task.id, by=told.people["tm"])
    assert shown.moved_on
    complete_task(
        told.installation, task.id, by=told.people["tm"], answers={"answer": "It is done now"}
    )
    assert open_steps(told) == {"stage2_respond": "2026-04-09 23:59"}  # nothing moved
    assert _answers(told)[-1].late
    assert acts(told)[-1] == ("answered after it moved on", "stage1_respond")
    assert told_since(told, known) == {(post, "digest") for post in ("raiser", "sm", "iro_sm")}
    with pytest.raises(AlreadyDone, match="Team Manager"):
        complete_task(told.installation, task.id, by=told.people["tm"], answers={"answer": "2"})
    assert not breaks(told.installation)


def test_an_answer_after_all_is_told_once_to_who_reads_of_each_answer(
    database: Database,
) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    told.answer("stage4_respond", {"answer": "We disagree", "position": "not agreed"})
    escalate(told, "stage4_outcome", "final step")
    task = told.task_at("final_step")
    told.press("final_step_decide_without_answer", {})
    escalate(told, "final_step_outcome", "stage 4")
    known = len(notices(told))
    told.move_to(parse_instant("2026-03-24T09:00"))
    by = told.people["dcs"]
    complete_task(told.installation, task.id, by=by, answers={"answer": "The school is named."})
    assert told_since(told, known) == {(post, "digest") for post in ("raiser", "ad", "iro_sm")}
    lines = [each.subject for each in notices(told)[known:]]
    assert all("was answered after the matter had moved on" in line for line in lines[:2])


def test_a_closed_case_takes_no_more_answers() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    task = told.task_at("stage1_respond")
    told.press("formal_withdraw", {"closed_as": "overtaken", "reason": "She has moved"})
    with pytest.raises(AlreadyDone, match="because the case moved on"):
        complete_task(told.installation, task.id, by=told.people["tm"], answers={"answer": "No"})
    assert told.case().outcome == "Overtaken by events"


def test_one_person_may_answer_at_two_rungs(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    both = told.people["tm"]
    with database.write() as connection:
        (held,) = posts_of(connection, told.people["sm"].id, date(2026, 3, 23))
        end_post(connection, held, date(2026, 3, 23))
        give_post(connection, told.council, both, "sm", team="Team A", starts=date(2026, 3, 24))
    told.clock.set(parse_instant("2026-03-24T10:00"))
    raise_at_stage(told, 1)
    told.answer("stage1_respond", {"answer": "No"})
    escalate(told, "stage1_outcome", "stage 2")
    assert _tray(told, "tm") == [("stage2_respond", "2026-03-31 23:59")]
    told.answer("stage2_respond", {"answer": "Still no"}, post="tm")
    told.answer("stage2_outcome", {"decision": "settled"})
    assert [row.person for row in _answers(told) if row.form == "answer"] == [both.name, both.name]
    assert '"post":"tm"' in list(bodies(told))[1]
    assert '"post":"sm"' in list(bodies(told))[3]
    assert not breaks(told.installation)
