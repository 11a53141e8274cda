"""What happened in a case, told whole: the way it went, whose time it was, what did not happen."""

from datetime import date
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.acts.cases import destroy_body
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.diagrams.picture import svg
from engine.rehearsal import Rehearsal
from engine.story.story import Story, read_story
from engine.story.unmet import SILENT, UNHEARD
from tests.engine.exports.playing import play
from tests.stories import PROCESSES, at_stage

SCENARIOS = sorted(PROCESSES.glob("*/*/scenarios/*.toml"))
ONE_OF_EACH = [
    next(each for each in SCENARIOS if each.parent.parent == folder)
    for folder in sorted({each.parent.parent for each in SCENARIOS})
]


def told(played: Rehearsal, post: str = "raiser") -> Story:
    return read_story(played.installation, played.case().number, played.people[post])


def silent_at_stage_1() -> Rehearsal:
    """Raised on Monday 23 March 2026; the manager answers on 31 March, a day late."""
    played = at_stage(1, "2026-03-23T10:00")
    played.move_to(parse_instant("2026-03-31T11:00"))
    played.answer("stage1_respond", {"answer": "A place is found."})
    return played


def test_each_moment_says_what_waited_and_until_when() -> None:
    story = told(silent_at_stage_1())
    opened, passed, answered = story.moments
    assert [(w.element, w.overdue) for w in opened.waited] == [("stage1_respond", False)]
    assert [w.element for w in passed.waited] == ["stage1_respond", "stage1_no_answer"]
    assert [w.overdue for w in passed.waited] == [True, False]
    assert [w.element for w in answered.waited] == ["stage1_outcome"]
    assert "stage1_respond" in answered.marks.done
    assert opened.ways < passed.ways < answered.ways
    assert story.at(2) == passed
    assert story.on(date(2026, 3, 30)) == passed
    assert story.on(date(2026, 3, 22)) is None
    assert story.versions == (1,)


def test_the_time_of_a_step_says_who_how_long_and_how_late() -> None:
    step = told(silent_at_stage_1()).steps[0]
    assert (step.asked, step.by, step.whose) == (
        "Team Manager",
        "Team Manager (played)",
        "respondent",
    )
    assert (step.since, step.due, step.until) == (
        date(2026, 3, 23),
        date(2026, 3, 30),
        date(2026, 3, 31),
    )
    assert (step.days, step.allowed, step.late, step.state) == (6, 5, 1, "late")
    assert step.ended_in == 3


def test_what_did_not_happen_in_time_is_named_and_nobody_need_look_for_it() -> None:
    unmet = told(silent_at_stage_1()).unmet
    assert [each.step.element for each in unmet if each.kind == SILENT and each.step] == [
        "stage1_respond"
    ]
    assert "the child’s wishes and feelings" in {e.text for e in unmet if e.kind == UNHEARD}


def test_more_time_moves_the_due_date_from_its_own_moment_on() -> None:
    played = at_stage(1, "2026-03-23T10:00")
    played.give_time("stage1_respond", date(2026, 4, 2), "The manager is ill")
    before, after = told(played).moments
    assert [f"{w.due:%d %B}" for w in before.waited if w.due] == ["30 March"]
    assert [f"{w.due:%d %B}" for w in after.waited if w.due] == ["02 April"]
    (step,) = told(played).steps
    assert (step.original_due, step.due, step.extensions) == (
        date(2026, 3, 30),
        date(2026, 4, 2),
        1,
    )


def test_what_few_may_see_is_in_nobody_elses_story() -> None:
    played = at_stage(1, "2026-03-23T10:00")
    played.press("consider_pressed", {})
    considered = {w.element for w in told(played).moments[-1].waited} - {"stage1_respond"}
    assert considered
    theirs = told(played, "tm")
    assert len(theirs.moments) == 1
    assert {w.element for m in theirs.moments for w in m.waited} == {"stage1_respond"}
    assert not considered & {step.element for step in theirs.steps}


def test_who_has_no_part_in_the_case_is_refused() -> None:
    with pytest.raises(NotAllowed):
        told(at_stage(1, "2026-03-23T10:00"), "ad")


def test_where_words_were_destroyed_the_way_is_told_all_the_same() -> None:
    played = silent_at_stage_1()
    destroy_body(
        played.installation, played.case_id, 1, by=played.people["admin"], reason="Wrong name"
    )
    story = told(played)
    assert [[w.element for w in m.waited] for m in story.moments[:2]] == [
        ["stage1_respond"],
        ["stage1_respond", "stage1_no_answer"],
    ]


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            file,
            id=f"{file.parent.parent.name}-{file.stem}",
            marks=[] if file in ONE_OF_EACH else [pytest.mark.long],
        )
        for file in SCENARIOS
    ],
)
def test_the_last_moment_is_how_the_case_stands(file: Path) -> None:
    played = play(file)
    if not played.case_id:
        pytest.skip("nothing was opened")
    number, raiser = played.case().number, played.people["raiser"]
    now = read_case_file(played.installation, number, raiser)
    last = told(played).moments[-1]
    assert sorted(w.element for w in last.waited) == sorted(w.element for w in now.waiting)
    assert sorted(w.element for w in last.waited if w.overdue) == sorted(
        w.element for w in now.waiting if w.overdue
    )
    assert {w.element: w.due for w in last.waited} == {w.element: w.due for w in now.waiting}
    assert svg(
        last.version.package.diagram_source,
        now=last.marks.now,
        done=last.marks.done | last.ways,
        overdue=last.marks.overdue,
    )
