"""“Not mine”: one click, no reason demanded, undone while nobody has chosen."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def task_id(office: Office) -> int:
    """A task of the team manager."""
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return office.rehearsal.task_at("stage1_respond").id


@pytest.mark.shows("not_mine", "one")
def test_one_click_sends_it_back_and_one_undoes_it(
    office: Office, client_as: Sign, task_id: int
) -> None:
    manager = client_as("tm")
    answer = send(manager, f"/tasks/{task_id}/not-mine", {}, page=f"/tasks/{task_id}")
    assert answer.status_code == 303
    page = text_of(manager.get("/cases/2026-00001"))
    assert "You sent “Respond at Stage 1” back." in page
    assert "Undo: it is mine after all" in page
    assert "You sent this back" in page
    gone = manager.get(f"/tasks/{task_id}")
    assert gone.status_code == 409
    assert "The raiser and the administrators choose who answers" in text_of(gone)

    undo = send(manager, f"/tasks/{task_id}/not-mine/undo", {}, page="/cases/2026-00001")
    assert undo.status_code == 303
    assert manager.get(f"/tasks/{task_id}").status_code == 200


def test_the_raiser_and_the_administrator_are_led_to_the_choice(
    client_as: Sign, task_id: int
) -> None:
    send(client_as("tm"), f"/tasks/{task_id}/not-mine", {"reason": "Team B has him."})
    for post in ("raiser", "admin"):
        client = client_as(post)
        led = client.get(f"/tasks/{task_id}")
        assert led.location == f"/tasks/{task_id}/give-to"
        page = text_of(client.get(led.location))
        assert "Choose who answers" in page
        assert "Sent back by Team Manager (played): Team B has him." in page


@pytest.mark.shows("not_mine", "error")
def test_a_reason_may_be_too_long_but_not_missing(client_as: Sign, task_id: int) -> None:
    manager = client_as("tm")
    address = f"/tasks/{task_id}/not-mine"
    assert "(optional)" in text_of(manager.get(address))
    answer = send(manager, address, {"reason": "a b" * 1000})
    assert answer.status_code == 400
    assert "2,000 characters or less" in text_of(answer)


@pytest.mark.shows("not_mine", "forbidden")
def test_others_cannot(client_as: Sign, task_id: int) -> None:
    for post in ("raiser", "sm"):
        client = client_as(post)
        assert client.get(f"/tasks/{task_id}/not-mine").status_code == 403
        assert send(client, f"/tasks/{task_id}/not-mine", {}, page="/").status_code == 403


def test_the_choice_may_have_been_made_before_the_undo(
    office: Office, client_as: Sign, task_id: int
) -> None:
    manager, raiser = client_as("tm"), client_as("raiser")
    send(manager, f"/tasks/{task_id}/not-mine", {})
    given = {"to": "post:hos", "all_the_same": "yes"}
    assert send(raiser, f"/tasks/{task_id}/give-to", given).status_code == 303
    undo = send(manager, f"/tasks/{task_id}/not-mine/undo", {}, page="/cases/2026-00001")
    assert undo.status_code == 409
    assert "Somebody has chosen who answers this" in text_of(undo)
    gone = manager.get(f"/tasks/{task_id}")
    assert "gave this to Head of Service (played)" in text_of(gone)
