"""Legal statuses: added, ended, corrected, removed; open cases are told (X-13)."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.pages.record import day
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PLAN = "child protection plan"


def held(raiser: FlaskClient, office: Office) -> str:
    """The address of the newest period."""
    page = raiser.get(f"/children/{office.child.id}").text
    found = re.search(rf"/children/{office.child.id}/statuses/\d+", page)
    assert found
    return found[0]


@pytest.mark.shows("child_status", "one")
def test_a_status_is_added_and_the_case_asks_how_it_goes_on(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    added = send(
        raiser,
        f"/children/{office.child.id}/statuses/new",
        {"status": PLAN, **day("starts", "23 3 2026"), "reason": "The conference of today"},
    )
    page = text_of(raiser.get(added.location))
    assert "Child protection plan since 23 March 2026" in page
    assert "1 open case shows it now" in page
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "Legal status recorded: child protection plan, from 23 March 2026." in case
    assert "Say how the case goes on" in case


def test_a_status_is_ended_corrected_and_removed(office: Office, client_as: Sign) -> None:
    raiser = client_as("raiser")
    address = held(raiser, office)
    send(raiser, address, {"how": "end", **day("last_day", "20 3 2026"), "reason": "Discharged"})
    record = f"/children/{office.child.id}"
    assert "Looked after from 1 January 2025 to 20 March 2026" in text_of(raiser.get(record))
    shown = raiser.get(address)
    assert 'value="2025"' in shown.text  # the correction begins with what is recorded
    correct = {"how": "correct", "status": PLAN, **day("starts", "1 2 2025"), "reason": "Misread"}
    send(raiser, address, correct)
    assert "Child protection plan since 1 February 2025" in text_of(raiser.get(record))
    send(raiser, address, {"how": "remove", "reason": "Of another child"})
    assert "None is recorded." in text_of(raiser.get(record))
    assert raiser.get(address).status_code == 409


@pytest.mark.shows("child_status", "error")
def test_what_cannot_be_is_said(office: Office, client_as: Sign) -> None:
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/statuses/new"
    empty = send(raiser, address, {"status": PLAN})
    assert empty.status_code == 400
    overlap = {"status": "looked after", **day("starts", "1 3 2026"), "reason": "Twice"}
    answer = send(raiser, address, overlap)
    assert answer.status_code == 400
    assert "already" in text_of(answer)
    wrong = {"how": "end", **day("last_day", "1 1 2020"), "reason": "Early"}
    assert send(raiser, held(raiser, office), wrong).status_code == 400


@pytest.mark.shows("child_status", "forbidden")
def test_another_childs_status_is_not_reached(office: Office, client_as: Sign) -> None:
    raiser = client_as("raiser")
    number = held(raiser, office).rsplit("/", 1)[1]
    other = office.add_child("R-2", "Mia Brown")
    assert raiser.get(f"/children/{other.id}/statuses/{number}").status_code == 403
