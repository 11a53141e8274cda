"""Claims: one says that they answer it, the others see it, and nobody is held back."""

import threading
from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.claims import ClaimedBefore, NotClaimed, claim, claimant, hand_back
from engine.acts.tasks import AlreadyDone, complete_task
from engine.clock import parse_instant
from engine.people import Person, add_person, end_post, give_post, posts_of
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.notices import NoticeRow
from engine.store.tasks import TaskRow
from tests.stories import COUNCIL, acts, at_stage, bodies, breaks, notices


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1, where two team managers are asked."""
    return at_stage(1, "2026-03-23T10:00", database)


@pytest.fixture
def other(told: Rehearsal) -> Person:
    """The second team manager."""
    return colleague(told, "Ngozi Bell", "tm")


def colleague(told: Rehearsal, name: str, post: str, team: str = TEAM) -> Person:
    """Somebody else who holds the post."""
    with told.installation.database.write() as connection:
        person = add_person(
            connection, council=COUNCIL, name=name, email=f"{name.split()[0]}@nelincs.invalid"
        )
        give_post(connection, told.council, person, post, team=team, starts=date(2020, 1, 1))
    return person


def letters(told: Rehearsal) -> list[NoticeRow]:
    """The messages that are sent by themselves, and not in somebody's morning digest."""
    return [notice for notice in notices(told) if notice.template != "digest"]


def messages(told: Rehearsal, known: int) -> set[tuple[str, str]]:
    """Post and message of each of them after the first `known`."""
    return {(notice.post, notice.template) for notice in letters(told)[known:]}


def respond(told: Rehearsal) -> TaskRow:
    return told.task_at("stage1_respond")


def holder(told: Rehearsal) -> str:
    with told.installation.database.read() as connection:
        found = claimant(connection, respond(told), date(2026, 3, 23))
    return found.name if found else ""


def test_a_claim_is_seen_and_holds_nobody_back(told: Rehearsal, other: Person) -> None:
    known = len(notices(told))
    claim(told.installation, respond(told).id, by=other)
    assert holder(told) == "Ngozi Bell"
    assert len(notices(told)) == known  # nobody is told that it was answered
    assert ("task claimed", "stage1_respond") in acts(told)
    assert not breaks(told.installation)
    told.answer("stage1_respond", {"answer": "Done"}, post="tm")
    assert told.task_at("stage1_outcome").closed_at is None


def test_the_second_is_told_who_was_first_and_when(told: Rehearsal, other: Person) -> None:
    claim(told.installation, respond(told).id, by=other)
    told.move_to(parse_instant("2026-03-23T11:00"))
    with pytest.raises(ClaimedBefore) as caught:
        claim(told.installation, respond(told).id, by=told.people["tm"])
    assert str(caught.value) == (
        "Ngozi Bell claimed this on Monday 23 March 2026 at 10:00. You can take it over, or simply "
        "answer it."
    )


def test_of_two_at_once_exactly_one_has_it(
    told: Rehearsal, other: Person, database: Database
) -> None:
    task_id, gate = respond(told).id, threading.Barrier(2)
    said: list[str] = []

    def try_to(person: Person) -> None:
        gate.wait()
        try:
            claim(told.installation, task_id, by=person)
            said.append("has it")
        except ClaimedBefore as error:
            said.append(error.by.name)

    people = [threading.Thread(target=try_to, args=(p,)) for p in (other, told.people["tm"])]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(said) == sorted(["has it", holder(told)])
    assert [act for act, _ in acts(told)].count("task claimed") == 1


def test_it_is_taken_over_from_who_was_seen_and_from_nobody_else(
    told: Rehearsal, other: Person
) -> None:
    first, third = told.people["tm"], colleague(told, "Owen Marsh", "tm")
    claim(told.installation, respond(told).id, by=first)
    claim(told.installation, respond(told).id, by=other, instead_of=first.id)
    with pytest.raises(ClaimedBefore, match="Ngozi Bell"):
        claim(told.installation, respond(told).id, by=third, instead_of=first.id)
    assert any("Ngozi Bell took “Respond at Stage 1” over from" in body for body in bodies(told))


def test_claiming_again_changes_nothing(told: Rehearsal, other: Person) -> None:
    claim(told.installation, respond(told).id, by=other)
    before = acts(told)
    claim(told.installation, respond(told).id, by=other)
    assert acts(told) == before


def test_it_is_handed_back_by_who_has_it_alone(told: Rehearsal, other: Person) -> None:
    with pytest.raises(NotClaimed, match="Nobody has claimed it"):
        hand_back(told.installation, respond(told).id, by=other)
    claim(told.installation, respond(told).id, by=other)
    with pytest.raises(NotClaimed, match="claimed by Ngozi Bell"):
        hand_back(told.installation, respond(told).id, by=told.people["tm"])
    hand_back(told.installation, respond(told).id, by=other)
    assert holder(told) == ""
    claim(told.installation, respond(told).id, by=told.people["tm"])


def test_who_may_not_answer_any_more_has_no_claim(told: Rehearsal, other: Person) -> None:
    claim(told.installation, respond(told).id, by=other)
    with told.installation.database.write() as connection:
        (held,) = posts_of(connection, other.id, date(2026, 3, 23))
        end_post(connection, held, date(2026, 3, 22))
    assert holder(told) == ""
    claim(told.installation, respond(told).id, by=told.people["tm"])
    assert holder(told) == told.people["tm"].name


def test_only_who_may_answer_claims(told: Rehearsal) -> None:
    for post in ("raiser", "iro_sm", "dcs"):
        with pytest.raises(NotAllowed):
            claim(told.installation, respond(told).id, by=told.people[post])


def test_what_is_answered_is_not_claimed(told: Rehearsal, other: Person) -> None:
    task = respond(told)
    complete_task(told.installation, task.id, by=told.people["tm"], answers={"answer": "Done"})
    with pytest.raises(AlreadyDone):
        claim(told.installation, task.id, by=other)
