"""What of a case is on the child's file: ticked by a turn, taken back by another (X-22)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.acts.cases import MOVED, move_to_child
from engine.acts.filing import CannotFile, file_steps, take_back
from engine.case_file.reader import read_case_file
from engine.children import add_child
from engine.clock import SetClock, parse_instant
from engine.filing.steps import FileStep, read_steps
from engine.history.filing_acts import FILED, TAKEN_BACK
from engine.procedures import read_package
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import (
    CONCERN,
    COUNCIL,
    PROCESSES,
    acts,
    breaks,
    installation_on,
    raise_informally,
    story,
)

LIN = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"
ROT = PROCESSES / "rotherham" / "challenge-and-escalation"
LEI = PROCESSES / "leicestershire" / "quality-assurance-alert"
MONDAY = date(2026, 3, 23)


def steps(told: Rehearsal, post: str = "raiser") -> dict[int, FileStep]:
    """The steps for the child's file as the holder of a post reads them, by entry."""
    person = told.people[post]
    file = read_case_file(told.installation, told.case().number, person)
    return {each.line.sequence: each for each in read_steps(file, person.id)}


def tick(told: Rehearsal, *sequences: int, post: str = "raiser", on: date = MONDAY) -> int:
    """The holder of a post ticks steps."""
    by = told.people[post]
    return file_steps(told.installation, told.case_id, sequences, on=on, by=by)


def test_a_step_is_ticked_with_its_day_and_by_whom_and_the_history_tells(
    database: Database,
) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    opened = steps(told)[1]
    assert (opened.heading, opened.filer_post) == ("Positive Challenge Form", "raiser")
    assert (opened.filed, opened.may_file) == (None, True)
    assert tick(told, 1) == 1
    filed = steps(told)[1].filed
    assert filed is not None
    assert (filed.on, filed.by) == (MONDAY, told.people["raiser"].name)
    assert acts(told)[-1] == (FILED, "1")
    assert tick(told, 1) == 0  # what is there is not put there again
    assert acts(told)[-1] == (FILED, "1")
    assert breaks(told.installation) == []


