"""A step with a form and a lane is added to a draft as one change; it is checked, and it runs."""

import pytest

from engine.councils import read_council
from engine.diagrams.written import CannotEdit
from engine.procedures import Package
from engine.redrawing.arrows import (
    find_arrow,
    find_choice,
    name_of,
    names_of_gone,
    places_at,
    read_choices,
    read_places,
    targets,
)
from engine.redrawing.building import Wanted, build_arrow, build_choice, build_step, take_step_out
from engine.redrawing.drafts import change_files, step_back, with_files
from engine.redrawing.publishing import check_draft, publish_draft
from engine.redrawing.steps import find_step
from engine.store.database import Database
from tests.engine.redrawing.test_drafts import KEY, begun, draft_of
from tests.few_scenarios import on_the_newest
from tests.stories import COUNCIL, PROCESSES, open_steps, procedure, raise_at_stage

ARROW = "stage1_start_to_stage1_respond"
WANTED = Wanted(
    arrow=ARROW,
    name="Check the facts",
    posts=("sw",),
    new_title="Check the facts",
    new_question="What is wrong in them?",
    time="2 working days",
    late_told={"tell": "tm", "message": "no-answer"},
    draws_lane=True,
)


def built(wanted: Wanted = WANTED) -> Package:
    package = procedure()
    added = build_step(package, read_council(PROCESSES / COUNCIL), wanted)
    return with_files(package, added.files)


def test_it_is_one_change_that_is_checked_published_and_asked_of_the_next_case(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.redrawing.publishing.find_scenarios", lambda *_: {})
    told = begun(database)
    manager = told.people["iro_sm"]
    draft = draft_of(told)
    added = build_step(draft.package, told.installation.council(COUNCIL), WANTED)
    assert (added.element, added.form) == ("check_the_facts", "check-the-facts")
    said = change_files(told.installation, KEY, by=manager, seen=draft.state, files=added.files)
    assert any("Check the facts" in sentence and "is new" in sentence for sentence in said)
    after = draft_of(told)
    assert len(after.changes) == 1
    assert not [p for p in check_draft(told.installation, after) if p.severity == "error"]
    step_back(told.installation, KEY, by=manager, seen=after.state)
    assert draft_of(told).package.files == procedure().files
    change_files(told.installation, KEY, by=manager, seen=draft_of(told).state, files=added.files)
    state = draft_of(told).state
    publish_draft(told.installation, KEY, by=manager, seen=state, against=1, reason="Facts first.")
    on_the_newest(told)
    raise_at_stage(told, 1)
    assert open_steps(told) == {"check_the_facts": "2026-03-25 23:59"}


def test_the_step_has_its_form_time_lane_and_stage() -> None:
    package = built()
    step = find_step(package, "check_the_facts")
    assert (step.posts, step.form, step.stage) == (("sw",), "check-the-facts", "1")
    assert step.clocks[0].text == "2 working days"
    (question,) = package.forms["check-the-facts"].fields
    assert (question.label, question.kind, question.required) == (
        "What is wrong in them?",
        "textarea",
        True,
    )
    (lane,) = package.diagram.lanes
    assert lane.name == "Social Worker"
    assert "check_the_facts" in lane.elements
    after = Wanted(
        arrow="stage1_decide_to_stage1_outcome", name="Think", posts=("raiser",), form="answer"
    )
    assert find_step(built(after), "think").stage == "1"  # its box has none of its own
    with pytest.raises(CannotEdit):
        built(Wanted(arrow="nothing", name="Think", posts=("raiser",), form="answer"))


def test_what_an_earlier_step_was_asked_for_can_be_taken_out_and_what_goes_is_told() -> None:
    package = procedure()
    assert names_of_gone(package.diagram, "stage1_respond")[:2] == (
        "the clock “5 working days” on “Respond at Stage 1”",
        "“No answer yet”",
    )
    without = with_files(package, take_step_out(package, "stage1_respond"))
    assert "stage1_respond" not in without.diagram.elements


def test_places_are_told_in_words() -> None:
    diagram = procedure().diagram
    near = [place.words for place in places_at(diagram, "stage1_respond")]
    assert near == [
        "After “Respond at Stage 1”, before “On to the outcome”",
        "When the time of “Respond at Stage 1” has passed (5 working days), before “No answer yet”",
        "After the start of “Stage 1 – Team Manager”, before “Respond at Stage 1”",
    ]
    words = [place.words for place in read_places(diagram)]
    assert (
        "After “Which stage?”, by “stage 1”, before where ways meet before “Stage 1 – Team Manager”"
        in words
    )
    assert len(words) == len(diagram.flows)
    assert name_of(diagram, "nothing") == "nothing"


def test_choices_are_read_and_get_another_way() -> None:
    package = procedure()
    diagram = package.diagram
    assert len(read_choices(diagram)) > 20
    choice, arrow = find_arrow(diagram, "which_stage_to_stage1_entry")
    assert (choice.element, arrow.name, arrow.to) == (
        "which_stage",
        "stage 1",
        "“Stage 1 – Team Manager”",
    )
    beside = dict(targets(diagram, "stage1"))
    assert "stage1_respond" in beside
    assert "stage1_start" not in beside
    files = build_arrow(
        package, "stage1_what_now", way="give up", target=None, end="Given up", when="x = 1"
    )
    found = find_choice(with_files(package, files).diagram, "stage1_what_now")
    assert [each.name for each in found.arrows][-1] == "give up"
    files = build_choice(
        package,
        "stage1_respond_to_stage1_closed",
        name="Complete?",
        way="no",
        target="stage1_respond",
        end="",
        when='position = "not agreed"',
    )
    new = with_files(package, files).diagram
    (made,) = [each for each in read_choices(new) if each.name == "Complete?"]
    assert [(each.to, each.is_default) for each in made.arrows] == [
        ("“On to the outcome”", True),
        ("“Respond at Stage 1”", False),
    ]
