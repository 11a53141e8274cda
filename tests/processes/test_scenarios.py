"""Every procedure's scenarios, played; and North East Lincolnshire's silences, on literal dates."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
import SpiffWorkflow
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.acts.cases import start_event
from engine.clock import in_london, parse_instant
from engine.diagrams.check.sketch import DRAWN_ONLY
from engine.diagrams.diagram import Element
from engine.diagrams.expressions import parse
from engine.forms import Option
from engine.play import (
    Event,
    Played,
    Silence,
    find_entries,
    play_scenario,
    play_silence,
    read_scenario,
)
from engine.play.events import due_text
from engine.procedures import Package, find_folders, read_package

PROCESSES = Path(__file__).parents[2] / "processes"
FOLDERS = find_folders(PROCESSES)
NEL = PROCESSES / "north-east-lincolnshire" / "positive-challenge"
FILES = [file for folder in FOLDERS for file in sorted((folder / "scenarios").glob("*.toml"))]
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SCHEMA = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
LADDER = ["informal", "1", "2", "3", "4", "final"]

read = cache(read_package)


@cache
def played(file: Path) -> Played:
    """The scenario in the file, played on the procedure that it lies in."""
    scenario = read_scenario(file.read_bytes(), file.name)
    return play_scenario(PROCESSES, read(file.parents[1]), scenario)


def silence(entry: str, start: str, *, going_up: bool) -> Silence:
    """The silence from North East Lincolnshire's entry that opens the element first."""
    package = read(NEL)
    chosen = next(each for each in find_entries(package) if each.name == entry)
    return play_silence(PROCESSES, package, chosen, parse_instant(start), going_up=going_up)


def dues(silence: Silence, *events: str) -> dict[str, str]:
    """Of some kinds of events each element with the day it is due."""
    return {
        event.element: due_text(event.due)
        for event in silence.events
        if event.event in events and event.due is not None
    }


# What is written down


def named(file: Path) -> str:
    return f"{file.parents[1].name}/{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_scenario_goes_as_it_says(file: Path) -> None:
    assert [str(failure) for failure in played(file).failures] == []


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_scenario_says_what_it_shows_and_what_must_follow(file: Path) -> None:
    scenario = read_scenario(file.read_bytes(), file.name)

    assert scenario.shows
    assert scenario.title != file.name
    assert any(step.then.open is not None for step in scenario.steps)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_every_element_that_is_drawn_is_come_through_by_a_scenario(folder: Path) -> None:
    seen: set[str] = set()
    for file in FILES:
        if file.parents[1] == folder:
            seen |= played(file).elements
    elements = read(folder).diagram.elements.values()

    assert [e.id for e in elements if e.kind not in DRAWN_ONLY and e.id not in seen] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_every_way_in_which_a_case_can_end_is_shown(folder: Path) -> None:
    package = read(folder)
    wanted = {e.properties["outcome"] for e in package.diagram.elements.values()
              if "outcome" in e.properties}  # fmt: skip
    shown = {
        step.then.outcome
        for file in FILES
        if file.parents[1] == folder
        for step in read_scenario(file.read_bytes(), file.name).steps
    }

    assert wanted - shown == set()


# Silences, North East Lincolnshire

GOING_UP = {
    ("informal_respond", "2026-03-23T10:00"): {
        "informal_respond": "2026-03-24",
        "stage1_respond": "2026-03-31",
        "stage2_respond": "2026-04-09",
        "stage3_respond": "2026-04-16",
        "stage4_respond": "2026-04-23",
        "final_step": "2026-04-30",
        "limit": "2026-04-23",
    },
    ("stage1_respond", "2026-03-23T10:00"): {
        "stage1_respond": "2026-03-30",
        "stage2_respond": "2026-04-08",
        "stage3_respond": "2026-04-15",
        "stage4_respond": "2026-04-22",
        "final_step": "2026-04-29",
        "limit": "2026-04-22",
    },
    ("stage2_respond", "2026-03-23T10:00"): {
        "stage2_respond": "2026-03-30",
        "stage3_respond": "2026-04-08",
        "stage4_respond": "2026-04-15",
        "final_step": "2026-04-22",
        "limit": "2026-04-22",
    },
    ("stage3_respond", "2026-03-23T10:00"): {
        "stage3_respond": "2026-03-30",
        "stage4_respond": "2026-04-08",
        "final_step": "2026-04-15",
        "limit": "2026-04-22",
    },
    ("stage4_respond", "2026-03-23T10:00"): {
        "stage4_respond": "2026-03-30",
        "final_step": "2026-04-08",
        "limit": "2026-04-22",
    },
    ("next_step", "2026-03-23T10:00"): {},
    ("stage1_respond", "2026-12-18T12:00"): {
        "stage1_respond": "2026-12-29",
        "stage2_respond": "2027-01-06",
        "stage3_respond": "2027-01-13",
        "stage4_respond": "2027-01-20",
        "final_step": "2027-01-27",
        "limit": "2027-01-20",
    },
}


