"""Giving a case, or all of somebody's, to another raiser."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.people import Person, add_person, give_post
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def newcomer(office: Office) -> Person:
    council = office.installation.council("north-east-lincolnshire")
    with office.installation.database.write() as connection:
        person = add_person(
            connection, council=council.key, name="Dee Roe", email="dee@example.org"
        )
        give_post(connection, council, person, "raiser", starts=date(2026, 1, 5))
    return person


@pytest.mark.shows("reallocate", "one")
def test_the_raisers_manager_gives_a_case(office: Office, client_as: Sign) -> None:
    number, dee = office.raise_concern(), newcomer(office)
    leader, address = client_as("iro_tm"), f"/cases/{number}/raiser"
    assert f"Case {number} is Independent Chair / IRO (played)’s." in text_of(leader.get(address))
    answer = send(leader, address, {"raiser": dee.id, "reason": "Ann leaves."})
    assert answer.status_code == 303
    assert f"Case {number} was given to Dee Roe." in text_of(leader.get("/"))
    assert client_as("raiser").get(f"/cases/{number}").status_code == 403


def test_an_administrator_gives_all_cases_of_who_leaves(office: Office, client_as: Sign) -> None:
    first, second = office.raise_concern(), office.raise_concern()
    dee, admin = newcomer(office), client_as("admin")
    person = office.people["raiser"].id
    assert f"/people/{person}/cases" in admin.get(f"/people/{person}").text
    answer = send(admin, f"/people/{person}/cases", {"raiser": dee.id, "reason": "Ann leaves."})
    assert answer.status_code == 303
    page = text_of(admin.get(f"/people/{person}"))
    assert f"2 cases were given to Dee Roe: {first} and {second}." in page


@pytest.mark.shows("reallocate", "error")
def test_a_reason_and_a_person_are_asked_for(office: Office, client_as: Sign) -> None:
    number, dee = office.raise_concern(), newcomer(office)
    leader, address = client_as("iro_tm"), f"/cases/{number}/raiser"
    assert send(leader, address, {"raiser": dee.id, "reason": ""}).status_code == 400
    assert send(leader, address, {"raiser": "", "reason": "Ann leaves."}).status_code == 400
    office.rehearsal.press("informal_withdraw", {"closed_as": "withdrawn", "reason": "Late."})
    closed = send(leader, address, {"raiser": dee.id, "reason": "Ann leaves."})
    assert closed.status_code == 400
    assert "The case is closed" in text_of(closed)


@pytest.mark.shows("reallocate", "empty")
def test_where_nobody_else_may_raise_that_is_said(office: Office, client_as: Sign) -> None:
    page = client_as("admin").get(f"/people/{office.people['raiser'].id}/cases")
    assert "has no open case" in text_of(page)
    assert "Nobody else may raise concerns today" in text_of(page)


@pytest.mark.shows("reallocate", "forbidden")
def test_others_may_not(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    for post in ("raiser", "tm", "iro_sm"):
        assert client_as(post).get(f"/cases/{number}/raiser").status_code == 403, post
    assert client_as("admin").get("/cases/2026-99999/raiser").status_code == 403


@pytest.mark.shows("reallocate", "many")
def test_who_raised_many_cases_gives_them_all(office: Office, client_as: Sign) -> None:
    for _ in range(12):
        office.raise_concern()
    page = client_as("admin").get(f"/people/{office.people['raiser'].id}/cases")
    assert "12 open cases" in text_of(page)
