"""What the tests of redrawing begin with: a draft, and a step that is changed in it."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.redrawing.drafts import Draft, demand_draft
from tests.webui.office import Office, send

PAGE = "/procedures/positive-challenge"
DRAFT = f"{PAGE}/redraw"
STEP = f"{DRAFT}/steps/stage1_respond"
SEEN = "draft.seen"


def begin(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    """The service manager has begun a draft."""
    manager = client_as("iro_sm")
    assert send(manager, DRAFT, {}).status_code == 303
    return manager


def seen_on(page: str) -> str:
    """Which state of the draft a page was made from."""
    found = re.search(r'name="draft.seen" value="([^"]+)"', page)
    assert found, page
    return found[1]


def stage_1(client: FlaskClient) -> dict[str, object]:
    """Stage 1 as the form has it, unchanged."""
    return {
        "step_name": "Respond at Stage 1",
        "owner": "tm",
        "form": "answer",
        "amount_1": "5",
        "unit_1": "working day",
        "told_2": ["iro_sm"],
        "told_4": ["iro_sm"],
        "told_5": ["tm"],
        "message_5": "no-answer",
        "told_6": ["iro_sm"],
        SEEN: seen_on(client.get(STEP).text),
    }


def change(client: FlaskClient, **otherwise: object) -> TestResponse:
    """Stage 1 is sent otherwise."""
    return send(client, STEP, {**stage_1(client), **otherwise})


def set_days(client: FlaskClient, days: str) -> None:
    """Stage 1 gets that many working days."""
    answer = change(client, amount_1=days)
    assert (answer.status_code, answer.location) == (303, DRAFT), answer.text


def keep(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Something is sent from the page at the address, made of the draft as it now is."""
    return send(client, address, {SEEN: seen_on(client.get(address).text), **fields})


def kept_as(office: Office) -> Draft:
    """The draft as it now is."""
    return demand_draft(office.installation, "positive-challenge", office.people["iro_sm"])


def only_for_its_editor(client_as: Callable[[str], FlaskClient], address: str) -> None:
    """Who may not redraw is refused; who has not the draft, and where none is, are told so."""
    assert client_as("iro_sm").get(address).status_code == 409
    begin(client_as)
    for post in ("raiser", "tm"):
        assert client_as(post).get(address).status_code == 403
    answer = client_as("admin").get(address)
    assert answer.status_code == 409
    assert "Somebody else has the draft" in answer.text
