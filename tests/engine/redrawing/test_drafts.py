"""A draft of a procedure: one editor, each change taken back and done again, kept till its end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.access import NotAllowed
from engine.diagrams.times import parse
from engine.procedures import Package
from engine.redrawing.differences import find_differences
from engine.redrawing.drafts import (
    Draft,
    DraftChanged,
    DraftThere,
    HeldByAnother,
    NoDraft,
    NothingThere,
    begin,
    change_files,
    demand_draft,
    find_draft,
    keep,
    step_back,
    step_forward,
    take_over,
    throw_away,
)
from engine.redrawing.steps import change_step, find_step
from engine.rehearsal import Rehearsal
from engine.store.admin_log import find_administered
from engine.store.database import Database
from tests.stories import COUNCIL, procedure, story

KEY = "positive-challenge"


def begun(database: Database) -> Rehearsal:
    """On Monday at 10:12 the service manager begins a draft."""
    told = story("2026-03-23T10:12", database)
    begin(told.installation, KEY, by=told.people["iro_sm"])
    return told


def draft_of(told: Rehearsal) -> Draft:
    return demand_draft(told.installation, KEY, told.people["iro_sm"])


def set_days(
    told: Rehearsal, days: str, by: str = "iro_sm", element: str = "stage1_respond"
) -> None:
    """Somebody sets how long a step has to be answered."""
    draft = draft_of(told)
    step = find_step(draft.package, element)
    clock = replace(step.clocks[0], text=days, time=parse(days))
    content = change_step(draft.package, step, replace(step, clocks=(clock,)))
    after = Package(council=COUNCIL, key=KEY, files={**draft.package.files, f"{KEY}.bpmn": content})
    council = told.installation.council(COUNCIL)
    said = find_differences(draft.package, after, council)
    keep(
        told.installation,
        KEY,
        by=told.people[by],
        seen=draft.state,
        files={f"{KEY}.bpmn": content},
        words=" ".join(each.words for each in said),
    )


def time_of(draft: Draft) -> str:
    return find_step(draft.package, "stage1_respond").clocks[0].words


def test_each_change_is_taken_back_and_done_again_to_the_byte(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    assert draft_of(told).package.files == procedure().files
    assert not draft_of(told).differs
    set_days(told, "3 working days")
    set_days(told, "4 working days")
    four = draft_of(told)
    assert [each.words for each in four.changes] == [
        "Respond at Stage 1: the time to answer was 5 working days, and is now 3 working days.",
        "Respond at Stage 1: the time to answer was 3 working days, and is now 4 working days.",
    ]
    step_back(told.installation, KEY, by=manager, seen=four.state)
    assert time_of(draft_of(told)) == "3 working days"
    said = step_back(told.installation, KEY, by=manager, seen=draft_of(told).state)
    assert said == four.changes[0].words
    assert draft_of(told).package.files == procedure().files
    with pytest.raises(NothingThere, match="nothing is taken back"):
        step_back(told.installation, KEY, by=manager, seen=draft_of(told).state)
    step_forward(told.installation, KEY, by=manager, seen=draft_of(told).state)
    step_forward(told.installation, KEY, by=manager, seen=draft_of(told).state)
    assert draft_of(told).package.files == four.package.files
    with pytest.raises(NothingThere, match="could be done again"):
        step_forward(told.installation, KEY, by=manager, seen=draft_of(told).state)


def test_after_a_new_change_what_was_taken_back_is_gone(database: Database) -> None:
    told = begun(database)
    set_days(told, "3 working days")
    step_back(told.installation, KEY, by=told.people["iro_sm"], seen=draft_of(told).state)
    before = draft_of(told)
    set_days(told, "2 working days")
    after = draft_of(told)
    assert [each.number for each in after.changes] == [1]
    assert (after.last, after.next) == (after.changes[0], None)
    assert time_of(after) == "2 working days"
    assert after.state != before.state


def test_one_edits_and_another_takes_it_over(database: Database) -> None:
    told = begun(database)
    set_days(told, "3 working days")
    with pytest.raises(HeldByAnother, match=r"since 10:12 on 23 March. Nothing was kept"):
        set_days(told, "9 working days", by="admin")
    take_over(told.installation, KEY, by=told.people["admin"])
    set_days(told, "4 working days", by="admin")
    with pytest.raises(HeldByAnother):
        set_days(told, "9 working days")
    draft = draft_of(told)
    assert draft.row.editor == told.people["admin"].name
    assert time_of(draft) == "4 working days"
    assert [each.by for each in draft.changes] == [
        told.people["iro_sm"].name,
        told.people["admin"].name,
    ]


def test_of_two_windows_the_second_is_told(database: Database) -> None:
    told = begun(database)
    old = draft_of(told)
    set_days(told, "3 working days")
    with pytest.raises(DraftChanged):
        keep(
            told.installation,
            KEY,
            by=told.people["iro_sm"],
            seen=old.state,
            files={f"{KEY}.bpmn": b""},
            words="",
        )
    with pytest.raises(DraftChanged):
        throw_away(told.installation, KEY, by=told.people["iro_sm"], seen=old.state)
    assert time_of(draft_of(told)) == "3 working days"


def test_after_a_step_back_and_another_change_the_first_window_is_told(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    set_days(told, "3 working days")
    first = draft_of(told)
    step_back(told.installation, KEY, by=manager, seen=first.state)
    set_days(told, "4 working days")  # as the very row that was taken back, on some stores
    with pytest.raises(DraftChanged):
        change_files(
            told.installation,
            KEY,
            by=manager,
            seen=first.state,
            files={f"{KEY}.bpmn": first.package.diagram_source},
        )
    assert time_of(draft_of(told)) == "4 working days"


def test_what_was_seen_of_a_draft_that_was_thrown_away_is_no_other_ones(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    fresh = draft_of(told).state
    set_days(told, "3 working days")
    gone = draft_of(told).state
    throw_away(told.installation, KEY, by=manager, seen=gone)
    begin(told.installation, KEY, by=manager)
    for seen in (fresh, gone):
        with pytest.raises(DraftChanged):
            throw_away(told.installation, KEY, by=manager, seen=seen)
    set_days(told, "4 working days")
    with pytest.raises(DraftChanged):
        step_back(told.installation, KEY, by=manager, seen=gone)
    assert time_of(draft_of(told)) == "4 working days"


def test_a_change_of_several_files_is_taken_back_as_one(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    set_days(told, "3 working days")
    before = draft_of(told)
    said = change_files(
        told.installation,
        KEY,
        by=manager,
        seen=before.state,
        files={
            "messages/new.md": b"Subject: New\n\nNew.\n",
            "messages/chase.md": None,
            "forms/answer.form": before.package.files["forms/answer.form"],
        },
    )
    assert said == ("The message “chase”: is gone.", "The message “new”: is new.")
    after = draft_of(told)
    assert [each.number for each in after.changes] == [1, 2]
    assert after.changes[1].words == " ".join(said)
    assert set(before.package.files) ^ set(after.package.files) == {
        "messages/new.md",
        "messages/chase.md",
    }
    step_back(told.installation, KEY, by=manager, seen=after.state)
    assert draft_of(told).package.files == before.package.files
    step_forward(told.installation, KEY, by=manager, seen=draft_of(told).state)
    assert draft_of(told).package.files == after.package.files
    assert not change_files(
        told.installation,
        KEY,
        by=manager,
        seen=after.state,
        files={"messages/new.md": b"Subject: New\n\nNew.\n"},
    )


def test_a_draft_is_thrown_away_and_the_record_says_so(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    set_days(told, "3 working days")
    with pytest.raises(DraftThere, match="has a draft of this procedure already"):
        begin(told.installation, KEY, by=told.people["admin"])
    throw_away(told.installation, KEY, by=manager, seen=draft_of(told).state)
    assert find_draft(told.installation, KEY, manager) is None
    with pytest.raises(NoDraft):
        step_back(told.installation, KEY, by=manager, seen="1.0")
    with database.read() as connection:
        said = [row.words for row in find_administered(connection, COUNCIL, 2)]
    title = "Positive Challenge and Formal Escalation"
    assert said == [
        f"Threw the draft of {title} away.",
        f"Began to redraw {title} from version 1.",
    ]
    assert begin(told.installation, KEY, by=manager) == 1


def test_of_two_who_begin_at_once_one_has_the_draft(database: Database) -> None:
    told = story("2026-03-23T10:12", database)

    def begin_as(post: str) -> str:
        try:
            begin(told.installation, KEY, by=told.people[post])
        except DraftThere:
            return "there"
        return "begun"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin_as, ["iro_sm", "admin"])) == ["begun", "there"]
    assert draft_of(told).changes == ()


@pytest.mark.parametrize("post", ["raiser", "tm", "dcs"])
def test_nobody_else_reads_or_changes_it(database: Database, post: str) -> None:
    told = begun(database)
    other, state = told.people[post], draft_of(told).state
    with pytest.raises(NotAllowed):
        find_draft(told.installation, KEY, other)
    with pytest.raises(NotAllowed):
        take_over(told.installation, KEY, by=other)
    with pytest.raises(NotAllowed):
        throw_away(told.installation, KEY, by=other, seen=state)
    with pytest.raises(NotAllowed):
        begin(told.installation, KEY, by=other)


def test_there_is_no_draft_of_what_is_not_there(database: Database) -> None:
    told = begun(database)
    for key, number in (("nothing", None), (KEY, 7)):
        with pytest.raises(NoDraft, match="no such version"):
            begin(told.installation, key, by=told.people["iro_sm"], number=number)
