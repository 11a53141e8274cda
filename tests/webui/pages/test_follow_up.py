"""After closing: was it done, what changed for the child, and if not, what now (X-39)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.acts.concerns import read_concerns
from engine.clock import parse_instant
from engine.store.concerns import ConcernRow
from tests.webui.office import CONCERN, Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def number(office: Office) -> str:
    """A case that was settled on Monday 23 March 2026; its action is asked about on 22 April."""
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    office.rehearsal.answer("stage1_respond", {"answer": "A visit took place."})
    office.rehearsal.answer("stage1_outcome", {"decision": "settled"})
    return number


def concern(office: Office) -> ConcernRow:
    (row,) = read_concerns(office.installation, office.rehearsal.case_id)
    return row


@pytest.mark.shows("follow_up", "one")
def test_the_raiser_says_that_it_was_done_and_what_changed(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    address = f"/cases/{number}/concerns/1/follow-up"
    assert "asked on 22 April 2026" in text_of(raiser.get(f"/cases/{number}"))
    page = text_of(raiser.get(address))
    assert "Due 22 April 2026" in page
    assert str(CONCERN["action"]) in page
    office.clock.set(parse_instant("2026-04-27T09:00"))
    assert "Overdue since 22 April 2026" in text_of(raiser.get(address))
    done = send(raiser, address, {"done": "done", "changed": "He knows her by name."})
    assert (done.status_code, done.location) == (303, f"/cases/{number}")
    page = text_of(raiser.get(f"/cases/{number}"))
    assert "Was it done? Done, Monday 27 April 2026 at 9am" in page
    assert "What changed for the child He knows her by name." in page
    assert raiser.get(address).status_code == 409


@pytest.mark.shows("follow_up", "error")
def test_what_was_not_done_needs_a_word_and_a_next_step(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    address = f"/cases/{number}/concerns/1/follow-up"
    answer = send(raiser, address, {"done": "not done"})
    assert answer.status_code == 400
    assert 'href="#changed"' in answer.text
    assert 'href="#next"' in answer.text
    past = {"done": "not done", "changed": "Nothing.", "next": "again"}
    past |= {"again_on-day": "20", "again_on-month": "3", "again_on-year": "2026"}
    answer = send(raiser, address, past)
    assert answer.status_code == 400
    assert "Enter a date after today" in text_of(answer)
    later = send(raiser, address, {**past, "again_on-month": "5"})
    assert later.status_code == 303
    assert str(concern(office).ask_on) == "2026-05-20"


def test_what_was_not_done_is_raised_again_in_a_linked_case(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    address = f"/cases/{number}/concerns/1/follow-up"
    answers = {"done": "not done", "changed": "Nothing changed.", "next": "raise"}
    again = send(raiser, address, answers)
    assert again.status_code == 303
    assert concern(office).ask_on is None
    send(raiser, again.location, {})
    form = raiser.get(f"{again.location}/concern")
    for name in ("concern", "impact", "action"):
        assert str(CONCERN[name]) in form.text
    fields = {k: v for k, v in CONCERN.items() if isinstance(v, str)}
    opened = send(raiser, f"{again.location}/concern", fields)
    assert opened.location == "/cases/2026-00002"
    assert number in text_of(raiser.get("/cases/2026-00002"))
    assert "2026-00002" in text_of(raiser.get(f"/cases/{number}"))


def test_a_closed_case_is_taken_up_again_with_what_it_said(client_as: Sign, number: str) -> None:
    raiser = client_as("raiser")
    begun = send(raiser, f"/cases/{number}/linked", {}, page=f"/cases/{number}")
    send(raiser, begun.location, {})
    assert str(CONCERN["concern"]) in raiser.get(f"{begun.location}/concern").text


@pytest.mark.shows("follow_up", "forbidden")
@pytest.mark.parametrize("post", ["tm", "iro_tm", "dcs"])
def test_nobody_else_is_asked(office: Office, client_as: Sign, number: str, post: str) -> None:
    address = f"/cases/{number}/concerns/1/follow-up"
    client = client_as(post)
    assert client.get(address).status_code == 403
    answers = {"done": "done", "changed": "All."}
    assert send(client, address, answers, page="/").status_code == 403
    assert concern(office).done == ""
