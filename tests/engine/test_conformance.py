"""Which cases went another way than drawn: told in plain words, with whether a reason stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from engine.access.figures import demand_figures
from engine.acts.tasks import complete_task
from engine.children import restrict
from engine.clock import parse_instant
from engine.conformance import (
    LATE,
    REPEATED,
    SKIPPED,
    STRAIGHT,
    Conformance,
    Sought,
    read_conformance,
    walk_conformance,
)
from engine.figures.asked import Asked
from engine.figures.keeping import catch_up
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import COUNCIL, at_stage, escalate, raise_at_stage, raise_informally, story

ALL = Asked(council=COUNCIL)
UNANSWERED = "Team Manager (“Respond at Stage 1”) has not answered what was due on"


def read(
    told: Rehearsal, sought: Sought | None = None, asked: Asked = ALL, post: str = "iro_sm"
) -> Conformance:
    """What the page says to the holder of a post."""
    here = told.installation
    catch_up(here, told.council, seconds=60)
    with here.database.read() as connection:
        rights = demand_figures(connection, told.people[post], told.council, here.clock.now())
        return read_conformance(connection, told.council, asked, sought or Sought(), rights)


def findings(found: Conformance) -> list[tuple[str, str, bool]]:
    """All findings, by case and in order."""
    return [(each.kind, each.words, each.reason) for case in found.shown for each in case.findings]


def test_going_straight_to_a_level_is_told_with_its_post(database: Database) -> None:
    told = at_stage(3, "2026-04-13T10:00", database)
    found = read(told)
    assert findings(found) == [
        (STRAIGHT, "Went straight to Head of Service (stage 3), past stage 1 and stage 2", True)
    ]
    assert (found.cases, found.deviating, found.counts[STRAIGHT]) == (1, 1, 1)
    assert found.shown[0].number == told.case().number


def test_leaving_the_informal_stage_out_is_told(database: Database) -> None:
    told = at_stage(1, "2026-04-13T10:00", database)
    assert findings(read(told)) == [
        (STRAIGHT, "Went straight to Team Manager (stage 1), without Positive Challenge", True)
    ]


def test_going_past_a_stage_later_is_a_stage_skipped(database: Database) -> None:
    told = story("2026-04-13T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    escalate(told, "informal_outcome", "stage 2")
    assert findings(read(told)) == [
        (SKIPPED, "Went up to Children's Service Manager (stage 2), past stage 1", True)
    ]


def test_an_answer_before_its_due_date_is_not_late_though_the_matter_had_moved_on() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    left = told.task_at("stage1_respond")
    told.move_to(parse_instant("2026-03-24T10:00"))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    escalate(told, "stage1_outcome", "stage 2")
    told.move_to(parse_instant("2026-03-26T10:00"))
    by = told.people["tm"]
    complete_task(told.installation, left.id, by=by, answers={"answer": "A place is found."})
    assert read(told).counts[LATE] == 0


def test_an_answer_that_went_back_is_a_step_repeated(database: Database) -> None:
    told = story("2026-04-13T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    escalate(told, "informal_outcome", "stage 1")
    told.answer("stage1_respond", {"answer": "It will be done"})
    told.move_to(parse_instant("2026-04-14T10:00"))
    why = {"decision": "return the answer", "returned_why": "It leaves out the date."}
    told.answer("stage1_outcome", why)
    assert findings(read(told)) == [
        (REPEATED, "Asked Team Manager (“Respond at Stage 1”) 2 times", True)
    ]
    take_back_the_reason(database, "returned_why")
    assert findings(read(told, Sought(without_reason=True))) == [
        (REPEATED, "Asked Team Manager (“Respond at Stage 1”) 2 times", False)
    ]


def take_back_the_reason(database: Database, key: str) -> None:
    """The answers as they would be, had nobody been asked why."""
    with database.write() as connection:
        rows = connection.execute(text("SELECT id, content FROM answers")).all()
        for row_id, content in rows:
            changed = content.replace(f'"{key}":', '"other":')
            connection.execute(
                text("UPDATE answers SET content = :c WHERE id = :i"), {"c": changed, "i": row_id}
            )


def test_running_late_is_told_until_and_after_the_answer(database: Database) -> None:
    told = story("2026-04-13T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    escalate(told, "informal_outcome", "stage 1")
    told.move_to(parse_instant("2026-04-21T09:00"))
    assert findings(read(told)) == [(LATE, f"{UNANSWERED} 20 April 2026", False)]
    told.move_to(parse_instant("2026-04-22T09:00"))
    told.answer("stage1_respond", {"answer": "Done"})
    late = [words for kind, words, _ in findings(read(told)) if "Respond" in words]
    assert late == ["Team Manager (“Respond at Stage 1”) answered 2 working days late"]


def test_time_that_was_given_is_the_reason_for_being_late(database: Database) -> None:
    told = story("2026-04-13T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    escalate(told, "informal_outcome", "stage 1")
    told.give_time("stage1_respond", date(2026, 4, 23), "The manager is new.")
    told.move_to(parse_instant("2026-04-24T09:00"))
    assert findings(read(told)) == [
        (LATE, f"{UNANSWERED} 23 April 2026, with more time given", True)
    ]


@pytest.fixture
def many(database: Database) -> Rehearsal:
    """A case that went as drawn, one straight to stage 3, one past stage 1, one of May and late."""
    told = story("2026-04-13T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    raise_at_stage(told, 3)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We were short of staff."})
    escalate(told, "informal_outcome", "stage 2")
    told.move_to(parse_instant("2026-05-05T09:00"))
    raise_informally(told)
    told.move_to(parse_instant("2026-05-08T09:00"))
    return told


def test_what_is_looked_for_is_found_and_counted(many: Rehearsal) -> None:
    april = replace(ALL, first=date(2026, 4, 1), last=date(2026, 4, 30))
    for asked, cases in ((ALL, 4), (april, 3), (replace(ALL, procedure="none"), 0)):
        assert read(many, asked=asked).cases == cases
    counts: Mapping[str, int] = read(many).counts
    assert (counts[STRAIGHT], counts[SKIPPED], counts[REPEATED]) == (1, 1, 0)
    for kind in (STRAIGHT, SKIPPED, LATE):
        found = read(many, Sought(kind=kind))
        assert len(found.shown) == counts[kind] > 0
        assert {each.kind for case in found.shown for each in case.findings} == {kind}


def test_the_file_has_what_the_pages_have(many: Rehearsal) -> None:
    here = many.installation
    shown = read(many).shown
    with here.database.read() as connection:
        rights = demand_figures(connection, many.people["iro_sm"], many.council, here.clock.now())
        walked = tuple(walk_conformance(connection, many.council, ALL, Sought(), rights))
    assert walked == shown
    assert [case.number for case in shown] == sorted((c.number for c in shown), reverse=True)


def test_who_may_not_open_a_case_sees_none_of_it(many: Rehearsal) -> None:
    with many.installation.database.write() as connection:
        restrict(connection, many.child)
    found = read(many)
    assert found.shown == ()
    assert found.deviating > 0
