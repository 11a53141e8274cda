"""Importing children's references: what the file would do, then doing it."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.office import Office, send, token_of
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
HEAD = "reference;name;date of birth;team;social worker;raiser;legal status;from\n"


def upload(client: FlaskClient, text: str) -> TestResponse:
    token = token_of(client.get("/children/import").text)
    file = (io.BytesIO(text.encode("cp1252")), "children.csv")
    return client.post("/children/import", data={"csrf_token": token, "file": file})


@pytest.mark.shows("import_children", "one")
def test_a_file_is_shown_then_taken(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    assert "/children/import" in admin.get("/children").text
    shown = upload(admin, HEAD + "77;Zoë Bell;2/6/2015;Team A;;;looked after;6/1/2025\n")
    words = text_of(shown)
    assert "77, Team A, looked after" in words
    assert "Zoë Bell" not in words
    packed = re.search(r'name="packed" value="([^"]+)"', shown.text)
    assert packed is not None
    done = send(admin, "/children/import/confirmed", {"packed": packed[1]}, page="/children/import")
    assert done.status_code == 303
    assert "1 added, 0 changed." in text_of(admin.get("/children/import"))
    assert "Zoë Bell" in text_of(admin.get("/children"))


@pytest.mark.shows("import_children", "error")
def test_what_is_wrong_is_said_by_line(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    shown = upload(admin, HEAD + "77;Zoë Bell;2/6/2015;Team A;;;adopted;\n")
    assert shown.status_code == 400
    assert "Line 2: “adopted” is no legal status here" in text_of(shown)
    assert upload(admin, "").status_code == 400
    assert upload(admin, "name\nA\n").status_code == 400
    fields = {"packed": "!"}
    answer = send(admin, "/children/import/confirmed", fields, page="/children/import")
    assert answer.status_code == 400
    template = admin.get("/children/import/template.csv")
    assert template.data.startswith(b"\xef\xbb\xbfreference,name")


@pytest.mark.shows("import_children", "forbidden")
def test_only_an_administrator_may(office: Office, client_as: Sign) -> None:
    assert client_as("raiser").get("/children/import").status_code == 403


@pytest.mark.shows("import_children", "empty", "many")
def test_headings_alone_and_five_hundred_lines(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    nothing = upload(admin, HEAD)
    assert nothing.status_code == 400
    assert "There is nothing below the first line." in text_of(nothing)
    lines = (f"{each};Child {each};2/6/2015;Team A;;;;\n" for each in range(1000, 1500))
    shown = upload(admin, HEAD + "".join(lines))
    words = text_of(shown)
    assert shown.status_code == 200
    assert "To be added (500)" in words
    assert "And 300 more." in words
    assert "Child 1000" not in words
