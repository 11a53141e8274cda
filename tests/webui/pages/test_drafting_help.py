"""Asking a colleague to draft; drafting; taking the draft."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.engine.acts.test_claims import colleague
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def task(office: Office) -> str:
    """The team manager's task, and a colleague."""
    office.people["helper"] = colleague(office.rehearsal, "Ngozi Bell", "sw")
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return f"/tasks/{office.rehearsal.task_at('stage1_respond').id}"


def ask(office: Office, manager: FlaskClient, task: str) -> None:
    chosen = {"person": office.people["helper"].id, "words": "By Friday?"}
    assert send(manager, f"{task}/help/ask", chosen).status_code == 303


@pytest.mark.shows("drafting_help", "one")
def test_a_colleague_drafts_and_the_manager_sends(
    office: Office, client_as: Sign, task: str
) -> None:
    manager, helper = client_as("tm"), client_as("helper")
    ask(office, manager, task)
    assert "has not begun" in text_of(manager.get(task))
    page = text_of(helper.get(f"{task}/help"))
    assert "The visits have not happened since January." in page
    assert "By Friday?" in page
    assert "Played Child" not in page
    assert helper.get("/cases/2026-00001").status_code == 403
    assert helper.get(task).status_code == 403

    saved = send(helper, f"{task}/help", {"answer": "He starts on Monday."})
    assert saved.status_code == 303
    assert "Your draft is saved." in text_of(helper.get(saved.location))
    assert "He starts on Monday." in helper.get(f"{task}/help").text
    person = office.people["helper"].id
    read = manager.get(f"{task}/help/of/{person}")
    assert "He starts on Monday." in text_of(read)
    assert send(manager, f"{task}/help/of/{person}", {"draft.seen": ""}).status_code == 303
    assert "He starts on Monday." in manager.get(task).text


@pytest.mark.shows("drafting_help", "error")
def test_somebody_must_be_chosen(office: Office, client_as: Sign, task: str) -> None:
    manager = client_as("tm")
    answer = send(manager, f"{task}/help/ask", {"words": "Please help"})
    assert answer.status_code == 400
    assert "Choose whom to ask" in text_of(answer)
    assert "Please help" in answer.text
    nobody = send(manager, f"{task}/help/ask", {"person": "999999"})
    assert nobody.status_code == 400


@pytest.mark.shows("drafting_help", "many")
def test_a_big_council_is_searched(office: Office, client_as: Sign, task: str) -> None:
    for number in range(30):
        colleague(office.rehearsal, f"Person{number} Surname", "sw", team="Team C")
    manager = client_as("tm")
    found = send(manager, f"{task}/help/find", {"text": "bell"}, page=f"{task}/help/ask")
    assert "1 person fits" in text_of(found)
    assert "Ngozi Bell" in text_of(found)


@pytest.mark.shows("drafting_help", "empty")
def test_nobody_found_is_said(office: Office, client_as: Sign, task: str) -> None:
    for number in range(30):
        colleague(office.rehearsal, f"Person{number} Surname", "sw", team="Team C")
    manager = client_as("tm")
    found = send(manager, f"{task}/help/find", {"text": "zzz"}, page=f"{task}/help/ask")
    assert "Nobody was found." in text_of(found)


@pytest.mark.shows("drafting_help", "forbidden")
def test_who_is_not_asked_or_may_not_answer_is_refused(
    office: Office, client_as: Sign, task: str
) -> None:
    assert client_as("helper").get(f"{task}/help").status_code == 409
    assert client_as("raiser").get(f"{task}/help/ask").status_code == 403
    ask(office, client_as("tm"), task)
    person = office.people["helper"].id
    assert client_as("raiser").get(f"{task}/help/of/{person}").status_code == 403


def test_what_was_typed_after_the_answer_is_shown_again(
    office: Office, client_as: Sign, task: str
) -> None:
    helper = client_as("helper")
    ask(office, client_as("tm"), task)
    office.rehearsal.answer("stage1_respond", {"answer": "Done"})
    answer = send(helper, f"{task}/help", {"answer": "He starts on Monday."}, page="/")
    assert answer.status_code == 409
    assert "He starts on Monday." in text_of(answer)


def test_either_stops_it(office: Office, client_as: Sign, task: str) -> None:
    manager, helper = client_as("tm"), client_as("helper")
    ask(office, manager, task)
    stop = f"{task}/help/of/{office.people['helper'].id}"
    assert send(helper, f"{stop}/stop", {}, page=f"{task}/help").location == "/"
    assert helper.get(f"{task}/help").status_code == 409
    ask(office, manager, task)
    assert send(manager, f"{stop}/stop", {}, page=stop).location == task
