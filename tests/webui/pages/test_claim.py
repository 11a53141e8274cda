"""Claiming and handing back, from the task's page and for several tasks at once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.engine.acts.test_claims import colleague
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def two_managers(office: Office) -> int:
    """A second team manager, and the task that waits for both."""
    office.people["other"] = colleague(office.rehearsal, "Ngozi Bell", "tm")
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return office.rehearsal.task_at("stage1_respond").id


@pytest.mark.shows("claim", "one")
def test_it_is_claimed_seen_by_the_other_taken_over_and_handed_back(
    office: Office, client_as: Sign
) -> None:
    task_id = two_managers(office)
    address, first, second = f"/tasks/{task_id}", client_as("tm"), client_as("other")
    answer = send(first, "/tasks/claim", {"task": task_id, "then": "task"}, page=address)
    assert answer.status_code == 303
    assert "You claimed this on Monday 23 March 2026 at 10am" in text_of(first.get(address))
    page = text_of(second.get(address))
    assert "Claimed by Team Manager (played) on Monday 23 March 2026 at 10am." in page
    assert "You can still answer it." in page
    assert "Claimed by Team Manager" in text_of(client_as("raiser").get("/cases/2026-00001"))

    shown = second.get(f"{address}/claim")
    assert "Take it over from Team Manager (played)" in text_of(shown)
    instead = {"instead_of": office.people["tm"].id}
    assert send(second, f"{address}/claim", instead).status_code == 303
    assert "Claimed by Ngozi Bell" in text_of(first.get(address))
    back = {"task": task_id, "then": "task"}
    assert send(second, "/tasks/hand-back", back, page=address).status_code == 303
    assert "Ngozi Bell" not in text_of(first.get(f"{address}/claim"))


@pytest.mark.shows("claim", "error")
def test_the_second_is_told_who_was_first(office: Office, client_as: Sign) -> None:
    address = f"/tasks/{two_managers(office)}/claim"
    second = client_as("other")
    second.get(address)
    assert send(client_as("tm"), address, {}).status_code == 303
    answer = send(second, address, {"instead_of": "99999"})
    assert answer.status_code == 409
    assert "Team Manager (played) claimed this on Monday 23 March 2026 at 10:00" in text_of(answer)


@pytest.mark.shows("claim", "many")
def test_several_at_once_say_how_many_and_which_not(office: Office, client_as: Sign) -> None:
    task_id = two_managers(office)
    office.raise_concern()
    other = office.rehearsal.task_at("informal_respond").id
    office.raise_concern()
    done = office.rehearsal.task_at("informal_respond").id
    office.rehearsal.answer("informal_respond", {"answer": "Done"})
    manager = client_as("tm")
    ticked = {"task": [task_id, other, done, "x", "9" * 40]}
    answer = send(manager, "/tasks/claim", ticked, page="/tasks/" + str(task_id))
    assert answer.status_code == 200
    page = text_of(answer)
    assert "2 tasks claimed" in page
    assert "1 task was not claimed" in page
    assert "already answered this" in page
    for named in (
        "Respond at Stage 1, case 2026-00001",
        "Respond to the Positive Challenge, case 2026-00002",
        "Respond to the Positive Challenge, case 2026-00003: Team Manager (played) already",
    ):
        assert named in page
    back = send(manager, "/tasks/hand-back", {"task": [task_id, other]}, page=f"/tasks/{other}")
    assert "2 tasks handed back" in text_of(back)


@pytest.mark.shows("claim", "empty")
def test_nothing_ticked_is_said(office: Office, client_as: Sign) -> None:
    answer = send(client_as("tm"), "/tasks/claim", {}, page=f"/tasks/{two_managers(office)}")
    assert answer.status_code == 400
    assert "No task was ticked" in text_of(answer)


@pytest.mark.shows("claim", "forbidden")
def test_who_is_not_asked_claims_nothing(office: Office, client_as: Sign) -> None:
    task_id = two_managers(office)
    raiser = client_as("raiser")
    assert raiser.get(f"/tasks/{task_id}/claim").status_code == 403
    answer = send(raiser, "/tasks/claim", {"task": task_id}, page="/cases/2026-00001")
    assert answer.status_code == 409
    assert "0 tasks claimed" in text_of(answer)

    stranger = send(client_as("ad"), "/tasks/claim", {"task": task_id}, page="/")
    assert "A task: " in text_of(stranger)
    assert "2026-00001" not in text_of(stranger)


def test_what_waits_for_one_person_alone_has_no_claim_button(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    task_id = office.rehearsal.task_at("stage1_respond").id
    assert "/tasks/claim" not in client_as("tm").get(f"/tasks/{task_id}").text
