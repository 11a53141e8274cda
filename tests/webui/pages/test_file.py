"""Files on the pages: uploaded, kept, removed, sent, refused; given out as downloads only."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.procedures import Package, read_package
from tests.webui.office import NEL, Office
from tests.webui.pages.test_task import task_of
from tests.webui.reading import text_of
from tests.webui.sending import submit
from webui import site

PDF = b"%PDF-1.7\nWhat was seen at the visit."
ACTIONS: dict[str, Any] = {
    "type": "dynamiclist",
    "id": "list",
    "path": "steps",
    "label": "Steps",
    "defaultRepetitions": 1,
    "components": [
        {"type": "textfield", "key": "what", "label": "What", "validate": {"required": True}},
        {"type": "datetime", "key": "by", "label": "Date", "subtype": "date"},
    ],
}
GROUP: dict[str, Any] = {
    "type": "group",
    "id": "plan",
    "label": "The plan",
    "components": [
        {"type": "checkbox", "key": "has_plan", "label": "There is a plan"},
        {
            "type": "textfield",
            "key": "plan_of",
            "label": "Of which day?",
            "validate": {"required": True},
            "conditional": {"hide": "=not(has_plan)"},
        },
    ],
}


def with_steps() -> Package:
    """The council's procedure; the informal answer has a group, and a list of steps."""
    package = read_package(NEL)
    path = "forms/informal-answer.form"
    form = json.loads(package.files[path])
    form["components"] += [GROUP, {"type": "separator", "id": "line"}, ACTIONS]
    return replace(package, files={**package.files, path: json.dumps(form).encode()})


@pytest.fixture
def steps(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, package=with_steps())
    made.raise_concern()
    yield made
    made.installation.database.close()


def manager(office: Office) -> tuple[FlaskClient, str]:
    client = office.client_as("tm")
    return client, task_of(client)


def upload(
    client: FlaskClient, task: str, name: str = "Visit.pdf", content: bytes = PDF, **fields: str
) -> Any:
    given = {"form.upload": "documents", **fields}
    return submit(client, task, given, files={"documents": (name, content)})


@pytest.mark.shows("task", "many")
def test_a_file_is_uploaded_kept_with_the_text_removed_and_sent(office: Office) -> None:
    number = office.raise_concern()
    client, task = manager(office)
    answer = upload(client, task, answer="Visited on Monday.")
    assert answer.location == f"{task}#documents"
    upload(client, task, "Wrong.txt", b"Another family.", answer="Visited on Monday.")
    page = client.get(task).text
    assert "Documents: 2 files" in page
    assert "Visited on Monday." in page

    wrong = page.partition("Wrong.txt")[0].rpartition('href="/files/')[2].partition('"')[0]
    submit(client, task, {"answer": "Visited on Monday.", "form.drop": wrong})
    assert "Wrong.txt" not in client.get(task).text
    assert submit(client, task, {"answer": "Visited on Monday."}).location == f"/cases/{number}"
    assert "Visit.pdf (1 KB)" in text_of(office.client_as("raiser").get(f"/cases/{number}"))


def test_a_file_that_is_sent_with_the_answer_itself_needs_no_other_button(office: Office) -> None:
    number = office.raise_concern()
    client, task = manager(office)
    fields = {"answer": "Visited on Monday."}
    sent = submit(client, task, fields, files={"documents": ("Visit.pdf", PDF)})
    assert sent.location == f"/cases/{number}"
    assert "Visit.pdf (1 KB)" in text_of(client.get(f"/cases/{number}"))


@pytest.mark.shows("task", "error")
def test_what_is_wrong_with_another_field_does_not_lose_the_upload(office: Office) -> None:
    office.raise_concern()
    client, task = manager(office)
    sent = submit(client, task, {"answer": ""}, files={"documents": ("Visit.pdf", PDF)})
    assert sent.status_code == 400
    assert 'href="#answer"' in sent.text
    assert "Visit.pdf" in sent.text
    assert "Visit.pdf" in client.get(task).text


def test_a_file_that_is_not_taken_is_said_at_its_question_and_the_text_stays(
    office: Office,
) -> None:
    office.raise_concern()
    client, task = manager(office)
    answer = upload(client, task, "page.html", b"<html></html>", answer="Visited on Monday.")
    assert answer.status_code == 400
    assert 'href="#documents"' in answer.text
    assert answer.text.count("could run on the computer of whoever opens it") == 2
    assert "Visited on Monday." in answer.text


