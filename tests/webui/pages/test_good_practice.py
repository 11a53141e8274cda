"""Good practice: recorded from its list, a case and a child's page; told; taken back."""

import csv
import io

import pytest

from engine.registers.good_practice import PracticeWords, record_practice
from engine.rehearsal import TEAM
from engine.store.children import change_child
from tests.webui.office import Office, send
from tests.webui.reading import text_of

FIELDS = {"what": "Visited on the first evening.", "impact": "He slept.", "tell": "no"}


def kept(office: Office, what: str = "Visited on the first evening.") -> int:
    """Good practice of the raiser's about a team; its number."""
    words = PracticeWords(what=what, team=TEAM)
    by = office.people["raiser"]
    return record_practice(office.installation, by=by, words=words, tell=False)


@pytest.mark.shows("good_practice", "empty")
def test_an_empty_list_says_so(office: Office) -> None:
    assert (
        "No good practice is recorded yet." in office.client_as("raiser").get("/good-practice").text
    )
    assert "Nothing was noted yet." in office.client_as("sw").get("/good-practice").text


@pytest.mark.shows("good_practice", "one")
def test_from_a_case_it_is_recorded_and_the_worker_told(office: Office) -> None:
    number = office.raise_concern()
    worker = office.people["sw"]
    client = office.client_as("raiser")
    assert f"/good-practice/new?case={number}" in client.get(f"/cases/{number}").text
    form = client.get(f"/good-practice/new?case={number}").text
    assert office.child.name in form
    told = {**FIELDS, "worker": str(worker.id), "tell": "yes"}
    answer = send(client, f"/good-practice/new?case={number}", told)
    page = text_of(client.get(answer.location))
    for said in (f"{worker.name} was told", number, office.child.name, "He slept."):
        assert said in page
    theirs = office.client_as("sw")
    assert "Good practice in your work" in text_of(theirs.get("/"))
    assert "He slept." in text_of(theirs.get(answer.location))
    assert "What you can do" not in text_of(theirs.get(answer.location))


def test_from_a_childs_page_it_begins_with_their_worker_and_team(office: Office) -> None:
    with office.installation.database.write() as connection:
        change_child(connection, office.child.id, "social_worker_id", office.people["sw"].id)
    client = office.client_as("raiser")
    assert (
        f"/good-practice/new?child={office.child.id}"
        in client.get(f"/children/{office.child.id}").text
    )
    form = client.get(f"/good-practice/new?child={office.child.id}").text
    assert f'value="{office.people["sw"].id}" selected' in form
    chosen = {**FIELDS, "worker": str(office.people["sw"].id)}
    send(client, f"/good-practice/new?child={office.child.id}", chosen)
    assert "Visited on the first evening." in client.get(f"/children/{office.child.id}").text


def test_a_child_is_found_chosen_and_confirmed(office: Office) -> None:
    client = office.client_as("raiser")
    found = send(client, "/good-practice/child", {"text": "played"})
    assert "1 child was found" in found.text
    asked = send(client, "/good-practice/child", {"child": office.child.id})
    assert "Is this the right child?" in asked.text
    assert f"/good-practice/new?child={office.child.id}" in asked.text


@pytest.mark.shows("good_practice", "error")
def test_what_is_missing_is_said(office: Office) -> None:
    client = office.client_as("raiser")
    answer = send(client, "/good-practice/new", FIELDS)
    assert answer.status_code == 400
    assert "Select the worker or the team whose work it was." in answer.text
    assert "Visited on the first evening." in answer.text
    assert send(client, "/good-practice/new", {**FIELDS, "what": ""}).status_code == 400
    assert send(client, "/good-practice/child", {"text": " "}).status_code == 400
    number = kept(office)
    assert send(client, f"/good-practice/{number}/take-back", {"reason": ""}).status_code == 400
    done = send(client, f"/good-practice/{number}/tell", {}, page="/good-practice/new")
    assert done.status_code == 303
    assert "No worker is named who could be told." in client.get(done.location).text


def test_it_is_taken_back_and_of_the_wrong_child_nothing_stays(office: Office) -> None:
    client = office.client_as("raiser")
    address = f"/good-practice/new?child={office.child.id}"
    made = send(client, address, {**FIELDS, "team": TEAM}).location
    back = {"reason": "It was another family.", "wrong_child": "yes"}
    send(client, f"{made}/take-back", back)
    page = text_of(client.get(made))
    assert "Taken back" in page
    assert "These words were destroyed" in page
    assert office.child.name not in page
    assert "first evening" not in client.get(f"/children/{office.child.id}").text
    assert client.get(f"{made}/take-back").status_code == 200
    assert send(client, f"{made}/take-back", back).status_code == 400


@pytest.mark.shows("good_practice", "many")
def test_many_are_paged_filtered_and_taken_as_a_file_without_names(office: Office) -> None:
    for place in range(55):
        kept(office, f"Kindness {place:02}")
    client = office.client_as("raiser")
    send(client, f"/good-practice/new?child={office.child.id}", {**FIELDS, "team": TEAM})
    page = client.get("/good-practice").text
    assert "56 entries" in page
    assert 'rel="next"' in page
    assert office.child.name not in page
    assert "56 entries" in client.get(f"/good-practice?team={TEAM}").text
    found = send(client, "/good-practice", {"text": "kindness 07"}, page="/good-practice")
    assert "1 entry" in found.text
    taken = client.get("/good-practice.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(taken)))
    assert len(rows) == 57
    assert office.child.name not in taken


@pytest.mark.shows("good_practice", "forbidden")
def test_others_are_refused(office: Office) -> None:
    number = kept(office)
    for post in ("sw", "tm", "admin"):
        client = office.client_as(post)
        for address in (f"/good-practice/{number}", "/good-practice/new", "/good-practice/child"):
            assert client.get(address).status_code == 403, (post, address)
