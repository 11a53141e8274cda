"""One standing meeting: agenda, date, end, calendar."""

import pytest

from engine.clock import parse_instant
from engine.meetings.cases import put_on_agenda
from engine.meetings.keeping import close, set_date
from engine.registers.general_concerns import ConcernWords, record_concern
from engine.registers.good_practice import PracticeWords, record_practice
from tests.webui.office import Office, send
from tests.webui.reading import text_of

AFTER = parse_instant("2026-03-26T11:00")
FORMAL = {"entry": "formal", "decision": "stage 3", "reason": "It cannot wait", "to": None}


@pytest.fixture
def meeting_id(leicestershire: Office) -> int:
    """The challenge meeting of 26 March 2026 at 9:30."""
    by, at = leicestershire.people["iro_sm"], parse_instant("2026-03-26T09:30")
    return set_date(leicestershire.installation, "challenge", by=by, at=at, place="Room 3").id


def page(office: Office, post: str, meeting_id: int) -> str:
    return text_of(office.client_as(post).get(f"/meetings/{meeting_id}"))


@pytest.mark.shows("meeting", "empty")
def test_nothing_is_on_its_agenda(leicestershire: Office, meeting_id: int) -> None:
    said = page(leicestershire, "adm", meeting_id)
    assert "Thursday 26 March 2026 at 9:30am To come Where: Room 3" in said
    assert "As things stand now. When the meeting begins, it is kept as it then is." in said
    assert "Nothing is on the agenda." in said
    assert "Change the date" not in said


@pytest.mark.shows("meeting", "one", "many")
def test_cases_stand_on_it_by_number_and_initials(leicestershire: Office, meeting_id: int) -> None:
    office = leicestershire
    third = office.raise_concern(**FORMAL)
    low = office.raise_concern(**{**FORMAL, "decision": "stage 1"})
    raiser = office.people["raiser"]
    case_id = office.rehearsal.case_id
    put_on_agenda(office.installation, case_id, meeting_id, by=raiser, words="The home ends")
    answer = office.client_as("adm").get(f"/meetings/{meeting_id}")
    said = text_of(answer)
    assert "2 cases" in said
    assert f"{low} PC Stage 1 Day 0 {raiser.name} Put here by {raiser.name}" in said
    assert f"{third} PC Stage 3 Day 0 {raiser.name} Its stage" in said
    assert f'href="/cases/{third}"' in answer.text  # told of it by the procedure
    assert f'href="/cases/{low}"' not in answer.text
    assert office.child.name not in answer.text
    assert "The home ends" not in answer.text
    assert office.access_log()[-1].what == f"meeting {meeting_id}"


@pytest.mark.shows("meeting", "forbidden")
def test_who_does_not_come_finds_no_meeting(leicestershire: Office, meeting_id: int) -> None:
    answer = leicestershire.client_as("tm").get(f"/meetings/{meeting_id}")
    assert answer.status_code == 404
    assert "challenge meeting" not in answer.text
    assert not leicestershire.access_log()[-1].allowed
    raiser = page(leicestershire, "raiser", meeting_id)
    assert "You see the cases in which you have a part." in raiser
    assert leicestershire.client_as("ad").get(f"/meetings/{meeting_id}/date").status_code == 403


@pytest.mark.shows("meeting", "error")
def test_the_date_is_moved_or_the_meeting_is_not_held(
    leicestershire: Office, meeting_id: int
) -> None:
    client = leicestershire.client_as("iro_sm")
    form = client.get(f"/meetings/{meeting_id}/date").text
    assert 'value="Room 3"' in form
    moved = {"at-day": "27", "at-month": "3", "at-year": "2026", "at-time": "14:00"}
    wrong = send(client, f"/meetings/{meeting_id}/date", {**moved, "at-year": "2025"})
    assert wrong.status_code == 400
    answer = send(
        client, f"/meetings/{meeting_id}/date", {**moved, "place": "Room 4", "reason": "Taken"}
    )
    assert answer.status_code == 303
    said = text_of(client.get(f"/meetings/{meeting_id}"))
    assert "Friday 27 March 2026 at 2pm" in said
    assert "The date or the place was changed: Taken" in said
    file = client.get(f"/meetings/{meeting_id}/meeting.ics")
    assert "DTSTART:20260327T140000Z" in file.text
    assert "SEQUENCE:1" in file.text
    assert "SUMMARY:Monthly challenge meeting" in file.text

    empty = send(client, f"/meetings/{meeting_id}/not-held", {"reason": " "})
    assert empty.status_code == 400
    send(client, f"/meetings/{meeting_id}/not-held", {"reason": "Nobody could come"})
    said = text_of(client.get(f"/meetings/{meeting_id}"))
    assert "Not held" in said
    assert "Why it is not held: Nobody could come" in said
    assert "Open the meeting again" in said


def test_it_is_closed_and_opened_again(leicestershire: Office, meeting_id: int) -> None:
    leicestershire.clock.set(AFTER)
    client = leicestershire.client_as("iro_sm")
    where = f"/meetings/{meeting_id}"
    said = text_of(client.get(where))
    assert "Nobody has recorded it yet." in said
    assert "Who came is not recorded yet." in said
    assert send(client, f"{where}/close", {}, page=where).status_code == 303
    assert "As it stood when the meeting began." in text_of(client.get(where))
    twice = send(client, f"{where}/close", {}, page=where)
    assert twice.status_code == 409
    assert "The meeting is over." in text_of(twice)
    assert send(client, f"{where}/reopen", {}, page=where).status_code == 303
    assert "To be recorded" in text_of(client.get(where))


def test_general_concerns_until_resolved_and_new_good_practice(office: Office) -> None:
    """NEL-3-6, X-26: those who come read what is discussed, and open what they may."""
    here, raiser, keeper = office.installation, office.people["raiser"], office.people["iro_sm"]
    first = set_date(here, "operational", by=keeper, at=parse_instant("2026-03-24T09:30"), place="")
    words = ConcernWords(title="Visits are late across Team A", seen="In six", owner="post:sm")
    record_concern(here, by=raiser, words=words)
    kept = PracticeWords(what="A drawing for each review", team="Team A")
    record_practice(here, by=raiser, words=kept, tell=False)
    tm = page(office, "tm", first.id)
    assert "Visits are late across Team A" in tm
    assert "With the Children's Service Manager." in tm
    assert "Good practice in Team A" in tm
    assert "A drawing for each review" not in tm
    assert "A drawing for each review" in page(office, "iro_sm", first.id)

    office.clock.set(parse_instant("2026-03-24T11:00"))
    close(here, first.id, by=keeper)
    april = set_date(here, "operational", by=keeper, at=parse_instant("2026-04-21T09:30"), place="")
    said = page(office, "iro_sm", april.id)
    assert "Visits are late across Team A" in said
    assert "A drawing for each review" not in said
