"""The list of rounds of audits, and drawing one."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.office import Office, send, token_of
from tests.webui.reading import text_of

DAYS = {
    "first-day": "1",
    "first-month": "1",
    "first-year": "2026",
    "last-day": "23",
    "last-month": "3",
    "last-year": "2026",
}


def choose(client: FlaskClient, content: bytes | None, **numbers: str) -> TestResponse:
    """The form with a file is sent."""
    token = token_of(client.get("/audits/new").text)
    fields: dict[str, Any] = {**DAYS, "cases": "0", "children": "0", **numbers}
    if content is not None:
        fields["file"] = (io.BytesIO(content), "list.csv")
    return client.post("/audits/new", data={**fields, "csrf_token": token})


def confirm(client: FlaskClient, plan: TestResponse) -> TestResponse:
    """What the page shows is confirmed, with all that it holds."""
    found = {
        part.split('"')[0]: part.split('value="')[1].split('"')[0]
        for part in plan.text.split('type="hidden" name="')[1:]
    }
    return client.post("/audits/draw", data={**found, "csrf_token": token_of(plan.text)})


@pytest.mark.shows("audits", "empty", "one")
def test_the_service_manager_draws_a_round(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("iro_sm")
    assert "No round was drawn yet." in text_of(client.get("/audits"))
    form = client.get("/audits/new")
    assert 'value="2025"' in form.text  # the quarter before this one
    plan = choose(client, b"reference\nX-1\nX-2\nX-1\n", cases="3", children="1")
    said = text_of(plan)
    assert "1 of 1 case will be drawn." in said
    assert "1 of 2 children will be drawn." in said
    assert "Under 2 references Stepladder can show you no child." in said
    assert "1 line repeats a reference." in said
    answer = confirm(client, plan)
    assert answer.location == "/audits/1"
    said = text_of(client.get("/audits"))
    assert "1 January 2026 to 23 March 2026" in said
    assert number in text_of(client.get("/audits/1"))


@pytest.mark.shows("audits", "many")
def test_the_newest_round_comes_first(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("iro_sm")
    for _ in range(3):
        confirm(client, choose(client, None, cases="1"))
    page = client.get("/audits").text
    assert page.index("round 3") < page.index("round 2") < page.index("round 1")


@pytest.mark.shows("audits", "error")
@pytest.mark.parametrize(
    ("content", "numbers", "says"),
    [
        (None, {"cases": "1", "last-day": "24"}, "The last day is still to come."),
        (None, {"cases": "99"}, "must be between 0 and 50"),
        (None, {"cases": "x"}, "must be a number"),
        (None, {"children": "2"}, "Choose the file with the children’s references"),
        (b"name\nAnn\n", {"children": "2"}, "The first line has no column “reference”."),
        (b"reference\n" + b"1\n" * 50_000, {"children": "2"}, "There are 50,000 lines."),
        (b"reference\n\x01\n", {"children": "2"}, "Line 2: Enter the child's reference."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_drawn(
    office: Office, content: bytes | None, numbers: dict[str, str], says: str
) -> None:
    office.raise_concern()
    client = office.client_as("iro_sm")
    answer = choose(client, content, **numbers)
    assert answer.status_code == 400
    assert says in text_of(answer)
    assert "No round was drawn yet." in text_of(client.get("/audits"))


def test_what_was_packed_by_nobody_is_refused(office: Office) -> None:
    client = office.client_as("iro_sm")
    answer = send(
        client,
        "/audits/draw",
        {**DAYS, "cases": "0", "children": "1", "packed": "no such thing"},
        page="/audits/new",
    )
    assert answer.status_code == 400
    assert "Choose the file again." in text_of(answer)


def test_what_a_spreadsheet_would_run_is_no_formula_in_our_file(office: Office) -> None:
    client = office.client_as("iro_sm")
    confirm(client, choose(client, b'reference\n"=HYPERLINK(1)"\n', children="1"))
    lines = client.get("/audits/1/draw.csv").text.splitlines()
    assert lines[1].split(",")[2] == "'=HYPERLINK(1)"


@pytest.mark.shows("audits", "forbidden")
def test_others_draw_none_and_administrators_look(office: Office) -> None:
    for post, looks in (("iro_tm", 200), ("admin", 200), ("tm", 403), ("raiser", 403)):
        assert office.client_as(post).get("/audits").status_code == looks, post
    for post, draws in (("iro_tm", 200), ("admin", 403), ("tm", 403)):
        assert office.client_as(post).get("/audits/new").status_code == draws, post
    assert "Draw a round" not in text_of(office.client_as("admin").get("/audits"))
