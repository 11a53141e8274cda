"""Raising a concern: find the child, confirm, write, send."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.procedures import read_package
from tests.webui.office import CONCERN, NEL, Office, send
from tests.webui.reading import text_of
from tests.webui.sending import submit_and_check
from webui.pages.raise_concern import NOT_FOR_CAFCASS

FIELDS: dict[str, Any] = dict(CONCERN)


def begin(client: FlaskClient, child_id: int) -> str:
    """The child was picked and confirmed; the address of the form."""
    picked = send(client, "/raise/child", {"child": child_id}, page="/raise")
    assert picked.status_code == 303, picked.text
    confirmed = send(client, picked.location, {})
    assert confirmed.status_code == 303, confirmed.text
    return str(confirmed.location)


@pytest.mark.shows("raise_concern", "one")
def test_a_concern_goes_from_the_childs_name_to_the_case_and_says_what_happens_next(
    office: Office,
) -> None:
    client = office.client_as("raiser")
    found = send(client, "/raise", {"text": "played"}, page="/raise")
    assert "1 child was found" in found.text
    assert "Played Child" in found.text
    assert "Reference PLAYED-1" in found.text

    picked = send(client, "/raise/child", {"child": office.child.id}, page="/raise")
    shown = client.get(picked.location).text
    for fact in ("Played Child", "1 January 2016", "PLAYED-1", "Looked after since 1 January 2025"):
        assert fact in shown
    assert NOT_FOR_CAFCASS not in shown

    form = send(client, picked.location, {}).location
    assert "About <strong>Played Child</strong>" in client.get(form).text
    raised = send(client, form, FIELDS)
    assert (raised.status_code, raised.location) == (303, "/cases/2026-00001")

    case = client.get(raised.location).text
    assert "You raised a concern. Its case number is 2026-00001." in case
    assert "The Team Manager has until Tuesday 24 March: Respond to the Positive Challenge." in case
    assert "Its case number is" not in client.get(raised.location).text  # said once


def test_the_child_is_in_no_address_and_no_name_in_the_cookie_or_the_log(office: Office) -> None:
    client = office.client_as("raiser")
    send(client, "/raise", {"text": "Played Child"}, page="/raise")
    form = begin(client, office.child.id)
    raised = send(client, form, FIELDS)
    for address in (form, raised.location):
        assert not re.search(r"played|child/|PLAYED-1", address, re.IGNORECASE)
    cookie = client.get_cookie("stepladder")
    assert cookie is not None
    serializer = office.app.session_interface.get_signing_serializer(office.app)  # type: ignore[attr-defined]
    assert "Played" not in str(serializer.loads(cookie.decoded_value))
    assert all("Played" not in row.what for row in office.access_log())


def test_searches_and_looks_at_a_child_are_in_the_access_log(office: Office) -> None:
    client = office.client_as("raiser")
    send(client, "/raise", {"text": "played"}, page="/raise")
    begin(client, office.child.id)
    log = [(row.what, row.child_id, row.allowed) for row in office.access_log()]
    assert log[0] == ("searched for a child, 1 shown", None, 1)
    assert log[1] == ("child", office.child.id, 1)
    assert {row.person_id for row in office.access_log()} == {office.people["raiser"].id}


def test_an_empty_search_asks_for_something(office: Office) -> None:
    answer = send(office.client_as("raiser"), "/raise", {"text": "  "}, page="/raise")
    assert answer.status_code == 400
    assert answer.text.count("Enter the child’s reference or name") == 2


@pytest.mark.shows("raise_concern", "empty")
def test_a_search_that_finds_nobody_says_what_to_do(office: Office) -> None:
    answer = send(office.client_as("raiser"), "/raise", {"text": "zz"}, page="/raise")
    assert "No child was found" in answer.text
    assert 'value="zz"' in answer.text


def test_a_restricted_child_is_not_found_and_not_to_be_had_by_its_number(office: Office) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True)
    client = office.client_as("raiser")
    assert "No child was found" in send(client, "/raise", {"text": "Rosa"}, page="/raise").text
    answer = send(client, "/raise/child", {"child": child.id}, page="/raise")
    assert answer.status_code == 403
    assert "Rosa" not in answer.text
    refused = [row for row in office.access_log() if not row.allowed]
    assert refused[0].child_id == child.id


@pytest.mark.parametrize("number", ["", "0", "99999", "-1", "1e3", "٣", "9" * 40, "1; drop"])
def test_a_number_that_is_no_childs_is_refused(office: Office, number: str) -> None:
    client = office.client_as("raiser")
    answer = send(client, "/raise/child", {"child": number}, page="/raise")
    assert answer.status_code in (303, 403)
    assert answer.location in (None, "/raise")


@pytest.mark.shows("raise_concern", "error")
def test_what_is_missing_is_said_and_nothing_is_lost(office: Office) -> None:
    client = office.client_as("raiser")
    form = begin(client, office.child.id)
    fields = {**FIELDS, "entry": "formal", "action": "", "wanted_by-day": "31"}
    answer = send(client, form, fields)
    assert answer.status_code == 400
    assert "<title>Error: Raise a concern" in answer.text
    for sentence in (
        "Enter an answer to “What do you ask for?”",
        "Date wanted must include a month and a year",
        "Select an answer to “To which stage?”",
        "Enter an answer to “Why straight to a formal stage?”",
    ):
        assert answer.text.count(sentence) == 2, sentence
    assert "The visits have not happened since January." in answer.text
    assert 'value="31"' in answer.text
    assert "Select an answer to “To whom?”" not in answer.text  # hidden, so not asked


def test_a_hidden_answer_is_not_kept(office: Office) -> None:
    client = office.client_as("raiser")
    form = begin(client, office.child.id)
    send(client, form, {**FIELDS, "reason": "Typed before I changed my mind about the stage."})
    assert "Typed before" not in client.get("/cases/2026-00001").text


def test_a_child_on_a_plan_only_gets_a_warning_and_no_block(office: Office) -> None:
    child = office.add_child("10234", "Kayleigh Smith", statuses=("child protection plan",))
    client = office.client_as("raiser")
    picked = send(client, "/raise/child", {"child": child.id}, page="/raise")
    shown = client.get(picked.location).text
    assert "Child protection plan since 6 January 2025" in shown
    assert NOT_FOR_CAFCASS in shown

    form = send(client, picked.location, {}).location
    assert NOT_FOR_CAFCASS in client.get(form).text
    fields = {**FIELDS, "entry": "cafcass", "cafcass_reason": "It is urgent."}
    raised = submit_and_check(client, form, fields)
    assert raised.status_code == 303
    assert NOT_FOR_CAFCASS in client.get(raised.location).text


def test_two_children_in_two_tabs_are_not_mixed_up(office: Office) -> None:
    other = office.add_child("10235", "Aiden Smith", statuses=("looked after",))
    client = office.client_as("raiser")
    first, second = begin(client, office.child.id), begin(client, other.id)
    assert "About <strong>Played Child</strong>" in client.get(first).text
    raised = send(client, first, {**FIELDS, "concern": "About the first of the two."})
    assert "Played Child" in client.get(raised.location).text
    assert "About <strong>Aiden Smith</strong>" in client.get(second).text


def test_a_concern_that_was_sent_twice_is_raised_once(office: Office) -> None:
    client = office.client_as("raiser")
    form = begin(client, office.child.id)
    send(client, form, FIELDS)
    again = send(client, form, {**FIELDS, "concern": "The same once more."}, page="/")
    assert again.status_code == 409
    assert "You have raised this concern already" in again.text
    assert "2026-00001" in again.text
    assert "The same once more." in again.text
    assert client.get(form).location == "/cases/2026-00001"
    assert client.get("/cases/2026-00002").status_code == 403


def test_a_concern_whose_child_is_forgotten_loses_no_text(office: Office) -> None:
    client = office.client_as("raiser")
    answer = send(client, "/raise/unknown/concern", FIELDS, page="/")
    assert answer.status_code == 409
    assert "Pick the child again" in answer.text
    assert "The visits have not happened since January." in answer.text


@pytest.mark.shows("raise_concern", "forbidden")
def test_the_mark_of_one_persons_concern_is_nothing_to_another(office: Office) -> None:
    form = begin(office.client_as("raiser"), office.child.id)
    assert office.client_as("tm").get(form).status_code == 403
    assert office.client().get(form).status_code == 303


def test_the_form_is_not_reached_before_the_child_is_confirmed(office: Office) -> None:
    client = office.client_as("raiser")
    picked = send(client, "/raise/child", {"child": office.child.id}, page="/raise")
    assert client.get(f"{picked.location}/concern").location == picked.location


def test_where_the_council_has_several_procedures_one_is_chosen(office: Office) -> None:
    package = read_package(NEL)
    second = replace(
        package,
        key="second-way",
        files={
            **{path: content for path, content in package.files.items() if "bpmn" not in path},
            "second-way.bpmn": package.diagram_source,
            "procedure.toml": b'title = "Another way"',
        },
    )
    office.publish(second)
    client = office.client_as("raiser")
    picked = send(client, "/raise/child", {"child": office.child.id}, page="/raise").location
    assert "Which procedure?" in client.get(picked).text

    refused = send(client, picked, {})
    assert refused.status_code == 400
    assert refused.text.count("Select the procedure") == 2
    chosen = re.search(r'value="(\d+)"[^>]*>\s*<label[^>]*>\s*Another way', client.get(picked).text)
    assert chosen is not None
    form = send(client, picked, {"version": chosen[1]}).location
    assert "Another way" in client.get(form).text
    assert send(client, form, FIELDS).status_code == 303


def test_without_a_procedure_it_says_whom_to_ask(office: Office) -> None:
    office.unpublish()
    client = office.client_as("raiser")
    picked = send(client, "/raise/child", {"child": office.child.id}, page="/raise").location
    text = client.get(picked).text
    assert "no published procedure yet" in text
    assert "Yes, go on" not in text


@pytest.mark.shows("raise_concern", "many")
def test_more_children_than_are_shown(office: Office) -> None:
    for each in range(25):
        office.add_child(f"R-{each}", f"Child Number{each:02}")
    many = text_of(send(office.client_as("raiser"), "/raise", {"text": "number"}))
    assert "There may be more. Write more of the name, or the reference." in many
    assert "Number19" in many
    assert "Number20" not in many
