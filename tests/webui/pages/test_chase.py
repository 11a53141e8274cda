"""Chasing from the case's page, and of several tasks at once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def address(office: Office) -> str:
    """Where the team manager is reminded."""
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return f"/tasks/{office.rehearsal.task_at('stage1_respond').id}/chase"


@pytest.mark.shows("chase", "one")
def test_a_reminder_is_sent_and_shown_on_the_case(client_as: Sign, address: str) -> None:
    raiser = client_as("raiser")
    assert f'href="{address}"' in raiser.get("/cases/2026-00001").text
    assert "waits for Team Manager (Team Manager (played))" in text_of(raiser.get(address))
    assert send(raiser, address, {"words": "Any news?"}).status_code == 303
    page = text_of(raiser.get("/cases/2026-00001"))
    assert "A reminder of “Respond at Stage 1” is on its way." in page
    assert "Chased on Monday 23 March 2026 at 10am." in page
    assert "reminded Team Manager (played) of “Respond at Stage 1”: Any news?" in page


@pytest.mark.shows("chase", "error")
def test_a_second_on_the_same_day_is_confirmed_first(client_as: Sign, address: str) -> None:
    raiser = client_as("raiser")
    send(raiser, address, {})
    assert "You sent a reminder today already" in text_of(raiser.get(address))
    answer = send(raiser, address, {"words": "Please, today."})
    assert answer.status_code == 400
    assert 'href="#again"' in answer.text
    assert "Please, today." in answer.text
    assert send(raiser, address, {"again": "yes"}).status_code == 303


@pytest.mark.shows("chase", "forbidden")
def test_only_the_raiser_chases(client_as: Sign, address: str) -> None:
    manager = client_as("tm")
    assert manager.get(address).status_code == 403
    assert send(manager, address, {}, page="/").status_code == 403
    assert client_as("sm").get(address).status_code == 403
    assert client_as("raiser").get("/tasks/99999999/chase").status_code == 403


@pytest.mark.shows("chase", "many")
def test_of_several_at_once_those_reminded_today_are_listed(
    office: Office, client_as: Sign, address: str
) -> None:
    raiser = client_as("raiser")
    send(raiser, address, {})
    office.raise_concern()
    other = office.rehearsal.task_at("informal_respond").id
    first = address.split("/")[2]
    answer = send(raiser, "/tasks/chase", {"task": [first, other]}, page=address)
    assert answer.status_code == 200
    page = text_of(answer)
    assert "1 reminder sent" in page
    assert "1 reminder was not sent" in page
    assert "They were reminded at 10:00 today already" in page


def test_what_was_answered_is_not_chased(office: Office, client_as: Sign, address: str) -> None:
    office.rehearsal.answer("stage1_respond", {"answer": "Done"})
    answer = client_as("raiser").get(address)
    assert answer.status_code == 409
    assert "already answered this" in text_of(answer)
