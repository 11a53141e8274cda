"""Leicestershire's monthly challenge meeting, from its date to what became of its decisions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from engine.access import NotAllowed
from engine.administration.absences import record_absence
from engine.case_file.reader import read_case_file
from engine.children import Child, add_child, let_read, restrict
from engine.clock import SetClock, parse_instant
from engine.history.anchors import seal
from engine.meetings.cases import find_of_case, find_open_agendas, put_on_agenda, take_off_agenda
from engine.meetings.keeping import (
    close,
    decide,
    follow_up,
    move_date,
    not_held,
    read_expected,
    record,
    reopen,
    set_date,
)
from engine.meetings.reader import MeetingFile, OfKind, read_meeting, read_meetings
from engine.meetings.record import APOLOGIES, ATTENDED, DONE, DROPPED, Meeting
from engine.meetings.sitting import CannotChange, NoMeeting, keep_agendas
from engine.people import Person, add_person, give_post
from engine.procedures import read_package
from engine.rehearsal import TEAM, Rehearsal
from engine.store.cases import CaseRow
from engine.store.database import Database
from engine.worker import Worker
from tests.stories import CONCERN, PROCESSES, breaks, chain, installation_on

LEI = PROCESSES / "leicestershire" / "quality-assurance-alert"
MONDAY = "2026-03-23T10:00"
MEETING = parse_instant("2026-03-26T09:30")
AFTER = parse_instant("2026-03-26T11:00")


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Leicestershire, Monday 23 March 2026; nobody has raised anything."""
    instant = parse_instant(MONDAY)
    here = installation_on(database, SetClock(instant))
    return Rehearsal(PROCESSES, read_package(LEI), instant, installation=here)


@pytest.fixture
def meeting(told: Rehearsal) -> Meeting:
    """The challenge meeting of 26 March 2026 at 9:30."""
    by = told.people["iro_sm"]
    return set_date(told.installation, "challenge", by=by, at=MEETING, place="Room 3")


def at_stage(told: Rehearsal, number: int, name: str = "") -> CaseRow:
    """Another case that goes straight to a stage, about a child of that name."""
    if name:
        told.child = another(told, name)
    reason = "Only this manager can decide it"
    decision = f"stage {number}"
    return told.raise_concern(
        {**CONCERN, "entry": "formal", "decision": decision, "reason": reason}
    )


def another(told: Rehearsal, name: str) -> Child:
    with told.installation.database.write() as connection:
        return add_child(
            connection,
            council="leicestershire",
            reference=f"REF-{name}",
            name=name,
            date_of_birth=date(2014, 5, 1),
            team=TEAM,
            today=date(2026, 3, 23),
            raiser_id=told.people["raiser"].id,
        )


def hire(told: Rehearsal, name: str, post: str) -> Person:
    with told.installation.database.write() as connection:
        email = f"{name.replace(' ', '.').lower()}@leicestershire.invalid"
        person = add_person(connection, council="leicestershire", name=name, email=email)
        council = told.installation.council("leicestershire")
        give_post(connection, council, person, post, starts=date(2020, 1, 1))
        return person


def read(told: Rehearsal, meeting: Meeting, post: str = "iro_sm") -> MeetingFile:
    return read_meeting(told.installation, meeting.id, told.people[post])


def numbers(file: MeetingFile) -> list[str]:
    return [each.number for each in file.cases]


def kind_of(told: Rehearsal, post: str) -> OfKind:
    (found,) = read_meetings(told.installation, told.people[post])
    return found


def test_the_agenda_is_built_from_cases_at_stages_3_and_4_and_those_that_raisers_add(
    told: Rehearsal, meeting: Meeting
) -> None:
    low = at_stage(told, 1)
    third, fourth = at_stage(told, 3, "Kit Brook"), at_stage(told, 4, "Una Ash")

    assert numbers(read(told, meeting)) == [third.number, fourth.number]

    raiser = told.people["raiser"]
    put_on_agenda(told.installation, low.id, meeting.id, by=raiser, words="The home ends Friday.")
    shown = read(told, meeting)
    assert [(each.number, each.by) for each in shown.cases] == [
        (low.number, raiser.name), (third.number, ""), (fourth.number, ""),
    ]  # fmt: skip
    assert [each.initials for each in shown.cases][1:] == ["KB", "UA"]
    assert [each.stage for each in shown.cases] == ["Stage 1", "Stage 3", "Stage 4"]
    assert breaks(told.installation) == []


