"""Signing in and out."""

import re

import pytest
from flask.testing import FlaskClient

from engine.clock import parse_instant
from engine.people import leave, set_password
from tests.webui.office import PASSWORD, Office, send, token_of

WRONG = "The email address or the password is not right."


@pytest.mark.shows("sign_in", "one")
def test_a_team_manager_signs_in_and_finds_the_tray(office: Office) -> None:
    text = office.client_as("tm").get("/").text
    assert "Your tray" in text
    assert "Team Manager (played)" in text
    assert "Sign out" in text


@pytest.mark.shows("sign_in", "error")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("tm@north-east-lincolnshire.invalid", "not the password"),
        ("nobody@north-east-lincolnshire.invalid", PASSWORD),
        ("", ""),
    ],
)
def test_whatever_is_wrong_the_page_says_the_same(
    office: Office, email: str, password: str
) -> None:
    office.let_in(office.people["tm"])
    client = office.client()
    answer = send(client, "/sign-in", {"email": email, "password": password})
    assert answer.status_code == 400
    assert answer.text.count(WRONG) == 2  # in the summary, and at the field
    assert "<title>Error: Sign in" in answer.text
    assert client.get("/").status_code == 303


def test_what_was_typed_as_a_password_is_not_sent_back(office: Office) -> None:
    answer = send(office.client(), "/sign-in", {"email": "me@example.com", "password": "oh-dear"})
    assert 'value="me@example.com"' in answer.text
    assert "oh-dear" not in answer.text


def test_who_guesses_has_to_wait_in_real_time(office: Office) -> None:
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    for _ in range(6):
        send(client, "/sign-in", {"email": person.email, "password": "a guess"})
    answer = send(client, "/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert "There were too many tries to sign in. Wait until 09:01, then try again." in answer.text

    # A demonstration's clock that is moved on is no way round it.
    office.clock.set(parse_instant("2026-12-24T10:00"))
    assert (
        send(client, "/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 429
    )
    office.real.set(parse_instant("2026-11-02T09:01"))
    assert (
        send(client, "/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 303
    )


def test_signing_out_ends_the_session_wherever_its_cookie_is(office: Office) -> None:
    client = office.client_as("tm")
    thief = _with_the_cookie_of(client, office)
    assert thief.get("/").status_code == 200

    answer = send(client, "/sign-out", {}, page="/")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/").status_code == 303
    assert thief.get("/").status_code == 303


def test_a_cookie_planted_before_signing_in_is_worth_nothing_after(office: Office) -> None:
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    client.get("/sign-in")
    planted = _with_the_cookie_of(client, office)
    office.send_in(client, person)

    assert client.get("/").status_code == 200
    assert planted.get("/").status_code == 303


def test_a_new_password_signs_out_everywhere(office: Office) -> None:
    client = office.client_as("tm")
    with office.installation.database.write() as connection:
        set_password(connection, office.people["tm"], "another three words")
    assert client.get("/").status_code == 303


def test_who_leaves_the_council_is_out_at_once(office: Office) -> None:
    client = office.client_as("tm")
    with office.installation.database.write() as connection:
        leave(connection, office.people["tm"], parse_instant("2026-03-23T10:00").date())
    assert client.get("/").status_code == 303


def test_a_session_ends_after_two_hours_without_use_and_no_text_is_lost(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("tm")
    task = re.search(r"/tasks/\d+", client.get("/").text)
    assert task is not None
    written = {"answer": "We have found a new social worker."}
    page = client.get(task[0]).text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]

    office.real.set(parse_instant("2026-11-02T11:00"))
    answer = client.post(task[0], data={**written, "csrf_token": token})
    assert answer.status_code == 403
    assert "You have been signed out" in answer.text
    assert "We have found a new social worker." in answer.text
    assert number not in answer.text


def test_the_demonstrations_clock_signs_nobody_out(office: Office) -> None:
    client = office.client_as("tm")
    office.clock.set(parse_instant("2026-06-01T10:00"))
    assert client.get("/").status_code == 200


def test_who_signs_in_over_somebody_else_ends_their_session(office: Office) -> None:
    client = office.client_as("tm")
    left_open = _with_the_cookie_of(client, office)
    office.let_in(office.people["sm"])
    page = client.get("/").text
    assert "Team Manager (played)" in page
    answer = client.post(
        "/sign-in",
        data={
            "email": office.people["sm"].email,
            "password": PASSWORD,
            "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1],
        },
    )
    assert answer.status_code == 303
    assert "Service Manager (played)" in client.get("/").text
    assert left_open.get("/").status_code == 303


def test_who_is_signed_in_has_no_need_of_the_page(office: Office) -> None:
    assert office.client_as("tm").get("/sign-in").location == "/"


def _with_the_cookie_of(client: FlaskClient, office: Office) -> FlaskClient:
    cookie = client.get_cookie("stepladder")
    assert cookie is not None
    other = office.client()
    other.set_cookie("stepladder", cookie.value)
    return other


def test_who_signed_out_in_another_tab_is_told_so_and_loses_no_word(office: Office) -> None:
    office.raise_concern()
    task = f"/tasks/{office.rehearsal.task_at('informal_respond').id}"
    client = office.client_as("tm")
    token = token_of(client.get(task).text)
    send(client, "/sign-out", {}, page="/")
    answer = client.post(task, data={"answer": "Visited on Friday.", "csrf_token": token})
    assert answer.status_code == 403
    assert "You have been signed out" in answer.text
    assert "Visited on Friday." in answer.text
