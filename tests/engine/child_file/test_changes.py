"""What changes on a child's record while a case is open is never silent (X-13)."""

from datetime import date
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.acts.cases import NoReason, NotOpenNow, move_to_child
from engine.case_file.reader import read_case_file
from engine.child_file import changes as child_changes
from engine.child_file.changes import (
    BadChoice,
    choose,
    fitting_procedures,
    look_daily,
    read_news,
    read_unsettled,
    tell_cases,
)
from engine.child_file.records import (
    add_status,
    change_details,
    drop_status,
    finish_status,
    mend_status,
    record_death,
    record_move,
)
from engine.children import (
    BadChild,
    BadStatus,
    Child,
    ReferenceTaken,
    add_child,
    age_on,
    eighteen_years_before,
    eighteenth_birthday,
)
from engine.clock import parse_instant
from engine.installation import Installation
from engine.people import Person, add_person
from engine.rehearsal import Rehearsal
from engine.store.child_changes import find_changes, find_untold
from engine.store.children import children, find_child, find_statuses
from engine.store.database import Database
from engine.store.history import walk_chain
from engine.turns.turn import CannotGoOn
from tests.stories import breaks, notices, raise_at_stage, raise_informally, story

MONDAY = "2026-03-23T10:00"
TUESDAY = "2026-03-24T09:00"


def promote(told: Rehearsal) -> Person:
    """The council's administrator."""
    with told.installation.database.write() as connection:
        return add_person(
            connection,
            council=told.council.key,
            name="Ada Admin",
            email="ada@council.invalid",
            administrator=True,
        )


def words_of(told: Rehearsal) -> list[str]:
    """What the case's history says of the child's record, and of what the raiser chose."""
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])
    acts = ("child’s record changed", "chose how the case goes on")
    return [line.words for line in file.history if line.act in acts]


def news(told: Rehearsal) -> list[str]:
    """What the raiser has still to choose about."""
    with told.installation.database.read() as connection:
        return [each.words for each in read_news(connection, told.case_id)]


def another_child(told: Rehearsal, name: str = "Right Child", born: str = "2014-05-05") -> Child:
    """One more child of the council, who has the same raiser."""
    with told.installation.database.write() as connection:
        return add_child(
            connection,
            council=told.council.key,
            reference=name.upper(),
            name=name,
            date_of_birth=date.fromisoformat(born),
            team="Team A",
            today=date(2026, 3, 23),
            raiser_id=told.people["raiser"].id,
        )


def test_a_child_on_a_plan_becomes_looked_after(database: Database) -> None:
    told = story(MONDAY, database, "child protection plan")
    raise_at_stage(told, 1)
    known = len(notices(told))
    told.clock.set(parse_instant(TUESDAY))
    cases = add_status(
        told.installation,
        told.child.id,
        by=told.people["raiser"],
        status="looked after",
        starts=date(2026, 3, 24),
        ends=None,
        reason="An interim care order was made",
    )
    assert cases == 1
    sentence = "Legal status recorded: looked after, from 24 March 2026."
    assert words_of(told) == [sentence]
    assert news(told) == [sentence]
    assert len(notices(told)) == known  # the raiser did it, and need not be told
    assert [t.element for t in told.tasks()] == ["stage1_respond"]  # nothing moved by itself
    assert breaks(told.installation) == []


def test_the_raiser_is_told_of_what_an_administrator_recorded(database: Database) -> None:
    told = story(MONDAY, database)
    raise_informally(told)
    administrator = promote(told)
    known = len(notices(told))
    with told.installation.database.read() as connection:
        (held,) = find_statuses(connection, told.child.id)
    finish_status(
        told.installation,
        told.child.id,
        by=administrator,
        status_id=held.id,
        last_day=date(2026, 3, 20),
        reason="The care order was discharged",
    )
    (notice,) = notices(told)[known:]
    assert (notice.post, notice.person_id) == ("raiser", told.people["raiser"].id)
    for secret in ("looked after", "Played", "PLAYED", "2016", "care order"):
        assert secret not in notice.subject + notice.body
    assert told.case().number in notice.subject
    assert news(told) == ["Legal status ended: looked after, the last day is 20 March 2026."]
    assert [each.case_number for each in read_unsettled(told.installation, told.people["raiser"])]