def test_a_case_on_an_agenda_says_so_in_its_own_history_and_is_taken_off_again(
    told: Rehearsal, meeting: Meeting
) -> None:
    case = at_stage(told, 1)
    raiser, here = told.people["raiser"], told.installation
    put_on_agenda(here, case.id, meeting.id, by=raiser, words="The home ends on Friday.")

    last = read_case_file(here, case.number, raiser).history[-1]
    assert last.words == (
        f"{raiser.name} put the case on the agenda of the Monthly challenge meeting of 26 March "
        "2026. What is asked: The home ends on Friday."
    )
    with pytest.raises(CannotChange, match="stands on that agenda already"):
        put_on_agenda(here, case.id, meeting.id, by=raiser, words="")
    with here.database.read() as connection:
        assert find_open_agendas(connection, here, case) == []
        (found,) = find_of_case(connection, here, case)
    assert found.removable

    take_off_agenda(here, case.id, meeting.id, by=raiser)
    assert numbers(read(told, meeting)) == []
    assert [entry.act for entry, _ in chain(told)][-2:] == [
        "put on an agenda", "taken off an agenda",
    ]  # fmt: skip
    assert breaks(here) == []


def test_only_the_raiser_and_who_stands_in_put_a_case_on_an_agenda(
    told: Rehearsal, meeting: Meeting
) -> None:
    case = at_stage(told, 1)
    for post in ("tm", "iro_sm", "ad"):
        with pytest.raises((NotAllowed, NoMeeting)):
            put_on_agenda(told.installation, case.id, meeting.id, by=told.people[post], words="")
    away, deputy = told.people["raiser"], hire(told, "Dev Stone", "raiser")
    record_absence(
        told.installation, away.id, by=away,
        starts=date(2026, 3, 23), ends=date(2026, 3, 27), deputy_id=deputy.id,
    )  # fmt: skip
    put_on_agenda(told.installation, case.id, meeting.id, by=deputy, words="")
    assert (
        read_case_file(told.installation, case.number, away)
        .history[-1]
        .words.startswith(f"Dev Stone for {away.name} put the case on the agenda")
    )


def test_the_agenda_is_kept_as_it_was_on_the_day(told: Rehearsal, meeting: Meeting) -> None:
    third = at_stage(told, 3)
    told.clock.set(MEETING)
    assert keep_agendas(told.installation) == 1
    assert keep_agendas(told.installation) == 0

    told.clock.set(AFTER)
    told.answer("stage3_respond", {"answer": "There is a home.", "position": "agreed"})
    told.answer("stage3_outcome", {"decision": "settled", "appended": "yes"})
    later = at_stage(told, 4, "Una Ash")

    file = read(told, meeting)
    assert numbers(file) == [third.number]
    assert file.cases[0].stage == "Stage 3"
    assert file.cases[0].ended
    assert later.number not in numbers(file)
    with pytest.raises(CannotChange, match="agenda is kept already"):
        put_on_agenda(told.installation, later.id, meeting.id, by=told.people["raiser"], words="")


def test_the_worker_keeps_it(told: Rehearsal, meeting: Meeting) -> None:
    class Nowhere:
        def send(self, message: object) -> None:
            """Take it."""

    at_stage(told, 3)
    told.clock.set(MEETING - timedelta(seconds=1))
    worker = Worker(told.installation, Nowhere())
    worker.round()
    assert read(told, meeting).meeting.agenda is None
    told.clock.set(MEETING)
    done = worker.round()
    assert done.agendas == 1
    assert "kept 1 agenda(s)" in done.in_words()
    assert len(read(told, meeting).meeting.agenda or ()) == 1


