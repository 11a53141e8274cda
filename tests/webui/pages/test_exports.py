"""Exports from the site: who gets which files, what they hold, and what the log keeps of it."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.store.reported import VIEWS
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
ALL = {"kind": "csv", "procedure": "all"}


def days(**given: str) -> dict[str, str]:
    """The fields of both days, from days as 2026-03-23."""
    fields: dict[str, str] = {}
    for key, text in given.items():
        year, month, day = text.split("-")
        fields |= {f"{key}-year": year, f"{key}-month": month, f"{key}-day": day}
    return fields


@pytest.mark.shows("exports", "one")
def test_who_leads_the_reviewing_officers_gets_the_tables(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    client = client_as("iro_sm")
    assert "No child, no person and no team is named" in text_of(client.get("/exports"))

    answer = send(client, "/exports", ALL)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="north-east-lincolnshire-2026-03-23-cases.zip"'
    )
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.namelist() == ["case.csv", "task.csv", "event.csv", "calendar.csv"]
        told = packed.read("case.csv").decode("utf-8-sig")
    assert len(told.splitlines()) == 2
    assert number not in told
    line = office.access_log()[-1]
    assert line.what == "exported as csv: 1 cases, 2 events, 0 kept back"
    assert line.person_id == office.people["iro_sm"].id


def test_each_kind_of_file_can_be_had_of_some_days(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    client = client_as("iro_sm")
    for kind, wanted in (("xes", b"<trace>"), ("ocel", b'"type":"case"')):
        for last, found in (("2026-03-23", True), ("2026-03-22", False)):
            fields = {"kind": kind, "procedure": "positive-challenge", **days(last=last)}
            answer = send(client, "/exports", fields)
            assert (wanted in answer.data) is found
    json.loads(answer.data)


@pytest.mark.shows("exports", "empty")
def test_an_export_without_cases_has_its_headings(office: Office, client_as: Sign) -> None:
    answer = send(client_as("iro_sm"), "/exports", ALL)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert [len(packed.read(name).splitlines()) for name in packed.namelist()] == [1] * 4


@pytest.mark.shows("exports", "error")
def test_what_is_wrong_is_said_and_nothing_is_kept(office: Office, client_as: Sign) -> None:
    client = client_as("iro_sm")
    fields = {**ALL, **days(first="2026-03-24", last="2026-03-23")}
    answer = send(client, "/exports", fields)
    assert answer.status_code == 400
    assert "The last day must be the first one or later." in text_of(answer)
    assert 'value="2026"' in answer.text
    answer = send(client, "/exports", {"procedure": "all"})
    assert answer.status_code == 400
    assert [row for row in office.access_log() if row.what.startswith("export")] == []


@pytest.mark.shows("exports", "forbidden")
def test_a_raiser_and_a_team_manager_are_told_whom_to_ask(office: Office, client_as: Sign) -> None:
    for post in ("raiser", "tm"):
        client = client_as(post)
        for address in ("/exports", "/exports/columns", "/exports/tokens"):
            answer = client.get(address)
            assert answer.status_code == 403
            assert "may export cases. Ask them." in text_of(answer)
        assert send(client, "/exports", ALL, page="/").status_code == 403


def test_each_column_is_explained(client_as: Sign) -> None:
    page = text_of(client_as("iro_sm").get("/exports/columns"))
    for view in VIEWS:
        assert f"A row is {view.row}." in page
        assert all(says in page for _, _, says in view.columns)
