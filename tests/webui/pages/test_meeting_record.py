"""The record of a standing meeting, and its decisions."""

import pytest

from engine.clock import parse_instant
from engine.meetings.keeping import set_date
from tests.webui.office import Office, send
from tests.webui.reading import text_of

FORMAL = {"entry": "formal", "decision": "stage 3", "reason": "It cannot wait", "to": None}


@pytest.fixture
def where(leicestershire: Office) -> str:
    """The address of the challenge meeting of 26 March 2026, which has begun, with one case."""
    by, at = leicestershire.people["iro_sm"], parse_instant("2026-03-26T09:30")
    meeting = set_date(leicestershire.installation, "challenge", by=by, at=at, place="Room 3")
    leicestershire.raise_concern(**FORMAL)
    leicestershire.clock.set(parse_instant("2026-03-26T11:00"))
    return f"/meetings/{meeting.id}"


@pytest.mark.shows("meeting_record", "one", "error", "many")
def test_who_came_is_ticked_and_the_minutes_are_written(leicestershire: Office, where: str) -> None:
    people = {post: str(leicestershire.people[post].id) for post in ("ad", "adm", "iro_manager")}
    client = leicestershire.client_as("iro_sm")
    form = text_of(client.get(f"{where}/record"))
    assert form.count("Agency Decision Maker (played), Agency Decision Maker") == 2
    both = send(
        client,
        f"{where}/record",
        {"attended": [people["ad"]], "apologies": [people["ad"]], "minutes": "One case."},
    )
    assert both.status_code == 400
    sentence = "Tick Assistant Director (played), Assistant Director in one of the two lists only"
    assert sentence in text_of(both)
    assert "One case." in both.text
    sent = {
        "chair": "Ms Fell",
        "attended": [people["ad"], people["adm"]],
        "apologies": [people["iro_manager"]],
        "minutes": "One case.",
    }
    assert send(client, f"{where}/record", sent).status_code == 303
    said = text_of(client.get(where))
    assert "Chaired by Ms Fell" in said
    assert "Attended Agency Decision Maker (played) Assistant Director (played)" in said
    assert "Apologies IRO Manager (played)" in said
    assert "Minutes One case." in said
    again = client.get(f"{where}/record").text
    assert 'value="Ms Fell"' in again
    assert again.count("checked") == 3


def test_of_two_windows_the_second_is_told_and_loses_no_word(
    leicestershire: Office, where: str
) -> None:
    client = leicestershire.client_as("iro_sm")
    send(client, f"{where}/record", {"minutes": "First", "seen": "0"})
    second = send(client, f"{where}/record", {"minutes": "Second words", "seen": "0"})
    assert second.status_code == 400
    assert "Somebody saved the record while you wrote." in text_of(second)
    assert "Second words" in second.text
    assert 'name="seen" value="1"' in second.text


@pytest.mark.shows("meeting_record", "empty")
def test_a_decision_is_added_and_followed_up(leicestershire: Office, where: str) -> None:
    client = leicestershire.client_as("iro_sm")
    assert "Nothing is recorded as decided." in text_of(client.get(where))
    empty = send(client, f"{where}/decisions/new", {"words": "", "owner": ""})
    assert empty.status_code == 400
    case = str(leicestershire.rehearsal.case_id)
    made = {"words": "A home by Friday", "owner": "Head of Service", "case": case}
    due = {"due-day": "25", "due-month": "3", "due-year": "2026"}
    assert send(client, f"{where}/decisions/new", {**made, **due}).status_code == 303
    said = text_of(client.get(where))
    assert "A home by Friday Head of Service, by 25 March 2026 (overdue). About case" in said
    why = send(client, f"{where}/decisions/1", {"done": "not pursued", "words": ""})
    assert why.status_code == 400
    assert "Enter why it is not pursued." in text_of(why)
    done = send(client, f"{where}/decisions/1", {"done": "done", "words": "He moved"})
    assert done.status_code == 303
    said = text_of(client.get(where))
    assert "Done" in said
    assert "He moved" in said
    assert client.get(f"{where}/decisions/2").status_code == 404


@pytest.mark.shows("meeting_record", "forbidden")
def test_who_comes_reads_and_does_not_write(leicestershire: Office, where: str) -> None:
    client = leicestershire.client_as("ad")
    for path in ("record", "decisions/new", "decisions/1"):
        assert client.get(f"{where}/{path}").status_code == 403
    assert "Record the meeting" not in text_of(client.get(where))