_RAISERS = ("_outcome", "_no_answer")


def test_silence_is_played_from_every_way_into_the_procedure() -> None:
    entries = [entry.name for entry in find_entries(read(NEL))]

    assert sorted(entries) == sorted({entry for entry, _ in GOING_UP})


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_respondents_silent_and_the_raiser_going_up_at_each_due_date(
    entry: str, start: str
) -> None:
    up = silence(entry, start, going_up=True)
    wanted = GOING_UP[entry, start]
    asked = {e: due for e, due in wanted.items() if e != "limit"}
    opened = dues(up, "task")

    respondents_only = {e: d for e, d in opened.items() if not e.endswith(_RAISERS)}
    assert respondents_only == asked
    assert dues(up, "limit") == {e: due for e, due in wanted.items() if e == "limit"}
    # Each passes on the day on which it was due, and is overdue in that same second.
    late = [e for e in up.events if e.event in ("overdue", "limit") and e.due is not None]
    assert [e.at for e in late] == [e.due for e in late]
    # Only at the last of them is the raiser slow: there is no stage above it to go up to.
    raisers = [e.element for e in late if e.element.endswith("_no_answer_due")]
    assert raisers == ["final_step_no_answer_due"] * ("final_step" in wanted)
    assert len(late) == len(wanted) + len(raisers)


@pytest.mark.parametrize(
    ("entry", "due", "raisers", "limit"),
    [
        ("informal_respond", "2026-03-24", "2026-03-25", None),
        ("stage1_respond", "2026-03-30", "2026-03-31", "2026-04-22"),
        ("stage2_respond", "2026-03-30", "2026-03-31", "2026-04-22"),
        ("stage3_respond", "2026-03-30", "2026-03-31", "2026-04-22"),
        ("stage4_respond", "2026-03-30", "2026-03-31", "2026-04-22"),
    ],
)
def test_everyone_silent_is_overdue_once_then_at_its_limit_and_nothing_moves(
    entry: str, due: str, raisers: str, limit: str | None
) -> None:
    events = silence(entry, "2026-03-23T10:00", going_up=False).events

    told = [(e.event, due_text(e.due)) for e in events if e.event in ("overdue", "limit") and e.due]
    overdue = [("overdue", due), ("overdue", raisers)]
    assert told == overdue + ([("limit", limit)] if limit else [])
    assert [e.element for e in events if e.event == "task"] == [
        entry,
        entry.replace("_respond", "_no_answer"),
    ]
    assert not [e for e in events if e.event in ("answered", "act", "ended")]


def test_closure_days_make_a_stage_longer_and_never_the_limit(tmp_path: Path) -> None:
    council = tmp_path / NEL.parent.name
    shutil.copytree(NEL.parent, council)
    file = council / "council.toml"
    open_all_year = file.read_text(encoding="utf-8")
    assert "\nclosure_days = []\n" in open_all_year
    closure = '[{ from = 2026-12-29, to = 2026-12-31, name = "Christmas closure" }]'
    file.write_text(open_all_year.replace("= []", f"= {closure}", 1), encoding="utf-8")
    package = read_package(council / NEL.name)
    entry = next(each for each in find_entries(package) if each.name == "stage1_respond")

    start = parse_instant("2026-12-18T12:00")
    closed = play_silence(tmp_path, package, entry, start, going_up=False)

    assert dues(closed, "overdue", "limit") == {
        "stage1_due": "2027-01-04",
        "stage1_no_answer_due": "2027-01-05",
        "limit": "2027-01-20",
    }


def test_everyone_silent_after_going_straight_to_cafcass_leaves_the_raiser_their_next_step() -> (
    None
):
    events = silence("next_step", "2026-03-23T10:00", going_up=False).events

    assert [(e.event, e.element) for e in events] == [("opened", "raised"), ("task", "next_step")]


