"""Tokens: shown once, kept as a digest, good for what their maker may and no longer."""

import base64
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.children import let_read, restrict
from engine.clock import parse_instant
from engine.people import leave, posts_of
from engine.people.posts import end_post
from engine.store.export_tokens import export_tokens
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = "/exports/tokens"
FOR = {"name": "The monthly report", "days": "90"}


def made(client: FlaskClient, **fields: str) -> str:
    """The secret of a token that the page makes."""
    answer = send(client, PAGE, {**FOR, **fields})
    assert answer.status_code == 200, answer.text
    (secret,) = re.findall(r"stepladder_[\w-]{43}", answer.text)
    return str(secret)


def fetched(
    office: Office, secret: str, table: str = "case", *, basic: bool = False
) -> TestResponse:
    """What a program gets that has the secret."""
    sent = f"Bearer {secret}"
    if basic:
        sent = "Basic " + base64.b64encode(f"power bi:{secret}".encode()).decode()
    return office.client().get(f"/exports/csv/{table}", headers={"Authorization": sent})


def lines(answer: TestResponse) -> int:
    """How many rows there are below the heading."""
    assert answer.status_code == 200, answer.text
    return len(answer.text.splitlines()) - 1


@pytest.mark.shows("tokens", "empty")
@pytest.mark.shows("tokens", "one")
def test_a_token_is_shown_once_and_fetches_the_tables(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    client = client_as("iro_sm")
    assert "You have no tokens yet." in text_of(client.get(PAGE))

    secret = made(client)

    page = client.get(PAGE)
    assert secret not in page.text
    assert "The monthly report" in text_of(page)
    assert "Good until Sunday 31 January 2027 at 9am. Never used." in text_of(page)
    with office.installation.database.read() as connection:
        (row,) = connection.execute(select(export_tokens))
    assert secret not in str(tuple(row))
    answer = fetched(office, secret)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbfcase,council,procedure,version")
    assert [
        lines(fetched(office, secret, each, basic=True)) for each in ("case", "task", "event")
    ] == [1, 1, 2]
    assert lines(fetched(office, secret, "calendar")) == 365
    assert "Last used on Monday 2 November 2026 at 9am." in text_of(client.get(PAGE))
    told = [row.what for row in office.access_log() if "token" in row.what]
    assert told[:2] == [
        "made export token 1, good for 90 days",
        "exported table case by export token 1: 1 cases, 0 kept back",
    ]
    assert not any(secret in row.what for row in office.access_log())


def test_without_a_token_or_with_a_wrong_one_nothing_is_told(office: Office) -> None:
    nothing = office.client().get("/exports/csv/case")
    assert nothing.status_code == 401
    assert "Basic" in nothing.headers["WWW-Authenticate"]
    in_address = office.client().get("/exports/csv/case?token=stepladder_x&access_token=x")
    assert in_address.status_code == 401
    guesses = [fetched(office, "stepladder_guess").status_code for _ in range(7)]
    assert guesses == [401] * 5 + [429] * 2
    assert "too many tries" in fetched(office, "stepladder_guess").text


def test_who_guesses_keeps_nobody_else_out(office: Office, client_as: Sign) -> None:
    secret = made(client_as("iro_sm"))
    for number in range(60):
        fetched(office, f"stepladder_guess{number}")
    assert fetched(office, "stepladder_another").status_code == 429
    assert fetched(office, secret).status_code == 200
    client_as("tm")  # signing in has tries of its own


def test_a_token_ends_with_its_last_day_and_when_it_is_revoked(
    office: Office, client_as: Sign
) -> None:
    short, long = made(client_as("iro_sm"), days="30"), made(client_as("iro_sm"))
    office.real.set(office.real.now() + timedelta(days=30))
    assert [fetched(office, each).status_code for each in (short, long)] == [401, 200]

    client = client_as("iro_sm")
    answer = send(client, f"{PAGE}/2/revoke", {}, page=PAGE)
    assert answer.status_code == 303
    page = text_of(client.get(PAGE))
    assert "The token “The monthly report” is revoked." in page
    assert "Revoked on Wednesday 2 December 2026 at 9am." in page
    assert "Was good until Wednesday 2 December 2026 at 9am." in page
    assert fetched(office, long).status_code == 401


def test_a_token_ends_when_its_maker_may_not_export_any_more(
    office: Office, client_as: Sign
) -> None:
    secret = made(client_as("iro_sm"))
    maker = office.people["iro_sm"]
    with office.installation.database.write() as connection:
        for held in posts_of(connection, maker.id, date(2026, 3, 23)):
            end_post(connection, held, date(2026, 3, 23))
    office.clock.set(parse_instant("2026-03-24T10:00"))
    answer = fetched(office, secret)
    assert (answer.status_code, "may export cases" in answer.text) == (403, True)
    assert office.access_log()[-1].allowed == 0
    with office.installation.database.write() as connection:
        leave(connection, maker, date(2026, 3, 24))
    assert fetched(office, secret).status_code == 401


def test_another_persons_token_is_as_one_that_is_not_there(office: Office, client_as: Sign) -> None:
    secret = made(client_as("iro_sm"))
    other = client_as("admin")
    assert "You have no tokens yet." in text_of(other.get(PAGE))
    answers = [send(other, f"{PAGE}/{n}/revoke", {}, page=PAGE).status_code for n in (1, 99)]
    assert answers == [404, 404]
    assert fetched(office, secret).status_code == 200


def test_a_restricted_childs_cases_go_to_those_who_may_read_of_the_child(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern()
    secret = made(client_as("iro_sm"))
    with office.installation.database.write() as connection:
        restrict(connection, office.child)
    assert lines(fetched(office, secret)) == 0
    assert office.access_log()[-1].what.endswith(": 0 cases, 1 kept back")
    with office.installation.database.write() as connection:
        let_read(connection, office.child, office.people["iro_sm"].id)
    assert lines(fetched(office, secret)) == 1


@pytest.mark.shows("tokens", "error")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "What is it for?"),
        ({"days": ""}, "how long"),
        ({"days": "9999"}, "how long"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    fields: dict[str, str], sentence: str, client_as: Sign
) -> None:
    answer = send(client_as("iro_sm"), PAGE, {**FOR, **fields})
    assert answer.status_code == 400
    assert "There is a problem" in text_of(answer)
    assert sentence in text_of(answer)


@pytest.mark.shows("tokens", "many")
def test_of_very_many_no_more_are_made(office: Office, client_as: Sign) -> None:
    client = client_as("iro_sm")
    for _ in range(20):
        made(client)
    answer = send(client, PAGE, FOR)
    assert answer.status_code == 400
    assert "You have 20 tokens. Revoke one" in text_of(answer)
    send(client, f"{PAGE}/3/revoke", {}, page=PAGE)
    made(client)


@pytest.mark.shows("tokens", "forbidden")
def test_a_raiser_makes_none(client_as: Sign) -> None:
    client = client_as("raiser")
    assert client.get(PAGE).status_code == 403
    assert send(client, PAGE, FOR, page="/").status_code == 403


def test_there_is_no_other_table(office: Office, client_as: Sign) -> None:
    answer = fetched(office, made(client_as("iro_sm")), "people")
    assert answer.status_code == 404
    assert "case, task, event, calendar" in answer.text