def test_the_raiser_says_how_the_case_goes_on_and_why(database: Database) -> None:
    told = story(MONDAY, database, "child protection plan")
    case = raise_at_stage(told, 1)
    here, raiser = told.installation, told.people["raiser"]
    record_move(
        here, told.child.id, by=raiser, on=date(2026, 3, 20), to="Hull City Council", reason="Told"
    )
    assert "Hull City Council took over responsibility" in news(told)[0]
    with pytest.raises(BadChoice):
        choose(here, case.id, by=raiser, choice="nothing", reason="Why")
    with pytest.raises(NoReason):
        choose(here, case.id, by=raiser, choice="go on", reason=" ")
    with pytest.raises(NotAllowed):
        choose(here, case.id, by=told.people["tm"], choice="go on", reason="Why")
    choose(here, case.id, by=raiser, choice="go on", reason="The school is still here")
    assert news(told) == []
    assert read_unsettled(here, raiser) == ()
    assert words_of(told)[-1] == (
        "Independent Chair / IRO (played) chose to go on with this case as it is: "
        "The school is still here"
    )
    with pytest.raises(NotOpenNow):
        choose(here, case.id, by=raiser, choice="go on", reason="Again")


def test_the_18th_birthday_is_told_once_by_the_clock(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_at_stage(told, 1)
    _born(told, date(2008, 3, 25))
    told.clock.set(parse_instant("2026-03-24T23:50"))
    assert look_daily(told.installation) == 0
    told.clock.set(parse_instant("2026-03-25T00:05"))
    assert look_daily(told.installation) == 1
    assert look_daily(told.installation) == 0
    assert words_of(told) == ["The young person turned 18 on 25 March 2026."]
    told.clock.set(parse_instant("2026-03-26T00:05"))
    assert look_daily(told.installation) == 0
    assert len(words_of(told)) == 1


def _born(told: Rehearsal, day: date) -> None:
    with told.installation.database.write() as connection:
        connection.execute(
            children.update().where(children.c.id == told.child.id).values(date_of_birth=day)
        )


def test_a_case_opened_after_the_birthday_is_not_told(database: Database) -> None:
    told = story(MONDAY, database)
    _born(told, date(2008, 3, 20))
    raise_at_stage(told, 1)
    assert look_daily(told.installation) == 0
    assert words_of(told) == []


def test_nobody_turns_18_who_died(database: Database) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    _born(told, date(2008, 3, 25))
    died = {"on": date(2026, 3, 20), "reason": "The hospital rang"}
    record_death(told.installation, told.child.id, by=told.people["raiser"], **died)  # type: ignore[arg-type]
    told.clock.set(parse_instant("2026-03-25T08:00"))
    assert look_daily(told.installation) == 0
    assert words_of(told) == ["The child died on 20 March 2026."]


def test_what_was_cut_short_is_told_by_the_worker(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    monkeypatch.setattr("engine.child_file.records.tell_cases", lambda *_: 0)
    died = {"on": date(2026, 3, 20), "reason": "The hospital rang"}
    record_death(told.installation, told.child.id, by=told.people["raiser"], **died)  # type: ignore[arg-type]
    assert words_of(told) == []
    assert look_daily(told.installation) == 1
    assert words_of(told) == ["The child died on 20 March 2026."]
    with database.read() as connection:
        assert find_untold(connection) == []
        ((change, by),) = find_changes(connection, told.child.id)
    assert by == "Independent Chair / IRO (played)"
    assert tell_cases(told.installation, change.id) == 0


def test_a_case_that_could_not_go_on_is_told_later(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = story(MONDAY, database)
    first = raise_at_stage(told, 1)
    second = raise_at_stage(told, 2)

    def stuck(here: Installation, case_id: int, *more: Any) -> bool:
        if case_id == first.id:
            raise CannotGoOn("Its diagram goes round in a circle.")
        return tell(here, case_id, *more)

    tell = child_changes._tell_case
    monkeypatch.setattr(child_changes, "_tell_case", stuck)
    died = {"on": date(2026, 3, 20), "reason": "The hospital rang"}
    cases = record_death(told.installation, told.child.id, by=told.people["raiser"], **died)  # type: ignore[arg-type]
    assert cases == 1
    assert told.case_id == second.id
    assert words_of(told) == ["The child died on 20 March 2026."]
    assert f"Case with id {first.id} was not told" in caplog.text
    monkeypatch.undo()
    assert look_daily(told.installation) == 1
    assert len(words_of(told)) == 1
    told.case_id = first.id
    assert words_of(told) == ["The child died on 20 March 2026."]


def test_what_was_over_before_the_case_was_opened_is_not_told(database: Database) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    here, raiser = told.installation, told.people["raiser"]
    old = {"starts": date(2020, 1, 1), "ends": date(2020, 9, 1), "reason": "From the old file"}
    plan = "child protection plan"
    assert add_status(here, told.child.id, by=raiser, status=plan, **old) == 0  # type: ignore[arg-type]
    assert words_of(told) == []


def test_a_period_is_corrected_and_removed(database: Database) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    here, raiser, child = told.installation, told.people["raiser"], told.child
    with database.read() as connection:
        (held,) = find_statuses(connection, child.id)
    changed = {
        "status": "child protection plan",
        "starts": date(2025, 2, 1),
        "ends": None,
        "reason": "The wrong line was read",
    }
    assert mend_status(here, child.id, by=raiser, status_id=held.id, **changed) == 1  # type: ignore[arg-type]
    assert words_of(told)[-1] == (
        "Legal status corrected: child protection plan, from 1 February 2025. "
        "It was recorded as looked after, from 1 January 2025."
    )
    with pytest.raises(BadStatus):  # of another child
        drop_status(
            here, another_child(told).id, by=raiser, status_id=held.id, reason="Not this one"
        )
    assert drop_status(here, child.id, by=raiser, status_id=held.id, reason="Never was") == 1
    with database.read() as connection:
        assert find_statuses(connection, child.id) == ()


def test_who_may_change_a_record(database: Database) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    here, child = told.installation, told.child
    died = {"on": date(2026, 3, 20), "reason": "Told"}
    for post in ("tm", "sw", "iro_sm"):
        with pytest.raises(NotAllowed):
            record_death(here, child.id, by=told.people[post], **died)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        change_details(
            here, child.id, by=told.people["raiser"], reason="Moved", details={"team": "Team B"}
        )
    with pytest.raises(NoReason):
        record_death(here, child.id, by=told.people["raiser"], on=date(2026, 3, 20), reason="")
    with pytest.raises(BadChild):
        record_death(here, child.id, by=told.people["raiser"], on=date(2026, 4, 1), reason="Told")
    changed = {"team": "Team B", "name": "Played  Childe"}
    assert change_details(here, child.id, by=promote(told), reason="Moved", details=changed)
    with database.read() as connection:
        found = find_child(connection, child.id)
        ((change, by),) = find_changes(connection, child.id)
    assert found is not None
    assert (found.team, found.name) == ("Team B", "Played Childe")
    assert change.words == (
        "Name changed from Played Child to Played Childe. Team changed from Team A to Team B."
    )
    assert (change.reason, by) == ("Moved", "Ada Admin")
    assert words_of(told) == []


def test_nothing_of_the_wrong_childs_record_goes_with_a_moved_case(database: Database) -> None:
    told = story(MONDAY, database, "child protection plan")
    case = raise_at_stage(told, 1)
    here, raiser = told.installation, told.people["raiser"]
    died = {"on": date(2026, 3, 20), "reason": "Told"}
    record_death(here, told.child.id, by=raiser, **died)  # type: ignore[arg-type]
    choose(here, case.id, by=raiser, choice="go on", reason="Lessons to learn of the death")
    right = another_child(told)
    move_to_child(here, case.id, by=raiser, child_id=right.id, reason="The line above")
    assert news(told) == []
    with database.read() as connection:
        said = [body.content for _, body in walk_chain(connection, case.id) if body is not None]
    assert "died" not in " ".join(said)
    assert "Lessons" not in " ".join(said)
    assert breaks(here) == []


def test_a_procedure_that_fits_is_offered(database: Database) -> None:
    told = story(MONDAY, database, "child protection plan")
    with database.read() as connection:
        on = date(2026, 3, 23)
        fits = fitting_procedures(connection, told.child, on, but="another")
        assert [row.procedure for row in fits] == ["positive-challenge"]
        assert fitting_procedures(connection, told.child, on, but="positive-challenge") == ()
        nobody = another_child(told)
        assert fitting_procedures(connection, nobody, on, but="another") == ()


def test_ages() -> None:
    born = date(2008, 2, 29)
    assert eighteenth_birthday(born) == date(2026, 3, 1)
    assert eighteenth_birthday(date(2008, 3, 25)) == date(2026, 3, 25)
    assert not born <= eighteen_years_before(date(2026, 2, 28))
    assert born <= eighteen_years_before(date(2026, 3, 1))
    assert eighteen_years_before(date(2028, 2, 29)) == date(2010, 2, 28)
    assert age_on(born, date(2026, 2, 28)) == 17
    assert age_on(born, date(2026, 3, 1)) == 18


def test_a_reference_and_a_date_of_birth_that_were_typed_wrongly_are_corrected(
    database: Database,
) -> None:
    told = story(MONDAY, database)
    administrator = promote(told)
    another = another_child(told)

    def correct(**details: str | date) -> bool:
        return change_details(
            told.installation, told.child.id, by=administrator, reason="A slip", details=details
        )

    assert correct(reference=" PLAYED-2 ", date_of_birth=date(2009, 3, 24))
    with database.read() as connection:
        child = find_child(connection, told.child.id)
        change, by = find_changes(connection, told.child.id)[0]
    assert child is not None
    assert (child.reference, child.date_of_birth) == ("PLAYED-2", date(2009, 3, 24))
    assert change.words == (
        "Reference changed from PLAYED-1 to PLAYED-2. "
        "Date of birth changed from 1 January 2016 to 24 March 2009."
    )
    assert (change.reason, by) == ("A slip", "Ada Admin")
    assert not correct(reference="PLAYED-2")
    with pytest.raises(ReferenceTaken, match="another child’s reference"):
        correct(reference=another.reference)
    with pytest.raises(BadChild, match="still to come"):
        correct(date_of_birth=date(2026, 3, 24))
    with pytest.raises(NotAllowed):
        change_details(
            told.installation,
            told.child.id,
            by=told.people["raiser"],
            reason="Mine",
            details={"reference": "X"},
        )


def test_who_is_not_18_after_all_comes_of_age_again(database: Database) -> None:
    told = story(MONDAY, database)
    administrator = promote(told)
    raise_informally(told)

    def born(day: date) -> None:
        details = {"date_of_birth": day}
        change_details(
            told.installation, told.child.id, by=administrator, reason="A slip", details=details
        )

    born(date(2008, 3, 24))
    told.clock.set(parse_instant(TUESDAY))
    look_daily(told.installation)
    known = words_of(told)
    assert len(known) == 1
    born(date(2008, 3, 26))
    look_daily(told.installation)
    assert words_of(told) == known
    told.clock.set(parse_instant("2026-03-26T09:00"))
    look_daily(told.installation)
    assert len(words_of(told)) == 2
