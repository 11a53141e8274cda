"""Giving a case to another raiser: tasks follow, the one before has no part in it (X-16)."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.cases import NoReason
from engine.acts.reallocating import Reallocated, read_to_reallocate, reallocate
from engine.case_file.reader import read_case_file
from engine.children import let_read, restrict
from engine.lists.trays import read_tray
from engine.people import Person, add_person, give_post
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import COUNCIL, at_stage, bodies, breaks, notices, open_steps, story
from tests.stories import raise_at_stage as raise_at


def newcomer(told: Rehearsal, name: str = "Dee Roe", post: str = "raiser") -> Person:
    """Another reviewing officer."""
    with told.installation.database.write() as connection:
        address = f"{name.split()[0].lower()}@example.org"
        person = add_person(connection, council=COUNCIL, name=name, email=address)
        give_post(connection, told.council, person, post, starts=date(2026, 1, 5))
    return person


def give(
    told: Rehearsal, to: Person, by: str = "iro_tm", reason: str = "Ann leaves."
) -> Reallocated:
    """The case is given to somebody else."""
    return reallocate(
        told.installation,
        [told.case().number],
        by=told.people[by],
        raiser_id=to.id,
        reason=reason,
    )


@pytest.mark.parametrize("by", ["iro_tm", "admin"])
def test_the_raisers_task_follows_with_its_due_date(by: str, database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "The school is named."})
    before, dee, number = open_steps(told), newcomer(told), told.case().number
    known = len(notices(told))
    assert give(told, dee, by).given == (number,)
    assert open_steps(told) == before
    assert [each.task.element for each in read_tray(told.installation, dee)] == ["stage1_outcome"]
    assert read_tray(told.installation, told.people["raiser"]) == []
    assert {(n.person_id, n.template) for n in notices(told)[known:]} == {
        (dee.id, "new-task"),
        (dee.id, "digest"),
    }
    assert read_case_file(told.installation, number, dee).is_raiser
    with pytest.raises(NotAllowed):
        read_case_file(told.installation, number, told.people["raiser"])
    last = list(bodies(told))[-1]
    assert "gave the case to Dee Roe" in last
    assert "Ann leaves." in last
    assert breaks(told.installation) == []


def test_the_new_raiser_decides_what_only_the_raiser_may(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "The school is named."})
    dee = newcomer(told)
    give(told, dee)
    told.people = {**told.people, "dee": dee}
    told.answer("stage1_outcome", {"decision": "settled"}, post="dee")
    assert told.case().closed_at is not None


def test_a_restricted_childs_case_goes_only_to_a_reader(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
    raise_at(told, 1)
    dee = newcomer(told)
    ((number, why),) = give(told, dee).kept
    assert (number, told.case().raiser_id) == (told.case().number, told.people["raiser"].id)
    assert "Dee Roe may not read it" in why
    with told.installation.database.write() as connection:
        let_read(connection, told.child, dee.id)
    assert give(told, dee).kept == ()


def test_all_open_cases_of_who_leaves_go_at_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Late."})
    numbers = [raise_at(told, 2).number, raise_at(told, 1).number]
    dee, raiser = newcomer(told), told.people["raiser"]
    leader = told.people["iro_tm"]
    found = read_to_reallocate(told.installation, leader, person_id=raiser.id)
    assert (found.numbers, found.raisers) == (tuple(numbers), (dee,))
    done = reallocate(
        told.installation, found.numbers, by=leader, raiser_id=dee.id, reason="Ann leaves."
    )
    assert done.given == tuple(numbers)
    assert read_to_reallocate(told.installation, leader, person_id=raiser.id).numbers == ()


def test_who_may_not_is_refused_and_a_reason_is_asked_for(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    dee = newcomer(told)
    for by in ("raiser", "tm", "iro_sm"):
        with pytest.raises(NotAllowed):
            give(told, dee, by)
    with pytest.raises(NoReason):
        give(told, dee, reason=" ")
    assert "holds the post" in give(told, told.people["tm"]).kept[0][1]
    assert "theirs already" in give(told, told.people["raiser"]).kept[0][1]
    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Late."})
    assert "closed" in give(told, dee).kept[0][1]


def test_a_raiser_who_answers_for_the_child_too_is_warned_of(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    dee = newcomer(told)
    with told.installation.database.write() as connection:
        give_post(connection, told.council, dee, "ad", starts=date(2026, 1, 5))
    (warning,) = give(told, dee).warnings
    assert warning.startswith("Dee Roe would raise concerns and answer them")