def test_saving_for_later_keeps_files_too_and_says_what_was_not_taken(office: Office) -> None:
    office.raise_concern()
    client, task = manager(office)
    fields = {"answer": "Visited on Monday."}
    kept = submit(client, task, fields, to=f"{task}/draft", files={"documents": ("Visit.pdf", PDF)})
    assert kept.status_code == 303
    assert "Visit.pdf" in client.get(task).text
    refused = submit(
        client, task, fields, to=f"{task}/draft", files={"documents": ("run.exe", b"MZ\0\0")}
    )
    assert refused.status_code == 400
    assert "“run.exe” is of a kind that cannot be sent." in refused.text


@pytest.mark.shows("file", "one", "forbidden")
def test_a_file_is_a_download_and_nothing_else(office: Office) -> None:
    number = office.raise_concern()
    client, task = manager(office)
    submit(client, task, {"answer": "Yes."}, files={"documents": ("Zoë’s visit.pdf", PDF)})
    address = "/files/1"
    answer = office.client_as("raiser").get(address)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''Zo%C3%AB%E2%80%99s%20visit.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"

    assert office.client_as("dcs").get(address).status_code == 404  # as if there were none
    assert office.client().get(address).location == "/sign-in"
    assert client.get("/files/99").status_code == 404
    assert client.get("/files/99999999999999999999").status_code == 404
    log = [(row.what, row.allowed) for row in office.access_log() if row.what.startswith("file ")]
    assert log[:2] == [("file 1", 1), ("file 1", 0)]
    assert number


def test_too_much_at_once_is_told_in_the_sites_own_voice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.LARGEST_OF, "task.answer", 200_000)
    office.raise_concern()
    client, task = manager(office)
    answer = upload(client, task, "big.pdf", b"%PDF-1.7" + b"x" * 300_000)
    assert answer.status_code == 413
    assert "Send fewer files at a time: each may have 10 MB." in answer.text


def test_files_are_taken_from_nobody_who_is_signed_out(office: Office) -> None:
    office.raise_concern()
    client, task = manager(office)
    office.app.config["MAX_CONTENT_LENGTH"] = 100_000
    content = b"%PDF-1.7" + b"x" * 200_000
    assert upload(client, task, "long.pdf", content).status_code == 303
    assert office.client().post(task, data={"documents": "x" * 200_000}).status_code == 413


def test_a_row_is_added_and_removed_and_nothing_typed_is_lost(steps: Office) -> None:
    client, task = manager(steps)
    assert "Steps: 1" in client.get(task).text
    first = {"answer": "Yes.", "steps-rows": "1", "steps-1-what": "A walk"}
    added = submit(client, task, {**first, "form.add": "steps"})
    assert added.location == f"{task}#steps-2"
    page = client.get(task).text
    assert 'value="A walk"' in page
    assert "Steps: 2" in page

    both = {**first, "steps-rows": ["1", "2"], "steps-2-what": "A school"}
    submit(client, task, {**both, "form.remove": "steps-1"})
    page = client.get(task).text
    assert "A walk" not in page
    assert 'value="A school"' in page
    assert "Steps: 2" not in page


def test_rows_and_groups_are_checked_sent_and_read_in_the_case(steps: Office) -> None:
    client, task = manager(steps)
    fields = {
        "answer": "Yes.",
        "has_plan": "true",
        "steps-rows": ["1", "3"],
        "steps-1-what": "A walk",
        "steps-1-by-day": "31",
        "steps-1-by-month": "2",
        "steps-1-by-year": "2026",
        "steps-3-what": "A school",
    }
    wrong = submit(client, task, fields)
    assert wrong.status_code == 400
    assert 'href="#steps-1-by-day"' in wrong.text
    assert 'href="#plan_of"' in wrong.text
    right = {**fields, "steps-1-by-month": "3", "plan_of": "Monday"}
    sent = submit(client, task, right)
    assert sent.location == "/cases/2026-00001"
    page = client.get(sent.location).text
    assert "1. What: A walk\n    Date: 31 March 2026\n2. A school" in page
