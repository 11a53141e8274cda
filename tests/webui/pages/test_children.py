"""The list of children, and adding one (X-37)."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.children import let_read
from tests.webui.office import Office, send
from tests.webui.pages.record import administrator, day
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
NEW = {
    "reference": "10234",
    "name": "Mia Brown",
    **day("born", "31 3 2016"),
    "team": "Team A",
    "social_worker": "0",
    "raiser": "0",
    "restricted": "no",
}


@pytest.mark.shows("children", "many")
def test_five_hundred_children_are_paged_without_a_name_in_an_address(
    office: Office, client_as: Sign
) -> None:
    for number in range(120):
        office.add_child(f"R-{number}", f"Child {number:03}")
    raiser = client_as("raiser")
    first = raiser.get("/children")
    assert "Child 000" in first.text
    assert "Child 049" in first.text
    assert "Child 050" not in first.text
    found = re.search(r'name="after" value="(\d+)"', first.text)
    assert found
    second = send(raiser, "/children", {"text": "", "after": found[1]})
    assert "Child 050" in second.text
    assert "Child 099" in second.text
    assert "Child 049" not in second.text
    found = re.search(r'name="after" value="(\d+)"', second.text)
    assert found
    last = send(raiser, "/children", {"text": "", "after": found[1]})
    assert "Played Child" in last.text
    assert "Next page" not in last.text
    assert "Back to the first page" in last.text


@pytest.mark.shows("children", "one", "empty")
def test_a_search_finds_by_name_or_reference(office: Office, client_as: Sign) -> None:
    office.add_child("R-7", "Mia Brown")
    office.add_child("R-8", "Hidden Brown", restricted=True)
    raiser = client_as("raiser")
    found = text_of(send(raiser, "/children", {"text": "brown"}))
    assert "Mia Brown" in found
    assert "Hidden" not in found
    assert "Played Child" not in found
    assert "No child was found" in text_of(send(raiser, "/children", {"text": "zebra"}))
    assert "list of children, 0 shown" in [row.what for row in office.access_log()]


@pytest.mark.shows("children", "forbidden")
def test_a_manager_has_no_list_of_children(client_as: Sign) -> None:
    answer = client_as("tm").get("/children")
    assert answer.status_code == 403
    assert "You reach a child’s record from your cases." in text_of(answer)


def test_an_administrator_adds_a_child(office: Office) -> None:
    _, client = administrator(office)
    assert "Add a child" in text_of(client.get("/children"))
    added = send(client, "/children/new", NEW)
    assert added.status_code == 303
    assert re.fullmatch(r"/children/\d+", added.location)
    page = text_of(client.get(added.location))
    assert "Mia Brown" in page
    assert "31 March 2016, 9 years old" in page
    assert "The record was added." in page


@pytest.mark.shows("children", "error")
def test_what_cannot_be_added_is_said_and_kept(office: Office) -> None:
    _, client = administrator(office)
    empty = send(client, "/children/new", {**NEW, "name": ""})
    assert empty.status_code == 400
    assert "Enter" in text_of(empty)
    taken = send(client, "/children/new", {**NEW, "reference": "PLAYED-1"})
    assert taken.status_code == 400
    assert "PLAYED-1 is a child's already" in text_of(taken)
    assert 'value="Mia Brown"' in taken.text


def test_nobody_else_adds_a_child(client_as: Sign) -> None:
    raiser = client_as("raiser")
    assert raiser.get("/children/new").status_code == 403
    assert send(raiser, "/children/new", NEW, page="/").status_code == 403


def test_an_administrator_learns_that_a_record_is_restricted_and_whom_to_ask(
    office: Office, client_as: Sign
) -> None:
    hidden = office.add_child("R-8", "Hidden Brown", restricted=True)
    _, client = administrator(office)
    page = text_of(client.get("/children"))
    assert "One restricted record is not shown to you. Ask somebody who may read it:" in page
    assert "Nobody who works here now is named on it" in page
    with office.installation.database.write() as connection:
        let_read(connection, hidden, office.people["hos"].id)
    page = text_of(client.get("/children"))
    assert "may read it: Head of Service (played)" in page
    assert "R-8" not in page
    assert "Hidden" not in page
    assert "restricted" not in text_of(client_as("raiser").get("/children"))