def test_those_whom_silence_concerns_are_told_in_the_second_in_which_it_begins() -> None:
    events = silence("stage1_respond", "2026-03-23T10:00", going_up=False).events

    told = [(in_london(e.at).isoformat(), e.posts) for e in events if e.event == "told"]
    assert told == [
        ("2026-03-23T10:00:00+00:00", ("iro_sm",)),
        ("2026-03-30T23:59:59+01:00", ("tm", "iro_sm")),
        ("2026-03-31T23:59:59+01:00", ("raiser",)),
        ("2026-04-22T23:59:59+01:00", ("raiser", "iro_sm")),
    ]
    asked = [e for e in events if e.event == "task" and e.posts == ("raiser",)]
    assert [in_london(e.at).isoformat() for e in asked] == ["2026-03-30T23:59:59+01:00"]


# Nothing jumps a stage

STARTS = st.datetimes(
    min_value=parse_instant("2024-01-01T00:00").replace(tzinfo=None),
    max_value=parse_instant("2028-06-01T00:00").replace(tzinfo=None),
)
ENTRIES = ["informal_respond", "stage1_respond", "stage2_respond", "stage3_respond"]


@settings(max_examples=6, deadline=None)
@given(start=STARTS, entry=st.sampled_from(ENTRIES))
def test_going_up_takes_one_stage_after_the_other_and_only_by_the_raiser(
    start: object, entry: str
) -> None:
    events = silence(entry, f"{start}Z", going_up=True).events
    stages = [stage for stage, _ in respondents(events)]

    assert stages == LADDER[LADDER.index(stages[0]) :]
    for _, before in list(respondents(events))[1:]:
        assert before.event == "answered"
        assert before.posts == ("raiser",)


@settings(max_examples=6, deadline=None)
@given(start=STARTS, entry=st.sampled_from(ENTRIES))
def test_the_clock_alone_opens_no_stage(start: object, entry: str) -> None:
    events = silence(entry, f"{start}Z", going_up=False).events

    assert len(list(respondents(events))) == 1
    assert max(event.at for event in events) - events[0].at > timedelta(hours=20)


def respondents(events: tuple[Event, ...]) -> Iterator[tuple[str, Event]]:
    """The stage of each task of a respondent, with the last that somebody or the clock did."""
    did = events[0]
    for event in events:
        if event.event == "task" and "raiser" not in event.posts:
            yield event.stage, did
        elif event.event not in ("task", "told"):
            did = event


# Any modeller opens it


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_a_diagram_is_valid_bpmn_and_every_element_is_drawn(folder: Path) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    tree = etree.fromstring(read(folder).diagram_source)

    assert schema.validate(tree), str(schema.error_log)
    shapes = {shape.get("bpmnElement") for shape in tree.iter(f"{{{DI}}}BPMNShape")}
    assert set(read(folder).diagram.elements) - shapes - {folder.name} == set()


@pytest.mark.parametrize(
    ("folder", "elements"),
    [
        ("north-east-lincolnshire/positive-challenge", ["informal_outcome"]),
        ("leicestershire/quality-assurance-alert", ["informal_outcome"]),
        ("lincolnshire/escalation-of-professional-concerns", ["contact_outcome", "qap_outcome"]),
        ("rotherham/challenge-and-escalation", ["alert_outcome", "resolution", "review"]),
        ("haringey/looked-after", ["consultation", "alert_outcome"]),
        ("haringey/child-protection", ["informal_outcome"]),
    ],
)
def test_going_formal_later_is_checked_as_raising_formally_is(
    folder: str, elements: list[str]
) -> None:
    package = read(PROCESSES / folder)
    formal = {option.value for option in options(package, start_event(package.diagram))}
    assert len(formal) >= 3
    for element in elements:
        drawn = package.diagram.elements[element]
        steps = {option.value for option in options(package, drawn)}
        condition = parse(drawn.properties["confirm"])
        asked = {value for value in steps if condition.holds({"decision": value})}
        assert asked == (steps & formal) | {"settled", "leave it with CAFCASS"}
        assert steps & formal


def options(package: Package, element: Element) -> tuple[Option, ...]:
    """What may be decided in the element's form."""
    field = package.forms[element.form or ""].field("decision")
    assert field is not None
    return field.options
