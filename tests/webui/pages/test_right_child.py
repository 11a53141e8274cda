"""A concern on the wrong child is moved, and nothing of it stays on the wrong file (X-37)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.case_file.reader import read_case_file
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("right_child", "one")
def test_found_confirmed_and_moved(office: Office, client_as: Sign) -> None:
    right = office.add_child("R-2", "Right Child", statuses=("looked after",))
    number = office.raise_concern()
    raiser = client_as("raiser")
    found = send(raiser, f"/cases/{number}/child", {"text": "child"})
    assert "Right Child" in text_of(found)
    assert "1 child was found" in text_of(found)  # the other is the one that it is with now

    asked = send(
        raiser,
        f"/cases/{number}/child/confirm",
        {"child": right.id},
        page=f"/cases/{number}/child",
    )
    assert "Date of birth 2 June 2015 Reference R-2" in text_of(asked)
    moved = send(
        raiser,
        f"/cases/{number}/child/move",
        {"child": right.id, "reason": "I picked the name above."},
        page=f"/cases/{number}/child",
    )
    assert (moved.status_code, moved.location) == (303, f"/cases/{number}")
    page = text_of(raiser.get(f"/cases/{number}"))
    assert "Right Child" in page
    assert "Played Child" not in page
    assert "moved the case to the right child: I picked the name above." in page


@pytest.mark.shows("right_child", "error")
def test_why_is_asked_for(office: Office, client_as: Sign) -> None:
    right = office.add_child("R-2", "Right Child")
    number = office.raise_concern()
    answer = send(
        client_as("raiser"),
        f"/cases/{number}/child/move",
        {"child": right.id, "reason": ""},
        page=f"/cases/{number}/child",
    )
    assert answer.status_code == 400
    assert "Enter why the case belongs to this child" in answer.text


def test_an_empty_search_is_asked_for_a_name(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    answer = send(client_as("raiser"), f"/cases/{number}/child", {"text": " "})
    assert answer.status_code == 400
    assert "Enter the child’s reference or name" in answer.text


@pytest.mark.shows("right_child", "forbidden")
def test_only_the_raiser_moves_a_case(office: Office, client_as: Sign) -> None:
    right = office.add_child("R-2", "Right Child")
    number = office.raise_concern()
    manager = client_as("tm")
    assert manager.get(f"/cases/{number}/child").status_code == 403
    fields = {"child": right.id, "reason": "No reason."}
    assert send(manager, f"/cases/{number}/child/move", fields, page="/").status_code == 403


def test_a_child_whom_the_raiser_may_not_read_of_cannot_be_guessed(
    office: Office, client_as: Sign
) -> None:
    hidden = office.add_child("R-3", "Hidden Child", restricted=True)
    number = office.raise_concern()
    raiser = client_as("raiser")
    fields = {"child": hidden.id, "reason": "A guess."}
    answer = send(raiser, f"/cases/{number}/child/move", fields, page=f"/cases/{number}/child")
    assert answer.status_code == 403
    file = read_case_file(office.installation, number, office.people["raiser"])
    assert file.child.name == "Played Child"


def test_a_closed_case_stays_with_its_child(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    office.rehearsal.press("informal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    assert client_as("raiser").get(f"/cases/{number}/child").status_code == 409


def test_a_reason_of_nothing_that_can_be_read_is_none(office: Office, client_as: Sign) -> None:
    right = office.add_child("R-2", "Right Child")
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/child"
    nothing = send(raiser, f"{page}/move", {"child": right.id, "reason": " \0\x1b"}, page=page)
    assert nothing.status_code == 400
    assert "Enter why the case belongs to this child" in text_of(nothing)
    send(raiser, f"{page}/move", {"child": right.id, "reason": "The wrong\0 one."}, page=page)
    assert "to the right child: The wrong one." in text_of(raiser.get(f"/cases/{number}"))


@pytest.mark.shows("right_child", "empty", "many")
def test_nobody_found_and_more_than_are_shown(office: Office, client_as: Sign) -> None:
    for each in range(25):
        office.add_child(f"R-{each}", f"Child Number{each:02}")
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/child"
    assert "No other child was found" in text_of(send(raiser, page, {"text": "zebra"}))
    many = text_of(send(raiser, page, {"text": "number"}))
    assert "There may be more." in many
    assert "Number19" in many
    assert "Number20" not in many