def test_who_came_what_was_decided_and_what_became_of_it(told: Rehearsal, meeting: Meeting) -> None:
    case, here, keeper = at_stage(told, 3), told.installation, told.people["iro_sm"]
    told.clock.set(AFTER)
    _, people = read_expected(here, meeting.id, by=keeper)
    assert {each.post for each in people} == {"iro_sm", "iro_manager", "adm", "ad"}
    came = {each.person_id: ATTENDED for each in people}
    came[told.people["ad"].id] = APOLOGIES
    saved = record(
        here, meeting.id, by=keeper, came=came, chair=keeper.name, others="The clerk",
        minutes="One case.", seen=0,
    )  # fmt: skip
    assert [each.came for each in saved.people if each.post == "ad"] == [APOLOGIES]

    decide(
        here, meeting.id, by=keeper, words="A home by Friday", owner="Head of Service",
        due=date(2026, 3, 27), case_id=case.id,
    )  # fmt: skip
    decide(here, meeting.id, by=keeper, words="Tell teams", owner="Clerk", due=None)
    with here.database.read() as connection:
        (of_case,) = find_of_case(connection, here, case)
    assert [each.words for each in of_case.decisions] == ["A home by Friday"]
    assert read_case_file(here, case.number, told.people["raiser"]).history[-1].words == (
        f"{keeper.name} recorded what the Monthly challenge meeting of 26 March 2026 decided "
        "about this case."
    )
    close(here, meeting.id, by=keeper)
    with pytest.raises(CannotChange, match="meeting is over"):
        decide(here, meeting.id, by=keeper, words="More", owner="Clerk", due=None)

    april = set_date(
        here, "challenge", by=keeper, at=parse_instant("2026-04-23T09:30"), place="Room 3"
    )
    carried = read(told, april).undone
    assert [(each.decision.words, each.number) for each in carried] == [
        ("A home by Friday", case.number), ("Tell teams", ""),
    ]  # fmt: skip
    follow_up(here, meeting.id, 1, by=keeper, done=DONE, words="Moved in on Friday")
    with pytest.raises(CannotChange, match="why it is not pursued"):
        follow_up(here, meeting.id, 2, by=keeper, done=DROPPED, words=" ")
    assert [each.decision.words for each in read(told, april).undone] == ["Tell teams"]
    follow_up(here, meeting.id, 1, by=keeper, done="", words="He left again")
    assert len(read(told, april).undone) == 2

    reopen(here, meeting.id, by=keeper)
    assert breaks(here) == []


def test_of_two_who_write_the_record_the_second_is_told(told: Rehearsal, meeting: Meeting) -> None:
    told.clock.set(AFTER)
    keeper = told.people["iro_sm"]

    def save(minutes: str, seen: int) -> Meeting:
        return record(
            told.installation, meeting.id, by=keeper, came={}, chair="", others="",
            minutes=minutes, seen=seen,
        )  # fmt: skip

    save("First", 0)
    with pytest.raises(CannotChange, match="Somebody saved the record"):
        save("Second", 0)
    assert save("Second", 1).minutes == "Second"
    assert save("Second", 2).recorded == 2  # nothing changed, nothing is written


def test_before_its_time_it_may_be_moved_and_not_recorded(
    told: Rehearsal, meeting: Meeting
) -> None:
    here, keeper = told.installation, told.people["iro_sm"]
    with pytest.raises(CannotChange, match="still to come"):
        decide(here, meeting.id, by=keeper, words="A", owner="B", due=None)
    with pytest.raises(CannotChange, match="still to come"):
        move_date(here, meeting.id, by=keeper, at=parse_instant("2026-03-20T09:30"), place="")
    moved = move_date(
        here, meeting.id, by=keeper, at=parse_instant("2026-03-27T09:30"), place="Room 4",
        reason="The room is taken",
    )  # fmt: skip
    assert moved.moves == 1
    assert "Why: The room is taken" in read(told, meeting).story[0].words
    told.clock.set(parse_instant("2026-03-27T10:00"))
    with pytest.raises(CannotChange, match="time has come"):
        move_date(here, meeting.id, by=keeper, at=parse_instant("2026-03-30T09:30"), place="")


def test_a_meeting_that_is_not_held_leaves_a_trace_and_its_month_is_missed(
    told: Rehearsal, meeting: Meeting
) -> None:
    here, keeper = told.installation, told.people["iro_sm"]
    assert kind_of(told, "iro_sm").due_by is None
    told.clock.set(AFTER)
    close(here, meeting.id, by=keeper)
    assert kind_of(told, "iro_sm").due_by == date(2026, 4, 26)

    april = set_date(here, "challenge", by=keeper, at=parse_instant("2026-04-23T09:30"), place="")
    assert kind_of(told, "iro_sm").due_by is None
    with pytest.raises(CannotChange, match="why it is not held"):
        not_held(here, april.id, by=keeper, reason=" ")
    not_held(here, april.id, by=keeper, reason="Nobody could come")
    shown = kind_of(told, "iro_sm")
    assert shown.due_by == date(2026, 4, 26)
    assert [each.state for each in shown.past] == ["not held", "closed"]
    assert reopen(here, april.id, by=keeper).state == "planned"


