"""Importing people: what the file would do, then doing it; what is wrong, by line."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.office import Office, send, token_of
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
HEAD = "name,email,post,team,from,until\n"


def upload(client: FlaskClient, text: str) -> TestResponse:
    token = token_of(client.get("/people/import").text)
    file = (io.BytesIO(text.encode("utf-8-sig")), "people.csv")
    return client.post("/people/import", data={"csrf_token": token, "file": file})


@pytest.mark.shows("import_people", "one")
def test_a_file_is_shown_then_taken(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    shown = upload(admin, HEAD + "Zoë Hill,zoe@example.org,tm,Team B,1/4/2026,\n")
    words = text_of(shown)
    assert "Nothing was changed yet." in words
    assert "Zoë Hill is Team Manager for Team B from 1 April 2026" in words
    assert "“Team B” is a new team" in words
    assert "zoe@example.org" not in text_of(admin.get("/people"))
    packed = re.search(r'name="packed" value="([^"]+)"', shown.text)
    assert packed is not None
    fields = {"packed": packed[1]}
    done = send(admin, "/people/import/confirmed", fields, page="/people/import")
    assert done.status_code == 303
    people = text_of(admin.get("/people"))
    assert "The file was taken." in people
    assert "zoe@example.org" in people
    again = upload(admin, HEAD + "Zoë Hill,zoe@example.org,tm,Team B,1/4/2026,\n")
    assert "There is nothing to change." in text_of(again)
    assert "packed" not in again.text


@pytest.mark.shows("import_people", "error")
def test_lines_that_are_wrong_are_named(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    shown = upload(admin, HEAD + "Zoë,zoe,,,,\nBea,bea@example.org,wizard,,,\n")
    assert shown.status_code == 400
    words = text_of(shown)
    assert "Line 2: That is not an email address" in words
    assert "Line 3: There is no post “wizard”" in words
    assert "packed" not in shown.text


@pytest.mark.parametrize("text", ["", "name\nA\n"])
def test_what_is_no_such_file_is_said(text: str, office: Office, client_as: Sign) -> None:
    answer = upload(client_as("admin"), text)
    assert answer.status_code == 400
    assert "There is a problem" in text_of(answer)


@pytest.mark.parametrize("packed", ["", "!!!", "eJw", "AAAA"])
def test_what_no_page_sent_is_not_taken(packed: str, office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    fields = {"packed": packed}
    answer = send(admin, "/people/import/confirmed", fields, page="/people/import")
    assert answer.status_code == 400


@pytest.mark.shows("import_people", "many")
def test_five_thousand_lines_fit_through_the_page(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    lines = [f"Person Number {n},person.{n}@example.gov.uk,tm,Team {n},," for n in range(5000)]
    shown = upload(admin, HEAD + "\n".join(lines))
    assert "And 9800 more." in text_of(shown)
    assert len(shown.text) < 500_000


def test_the_template_is_a_download(office: Office, client_as: Sign) -> None:
    answer = client_as("admin").get("/people/import/template.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbfname,email,post")


@pytest.mark.shows("import_people", "forbidden")
def test_only_an_administrator_may(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    assert manager.get("/people/import").status_code == 403
    assert manager.get("/people/import/template.csv").status_code == 403


@pytest.mark.shows("import_people", "empty")
def test_a_file_with_its_headings_alone_changes_nothing(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    template = admin.get("/people/import/template.csv").text.lstrip("\ufeff")
    shown = upload(admin, template.splitlines()[0] + "\n")
    assert shown.status_code == 400
    assert "There is nothing below the first line." in text_of(shown)
