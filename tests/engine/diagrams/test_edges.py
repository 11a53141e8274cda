"""Clocks and buttons come to the edge of a step or a box, and go again; notes, words and lanes."""

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.edges import NewButton, add_button, add_clock, set_ends, set_ends_all
from engine.diagrams.laning import remove_lane
from engine.diagrams.removing import goes_with, remove_step
from engine.diagrams.specs import executable
from engine.diagrams.wording import read_notes, set_button, set_note, set_notes
from engine.diagrams.written import CannotEdit
from tests.engine.diagrams.drawn import PLAIN, POOL
from tests.engine.diagrams.test_adding import loose_ends, overlapping
from tests.engine.diagrams.test_editing import changed, sources

STOP = NewButton(
    words="Stop & think", posts=("tm", "hos"), form="answer", ends=True, told={"digest": "iro_sm"}
)
NEL = "positive-challenge"


def a_box(source: bytes) -> str:
    """The first box in which steps lie, that is not there all the time."""
    elements = parse(source).elements.values()
    return next(e.id for e in elements if e.kind == "subProcess" and not e.triggered_by_event)


def a_step(source: bytes) -> str:
    return next(e.id for e in parse(source).elements.values() if e.kind == "userTask")


def test_a_button_says_what_it_does_for_whom_and_ends_the_step() -> None:
    after, key = add_button(PLAIN, "answer", STOP)
    event = parse(after).elements[key]
    assert (event.message, event.attached_to, event.form) == ("Stop & think", "answer", "answer")
    assert (event.posts, event.interrupting) == (("tm", "hos"), True)
    assert event.properties["digest"] == "iro_sm"
    (leads,) = parse(after).leaving(key)
    assert parse(after).elements[leads.target].kind == "endEvent"
    assert (list(overlapping(after)), loose_ends(after)) == ([], [])
    assert all(line.startswith("+") for line in changed(PLAIN, after) if "Bounds" not in line)
    executable("x", after)


@pytest.mark.parametrize("procedure", sources())
def test_on_a_step_and_on_a_box_both_stand_clear_and_go_again(procedure: str) -> None:
    source = sources()[procedure]
    crowded = set(overlapping(source))
    for host in (a_box(source), a_step(source)):
        after, button = add_button(source, host, STOP)
        after, clock = add_clock(after, host, time="9 working days", late="Told", told={})
        assert parse(after).elements[clock].attached_to == host
        assert set(overlapping(after)) <= crowded
        assert loose_ends(after) == loose_ends(source)
        for key in (button, clock):
            after = remove_step(after, parse(after), key)
        assert parse(after).elements.keys() == parse(source).elements.keys()
        assert parse(after).flows.keys() == parse(source).flows.keys()
        assert b"Stop &amp; think" not in after  # no message is left that nothing offers


def test_nothing_sits_on_an_end_or_on_what_is_there_all_the_time() -> None:
    source = sources()[NEL]
    always = next(e.id for e in parse(source).elements.values() if e.triggered_by_event)
    for host in ("stage1_closed", always):
        with pytest.raises(CannotEdit, match="steps and boxes only"):
            add_clock(source, host, time="1 day", late="", told={})


def test_it_ends_what_it_sits_on_or_leaves_it_open_and_back() -> None:
    source = sources()[NEL]
    ends = set_ends(source, "stage1_due", ends=True)
    assert parse(ends).elements["stage1_due"].interrupting
    assert set_ends(ends, "stage1_due", ends=False) == source
    all_of_it = set_ends_all(source, "stage1_chased", ends=True)
    assert parse(all_of_it).elements["stage1_chased"].event == "terminate"
    assert set_ends_all(all_of_it, "stage1_chased", ends=False) == source
    assert set_ends_all(source, "stage1_chased", ends=False) == source


def test_a_button_is_worded_anew_and_others_of_its_words_stay() -> None:
    source = sources()[NEL]
    shared = [e.id for e in parse(source).elements.values() if e.message == "Withdraw"]
    after = set_button(source, shared[0], "Take it back")
    found = parse(after).elements
    assert [found[key].message for key in shared] == ["Take it back", *["Withdraw"] * 2]
    alone = set_button(source, "refer_pressed", "Refer it")
    assert len(changed(source, alone)) == 2
    with pytest.raises(CannotEdit, match="no such button"):
        set_button(source, "stage1_due", "Now")


def test_notes_are_written_changed_and_taken_away() -> None:
    noted = set_notes(PLAIN, "answer", "Follows 4.2 <of> the policy\nand 4.3.")
    assert read_notes(noted, "answer") == "Follows 4.2 <of> the policy\nand 4.3."
    assert parse(noted).elements["answer"].documentation == read_notes(noted, "answer")
    assert set_notes(noted, "answer", "") == PLAIN
    assert set_notes(PLAIN, "answer", "") == PLAIN
    lane = set_notes(POOL, "lane_tm", "Theirs.")
    assert read_notes(lane, "lane_tm") == "Theirs."
    assert read_notes(set_notes(PLAIN, "f1", "First."), "f1") == "First."
    source = sources()[NEL]
    note = next(e.id for e in parse(source).elements.values() if e.kind == "textAnnotation")
    assert parse(set_note(source, note, "A & B")).elements[note].name == "A & B"


def test_a_lane_goes_and_its_steps_stay() -> None:
    one = remove_lane(POOL, "lane_tm")
    assert [lane.name for lane in parse(one).lanes] == ["Raiser"]
    assert parse(one).elements.keys() == parse(POOL).elements.keys()
    none = remove_lane(one, "lane_raiser")
    assert parse(none).lanes == ()
    assert b"laneSet" not in none
    with pytest.raises(CannotEdit, match="no such lane"):
        remove_lane(POOL, "answer")


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "textAnnotation", "always", "box"])
def test_what_else_is_drawn_goes_with_what_only_it_leads_to(kind: str) -> None:
    source = sources()[NEL]
    elements = parse(source).elements.values()
    keys = {
        "always": [each.id for each in elements if each.triggered_by_event],
        "box": ["informal_team"],
    }.get(kind) or [each.id for each in elements if each.kind == kind]
    for key in keys:
        after = remove_step(source, parse(source), key)
        left = parse(after)
        gone = {key, *goes_with(parse(source), key)}
        assert left.elements.keys() == parse(source).elements.keys() - gone
        assert all(f.source in left.elements for f in left.flows.values())
        assert all(f.target in left.elements for f in left.flows.values())
        assert f'"{key}"'.encode() not in after
        executable("x", after)
