"""Giving more time: a date and a reason, before or after the deadline."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.clock import parse_instant
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def waiting(office: Office) -> str:
    """The address at which more time is given for the answer of the team manager."""
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    (row,) = (each for each in office.rehearsal.deadlines() if not each.case_limit)
    return f"/cases/{number}/deadlines/{row.id}"


def until(day: int, month: int, reason: str = "Half the team is ill.") -> dict[str, object]:
    return {"until-day": day, "until-month": month, "until-year": 2026, "reason": reason}


@pytest.mark.shows("more_time", "one")
def test_the_raiser_gives_time_until_the_end_of_a_day(office: Office, client_as: Sign) -> None:
    address = waiting(office)
    raiser = client_as("raiser")
    assert "The limit for the whole case does not move." in text_of(raiser.get(address))
    assert send(raiser, address, until(7, 4)).status_code == 303
    page = text_of(raiser.get("/cases/2026-00001"))
    assert "“Respond at Stage 1” is now due Tuesday 7 April." in page
    assert office.rehearsal.task_at("stage1_respond").due == parse_instant("2026-04-07T22:59:59Z")


@pytest.mark.shows("more_time", "error")
def test_a_date_that_is_no_later_is_refused_at_its_field(office: Office, client_as: Sign) -> None:
    answer = send(client_as("raiser"), waiting(office), until(27, 3))
    assert answer.status_code == 400
    assert 'href="#until-day"' in answer.text
    assert "Half the team is ill." in answer.text


def test_a_reason_is_asked_for(office: Office, client_as: Sign) -> None:
    answer = send(client_as("raiser"), waiting(office), until(7, 4, reason=" "))
    assert answer.status_code == 400
    assert "Enter the reason" in answer.text


def test_parts_of_a_date_are_told_of_and_kept(office: Office, client_as: Sign) -> None:
    answer = send(client_as("raiser"), waiting(office), {"until-day": "7", "reason": "Illness."})
    assert answer.status_code == 400
    assert "must include a month and a year" in answer.text


@pytest.mark.shows("more_time", "forbidden")
def test_respondents_cannot_give_time_to_themselves(office: Office, client_as: Sign) -> None:
    address = waiting(office)
    manager = client_as("tm")
    assert manager.get(address).status_code == 403
    assert send(manager, address, until(7, 4), page="/").status_code == 403


def test_what_was_answered_meanwhile_has_no_more_time(office: Office, client_as: Sign) -> None:
    address = waiting(office)
    raiser = client_as("raiser")
    office.rehearsal.answer("stage1_respond", {"answer": "Done."})
    answer = send(raiser, address, until(7, 4), page="/")
    assert answer.status_code == 409
    assert "Half the team is ill." in answer.text
