"""What a meeting about a case decided: kept, vouched for, asked about after the end (X-28)."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import text

from engine.acts.actions import answer_follow_up, find_follow_ups
from engine.acts.concerns import NoConcern, Words, add_concern, read_concerns, settle_concern
from engine.acts.decisions import find_decisions
from engine.clock import parse_instant
from engine.forms import Answer
from engine.rehearsal import Rehearsal
from engine.store.concerns import ConcernRow
from engine.store.database import Database
from tests.stories import at_stage, breaks

CONVENED: Mapping[str, Answer] = {
    "meeting_at": "2026-03-26T14:00",
    "place": "Room 3",
    "purpose": "Who does what",
}
DECIDED: list[Mapping[str, object]] = [
    {"decided": "A visit each week", "owner": "Team Manager", "by_when": "2026-04-02"},
    {"decided": "A plan", "owner": "Service Manager"},
]


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at Stage 1 of which a meeting decided two things."""
    made = at_stage(1, "2026-03-23T10:00", database)
    made.press("convene_pressed", CONVENED)
    made.answer("record_meeting", {"took_place": "yes", "came": ["hos"], "decisions": DECIDED})
    return made


def decisions(told: Rehearsal) -> list[ConcernRow]:
    with told.installation.database.read() as connection:
        return find_decisions(connection, told.case_id)


def test_they_are_actions_with_owner_and_date_and_no_concerns(told: Rehearsal) -> None:
    assert [(row.place, row.action, row.owner, row.by_when) for row in decisions(told)] == [
        (101, "A visit each week", "Team Manager", date(2026, 4, 2)),
        (102, "A plan", "Service Manager", None),
    ]
    assert [row.place for row in read_concerns(told.installation, told.case_id)] == [1]
    raiser = told.people["raiser"]
    words = Words(concern="No school place")
    assert add_concern(told.installation, told.case_id, by=raiser, words=words).place == 2
    with pytest.raises(NoConcern):
        settle_concern(
            told.installation, told.case_id, 101, by=raiser, outcome="satisfied", words="x"
        )
    assert breaks(told.installation) == []


def test_a_second_meeting_goes_on_with_the_numbers(told: Rehearsal) -> None:
    told.press("convene_pressed", CONVENED)
    told.answer("record_meeting", {"took_place": "yes", "decisions": DECIDED[:1]})
    assert [row.place for row in decisions(told)] == [101, 102, 103]


def test_after_the_end_it_is_asked_about_each_on_its_own_date(told: Rehearsal) -> None:
    told.answer("stage1_respond", {"answer": "Done"})
    told.answer("stage1_outcome", {"decision": "settled", "outcome_note": "Agreed"})
    here, raiser = told.installation, told.people["raiser"]
    told.clock.set(parse_instant("2026-04-02T09:00"))
    with here.database.read() as connection:
        asked = find_follow_ups(connection, raiser, date(2026, 4, 2))
    assert [(each.text, each.due) for each in asked] == [("A visit each week", date(2026, 4, 2))]
    answer_follow_up(here, told.case_id, 101, by=raiser, done="done", changed="She is known")
    with here.database.read() as connection:
        later = find_follow_ups(connection, raiser, date(2026, 4, 20))
    assert "A plan" in [each.text for each in later]
    assert breaks(here) == []


def test_one_that_is_altered_or_deleted_is_found(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        connection.execute(text("UPDATE concerns SET owner = 'Nobody' WHERE place = 101"))
    assert "Decision 1 is not as the entry tells of it." in [
        each.problem for each in breaks(told.installation)
    ]
    with told.installation.database.write() as connection:
        connection.execute(text("DELETE FROM concerns WHERE place = 102"))
    assert "Decision 2 was deleted." in [each.problem for each in breaks(told.installation)]


def test_nothing_is_decided_where_it_was_not_held(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.press("convene_pressed", CONVENED)
    told.answer("record_meeting", {"took_place": "no", "not_held": "Snow"})
    assert decisions(told) == []
