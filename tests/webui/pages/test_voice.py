"""The child's voice in a case (X-21), on its page and on the case page."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.pages.record import day
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
MONDAY = day("day", "23 3 2026")


@pytest.mark.shows("voice", "empty", "one")
def test_what_is_missing_is_said_gently_until_it_is_recorded(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    case = text_of(raiser.get(f"/cases/{number}"))
    assert (
        "Not yet recorded at this stage: whether the child was told, "
        "whether the child was consulted." in case
    )
    page = f"/cases/{number}/voice"
    assert "Nothing is recorded yet." in text_of(raiser.get(page))
    answer = send(raiser, f"{page}/told", {"answer": "no", "words": "He was away", **MONDAY})
    assert answer.location == page
    shown = text_of(raiser.get(page))
    assert "Whether the child was told No, 23 March 2026 He was away" in shown
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "Not yet recorded at this stage: whether the child was consulted." in case
    assert "recorded: whether the child was told – No." in case
    assert "He was away" in text_of(client_as("tm").get(f"/cases/{number}"))


@pytest.mark.shows("voice", "error")
def test_why_not_is_asked_for_and_what_was_written_stays(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = f"/cases/{number}/voice/advocate"
    empty = send(raiser, address, {"answer": "no", "words": "", **MONDAY})
    assert empty.status_code == 400
    assert "Why not" in text_of(empty)
    late = {"answer": "no", "words": "None is free", **day("day", "24 3 2026")}
    refused = send(raiser, address, late)
    assert refused.status_code == 400
    assert "None is free" in refused.text
    assert raiser.get(f"/cases/{number}/voice/nothing").status_code == 404


@pytest.mark.shows("voice", "many")
def test_a_correction_stands_beside_what_it_corrects(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/voice"
    send(raiser, f"{page}/wishes", {"answer": "known", "words": "I want to stay", **MONDAY})
    found = re.search(r'href="([^"]+instead-of=\d+)"', raiser.get(page).text)
    assert found
    shown = raiser.get(found[1])
    assert "Correct: What the child wants and feels" in text_of(shown)
    assert "I want to stay" in shown.text
    send(raiser, found[1], {"answer": "known", "words": "I want to leave", **MONDAY})
    both = text_of(raiser.get(page))
    assert "I want to stay" in both
    assert "Corrected" in both
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "I want to leave" in case
    assert "I want to stay" not in case


def test_legal_advice_is_for_few_eyes(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser, page = client_as("raiser"), f"/cases/{number}/voice"
    send(raiser, f"{page}/legal-advice", {"words": "Review is arguable", **MONDAY})
    assert "Review is arguable" in text_of(raiser.get(page))
    for address in (page, f"/cases/{number}"):
        shown = text_of(client_as("tm").get(address))
        assert "legal advice" not in shown.lower()
    manager = client_as("iro_sm")
    informed = text_of(manager.get(page))
    assert "Sought, 23 March 2026" in informed
    assert "Review is arguable" not in informed
    named = {"who": office.people["iro_sm"].id}
    send(raiser, f"/cases/{number}/advice-readers", named)
    assert "Review is arguable" in text_of(manager.get(page))
    outsider = {"who": office.people["ad"].id}
    refused = send(raiser, f"/cases/{number}/advice-readers", outsider)
    assert refused.status_code == 400
    offered = text_of(refused)  # only who could open the case is offered
    assert "Select an answer to “Name somebody who has a part in the case”" in offered
    assert office.people["tm"].name in offered
    assert office.people["ad"].name not in offered


@pytest.mark.shows("voice", "forbidden")
def test_respondents_read_and_do_not_record(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    manager = client_as("tm")
    assert manager.get(f"/cases/{number}/voice").status_code == 200
    assert manager.get(f"/cases/{number}/voice/told").status_code == 403
    assert client_as("ad").get(f"/cases/{number}/voice").status_code in (403, 404)