def test_each_sees_what_is_theirs(told: Rehearsal, meeting: Meeting) -> None:
    """X-36: attendees number and initials, of a restricted child nothing; raisers their own."""
    open_one = at_stage(told, 3)
    secret = at_stage(told, 4, "Zebedee Thistlewood")
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, told.people["raiser"].id)
        let_read(connection, told.child, told.people["ad"].id)

    adm = read(told, meeting, "adm")
    assert (numbers(adm), adm.hidden) == ([open_one.number], 1)
    assert adm.cases[0].seen
    assert "Zebedee" not in repr(adm)
    assert secret.number not in repr(adm)
    ad = read(told, meeting, "ad")
    assert (numbers(ad), ad.hidden) == ([open_one.number, secret.number], 0)
    low = at_stage(told, 1, "Kit Brook")
    raiser = told.people["raiser"]
    put_on_agenda(told.installation, low.id, meeting.id, by=raiser, words="The home")
    added = read(told, meeting, "adm").cases[0]
    assert (added.initials, added.seen) == ("KB", False)  # who comes gets no part in the case
    other = hire(told, "Ola Reed", "raiser")
    theirs = read_meeting(told.installation, meeting.id, other)
    assert (numbers(theirs), theirs.hidden, theirs.story) == ([], 0, ())
    for post in ("tm", "sw", "dcs", "admin"):
        with pytest.raises(NoMeeting):
            read(told, meeting, post)
        assert read_meetings(told.installation, told.people[post]) == ()


def test_a_decision_about_a_restricted_child_is_written_by_who_may_know(
    told: Rehearsal, meeting: Meeting
) -> None:
    secret, child = at_stage(told, 4), told.child
    off = at_stage(told, 1, "Kit Brook")
    with told.installation.database.write() as connection:
        restrict(connection, child)
    told.clock.set(AFTER)
    keeper = told.people["iro_sm"]
    for case in (secret, off):
        with pytest.raises(CannotChange, match="did not stand on the agenda"):
            decide(
                told.installation, meeting.id, by=keeper, words="A", owner="B", due=None,
                case_id=case.id,
            )  # fmt: skip


def test_whoever_stands_in_for_the_keeper_keeps_it_and_is_named_so(told: Rehearsal) -> None:
    away, deputy = told.people["iro_sm"], told.people["iro_tm"]
    at = parse_instant("2026-03-30T09:30")
    with pytest.raises(NoMeeting):
        set_date(told.installation, "challenge", by=deputy, at=at, place="")
    record_absence(
        told.installation, away.id, by=away,
        starts=date(2026, 3, 23), ends=date(2026, 3, 27), deputy_id=deputy.id,
    )  # fmt: skip
    meeting = set_date(told.installation, "challenge", by=deputy, at=at, place="")
    assert read(told, meeting).story[0].words == (
        f"{deputy.name} for {away.name} set the date: 09:30 on Monday 30 March 2026."
    )
    with pytest.raises(NotAllowed, match="kept by the IRO Service Manager"):
        move_date(told.installation, meeting.id, by=told.people["ad"], at=at, place="x")


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE meetings SET content = replace(content, 'Room 3', 'Room 9')",
        "UPDATE meetings SET state = 'closed'",
        "DELETE FROM meeting_cases",
        "UPDATE meeting_decisions SET undone = (1 = 0)",
        "DELETE FROM ledger WHERE sequence = 2",
        "UPDATE ledger_bodies SET content = replace(content, 'Room 3', 'Room 9')",
        "DELETE FROM ledger_bodies WHERE sequence = 1",
    ],
)
def test_what_is_altered_by_force_is_found(told: Rehearsal, meeting: Meeting, altered: str) -> None:
    at_stage(told, 3)
    told.clock.set(AFTER)
    keeper = told.people["iro_sm"]
    decide(told.installation, meeting.id, by=keeper, words="A", owner="B", due=None)
    seal(told.installation)
    assert breaks(told.installation) == []
    with told.installation.database.write() as connection:
        connection.execute(text(altered))
    assert breaks(told.installation) != []


def test_an_agenda_does_not_ask_the_store_anew_for_each_case(
    told: Rehearsal, meeting: Meeting
) -> None:
    at_stage(told, 3)
    few = _statements(told, meeting)
    for name in ("Kit Brook", "Una Ash", "Noor Field"):
        at_stage(told, 4, name)
    assert len(read(told, meeting).cases) == 4
    assert _statements(told, meeting) == few


def _statements(told: Rehearsal, meeting: Meeting) -> int:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    engine = told.installation.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        read(told, meeting)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
