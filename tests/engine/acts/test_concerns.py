"""Several concerns in a case: raised, corrected, settled one by one, vouched for (X-15)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from engine.access import NotAllowed
from engine.acts.actions import CannotFollowUp, answer_follow_up, find_follow_ups, read_follow_up
from engine.acts.cases import destroy_body, move_to_child
from engine.acts.concerns import (
    CannotChange,
    NoConcern,
    Words,
    add_concern,
    amend_concern,
    read_concerns,
    read_earlier,
    settle_concern,
    words_of,
)
from engine.children import add_child
from engine.clock import in_london, parse_instant
from engine.people import Person, leave
from engine.rehearsal import Rehearsal
from engine.store.access import sees_case
from engine.store.concerns import ConcernRow, concerns
from engine.store.database import Database
from tests.stories import (
    CONCERN,
    COUNCIL,
    acts,
    at_stage,
    bodies,
    breaks,
    chain,
    escalate,
    everything,
    raise_informally,
    story,
)

CONTACT = Words(
    concern="Her brother has not been seen since Easter",
    impact="She asks for him every week",
    action="Contact every fortnight",
    themes=("Time with family",),
    owner="Team Manager",
    by_when=date(2026, 4, 24),
)


def _concerns(told: Rehearsal) -> tuple[ConcernRow, ...]:
    return read_concerns(told.installation, told.case_id)


def _add(told: Rehearsal, words: Words = CONTACT) -> ConcernRow:
    return add_concern(told.installation, told.case_id, by=told.people["raiser"], words=words)


def _settle(told: Rehearsal, place: int, outcome: str = "satisfied") -> None:
    settle_concern(
        told.installation,
        told.case_id,
        place,
        by=told.people["raiser"],
        outcome=outcome,
        words="A school was named",
    )


def _asked(told: Rehearsal, person: Person) -> list[tuple[int, str]]:
    with told.installation.database.read() as connection:
        today = in_london(told.clock.now()).date()
        return [(f.place, str(f.due)) for f in find_follow_ups(connection, person, today)]


def test_the_first_concern_is_what_the_case_was_raised_with(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    told.raise_concern({**CONCERN, "entry": "informal", "to": "tm", "wanted_by": "2026-03-27"})
    (first,) = _concerns(told)
    assert words_of(first) == Words(
        concern=CONCERN["concern"],
        impact=CONCERN["impact"],
        action=CONCERN["action"],
        by_when=date(2026, 3, 27),
    )
    assert (first.place, first.sequence, first.outcome) == (1, 1, "")
    assert not breaks(told.installation)


def test_themes_that_are_asked_on_going_formal_are_the_concerns(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "Not yet"})
    told.answer(
        "informal_outcome",
        {
            "decision": "stage 1",
            "unresolved": "All",
            "reason": "No date",
            "themes": ["drift", "education"],
        },
    )
    assert words_of(_concerns(told)[0]).themes == ("Drift or delay", "Education")
    assert not breaks(told.installation)


def test_concerns_are_settled_one_by_one_at_different_stages(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _add(told).place == 2
    told.answer("stage1_respond", {"answer": "A school is named"})
    _settle(told, 1)
    escalate(told, "stage1_outcome", "stage 2")
    told.answer("stage2_respond", {"answer": "No"})
    _settle(told, 2, "not satisfied")
    one, two = _concerns(told)
    assert [(c.outcome, c.stage, c.outcome_words) for c in (one, two)] == [
        ("satisfied", "1", "A school was named"),
        ("not satisfied", "2", "A school was named"),
    ]
    assert ("concern settled", "concern 2") in acts(told)
    assert not breaks(told.installation)


def test_a_correction_is_a_new_entry_and_what_it_was_stays_to_be_read() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    _add(told)
    raiser = told.people["raiser"]
    told.clock.set(parse_instant("2026-03-24T09:00"))
    later = replace(CONTACT, action="Contact every week", by_when=date(2026, 5, 1))
    amend_concern(told.installation, told.case_id, 2, by=raiser, words=later)
    assert words_of(_concerns(told)[1]) == later
    (earlier,) = read_earlier(told.installation, told.case_id, 2)
    assert (earlier.words, earlier.by) == (CONTACT, raiser.name)
    assert earlier.until == parse_instant("2026-03-24T09:00")
    assert "changed concern 2: the action, the date." in list(bodies(told))[-1]
    known = len(chain(told))
    amend_concern(told.installation, told.case_id, 2, by=raiser, words=later)
    assert len(chain(told)) == known  # the same again is nothing new
    assert not breaks(told.installation)


@pytest.mark.parametrize("post", ["tm", "iro_sm", "hos"])
def test_only_the_raiser_changes_concerns(post: str) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    before = everything(told.installation.database)
    who, case_id, here = told.people[post], told.case_id, told.installation
    with pytest.raises(NotAllowed):
        add_concern(here, case_id, by=who, words=CONTACT)
    with pytest.raises(NotAllowed):
        amend_concern(here, case_id, 1, by=who, words=CONTACT)
    with pytest.raises(NotAllowed):
        settle_concern(here, case_id, 1, by=who, outcome="satisfied", words="Well")
    assert everything(here.database) == before


def test_what_cannot_be_is_refused_with_what_to_do() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    here, case_id, raiser = told.installation, told.case_id, told.people["raiser"]
    with pytest.raises(CannotChange, match="Enter what the concern is"):
        add_concern(here, case_id, by=raiser, words=Words(concern="  "))
    with pytest.raises(CannotChange, match="in your own words"):
        settle_concern(here, case_id, 1, by=raiser, outcome="satisfied", words=" ")
    with pytest.raises(CannotChange, match="Select"):
        settle_concern(here, case_id, 1, by=raiser, outcome="perhaps", words="Well")
    with pytest.raises(NoConcern):
        settle_concern(here, case_id, 2, by=raiser, outcome="satisfied", words="Well")
    told.answer("stage1_respond", {"answer": "Done"})
    told.answer("stage1_outcome", {"decision": "settled"})
    with pytest.raises(CannotChange, match="Open a linked case"):
        _add(told)
    _settle(told, 1)  # what became of it may be said after the end too
    assert not breaks(here)


def test_a_concern_that_somebody_altered_or_deleted_is_found(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _add(told)
    with database.write() as connection:
        connection.execute(
            update(concerns).where(concerns.c.place == 1).values(action="Nothing at all")
        )
    assert [each.problem for each in breaks(told.installation)] == [
        "Concern 1 is not as the entry tells of it."
    ]
    with database.write() as connection:
        connection.execute(concerns.delete().where(concerns.c.place == 2))
    assert "Concern 2 was deleted." in {each.problem for each in breaks(told.installation)}


# The wrong child, and destroyed words


def _right_child(told: Rehearsal) -> int:
    with told.installation.database.write() as connection:
        child = add_child(
            connection,
            council=COUNCIL,
            reference="REF-2",
            name="Right Child",
            date_of_birth=date(2014, 5, 1),
            team="Team A",
            today=date(2026, 3, 23),
        )
    return child.id


def _move(told: Rehearsal, child_id: int) -> None:
    move_to_child(
        told.installation,
        told.case_id,
        by=told.people["raiser"],
        child_id=child_id,
        reason="Two of the same name",
    )


def test_after_a_move_earlier_words_are_gone_and_the_rest_is_vouched_for(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _add(told, replace(CONTACT, concern="Wrong Name has not seen her brother"))
    amend_concern(told.installation, told.case_id, 2, by=told.people["raiser"], words=CONTACT)
    _move(told, _right_child(told))
    assert "Wrong Name" not in repr(everything(database))
    assert [words_of(row).concern for row in _concerns(told)] == [
        CONCERN["concern"],
        CONTACT.concern,
    ]
    assert not breaks(told.installation)
    with database.write() as connection:  # what was vouched for anew cannot be altered unseen
        connection.exec_driver_sql("UPDATE answers SET content = '{}'")
    assert [each.sequence for each in breaks(told.installation)] == [1]


def test_words_that_were_vouched_for_anew_can_be_destroyed(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _move(told, _right_child(told))
    moved = next(entry.sequence for entry, _ in chain(told) if entry.act.startswith("moved"))
    keeper = replace(told.people["admin"], administrator=True)
    destroy_body(told.installation, told.case_id, moved, by=keeper, reason="A court order")
    rows = repr(everything(database))
    assert CONCERN["concern"] not in rows
    assert CONCERN["action"] not in rows
    assert not breaks(told.installation)


def test_words_of_an_outcome_are_destroyed_too(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _settle(told, 1)
    keeper = replace(told.people["admin"], administrator=True)
    destroy_body(told.installation, told.case_id, 2, by=keeper, reason="A third person")
    assert "A school was named" not in repr(everything(database))
    assert _concerns(told)[0].outcome == "satisfied"
    assert not breaks(told.installation)


# After closing


def _closed(database: Database | None = None, **outcome: str) -> Rehearsal:
    """A case with two concerns that was settled at Stage 1 on Wednesday 25 March 2026."""
    told = at_stage(1, "2026-03-23T10:00", database)
    _add(told)
    told.clock.set(parse_instant("2026-03-25T12:00"))
    told.answer("stage1_respond", {"answer": "Yes"})
    told.answer("stage1_outcome", {"decision": "settled"})
    return told


def test_each_action_is_asked_about_on_its_day_or_so_long_after_the_end(
    database: Database,
) -> None:
    told = _closed(database)
    assert [str(row.ask_on) for row in _concerns(told)] == ["2026-04-24", "2026-04-24"]
    raiser = told.people["raiser"]
    assert _asked(told, raiser) == []
    told.clock.set(parse_instant("2026-04-17T09:00"))
    assert _asked(told, raiser) == [(1, "2026-04-24"), (2, "2026-04-24")]
    assert _asked(told, told.people["tm"]) == []
    told.clock.set(parse_instant("2026-05-04T09:00"))
    assert len(_asked(told, raiser)) == 2  # overdue, and still there


def test_nothing_is_asked_of_what_was_overtaken_withdrawn_or_asks_for_nothing() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    _add(told, replace(CONTACT, action=""))
    _add(told)
    _settle(told, 3, "overtaken")
    told.answer("stage1_respond", {"answer": "Yes"})
    told.answer("stage1_outcome", {"decision": "settled"})
    assert [row.ask_on is None for row in _concerns(told)] == [False, True, True]
    _settle(told, 1, "overtaken")
    assert _concerns(told)[0].ask_on is None
    other = at_stage(1, "2026-03-23T10:00")
    other.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Agreed"})
    assert _concerns(other)[0].ask_on is None


def test_an_action_that_should_be_done_already_is_asked_about_at_once() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    _add(told, replace(CONTACT, by_when=date(2026, 3, 24)))
    told.clock.set(parse_instant("2026-03-26T10:00"))
    told.answer("stage1_respond", {"answer": "Yes"})
    told.answer("stage1_outcome", {"decision": "settled"})
    assert _asked(told, told.people["raiser"]) == [(2, "2026-03-26")]


def test_what_became_of_an_action_is_told_on_the_closed_case(database: Database) -> None:
    told = _closed(database)
    here, raiser = told.installation, told.people["raiser"]
    told.clock.set(parse_instant("2026-04-24T09:00"))
    asked = read_follow_up(here, told.case().number, 2, by=raiser)
    assert asked.concern.action == "Contact every fortnight"
    with pytest.raises(CannotFollowUp, match="a date after today"):
        answer_follow_up(
            here, told.case_id, 2, by=raiser, done="partly", changed="A bit",
            again_on=date(2026, 4, 24),
        )  # fmt: skip
    for _ in range(2):  # the button was pressed twice
        answer_follow_up(
            here, told.case_id, 2, by=raiser, done="partly", changed="She saw him once ",
            again_on=date(2026, 5, 15),
        )  # fmt: skip
    assert acts(told).count(("action followed up", "concern 2")) == 1
    assert _asked(told, raiser) == [(1, "2026-04-24")]
    told.clock.set(parse_instant("2026-05-15T09:00"))
    answer_follow_up(
        here, told.case_id, 2, by=raiser, done="done", changed="She sees him every fortnight"
    )
    two = _concerns(told)[1]
    assert (two.done, two.changed, two.ask_on) == ("done", "She sees him every fortnight", None)
    assert acts(told)[-1] == ("action followed up", "concern 2")
    with pytest.raises(CannotFollowUp, match="Nothing is asked here now"):
        read_follow_up(here, told.case().number, 2, by=raiser)
    with pytest.raises(NotAllowed):
        read_follow_up(here, told.case().number, 1, by=told.people["tm"])
    assert not breaks(here)


def test_when_the_raiser_has_left_the_post_above_them_asks(database: Database) -> None:
    told = _closed(database)
    manager, above = told.people["iro_tm"], told.people["iro_sm"]
    told.clock.set(parse_instant("2026-04-24T09:00"))
    assert _asked(told, manager) == []
    with database.write() as connection:
        leave(connection, told.people["raiser"], date(2026, 4, 23))
    assert [place for place, _ in _asked(told, manager)] == [1, 2]
    assert _asked(told, above) == []
    with database.read() as connection:
        assert not sees_case(connection, told.case_id, manager.id, date(2026, 4, 24))
    answer_follow_up(
        told.installation, told.case_id, 1, by=manager, done="done", changed="He goes to school"
    )
    with database.read() as connection:
        assert sees_case(connection, told.case_id, manager.id, date(2026, 4, 24))
    assert not breaks(told.installation)
