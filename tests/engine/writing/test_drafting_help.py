"""A colleague drafts, the respondent submits (X-19)."""

import pytest

from engine.access import NotAllowed
from engine.acts.tasks import complete_task, open_task
from engine.case_file.reader import read_case_file
from engine.children import let_read, restrict
from engine.people import Person
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.writing.drafting_help import (
    CannotAsk,
    NotAsked,
    ask_help,
    find_helpers,
    keep_help,
    open_help,
    read_drafts_asked,
    read_help,
    stop_help,
    take_help,
)
from engine.writing.drafts import Changed, find_draft, save_draft
from engine.writing.places import AtTask
from tests.engine.acts.test_claims import colleague, letters
from tests.stories import CONCERN, acts, at_stage, breaks

DRAFT = {"answer": ["He starts on Monday.\nThe school is named."]}


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1."""
    return at_stage(1, "2026-03-23T10:00", database)


@pytest.fixture
def helper(told: Rehearsal) -> Person:
    """A social worker of the team, who has no part in the case."""
    return colleague(told, "Ngozi Bell", "sw")


def respond(told: Rehearsal) -> int:
    return told.task_at("stage1_respond").id


def ask(told: Rehearsal, helper: Person) -> None:
    by = told.people["tm"]
    ask_help(told.installation, respond(told), by=by, person_id=helper.id, words="By Friday?")


def test_the_colleague_is_told_and_finds_it_in_their_tray(told: Rehearsal, helper: Person) -> None:
    ask(told, helper)
    (asked,) = read_drafts_asked(told.installation, helper)
    assert (asked.case_number, asked.initials, asked.asked_by) == (
        "2026-00001",
        "PC",
        "Team Manager (played)",
    )
    notice = letters(told)[-1]
    assert (notice.person_id, notice.template) == (helper.id, "draft-asked")
    assert f"/tasks/{respond(told)}/help" in notice.body
    assert acts(told)[-1] == ("draft asked for", "stage1_respond")
    assert not breaks(told.installation)


def test_they_see_the_concern_and_the_form_and_not_the_case(
    told: Rehearsal, helper: Person
) -> None:
    ask(told, helper)
    found = open_help(told.installation, respond(told), by=helper)
    assert CONCERN["concern"] in [text for _, text in found.concern]
    assert "Played Child" not in repr((found.initials, found.concern))
    with pytest.raises(NotAllowed):
        read_case_file(told.installation, "2026-00001", helper)
    with pytest.raises(NotAllowed):
        open_task(told.installation, respond(told), by=helper)
    with pytest.raises(NotAllowed):
        complete_task(told.installation, respond(told), by=helper, answers={"answer": "Done"})


def test_the_respondent_reads_the_draft_takes_it_and_submits(
    told: Rehearsal, helper: Person
) -> None:
    ask(told, helper)
    manager, task_id = told.people["tm"], respond(told)
    with pytest.raises(NotAsked):
        take_help(
            told.installation, task_id, by=manager, person_id=helper.id, seen="", revision="a.1"
        )
    keep_help(told.installation, task_id, by=helper, raw=DRAFT)
    (row,) = find_helpers(told.installation, task_id, by=manager)
    form = open_task(told.installation, task_id, by=manager).form
    assert [text for _, text in read_help(row, form, {})] == DRAFT["answer"]
    take_help(told.installation, task_id, by=manager, person_id=helper.id, seen="", revision="a.1")
    draft = find_draft(told.installation, AtTask(task_id=task_id), by=manager)
    assert draft is not None
    assert draft.raw == DRAFT
    complete_task(told.installation, task_id, by=manager, answers={"answer": "He starts."})
    assert read_drafts_asked(told.installation, helper) == []
    with pytest.raises(NotAsked):
        keep_help(told.installation, task_id, by=helper, raw=DRAFT)


def test_what_the_respondent_typed_since_is_not_replaced_unseen(
    told: Rehearsal, helper: Person
) -> None:
    ask(told, helper)
    manager, task_id = told.people["tm"], respond(told)
    keep_help(told.installation, task_id, by=helper, raw=DRAFT)
    place, raw = AtTask(task_id=task_id), {"answer": ["My own words"]}
    save_draft(told.installation, place, by=manager, raw=raw, seen="", revision="own.1")
    with pytest.raises(Changed):
        take_help(
            told.installation, task_id, by=manager, person_id=helper.id, seen="", revision="a.1"
        )


def test_drafts_are_for_those_who_may_answer_alone(told: Rehearsal, helper: Person) -> None:
    ask(told, helper)
    keep_help(told.installation, respond(told), by=helper, raw=DRAFT)
    for post in ("raiser", "iro_sm", "sm"):
        assert find_helpers(told.installation, respond(told), by=told.people[post]) == []


def test_who_is_not_asked_reads_and_writes_nothing(told: Rehearsal, helper: Person) -> None:
    with pytest.raises(NotAsked):
        open_help(told.installation, respond(told), by=helper)
    with pytest.raises(NotAsked):
        keep_help(told.installation, respond(told), by=helper, raw=DRAFT)
    by = told.people["sm"]
    with pytest.raises(NotAllowed):
        ask_help(told.installation, respond(told), by=by, person_id=helper.id)


def test_either_may_stop_it(told: Rehearsal, helper: Person) -> None:
    ask(told, helper)
    by = told.people["raiser"]
    with pytest.raises(NotAllowed):
        stop_help(told.installation, respond(told), by=by, person_id=helper.id)
    stop_help(told.installation, respond(told), by=helper, person_id=helper.id)
    assert read_drafts_asked(told.installation, helper) == []
    ask(told, helper)
    stop_help(told.installation, respond(told), by=told.people["tm"], person_id=helper.id)
    assert read_drafts_asked(told.installation, helper) == []


def test_of_a_restricted_child_only_readers_are_asked(told: Rehearsal, helper: Person) -> None:
    manager = told.people["tm"]
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, manager.id)
    with pytest.raises(CannotAsk, match="restricted, and Ngozi Bell may not read it"):
        ask(told, helper)
    with told.installation.database.write() as connection:
        let_read(connection, told.child, helper.id)
    ask(told, helper)
    assert len(read_drafts_asked(told.installation, helper)) == 1


def test_nobody_is_asked_twice_nor_who_may_answer(told: Rehearsal, helper: Person) -> None:
    ask(told, helper)
    with pytest.raises(CannotAsk, match="already"):
        ask(told, helper)
    other = colleague(told, "Owen Marsh", "tm")
    with pytest.raises(CannotAsk, match="may answer this task themselves"):
        ask(told, other)


def test_when_the_child_is_restricted_later_the_colleague_reads_nothing_more(
    told: Rehearsal, helper: Person
) -> None:
    ask(told, helper)
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
    assert read_drafts_asked(told.installation, helper) == []
    with pytest.raises(NotAllowed):
        open_help(told.installation, respond(told), by=helper)
    with pytest.raises(NotAllowed):
        keep_help(told.installation, respond(told), by=helper, raw=DRAFT)
