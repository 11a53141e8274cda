"""Challenges to decisions of reviews: made, seen to wait, answered, withdrawn."""

import csv
import io

import pytest

from engine.clock import parse_instant
from engine.registers.reverse_challenges import ChallengeWords, make_challenge
from engine.store.children import change_child
from tests.webui.office import Office, send
from tests.webui.reading import text_of

FIELDS = {
    "decision": "Contact once a fortnight",
    "why": "She asks for her mother each day.",
    "proposal": "Contact each week",
    "decided_on-day": "18",
    "decided_on-month": "3",
    "decided_on-year": "2026",
}


@pytest.fixture
def reviewed(office: Office) -> Office:
    """The child has a social worker and a reviewing officer."""
    with office.installation.database.write() as connection:
        change_child(connection, office.child.id, "social_worker_id", office.people["sw"].id)
        change_child(connection, office.child.id, "raiser_id", office.people["raiser"].id)
    return office


def made(office: Office, decision: str = "Contact once a fortnight") -> int:
    """A challenge of the social worker's; its number."""
    words = ChallengeWords(decision=decision, why="She asks.", proposal="Each week")
    here, by = office.installation, office.people["sw"]
    return make_challenge(here, by=by, child_id=office.child.id, words=words)


@pytest.mark.shows("reverse_challenges", "empty")
def test_an_empty_list_says_so(reviewed: Office) -> None:
    page = reviewed.client_as("sw").get("/reverse-challenges").text
    assert "No decision is challenged that you have to do with." in page
    assert "Challenge a decision" in page
    other = reviewed.client_as("raiser").get("/reverse-challenges").text
    assert 'href="/reverse-challenges/child"' not in other


@pytest.mark.shows("reverse_challenges", "one")
def test_it_is_made_waits_and_is_answered_and_both_read_all_of_it(reviewed: Office) -> None:
    office = reviewed
    worker = office.client_as("sw")
    assert office.child.name in worker.get("/reverse-challenges/child").text
    asked = send(worker, "/reverse-challenges/child", {"child": office.child.id}).text
    assert "Is this the right child?" in asked
    address = f"/children/{office.child.id}/reverse-challenge"
    assert address in asked
    assert address in worker.get(f"/children/{office.child.id}").text
    answer = send(worker, address, FIELDS)
    assert answer.location == "/reverse-challenges/1"
    office.clock.set(parse_instant("2026-03-30T09:00"))
    officer = office.client_as("raiser")
    assert "No answer yet, 5 working days." in text_of(officer.get("/"))
    listed = text_of(worker.get("/reverse-challenges"))
    assert "No answer yet Waiting for 5 working days" in listed
    assert "Decided on 18 March 2026" in text_of(officer.get("/reverse-challenges/1"))
    said = {"answer": "discussed", "words": "With everybody there."}
    review = {"review_on-day": "14", "review_on-month": "4", "review_on-year": "2026"}
    send(officer, "/reverse-challenges/1/answer", {**said, **review})
    page = text_of(worker.get("/reverse-challenges/1"))
    assert "At the review on 14 April 2026" in page
    assert "With everybody there." in page
    office.clock.set(parse_instant("2026-04-15T09:00"))
    assert "is over: the outcome is not recorded" in text_of(worker.get("/reverse-challenges"))
    assert "The review at which it was to be discussed is over." in text_of(officer.get("/"))
    send(officer, "/reverse-challenges/1/answer", {"answer": "changed", "words": "Weekly."})
    page = text_of(worker.get("/reverse-challenges/1"))
    for words in ("Changed", "Weekly.", "With everybody there."):
        assert words in page


@pytest.mark.shows("reverse_challenges", "error")
def test_what_is_missing_is_said_and_nothing_is_lost(reviewed: Office) -> None:
    worker = reviewed.client_as("sw")
    address = f"/children/{reviewed.child.id}/reverse-challenge"
    answer = send(worker, address, {**FIELDS, "why": ""})
    assert (answer.status_code, "Contact each week" in answer.text) == (400, True)
    answer = send(worker, address, {**FIELDS, "decided_on-year": "2027"})
    assert (answer.status_code, "today or earlier" in answer.text) == (400, True)
    made(reviewed)
    officer = reviewed.client_as("raiser")
    assert send(officer, "/reverse-challenges/1/answer", {"words": "x"}).status_code == 400
    back = send(worker, "/reverse-challenges/1/withdraw", {"reason": "", "wrong_child": "no"})
    assert back.status_code == 400


def test_it_is_withdrawn(reviewed: Office) -> None:
    made(reviewed)
    worker = reviewed.client_as("sw")
    fields = {"reason": "We agreed by phone.", "wrong_child": "no"}
    send(worker, "/reverse-challenges/1/withdraw", fields)
    page = text_of(reviewed.client_as("raiser").get("/reverse-challenges/1"))
    assert "Why it was withdrawn We agreed by phone." in page
    assert "What you can do" not in page


@pytest.mark.shows("reverse_challenges", "many")
def test_many_are_paged_searched_and_taken_as_a_file_without_names(reviewed: Office) -> None:
    for place in range(55):
        made(reviewed, f"Decision {place:02}")
    client = reviewed.client_as("iro_sm")
    page = client.get("/reverse-challenges").text
    assert "55 entries" in page
    assert 'rel="next"' in page
    assert reviewed.child.name not in page
    found = send(client, "/reverse-challenges", {"text": "decision 07"}, page="/reverse-challenges")
    assert "1 entry" in found.text
    taken = client.get("/reverse-challenges.csv").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(taken)))) == 56
    assert reviewed.child.name not in taken


@pytest.mark.shows("reverse_challenges", "forbidden")
def test_others_are_refused(reviewed: Office) -> None:
    made(reviewed)
    assert reviewed.client_as("admin").get("/reverse-challenges/1").status_code == 403
    assert reviewed.client_as("raiser").get("/reverse-challenges/child").status_code == 403
    assert reviewed.client_as("sw").get("/reverse-challenges/1/answer").status_code == 403
    assert reviewed.client_as("tm").get("/reverse-challenges/1/withdraw").status_code == 403