def test_a_tick_is_taken_back_by_a_new_entry(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    tick(told, 1)
    take_back(told.installation, told.case_id, 1, by=told.people["raiser"])
    assert steps(told)[1].filed is None
    assert [act for act, _ in acts(told)][-2:] == [FILED, TAKEN_BACK]
    with pytest.raises(CannotFile, match="not any more"):
        take_back(told.installation, told.case_id, 1, by=told.people["raiser"])
    tick(told, 1)
    assert steps(told)[1].filed is not None
    assert breaks(told.installation) == []


def test_who_wrote_a_step_the_raiser_and_who_files_may_tick_it(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    assert not steps(told, "tm")[1].may_file
    with pytest.raises(NotAllowed):
        tick(told, 1, post="tm")
    told.answer("informal_respond", {"answer": "We will visit on Friday."})
    answered = max(steps(told, "tm"))
    assert steps(told, "tm")[answered].may_file
    assert tick(told, answered, post="tm") == 1
    with pytest.raises(NotAllowed):
        tick(told, answered, post="hos")
    assert breaks(told.installation) == []


def test_a_day_to_come_or_before_the_step_is_no_day_of_filing(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    known = acts(told)
    with pytest.raises(CannotFile, match="still to come"):
        tick(told, 1, on=MONDAY + timedelta(days=1))
    with pytest.raises(CannotFile, match="before it was written"):
        tick(told, 1, on=MONDAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        tick(told, 99)
    assert acts(told) == known


def test_what_few_may_see_is_ticked_in_an_entry_of_its_own_for_few(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.press("consider_pressed", {"considering_why": "The plan drifts"})
    secret = max(steps(told))
    assert tick(told, 1, secret) == 2
    file = read_case_file(told.installation, told.case().number, told.people["tm"])
    assert [line.element for line in file.history if line.act == FILED] == ["1"]
    assert "2 steps" not in " ".join(line.words for line in file.history)
    assert secret not in steps(told, "tm")
    own = read_case_file(told.installation, told.case().number, told.people["raiser"])
    assert len([line for line in own.history if line.act == FILED]) == 2


def test_a_case_that_was_moved_is_on_no_file_until_it_is_put_there_again(
    database: Database,
) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "We will visit on Friday."})
    answered = max(steps(told))
    tick(told, 1, answered)
    with database.write() as connection:
        right = add_child(
            connection,
            council=COUNCIL,
            reference="R-2",
            name="Right Child",
            date_of_birth=date(2014, 5, 6),
            team=told.child.team,
            today=MONDAY,
        )
    by = told.people["raiser"]
    move_to_child(told.installation, told.case_id, by=by, child_id=right.id, reason="Wrong child")
    left = steps(told)
    assert 1 not in left  # its words are gone from both files
    assert answered in left  # and this stood on the wrong one
    assert [each.filed for each in left.values()] == [None] * len(left)
    assert left[max(left)].line.act == MOVED
    assert breaks(told.installation) == []


def _rehearsal(
    folder: Path, database: Database, at: str, status: str = "looked after"
) -> Rehearsal:
    instant = parse_instant(at)
    installation = installation_on(database, SetClock(instant))
    return Rehearsal(
        PROCESSES,
        read_package(folder),
        instant,
        statuses=(status,),
        installation=installation,
    )


def test_lincolnshires_task_of_filing_ticks_all_that_was_done(database: Database) -> None:
    """A-LIN-9: the task is the tick; nobody ticks twice."""
    told = _rehearsal(LIN, database, "2026-03-23T10:00")
    told.raise_concern({**CONCERN, "entry": "informal", "to": "sw"})
    told.answer("contact_respond", {"answer": "On Thursday.", "position": "agreed"}, post="sw")
    told.answer("contact_outcome", {"decision": "settled", "outcome_note": "A visit."})
    assert {each.filed for each in steps(told).values()} == {None}
    assert {each.heading for each in steps(told).values()} == {"Informal concern"}
    told.clock.set(parse_instant("2026-03-25T10:00"))
    told.answer(
        "file_informal", {"filed": "yes", "filed_on": "2026-03-24", "filed_where": "Case notes"}
    )
    filed = [each.filed for each in steps(told).values()]
    assert {each.on for each in filed if each} == {date(2026, 3, 24)}
    assert None not in filed
    assert all("File what was done" not in e.line.words for e in steps(told).values())
    assert breaks(told.installation) == []


@pytest.mark.parametrize(
    ("status", "heading", "answer"),
    [
        ("looked after", "Case note (IRO)", "iro"),
        ("child protection plan", "Safeguarding Advice", "cc"),
    ],
)
def test_rotherhams_record_of_the_challenge_is_the_tick_with_its_time(
    database: Database, status: str, heading: str, answer: str
) -> None:
    """ROT-2.5-3: under a case note of the IRO, or under Safeguarding Advice."""
    told = _rehearsal(ROT, database, "2026-03-23T10:00", status)
    told.raise_concern({**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "Now"})
    assert {each.heading for each in steps(told).values()} == {heading}
    told.clock.set(parse_instant("2026-03-23T15:00"))
    told.answer(
        "record_challenge",
        {"challenge_recorded": answer, "challenge_recorded_at": "2026-03-23T14:30"},
    )
    assert [each.filed.on for each in steps(told).values() if each.filed] == [MONDAY]
    assert breaks(told.installation) == []


def test_where_filing_is_not_appropriate_nothing_is_ticked(database: Database) -> None:
    told = _rehearsal(LIN, database, "2026-03-23T10:00")
    told.raise_concern({**CONCERN, "entry": "informal", "to": "sw"})
    told.answer("contact_respond", {"answer": "On Thursday.", "position": "agreed"}, post="sw")
    told.answer("contact_outcome", {"decision": "settled", "outcome_note": "A visit."})
    told.answer("file_informal", {"filed": "not appropriate", "not_filed_why": "A slip"})
    assert {each.filed for each in steps(told).values()} == {None}


def test_leicestershires_admin_team_ticks_by_uploading_the_alert(database: Database) -> None:
    """LEI-S1-4, A-LEI-11: the Alert is the admin team's, the informal case note the IRO's."""
    told = _rehearsal(LEI, database, "2026-03-23T10:00")
    told.raise_concern(
        {**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "It cannot wait"}
    )
    raised = steps(told, "admin_team")[1]
    assert (raised.heading, raised.filer_post) == ("Quality Assurance Alert", "admin_team")
    assert raised.may_file
    told.answer("stage1_respond", {"answer": "Done."})
    told.answer("upload_alert", {"uploaded": "yes", "uploaded_on": "2026-03-23"})
    assert all(each.filed for each in steps(told, "admin_team").values())
    told.answer("stage1_outcome", {"decision": "settled"})
    later = steps(told, "admin_team")
    assert [number for number, each in later.items() if each.filed is None] == [max(later)]


def test_leicestershires_informal_case_note_has_its_own_name(database: Database) -> None:
    """LEI-3.1-3."""
    told = _rehearsal(LEI, database, "2026-03-23T10:00")
    told.raise_concern({**CONCERN, "entry": "informal", "to": "tm"})
    raised = steps(told)[1]
    assert (raised.heading, raised.filer_post) == ("IRO QA", "raiser")


def test_a_version_that_says_nothing_of_filing_names_the_records_by_its_title() -> None:
    package = read_package(PROCESSES / COUNCIL / "positive-challenge")
    settings = package.files["procedure.toml"].decode()
    start, end = settings.index("[[filing]]"), settings.index("[limit]")
    bare = replace(
        package,
        files={**package.files, "procedure.toml": (settings[:start] + settings[end:]).encode()},
    )
    told = Rehearsal(PROCESSES, bare, parse_instant("2026-03-23T10:00"), statuses=("looked after",))
    raise_informally(told)
    raised = steps(told)[1]
    assert raised.heading == "Positive Challenge and Formal Escalation"
    assert (raised.filer, raised.may_file) == ("", True)
