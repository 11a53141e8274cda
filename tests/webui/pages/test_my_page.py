"""My page: a new password ends every other session; signing out everywhere."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from engine.administration.absences import record_absence
from tests.webui.office import PASSWORD, Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("my_page", "one")
def test_it_says_who_i_am_and_what_i_hold(office: Office, client_as: Sign) -> None:
    page = text_of(client_as("tm").get("/me"))
    assert office.people["tm"].email in page
    assert "Team Manager for Team A" in page


def test_a_new_password_ends_every_other_session(office: Office, client_as: Sign) -> None:
    here, elsewhere = client_as("tm"), client_as("tm")
    fields = {"current_password": PASSWORD, "new_password": "another three words"}
    assert send(here, "/me/password", fields, page="/me").status_code == 303
    assert "Your password was changed." in text_of(here.get("/me"))
    assert elsewhere.get("/me").status_code == 303
    stranger = office.client()
    fields = {"email": office.people["tm"].email, "password": "another three words"}
    assert send(stranger, "/sign-in", fields).status_code == 303


@pytest.mark.shows("my_page", "error")
@pytest.mark.parametrize(
    ("current", "new", "sentence", "field"),
    [
        ("wrong wrong wrong", "another three words", "not your password now", "current_password"),
        (PASSWORD, "short", "at least 12 characters", "new_password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    current: str, new: str, sentence: str, field: str, office: Office, client_as: Sign
) -> None:
    client = client_as("tm")
    fields = {"current_password": current, "new_password": new}
    answer = send(client, "/me/password", fields, page="/me")
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert f'href="#{field}"' in answer.text
    assert new not in answer.text
    assert client.get("/me").status_code == 200


def test_signing_out_everywhere_ends_this_session_too(office: Office, client_as: Sign) -> None:
    here, elsewhere = client_as("tm"), client_as("tm")
    assert send(here, "/me/sign-out", {}, page="/me").status_code == 303
    assert (here.get("/me").status_code, elsewhere.get("/me").status_code) == (303, 303)


@pytest.mark.shows("my_page", "empty", "many")
def test_no_days_away_and_many(office: Office, client_as: Sign) -> None:
    me, client = office.people["tm"], client_as("tm")
    assert "No days away are recorded." in text_of(client.get("/me"))
    for each in range(30):
        day = date(2026, 4, 1) + timedelta(days=2 * each)
        record_absence(office.installation, me.id, by=me, starts=day, ends=day, deputy_id=None)
    page = text_of(client.get("/me"))
    assert "1 April 2026" in page
    assert "29 May 2026" in page
