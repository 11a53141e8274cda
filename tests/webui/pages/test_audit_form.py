"""Filling an audit in."""

import pytest

from engine.auditing.questions import QUESTIONS
from engine.store.audits import CASE, CHILD
from tests.webui.office import Office, send
from tests.webui.pages.auditing import drawn
from tests.webui.reading import text_of

WRITE = "/audit/1/write"


def filled(kind: str = CASE, **more: str) -> dict[str, str]:
    """Everything answered with yes, but what is given."""
    given = {f"q_{question.key}": "yes" for question in QUESTIONS[kind]}
    return {**given, "finding": "Sound work.", "saved": "0", "do": "finish", **more}


@pytest.mark.shows("audit_form", "empty", "one")
def test_a_draft_is_kept_then_the_audit_is_finished(office: Office) -> None:
    office.raise_concern()
    drawn(office)
    client = office.client_as("iro_sm")
    page = client.get(WRITE)
    assert "On file here: It was raised informally on 23 March 2026" in text_of(page)
    answer = send(client, WRITE, {"q_level": "partly", "saved": "0", "do": "draft"})
    assert answer.location == WRITE
    page = client.get(WRITE)
    assert "Saved last:" in text_of(page)
    action = {"a_1": "Train the team", "o_1": "Team manager"}
    day = {"d_1-day": "30", "d_1-month": "4", "d_1-year": "2026"}
    answer = send(client, WRITE, filled(saved="1", **action, **day))
    assert answer.location == "/audit/1"
    said = text_of(client.get("/audit/1"))
    assert "Sound work." in said
    assert "Train the team (Team manager, by 30 April 2026)" in said


@pytest.mark.shows("audit_form", "error")
def test_what_is_missing_is_said_and_nothing_is_lost(office: Office) -> None:
    office.raise_concern()
    drawn(office)
    client = office.client_as("iro_sm")
    answer = send(client, WRITE, {"finding": "Only this.", "saved": "0", "do": "finish"})
    assert answer.status_code == 400
    assert "Select" in text_of(answer)
    assert "Only this." in answer.text
    answer = send(client, WRITE, filled(q_voice="no"))
    assert answer.status_code == 400
    assert "Say in words what you saw: “Is the child’s voice there?”" in text_of(answer)
    answer = send(client, WRITE, filled(o_1="Somebody"))
    assert "Enter what is to be done" in text_of(answer)
    answer = send(client, WRITE, filled(**{"d_1-day": "31", "d_1-month": "4", "d_1-year": "2026"}))
    assert answer.status_code == 400


def test_of_two_who_write_at_once_the_second_is_told(office: Office) -> None:
    office.raise_concern()
    drawn(office)
    client = office.client_as("iro_sm")
    send(client, WRITE, {"finding": "Mine.", "saved": "0", "do": "draft"})
    answer = send(client, WRITE, {"finding": "Yours.", "saved": "0", "do": "draft"})
    assert answer.status_code == 400
    assert "Somebody saved this audit while you wrote." in text_of(answer)
    assert "Yours." in answer.text
    assert 'name="saved" value="1"' in answer.text  # sent again, it is kept
    assert send(client, WRITE, {"saved": "9" * 40, "do": "draft"}).status_code == 400


def test_a_correction_needs_its_reason(office: Office) -> None:
    drawn(office, "X-1", cases=0)
    client = office.client_as("iro_sm")
    send(client, WRITE, filled(CHILD))
    said = text_of(client.get(WRITE))
    assert "What you write is a correction" in said
    answer = send(client, WRITE, filled(CHILD, saved="1"))
    assert answer.status_code == 400
    answer = send(client, WRITE, filled(CHILD, saved="1", finding="Better.", reason="A slip."))
    assert answer.location == "/audit/1"
    assert "Why: A slip." in text_of(client.get("/audit/1"))
    assert 'id="reason"' in client.get(WRITE).text
    assert "A slip." not in client.get(WRITE).text


@pytest.mark.shows("audit_form", "forbidden")
def test_who_only_looks_or_has_no_part_fills_nothing_in(office: Office) -> None:
    office.raise_concern()
    drawn(office)
    for post in ("admin", "iro_tm", "tm"):
        client = office.client_as(post)
        assert client.get(WRITE).status_code == 403, post
    assert "Begin the audit" not in text_of(office.client_as("admin").get("/audit/1"))
