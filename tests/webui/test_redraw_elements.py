"""Each thing that is drawn in the six procedures is asked about: it stays as it is, or is told."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from engine.councils import Council, read_council
from engine.forms import Answer, as_written, check_answers
from engine.procedures import Package, find_folders, read_package
from engine.redrawing.building import take_lane_out
from engine.redrawing.differences import find_differences
from engine.redrawing.drafts import with_files
from engine.redrawing.elements import Part, find_part, read_parts, write_said
from tests.engine.redrawing.test_building import built
from tests.stories import COUNCIL, PROCESSES, procedure
from webui.redraw_elements import Asked, asked_of, changed_by, groups_of, words_of
from webui.redraw_panel import read_panels

KINDS = ["act", "arrow", "box", "choice", "clock", "end", "note", "other", "start", "step", "tell"]
FOLDERS = {folder.name: folder for folder in find_folders(PROCESSES)}


@cache
def council_of(key: str) -> Council:
    return read_council(PROCESSES / key)


def sent(package: Package, asked: Asked, part: Part, **otherwise: Answer) -> Package:
    """The procedure after the page was sent with these answers, as a browser sends it."""
    raw = as_written(asked.form, {**asked.known, **otherwise})
    browsers = {key: [text.replace("\n", "\r\n") for text in texts] for key, texts in raw.items()}
    checked = check_answers(asked.form, browsers)
    changed, errors = changed_by(asked, part, browsers, checked)
    assert {**checked.errors, **errors} == {}
    return with_files(package, {package.diagram_path: write_said(package, part, changed)})


@pytest.mark.parametrize("name", FOLDERS)
def test_each_opens_and_saved_as_it_is_no_byte_is_otherwise(name: str) -> None:
    package = read_package(FOLDERS[name])
    panels = read_panels(package, council_of(package.council))
    kinds: set[str] = set()
    flows = [find_part(package.diagram, key) for key in package.diagram.flows]
    named = [part for part in flows if part.name]
    for part in (*read_parts(package.diagram), *named[:20]):
        asked = asked_of(package, panels, part)
        after = sent(package, asked, part)
        assert after.diagram_source == package.diagram_source, part.key
        kinds.add(part.kind)
        assert asked.form.title
        assert asked.form.fields
    assert sorted(kinds) == KINDS


@pytest.mark.parametrize("name", FOLDERS)
def test_all_that_is_drawn_stands_under_one_heading(name: str) -> None:
    package = read_package(FOLDERS[name])
    groups = groups_of(package, council_of(package.council))
    listed = Counter(row.key for group in groups for row in group.rows)
    shapes = {p.key for p in read_parts(package.diagram) if p.kind != "step"}
    assert listed.keys() == shapes | package.diagram.flows.keys()
    assert set(listed.values()) == {1}
    assert groups[0].heading == "Clocks"
    assert all(row.name for group in groups for row in group.rows)


CHANGES: Mapping[tuple[str, str], tuple[dict[str, Answer], str]] = {
    ("the limit of 20 days", "limit"): (
        {"clock_amount": 25},
        "the time to answer was 20 working days, and is now 25 working days",
    ),
    ("the limit in words", "limit"): (
        {"clock_words": "28 days"},
        "the time to answer was 20 working days, and is now 28 days",
    ),
    ("a clock that tells nobody", "limit"): ({"clock_told_6": []}, "and is now nobody"),
    ("what a button says", "formal_withdraw"): (
        {"act_button": "Take it back"},
        "the button was “Withdraw”, and is now “Take it back”",
    ),
    ("who may press it", "formal_withdraw"): (
        {"act_others": ["tm"]},
        "and is now Independent Chair / IRO, Team Manager",
    ),
    ("a button that is always there", "refer_pressed"): (
        {"act_form": "answer"},
        "the form was",
    ),
    ("who is told on the way", "tell"): ({"tell_digest": ["hos"]}, "Head of Service"),
    ("what a box is called", "formal"): ({"box_name": "Formally"}, "and is now “Formally”"),
    ("the stage of a box", "stage1"): ({"box_stage": "2"}, "the stage was 1, and is now 2"),
    ("the form that begins the case", "start"): ({"start_form": "answer"}, "the form was"),
    ("the outcome of an end", "end"): ({"end_outcome": "settled late"}, "is now “settled late”"),
    ("an end of a box", "stage1_chased"): (
        {"end_tell": ["hos"], "end_message": "overdue"},
        "who is sent a message was Team Manager, and is now Head of Service",
    ),
    ("what a choice asks", "choice"): ({"choice_name": "Which way now?"}, "“Which way now?”"),
    ("a note", "note"): ({"note_name": "Read this."}, "is now “Read this.”"),
    ("notes of a clock", "limit"): (
        {"clock_notes": "Minuted on 20 March 2026."},
        "for the whole process” on “Formal Escalation”: the notes are otherwise.",
    ),
    ("the stage of a step", "stage1_respond"): ({"step_stage": "2"}, "the stage was 1"),
}


def part_of(package: Package, key: str) -> Part:
    """The element of that id, or the first of that kind that bears what is changed."""
    parts = read_parts(package.diagram)
    kinds: Mapping[str, Callable[[Part], object]] = {
        "tell": lambda part: part.kind == "tell",
        "start": lambda part: part.kind == "start",
        "end": lambda part: part.element and "outcome" in part.element.properties,
        "choice": lambda part: part.kind == "choice" and part.name,
        "note": lambda part: part.kind == "note",
    }
    return next(part for part in parts if (kinds[key](part) if key in kinds else part.key == key))


@pytest.mark.parametrize(("what", "key"), CHANGES)
def test_a_change_of_each_kind_is_kept_and_told(what: str, key: str) -> None:
    package, council = procedure(), council_of(COUNCIL)
    part = part_of(package, key)
    asked = asked_of(package, read_panels(package, council), part)
    answers, said = CHANGES[what, key]
    after = sent(package, asked, part, **answers)
    raw = as_written(asked.form, {**asked.known, **answers})
    changed, _ = changed_by(asked, part, raw, check_answers(asked.form, raw))
    own = words_of(package, council, part, changed, dict(after.files))
    told = own or " ".join(d.words for d in find_differences(package, after, council))
    assert said in told
    again = asked_of(after, read_panels(after, council), find_part(after.diagram, part.key))
    if "clock_words" not in answers:
        assert {key: again.known[key] for key in answers} == answers


def test_a_clock_that_is_named_by_its_time_is_named_by_the_new_one() -> None:
    package = procedure()
    panels = read_panels(package, council_of(COUNCIL))
    for key, name in (
        ("limit", "25 working days for the whole process"),
        ("stage1_due", "25 working days"),
    ):
        part = find_part(package.diagram, key)
        after = sent(package, asked_of(package, panels, part), part, clock_amount=25)
        assert after.diagram.elements[key].name == name


@pytest.mark.parametrize(
    ("key", "answers", "where", "sentence"),
    [
        ("limit", {"clock_words": "as soon as may be"}, "clock_words", "not a time"),
        ("limit", {"clock_amount": None}, "clock_amount", "Enter"),
        ("formal_withdraw", {"act_button": ""}, "act_button", "Enter what the button says"),
        ("formal_withdraw", {"act_tell": ["tm"]}, "act_message", "Pick the message"),
    ],
)
def test_what_cannot_be_is_said_at_its_question(
    key: str, answers: dict[str, Answer], where: str, sentence: str
) -> None:
    package = procedure()
    part = find_part(package.diagram, key)
    asked = asked_of(package, read_panels(package, council_of(COUNCIL)), part)
    raw = {**as_written(asked.form, {**asked.known, **answers})}
    raw |= {name: [""] for name in answers if name not in raw}
    _, errors = changed_by(asked, part, raw, check_answers(asked.form, raw))
    assert sentence in errors[where]


def test_a_lane_gets_another_post_and_goes() -> None:
    package, council = built(), council_of(COUNCIL)
    (lane,) = package.diagram.lanes
    part = find_part(package.diagram, lane.id)
    asked = asked_of(package, read_panels(package, council), part)
    assert sent(package, asked, part).diagram_source == package.diagram_source
    after = sent(package, asked, part, lane_post="Head of Service")
    assert [each.name for each in after.diagram.lanes] == ["Head of Service"]
    told = words_of(package, council, part, {("name",): "Head of Service"}, dict(after.files))
    assert told == "The lane “Social Worker” is now called “Head of Service”."
    gone = with_files(package, take_lane_out(package, lane.id))
    assert gone.diagram.lanes == ()
    assert gone.diagram.elements.keys() == package.diagram.elements.keys()
    assert [group.anchor for group in groups_of(package, council)].count("lanes") == 1
