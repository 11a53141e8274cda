"""Giving a task to somebody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.children import restrict
from tests.engine.acts.test_claims import colleague
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def address(office: Office) -> str:
    """Where the team manager's task is given to somebody else."""
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return f"/tasks/{office.rehearsal.task_at('stage1_respond').id}/give-to"


@pytest.mark.shows("reassign", "one")
def test_the_raiser_gives_it_to_a_person_who_then_has_it(
    office: Office, client_as: Sign, address: str
) -> None:
    office.people["other"] = colleague(office.rehearsal, "Ngozi Bell", "tm", team="Team B")
    raiser = client_as("raiser")
    page = text_of(raiser.get(address))
    assert "The due date does not move." in page
    assert "Ngozi Bell Team Manager, Team B" in page
    given = {"to": f"person:{office.people['other'].id}", "reason": "She knows him."}
    answer = send(raiser, address, given)
    assert answer.status_code == 303
    assert "is with somebody else now" in text_of(raiser.get(answer.location))
    task = address.removesuffix("/give-to")
    assert "She knows him." not in text_of(client_as("tm").get(task))
    assert "gave this to Ngozi Bell" in text_of(client_as("tm").get(task))
    assert "Due Monday 30 March" in text_of(client_as("other").get(task))


@pytest.mark.shows("reassign", "error")
def test_what_is_missing_is_said_at_its_field(client_as: Sign, address: str) -> None:
    raiser = client_as("raiser")
    answer = send(raiser, address, {"reason": " "})
    assert answer.status_code == 400
    assert 'href="#to"' in answer.text
    assert 'href="#reason"' in answer.text
    for nonsense in ("person:x", "post:", "post:raiser", "post:nobody", "person:" + "9" * 15):
        answer = send(raiser, address, {"to": nonsense, "reason": "Why not"})
        assert answer.status_code == 400, nonsense
    assert "Why not" in answer.text


@pytest.mark.shows("reassign", "warned")
def test_what_is_unusual_is_said_and_stops_nobody(client_as: Sign, address: str) -> None:
    raiser = client_as("raiser")
    given = {"to": "post:sm", "reason": "The manager is away."}
    answer = send(raiser, address, given)
    assert answer.status_code == 200
    page = text_of(answer)
    assert "Children's Service Manager (played) is also asked at Stage 2." in page
    again = send(raiser, address, {**given, "all_the_same": "yes"})
    assert again.status_code == 303
    assert "The manager is away." in text_of(raiser.get("/cases/2026-00001"))


@pytest.mark.shows("reassign", "many")
def test_a_big_council_is_searched_and_the_reason_stays(
    office: Office, client_as: Sign, address: str
) -> None:
    for number in range(30):
        colleague(office.rehearsal, f"Person{number} Long-Hyphenated-Surname", "sw", team="Team C")
    colleague(office.rehearsal, "Ngozi Bell", "tm", team="Team B")
    raiser = client_as("raiser")
    assert "the first 20 are shown below" in text_of(raiser.get(address))
    found = send(raiser, f"{address}/find", {"text": "bell team b", "reason": "Hers"}, page=address)
    page = text_of(found)
    assert "1 person fits" in page
    assert "Ngozi Bell" in page
    assert "Person3" not in page
    assert "Hers" in found.text


@pytest.mark.shows("reassign", "empty")
def test_nobody_found_leaves_the_posts(office: Office, client_as: Sign, address: str) -> None:
    for number in range(30):
        colleague(office.rehearsal, f"Person{number} Surname", "sw", team="Team C")
    found = send(client_as("raiser"), f"{address}/find", {"text": "zzz"}, page=address)
    page = text_of(found)
    assert "0 people fit" in page
    assert "Head of Service" in page


@pytest.mark.shows("reassign", "forbidden")
def test_only_raiser_administrator_and_line_manager_may(client_as: Sign, address: str) -> None:
    for post in ("tm", "hos", "iro_sm"):
        client = client_as(post)
        assert client.get(address).status_code == 403, post
        given = {"to": "post:hos", "reason": "x y"}
        assert send(client, address, given, page="/").status_code == 403, post


def test_the_line_manager_needs_no_part_in_the_case_and_reads_nothing_of_it(
    office: Office, client_as: Sign, address: str
) -> None:
    manager = client_as("sm")
    page = text_of(manager.get(address))
    assert "Case 2026-00001, PC" in page
    assert "Played Child" not in page
    assert manager.get("/cases/2026-00001").status_code == 403
    answer = send(
        manager, address, {"to": "post:hos", "reason": "He is away.", "all_the_same": "1"}
    )
    assert answer.location == "/"


def test_of_a_restricted_child_only_readers_are_offered(
    office: Office, client_as: Sign, address: str
) -> None:
    other = colleague(office.rehearsal, "Ngozi Bell", "tm", team="Team B")
    with office.installation.database.write() as connection:
        restrict(connection, office.child)
    raiser = client_as("raiser")
    assert "Ngozi Bell" not in text_of(raiser.get(address))
    given = {"to": f"person:{other.id}", "reason": "She knows him."}
    answer = send(raiser, address, given)
    assert answer.status_code == 400
    assert "restricted, and Ngozi Bell may not read it" in text_of(answer)
    assert client_as("sm").get(address).status_code == 403


def test_nothing_is_given_that_was_answered(office: Office, client_as: Sign, address: str) -> None:
    office.rehearsal.answer("stage1_respond", {"answer": "Done"})
    assert client_as("raiser").get(address).status_code == 409
    assert client_as("raiser").get("/tasks/99999999999999999999/give-to").status_code == 403
