"""A service manager tries a draft out, as every post, and keeps what they saw as a scenario."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.access import NotAllowed
from engine.acts.cases import start_event
from engine.clock import in_london, parse_instant
from engine.forms import Answer
from engine.play import read_scenario
from engine.redrawing.drawing import keep_drawing
from engine.redrawing.playing import find_scenarios, play
from engine.redrawing.recording import keep_as_scenario
from engine.redrawing.trying import (
    CannotTry,
    NothingTried,
    Tryout,
    add_step,
    begin,
    begin_with,
    end,
    form_of,
    read_tryout,
    take_back,
)
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.scenarios import find_tryout, set_tryout
from tests.engine.redrawing.test_drafts import KEY, begun, draft_of, set_days
from tests.stories import CONCERN, PROCESSES, everything

STRAIGHT: Mapping[str, Answer] = {
    **CONCERN,
    "entry": "formal",
    "decision": "stage 1",
    "reason": "Four weeks have passed.",
}
MONDAY = parse_instant("2026-03-23T10:00")
SILENT = PROCESSES / "north-east-lincolnshire" / KEY / "scenarios" / "silence-at-stage-1.toml"


def tried(told: Rehearsal) -> Tryout:
    found = read_tryout(told.installation, KEY, by=told.people["iro_sm"])
    assert found is not None
    return found


def start(told: Rehearsal) -> None:
    begin(told.installation, KEY, by=told.people["iro_sm"], at=MONDAY, statuses=("looked after",))


def step(told: Rehearsal, does: str, **more: object) -> None:
    add_step(
        told.installation,
        KEY,
        by=told.people["iro_sm"],
        seen=tried(told).count,
        does=does,
        **more,  # type: ignore[arg-type]
    )


def test_the_week_in_which_nobody_answers_on_three_days(database: Database) -> None:
    told = begun(database)
    set_days(told, "3 working days")
    before = everything(database)["cases"]
    start(told)
    step(told, "raise", answers=STRAIGHT)
    now = tried(told)
    assert now.of_draft
    assert [task.element for task in now.rehearsal.tasks()] == ["stage1_respond"]
    due = now.rehearsal.next_due()
    assert due is not None
    assert f"{in_london(due):%Y-%m-%d}" == "2026-03-26"
    step(told, "wait", at=due)
    now = tried(told)
    assert sorted(task.element for task in now.rehearsal.tasks()) == [
        "stage1_no_answer",
        "stage1_respond",
    ]
    assert ("tm", "no-answer") in {(n.post, n.template) for n in now.done[-1].notices}
    assert "stage1_due" in now.elements
    assert everything(database)["cases"] == before


def test_a_step_is_taken_back_and_another_window_is_told(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    assert read_tryout(told.installation, KEY, by=manager) is None
    start(told)
    step(told, "raise", answers=STRAIGHT)
    with pytest.raises(NothingTried, match="another window"):
        add_step(told.installation, KEY, by=manager, seen=0, does="wait", at=MONDAY)
    take_back(told.installation, KEY, by=manager, seen=1)
    assert tried(told).done == ()
    end(told.installation, KEY, by=manager)
    with pytest.raises(NothingTried):
        take_back(told.installation, KEY, by=manager, seen=0)


def test_what_the_product_refuses_is_said_and_not_kept(database: Database) -> None:
    told = begun(database)
    start(told)
    with pytest.raises(CannotTry, match="stage1_respond is not open|No concern"):
        step(told, "answer", what="stage1_respond", answers={"answer": "Yes."})
    assert tried(told).count == 0


def test_a_step_that_the_draft_has_no_more_is_told_and_the_others_stay(database: Database) -> None:
    told = begun(database)
    start(told)
    step(told, "raise", answers=STRAIGHT)
    step(told, "answer", what="stage1_respond", post="tm", answers={"answer": "On Friday."})
    set_days(told, "3 working days")
    assert tried(told).stopped == ""
    scenario = read_scenario(SILENT.read_bytes(), SILENT.name)
    gone = replace(scenario.steps[1], does="answer", what="nowhere", number=2)
    begin_with(
        told.installation,
        KEY,
        replace(scenario, steps=(scenario.steps[0], gone)),
        by=told.people["iro_sm"],
    )
    now = tried(told)
    assert (len(now.done), now.count) == (1, 2)
    assert "nowhere is not open" in now.stopped


def test_what_was_tried_becomes_a_scenario_that_gates_publishing(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    start(told)
    with pytest.raises(NothingTried):
        keep_as_scenario(told.installation, KEY, by=manager, title="Too soon")
    step(told, "raise", answers=STRAIGHT)
    title = "Straight to the manager, in Lent!"
    name = keep_as_scenario(told.installation, KEY, by=manager, title=title)
    assert name == "straight-to-the-manager-in-lent.toml"
    with pytest.raises(CannotTry, match="of that name"):
        keep_as_scenario(told.installation, KEY, by=manager, title=title)
    with pytest.raises(CannotTry, match="what the scenario shows"):
        keep_as_scenario(told.installation, KEY, by=manager, title="…")
    set_days(told, "3 working days")
    recorded = find_scenarios(told.installation, draft_of(told).package)[name]
    assert read_scenario(recorded, name).title == title


def test_a_folders_scenario_is_played_on_as_far_as_it_goes(database: Database) -> None:
    told = begun(database)
    scenario = read_scenario(SILENT.read_bytes(), SILENT.name)
    begin_with(told.installation, KEY, scenario, by=told.people["iro_sm"])
    now = tried(told)
    assert now.stopped == ""
    assert len(now.done) == sum(each.refused is None for each in scenario.steps)


def test_who_may_not_redraw_tries_nothing_out(database: Database) -> None:
    told = begun(database)
    with pytest.raises(NotAllowed):
        begin(told.installation, KEY, by=told.people["tm"], at=MONDAY, statuses=())
    with pytest.raises(CannotTry, match="Give a year"):
        begin(
            told.installation,
            KEY,
            by=told.people["iro_sm"],
            at=parse_instant("1999-03-23T10:00"),
            statuses=(),
        )


def test_files_are_not_asked_for(database: Database) -> None:
    told = begun(database)
    start(told)
    form = form_of(tried(told), "answer")
    assert form is not None
    assert "filepicker" not in {field.kind for field in form.fields}


def test_dates_that_the_change_moves_are_told_apart_from_all_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = begun(database)
    text = SILENT.read_bytes()
    monkeypatch.setattr("engine.redrawing.playing.find_scenarios", lambda *_: {SILENT.name: text})
    set_days(told, "3 working days")
    manager = told.people["iro_sm"]
    found = play(told.installation, KEY, by=manager, seen=draft_of(told).state)
    (other,) = found.otherwise
    first = other.moved[0]
    assert (first.element, first.before, first.after) == (
        "stage1_respond",
        "2026-03-30",
        "2026-03-26",
    )


def draw(told: Rehearsal, source: bytes) -> None:
    """The drawing is kept in the draft, as it is."""
    assert source != draft_of(told).package.diagram_source
    keep_drawing(
        told.installation, KEY, by=told.people["iro_sm"], seen=draft_of(told).state, source=source
    )


def test_a_year_without_known_bank_holidays_is_refused_and_nothing_is_lost(
    database: Database,
) -> None:
    told = begun(database)
    start(told)
    step(told, "raise", answers=STRAIGHT)
    with pytest.raises(CannotTry, match="Give a year up to 2099"):
        step(told, "wait", at=parse_instant("2100-06-01T10:00"))
    assert (tried(told).count, tried(told).stopped) == (1, "")


def test_what_cannot_be_read_any_more_can_be_forgotten(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    start(told)
    step(told, "raise", answers=STRAIGHT)
    with database.write() as connection:
        row = find_tryout(connection, told.council.key, KEY, manager.id)
        assert row is not None
        set_tryout(connection, row.id, row.content.replace("2026-03-23", "2126-03-23"))
    now = tried(told)
    assert (now.count, now.done) == (0, ())
    assert "Start again" in now.stopped
    with pytest.raises(CannotTry, match="Start again"):
        take_back(told.installation, KEY, by=manager, seen=1)
    with pytest.raises(CannotTry, match="start again"):
        step(told, "wait")
    end(told.installation, KEY, by=manager)
    assert read_tryout(told.installation, KEY, by=manager) is None


def test_a_drawing_without_a_start_is_told_as_that(database: Database) -> None:
    told = begun(database)
    start(told)
    source = draft_of(told).package.diagram_source
    first = start_event(draft_of(told).package.diagram).id
    drawn = re.sub(
        rf'<bpmn:startEvent id="{first}".*?</bpmn:startEvent>'.encode(), b"", source, flags=re.S
    )
    drawn = re.sub(rf'<bpmn:sequenceFlow [^>]*sourceRef="{first}"[^>]*/>'.encode(), b"", drawn)
    draw(told, drawn)
    now = tried(told)
    assert "The diagram has no start" in now.stopped
    with pytest.raises(CannotTry, match="no start"):
        step(told, "raise", answers=STRAIGHT)


def test_a_step_that_is_nobodys_yet_is_told_as_that(database: Database) -> None:
    told = begun(database)
    start(told)
    step(told, "raise", answers=STRAIGHT)
    source = draft_of(told).package.diagram_source
    draw(
        told,
        re.sub(
            rb'(<bpmn:userTask id="stage1_respond"[^>]*?) camunda:candidateGroups="[^"]*"',
            rb"\1",
            source,
        ),
    )
    now = tried(told)
    assert (now.count, now.done) == (1, ())
    assert "“Respond at Stage 1” waits for nobody. Say in the draft who does it." in now.stopped


def test_a_failure_that_the_check_explains_is_told_in_its_words(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = begun(database)
    start(told)
    step(told, "raise", answers=STRAIGHT)

    def fails(*_: object) -> None:
        raise KeyError("something of the drawing")

    monkeypatch.setattr("engine.redrawing.trying.act", fails)
    with pytest.raises(KeyError):
        tried(told)
    draw(told, draft_of(told).package.diagram_source.replace(b">5 working days<", b">soonish<", 1))
    assert "soonish" in tried(told).stopped
