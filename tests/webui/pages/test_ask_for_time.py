"""Asking for more time: where a respondent asks, and where the raiser decides (A-HAR-17)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.engine.acts.test_asking_time import asking
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose respondents may ask for more time."""
    return Office(tmp_path, package=asking())


@pytest.fixture
def client_as(office: Office) -> Sign:
    return office.client_as


def waiting(office: Office) -> str:
    """The address at which the team manager asks for more time; due on Monday 30 March 2026."""
    office.raise_concern(entry="formal", decision="stage 1", reason="Four weeks.", to=None)
    return f"/tasks/{office.rehearsal.task_at('stage1_respond').id}/more-time"


def until(day: int, month: int, reason: str = "Half the team is ill.") -> dict[str, object]:
    return {"until-day": day, "until-month": month, "until-year": 2026, "reason": reason}


def decide(office: Office) -> str:
    """The address at which the raiser decides."""
    (row,) = (each for each in office.rehearsal.deadlines() if not each.case_limit)
    return f"/cases/2026-00001/deadlines/{row.id}"


@pytest.mark.shows("ask_for_time", "one")
def test_a_team_manager_asks_and_the_raiser_gives_what_was_asked(
    office: Office, client_as: Sign
) -> None:
    address = waiting(office)
    manager, raiser = client_as("tm"), client_as("raiser")
    assert "Ask for more time" in text_of(manager.get(address.removesuffix("/more-time")))
    page = text_of(manager.get(address))
    assert "the clock keeps running" in page
    assert "The limit for the whole case, Wednesday 22 April, does not move." in page
    assert send(manager, address, until(7, 4)).status_code == 303
    home = text_of(raiser.get("/"))
    assert "More time is asked for" in home
    assert "asks for time until Tuesday 7 April 2026" in home
    assert "Played Child" not in home
    assert "Decide about more time" in text_of(raiser.get("/cases/2026-00001"))
    form = raiser.get(decide(office))
    assert "Half the team is ill." in text_of(form)
    assert 'name="until-day" type="text" value="7"' in form.text.replace("\n", " ")
    send(raiser, decide(office), until(7, 4, "Agreed."))
    assert "is now due Tuesday 7 April." in text_of(raiser.get("/cases/2026-00001"))
    assert "More time is asked for" not in text_of(raiser.get("/"))


def test_the_raiser_gives_none_and_says_why(office: Office, client_as: Sign) -> None:
    manager, raiser = client_as("tm"), client_as("raiser")
    send(manager, waiting(office), until(7, 4))
    empty = send(raiser, f"{decide(office)}/refuse", {"refusal": " "}, page=decide(office))
    assert empty.status_code == 400
    assert 'href="#refusal"' in empty.text
    answer = send(
        raiser, f"{decide(office)}/refuse", {"refusal": "He cannot wait."}, page=decide(office)
    )
    assert answer.status_code == 303
    page = text_of(manager.get("/cases/2026-00001"))
    assert "He cannot wait." in page
    assert "Due Monday 30 March" in page
    again = send(raiser, f"{decide(office)}/refuse", {"refusal": "No."}, page=decide(office))
    assert again.status_code == 409


def test_time_beyond_the_limit_is_given_with_a_warning(office: Office, client_as: Sign) -> None:
    manager, raiser = client_as("tm"), client_as("raiser")
    send(manager, waiting(office), until(24, 4))
    page = text_of(raiser.get(decide(office)))
    assert "It ends on Wednesday 22 April. You can give time beyond it" in page
    send(raiser, decide(office), until(24, 4, "There is no other way."))
    assert "That is after the limit, Wednesday 22 April." in text_of(
        raiser.get("/cases/2026-00001")
    )


@pytest.mark.shows("ask_for_time", "error")
def test_a_date_that_is_no_later_is_refused_at_its_field(office: Office, client_as: Sign) -> None:
    answer = send(client_as("tm"), waiting(office), until(27, 3))
    assert answer.status_code == 400
    assert 'href="#until-day"' in answer.text
    assert "Half the team is ill." in answer.text


@pytest.mark.shows("ask_for_time", "forbidden")
def test_nobody_else_asks(office: Office, client_as: Sign) -> None:
    address = waiting(office)
    for post in ("raiser", "sm"):
        assert client_as(post).get(address).status_code == 403


def test_nothing_is_asked_for_where_the_procedure_does_not_say_so(tmp_path: Path) -> None:
    office = Office(tmp_path)
    address = waiting(office)
    manager = office.client_as("tm")
    assert "Ask for more time" not in text_of(manager.get(address.removesuffix("/more-time")))
    assert manager.get(address).status_code == 409
