"""Chasing: the raiser reminds whom a task waits for; nothing else changes."""

import pytest

from engine.access import NotAllowed
from engine.acts.chasing import CannotChase, ChasedToday, chase
from engine.acts.reassigning import give_to, send_back
from engine.acts.tasks import AlreadyDone
from engine.clock import parse_instant
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.engine.acts.test_claims import colleague, letters, messages
from tests.stories import acts, at_stage, bodies, breaks, open_steps


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1."""
    return at_stage(1, "2026-03-23T10:00", database)


def respond(told: Rehearsal) -> int:
    return told.task_at("stage1_respond").id


def test_who_is_asked_is_reminded_and_no_date_moves(told: Rehearsal) -> None:
    steps, known = open_steps(told), len(letters(told))
    chase(told.installation, respond(told), by=told.people["raiser"], words="Any news of Kit?")
    assert messages(told, known) == {("tm", "chase")}
    assert "Kit" not in letters(told)[-1].body
    assert open_steps(told) == steps
    assert acts(told)[-1] == ("chased", "stage1_respond")
    assert any("reminded Team Manager (played) of “Respond at Stage 1”: Any news" in b
               for b in bodies(told))  # fmt: skip
    assert told.task_at("stage1_respond").chased_at == parse_instant("2026-03-23T10:00")
    assert not breaks(told.installation)


def test_a_second_on_the_same_day_is_sent_only_if_meant(told: Rehearsal) -> None:
    raiser = told.people["raiser"]
    chase(told.installation, respond(told), by=raiser)
    known = len(letters(told))
    told.move_to(parse_instant("2026-03-23T23:30"))
    with pytest.raises(ChasedToday, match="at 10:00 today"):
        chase(told.installation, respond(told), by=raiser)
    assert len(letters(told)) == known
    chase(told.installation, respond(told), by=raiser, again=True)
    told.move_to(parse_instant("2026-03-24T00:10"))
    chase(told.installation, respond(told), by=raiser)
    assert len(letters(told)) == known + 2


def test_whom_it_was_given_to_is_reminded_and_not_who_was_asked_first(told: Rehearsal) -> None:
    other = colleague(told, "Ngozi Bell", "tm", team="Team B")
    raiser = told.people["raiser"]
    give_to(told.installation, respond(told), by=raiser, person_id=other.id, reason="Her case")
    known = len(letters(told))
    chase(told.installation, respond(told), by=raiser)
    assert [n.person_id for n in letters(told)[known:]] == [other.id]


def test_only_the_raiser_chases(told: Rehearsal) -> None:
    for post in ("tm", "iro_sm", "sm"):
        with pytest.raises(NotAllowed):
            chase(told.installation, respond(told), by=told.people[post])


def test_what_waits_for_the_raiser_is_not_chased(told: Rehearsal) -> None:
    task_id = respond(told)
    send_back(told.installation, task_id, by=told.people["tm"])
    with pytest.raises(CannotChase):
        chase(told.installation, task_id, by=told.people["raiser"])


def test_what_is_answered_is_not_chased(told: Rehearsal) -> None:
    task_id = respond(told)
    told.answer("stage1_respond", {"answer": "Done"})
    with pytest.raises(AlreadyDone):
        chase(told.installation, task_id, by=told.people["raiser"])
    outcome = told.task_at("stage1_outcome")
    with pytest.raises(CannotChase):
        chase(told.installation, outcome.id, by=told.people["raiser"])
