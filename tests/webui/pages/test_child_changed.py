"""The raiser says how a case goes on after the child's record has changed (X-13)."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.child_file.records import record_death, record_move
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def moved(office: Office) -> str:
    """An open case whose child another authority took over; its number."""
    number = office.raise_concern()
    record_move(
        office.installation,
        office.child.id,
        by=office.people["raiser"],
        on=date(2026, 3, 20),
        to="Hull City Council",
        reason="By letter",
    )
    return number


@pytest.mark.shows("child_changed", "one", "error")
def test_the_case_asks_until_the_raiser_has_said(office: Office, client_as: Sign) -> None:
    number = moved(office)
    raiser = client_as("raiser")
    asked = f"Say how these cases go on. Until then they go on as before. Case {number} , PC"
    assert asked in text_of(raiser.get("/"))
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "Hull City Council took over responsibility for the child on 20 March 2026." in case
    address = f"/cases/{number}/child-changed"
    assert "Go on with this case as it is" in text_of(raiser.get(address))
    empty = send(raiser, address, {"choice": "go on", "reason": ""})
    assert empty.status_code == 400
    answer = send(raiser, address, {"choice": "go on", "reason": "The school is still here"})
    assert answer.location == f"/cases/{number}"
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "The child’s record has changed" not in case
    assert "chose to go on with this case as it is: The school is still here" in case
    assert raiser.get(address).status_code == 409
    assert "Say how these cases go on" not in text_of(raiser.get("/"))


def test_closing_leads_to_the_diagrams_own_act(office: Office, client_as: Sign) -> None:
    number = moved(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/child-changed"
    assert "Close it, by “Withdraw”, on the next page" in text_of(raiser.get(address))
    answer = send(raiser, address, {"choice": "close", "reason": "Theirs now"})
    assert answer.location == f"/cases/{number}/acts/informal_withdraw"
    assert raiser.get(answer.location).status_code == 200


@pytest.mark.shows("child_changed", "forbidden")
def test_others_read_it_and_do_not_choose(office: Office, client_as: Sign) -> None:
    number = moved(office)
    manager = client_as("tm")
    assert "has still to say how the case goes on" in text_of(manager.get(f"/cases/{number}"))
    assert manager.get(f"/cases/{number}/child-changed").status_code == 403


def test_a_death_is_told_humanely(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    record_death(
        office.installation,
        office.child.id,
        by=office.people["raiser"],
        on=date(2026, 3, 20),
        reason="The hospital rang",
    )
    raiser = client_as("raiser")
    assert "We are sorry." in text_of(raiser.get(f"/cases/{number}"))
    page = text_of(raiser.get(f"/cases/{number}/child-changed"))
    assert "Take the time that you need." in page
    assert "Open a case on" not in page
