"""“Not mine”, and giving a task to somebody else: the due dates stay, and the history tells."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.cases import move_to_child
from engine.acts.reallocating import reallocate
from engine.acts.reassigning import (
    CannotGive,
    CannotSendBack,
    ChosenAlready,
    give_to,
    send_back,
    take_back,
)
from engine.acts.tasks import ChooseFirst, complete_task, open_task
from engine.case_file.clock import count_days
from engine.case_file.reader import read_case_file
from engine.children import add_child, let_read, restrict
from engine.clock import parse_instant
from engine.lists.trays import read_tray
from engine.people import end_post, leave, posts_of
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.tasks import find_task_posts
from tests.engine.acts.test_claims import colleague, letters, messages
from tests.stories import (
    COUNCIL,
    acts,
    at_stage,
    bodies,
    breaks,
    london,
    open_steps,
    raise_informally,
    story,
)

DONE = {"answer": "Done"}


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1, where the team manager is asked until Monday 30 March."""
    return at_stage(1, "2026-03-23T10:00", database)


def respond(told: Rehearsal) -> int:
    return told.task_at("stage1_respond").id


def in_tray(told: Rehearsal, post: str) -> list[str]:
    rows = read_tray(told.installation, told.people[post])
    return [f"{row.task.element} {london(row.task.due)}" for row in rows]


# Not mine


def test_it_waits_for_raiser_and_administrators_and_the_clock_runs_on(told: Rehearsal) -> None:
    known, steps = len(letters(told)), open_steps(told)
    send_back(told.installation, respond(told), by=told.people["tm"])
    assert in_tray(told, "tm") == []
    for post in ("raiser", "admin"):
        assert in_tray(told, post) == ["stage1_respond 2026-03-30 23:59"]
    assert messages(told, known) == {("raiser", "sent-back"), ("admin", "sent-back")}
    assert open_steps(told) == steps
    told.move_to(parse_instant("2026-03-31T00:10"))
    assert told.task_at("stage1_no_answer").closed_at is None
    assert not breaks(told.installation)


def test_a_reason_may_be_given_and_is_not_demanded(told: Rehearsal) -> None:
    send_back(told.installation, respond(told), by=told.people["tm"], reason=" Team B has him. ")
    assert any("as not theirs to answer: Team B has him." in body for body in bodies(told))


def test_nobody_answers_what_was_sent_back(told: Rehearsal) -> None:
    task_id = respond(told)
    send_back(told.installation, task_id, by=told.people["tm"])
    for post in ("raiser", "admin"):
        with pytest.raises(ChooseFirst):
            open_task(told.installation, task_id, by=told.people[post])
        with pytest.raises(ChooseFirst):
            complete_task(told.installation, task_id, by=told.people[post], answers=DONE)
    with pytest.raises(NotAllowed):
        open_task(told.installation, task_id, by=told.people["tm"])
    with pytest.raises(ChooseFirst):
        send_back(told.installation, task_id, by=told.people["admin"])


def test_silence_does_not_bring_back_whom_the_diagram_names(told: Rehearsal) -> None:
    send_back(told.installation, respond(told), by=told.people["tm"])
    told.move_to(parse_instant("2026-04-01T09:00"))
    assert in_tray(told, "tm") == []
    assert "stage1_respond 2026-03-30 23:59" in in_tray(told, "admin")


def test_it_is_undone_while_nobody_has_chosen(told: Rehearsal) -> None:
    manager, task_id = told.people["tm"], respond(told)
    send_back(told.installation, task_id, by=manager)
    with pytest.raises(NotAllowed):
        take_back(told.installation, task_id, by=told.people["raiser"])
    take_back(told.installation, task_id, by=manager)
    assert in_tray(told, "tm") == ["stage1_respond 2026-03-30 23:59"]
    assert in_tray(told, "raiser") == in_tray(told, "admin") == []
    with pytest.raises(ChosenAlready):
        take_back(told.installation, task_id, by=manager)


def test_what_is_the_raisers_own_is_not_sent_back(told: Rehearsal) -> None:
    told.answer("stage1_respond", {"answer": "Done"})
    task_id = told.task_at("stage1_outcome").id
    with pytest.raises(CannotSendBack):
        send_back(told.installation, task_id, by=told.people["raiser"])


# Choosing who answers


def test_the_administrator_chooses_and_the_due_date_stays(told: Rehearsal) -> None:
    other, task_id = colleague(told, "Ngozi Bell", "tm", team="Team B"), respond(told)
    send_back(told.installation, task_id, by=told.people["tm"])
    told.move_to(parse_instant("2026-03-26T10:00"))
    known = len(letters(told))
    give_to(told.installation, task_id, by=told.people["admin"], person_id=other.id)
    assert [(n.person_id, n.template) for n in letters(told)[known:]] == [(other.id, "new-task")]
    (row,) = read_tray(told.installation, other)
    assert london(row.task.due) == "2026-03-30 23:59" == london(row.task.original_due)
    assert in_tray(told, "raiser") == in_tray(told, "admin") == in_tray(told, "tm") == []
    complete_task(told.installation, task_id, by=other, answers=DONE)
    assert told.task_at("stage1_outcome").closed_at is None
    assert not breaks(told.installation)


def test_back_to_the_same_post_takes_a_few_words(told: Rehearsal) -> None:
    task_id = respond(told)
    send_back(told.installation, task_id, by=told.people["tm"])
    with pytest.raises(CannotGive, match="a few words"):
        give_to(told.installation, task_id, by=told.people["raiser"], post="tm")
    give_to(told.installation, task_id, by=told.people["raiser"], post="tm", reason="It is yours")
    assert in_tray(told, "tm") == ["stage1_respond 2026-03-30 23:59"]
    assert told.task_at("stage1_respond").given_at is None


# Giving it to somebody else


def test_who_was_given_it_keeps_it_when_the_posts_are_asked_again(told: Rehearsal) -> None:
    other = colleague(told, "Ngozi Bell", "tm", team="Team B")
    raiser = told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Her child")
    told.move_to(parse_instant("2026-04-01T09:00"))
    assert in_tray(told, "tm") == []
    assert [row.task.element for row in read_tray(told.installation, other)] == ["stage1_respond"]


def test_when_they_leave_it_is_asked_of_the_post_again(told: Rehearsal) -> None:
    other = colleague(told, "Ngozi Bell", "tm", team="Team B")
    raiser = told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Her child")
    with told.installation.database.write() as connection:
        leave(connection, other, date(2026, 3, 25))
    told.move_to(parse_instant("2026-03-31T00:10"))
    assert in_tray(told, "tm") == ["stage1_respond 2026-03-30 23:59"]


def test_a_post_that_nobody_holds_goes_to_its_line_manager(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, told.people["hos"].id, date(2026, 3, 23))
        end_post(connection, held, date(2026, 3, 22))
    raiser = told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, post="hos", reason="Nobody else is in")
    assert in_tray(told, "ad") == ["stage1_respond 2026-03-30 23:59"]
    assert in_tray(told, "tm") == []


def test_a_reason_is_asked_for_and_the_same_ones_are_no_choice(told: Rehearsal) -> None:
    raiser = told.people["raiser"]
    with pytest.raises(CannotGive, match="Enter why"):
        give_to(told.installation, respond(told), by=raiser, post="hos")
    with pytest.raises(CannotGive, match="already"):
        give_to(told.installation, respond(told), by=raiser, post="tm", reason="Again")
    with pytest.raises(CannotGive, match="Choose who"):
        give_to(told.installation, respond(told), by=raiser, post="raiser", reason="Me")


def test_the_line_manager_may_and_others_may_not(told: Rehearsal) -> None:
    task_id = respond(told)
    for post in ("tm", "hos", "iro_sm", "sw"):
        by = told.people[post]
        with pytest.raises(NotAllowed):
            give_to(told.installation, task_id, by=by, post="ad", reason="Why not")
    give_to(told.installation, respond(told), by=told.people["sm"], post="hos", reason="I am away")
    assert in_tray(told, "hos") == ["stage1_respond 2026-03-30 23:59"]


def test_a_restricted_childs_case_goes_to_its_readers_alone(told: Rehearsal) -> None:
    other, raiser = colleague(told, "Ngozi Bell", "tm", team="Team B"), told.people["raiser"]
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, raiser.id)
    with pytest.raises(CannotGive, match="restricted, and Ngozi Bell may not read it"):
        give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Hers")
    with told.installation.database.write() as connection:
        let_read(connection, told.child, other.id)
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Hers")
    assert [row.task.element for row in read_tray(told.installation, other)] == ["stage1_respond"]


def test_the_same_person_at_two_rungs_and_the_raisers_manager_are_warned_of(
    told: Rehearsal,
) -> None:
    raiser, manager = told.people["raiser"], told.people["iro_tm"]
    give_to(told.installation, respond(told), by=raiser, post="sm", reason="TM is away")
    assert any("is also asked at Stage 2" in body for body in bodies(told))
    give_to(told.installation, respond(told), by=raiser, person_id=manager.id, reason="No other")
    assert any("is the line manager of whoever raised" in body for body in bodies(told))


def test_more_time_is_told_to_whom_it_was_given(told: Rehearsal) -> None:
    other = colleague(told, "Ngozi Bell", "tm", team="Team B")
    raiser = told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Her child")
    known = len(letters(told))
    told.give_time("stage1_respond", date(2026, 4, 8), "She is new")
    assert [n.person_id for n in letters(told)[known:]] == [other.id]


def test_both_were_asked_and_one_sends_it_back(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told, "both")
    task_id = told.task_at("informal_respond").id
    send_back(told.installation, task_id, by=told.people["sw"])
    take_back(told.installation, task_id, by=told.people["sw"])
    with told.installation.database.read() as connection:
        posts = find_task_posts(connection, told.case_id)[task_id]
    assert [post for post, _, _ in posts] == ["tm", "sw"]


def test_a_case_of_the_wrong_child_goes_to_those_of_the_right_one(told: Rehearsal) -> None:
    other, raiser = colleague(told, "Ngozi Bell", "sm", team="Team B"), told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Her child")
    with told.installation.database.write() as connection:
        right = add_child(
            connection,
            council=COUNCIL,
            reference="RIGHT-1",
            name="Right Child",
            date_of_birth=date(2015, 2, 3),
            team="Team A",
            today=date(2026, 3, 23),
        )
    move_to_child(
        told.installation, told.case_id, by=raiser, child_id=right.id, reason="Wrong child"
    )
    assert read_tray(told.installation, other) == []
    assert in_tray(told, "tm") == ["stage1_respond 2026-03-30 23:59"]
    with pytest.raises(NotAllowed):
        open_task(told.installation, respond(told), by=other)
    assert acts(told)[-1][0] == "moved to the right child"


def test_each_day_is_told_of_whom_it_was_with(told: Rehearsal) -> None:  # A-NEL-4
    task_id = respond(told)
    told.move_to(parse_instant("2026-03-24T10:00"))
    send_back(told.installation, task_id, by=told.people["tm"])
    told.move_to(parse_instant("2026-03-26T10:00"))
    raiser = told.people["raiser"]
    give_to(told.installation, task_id, by=raiser, post="hos", reason="He decides")
    told.move_to(parse_instant("2026-03-27T12:00"))
    file = read_case_file(told.installation, "2026-00001", raiser)
    assert file.clock is not None
    assert count_days(file.clock.days) == {"tm": 1, "raiser": 2, "hos": 1}
    assert next(line.then for line in file.history) == (
        "“Respond at Stage 1” now waits for Team Manager, due Monday 30 March 2026.",
    )


def test_a_step_that_was_sent_back_and_passed_over_is_nobodys_to_answer(told: Rehearsal) -> None:
    send_back(told.installation, respond(told), by=told.people["tm"])
    told.press("stage1_decide_without_answer", {"why_now": "Nobody knows whose it is"})
    for post in ("admin", "raiser", "tm"):
        file = read_case_file(told.installation, "2026-00001", told.people[post])
        assert file.still_taken == (), post


def test_a_new_raiser_finds_what_was_sent_back_and_the_old_one_no_more(told: Rehearsal) -> None:
    new = colleague(told, "Ngozi Bell", "raiser", team="")
    send_back(told.installation, respond(told), by=told.people["tm"])
    known = len(letters(told))
    reallocate(
        told.installation,
        ["2026-00001"],
        by=told.people["iro_tm"],
        raiser_id=new.id,
        reason="She has left",
    )
    assert [row.task.element for row in read_tray(told.installation, new)] == ["stage1_respond"]
    assert in_tray(told, "raiser") == []
    assert (new.id, "sent-back") in [(n.person_id, n.template) for n in letters(told)[known:]]
    assert "tm" not in {n.post for n in letters(told)[known:]}
    give_to(told.installation, respond(told), by=new, post="tm", reason="It is yours")
    assert in_tray(told, "tm") == ["stage1_respond 2026-03-30 23:59"]


def test_an_administrator_who_may_not_read_of_the_child_is_not_written_to(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, told.people["tm"].id)
    known = len(letters(told))
    send_back(told.installation, respond(told), by=told.people["tm"])
    assert messages(told, known) == {("raiser", "sent-back")}
    assert in_tray(told, "admin") == []
