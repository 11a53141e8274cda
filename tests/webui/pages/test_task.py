"""A task's page: what was said so far, the form, and what becomes of the answer."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.administration.absences import record_absence
from engine.clock import parse_instant
from engine.people import add_person, give_post
from engine.procedures import read_package
from engine.rehearsal import TEAM
from tests.webui.office import NEL, Office, send
from tests.webui.reading import text_of
from tests.webui.sending import hidden


def task_of(client: FlaskClient) -> str:
    """The address of the first task in the tray."""
    found = re.search(r"/tasks/\d+", client.get("/").text)
    assert found is not None
    return found[0]


@pytest.mark.shows("task", "one")
def test_a_team_manager_reads_the_concern_answers_and_is_told_what_happens_next(
    office: Office,
) -> None:
    number = office.raise_concern()
    client = office.client_as("tm")
    task = task_of(client)
    text = client.get(task).text
    for said in (
        f"Case {number}",
        "Respond to the Positive Challenge",
        "Played Child",
        "Due Tuesday 24 March, 1 working day left",
        "You answer as",
        "What is the concern?",
        "The visits have not happened since January.",
        "A visit this week, and a plan for the next three months.",
    ):
        assert said in text

    answer = send(client, task, {"answer": "Visited today."})
    assert (answer.status_code, answer.location) == (303, f"/cases/{number}")
    case = client.get(answer.location).text
    assert "Sent." in case
    assert "The Independent Chair / IRO has until Tuesday 24 March: Informal outcome." in case
    assert "Nothing waits for you." in client.get("/").text


def test_the_raiser_reads_the_answer_before_deciding(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.answer("informal_respond", {"answer": "Visited today.\nNext visit on Friday."})
    client = office.client_as("raiser")
    text = client.get(task_of(client)).text
    assert "The visits have not happened since January." in text
    assert "Visited today.\nNext visit on Friday." in text
    assert "Team Manager (played) answered “Respond to the Positive Challenge”." in text


def test_who_decides_about_a_silence_reads_whose_it_is(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    client = office.client_as("raiser")
    text = text_of(client.get(task_of(client)))
    assert "No answer yet" in text
    silent = "(Team Manager (played)). Overdue since the end of Tuesday 24 March."
    assert silent in text
    assert "Decide by" in text
    assert "asked next" not in text  # a reminder opens no decision


def test_what_is_missing_is_said_and_nothing_is_lost(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("tm")
    answer = send(client, task_of(client), {"answer": "", "actions": "Asha visits on Friday."})
    assert answer.status_code == 400
    assert answer.text.count("Enter your answer") == 2
    assert 'href="#answer"' in answer.text
    assert "Asha visits on Friday." in answer.text
    assert "The visits have not happened since January." in answer.text


def test_of_two_team_managers_one_answers_and_the_other_keeps_their_text(office: Office) -> None:
    number = office.raise_concern()
    with office.installation.database.write() as connection:
        second = add_person(
            connection,
            council="north-east-lincolnshire",
            name="Asha Patel",
            email="asha.patel@example.com",
        )
        council = office.installation.council("north-east-lincolnshire")
        since = parse_instant("2026-01-05").date()
        give_post(connection, council, second, "tm", team=TEAM, starts=since)
    office.people["tm 2"] = second
    first, other = office.client_as("tm"), office.client_as("tm 2")
    task = task_of(first)
    typed = {"answer": "My own <answer> of many words."}
    own = hidden(other.get(task).text)
    assert send(first, task, {"answer": "Visited today."}).status_code == 303

    late = other.post(task, data={**own, **typed})
    assert late.status_code == 409
    said = "Team Manager (played) already answered this on Monday 23 March 2026 at 10:00."
    assert said in late.text
    assert "My own &lt;answer&gt; of many words." in late.text
    assert f"/cases/{number}" in late.text

    again = other.get(task)
    assert again.status_code == 409
    assert said in again.text
    assert "My own &lt;answer&gt; of many words." in again.text


@pytest.mark.shows("task", "forbidden")
def test_who_has_no_part_in_the_case_is_refused_and_learns_nothing(office: Office) -> None:
    office.raise_concern()
    task = task_of(office.client_as("tm"))
    answer = office.client_as("hos").get(task)
    assert answer.status_code == 403
    assert "You may not open this" in answer.text
    assert "Played" not in answer.text.replace("(played)", "")
    assert [row.allowed for row in office.access_log()][-1] == 0


def test_who_may_see_the_case_but_not_answer_is_told_so(office: Office) -> None:
    office.raise_concern()
    task = task_of(office.client_as("tm"))
    answer = send(office.client_as("raiser"), task, {"answer": "I answer myself."}, page="/")
    assert answer.status_code == 403
    assert "This task waits for somebody else." in answer.text
    assert "I answer myself." in answer.text


@pytest.mark.parametrize("number", ["999", "0", "99999999999999999999999"])
def test_there_is_no_such_task(office: Office, number: str) -> None:
    client = office.client_as("tm")
    assert client.get(f"/tasks/{number}").status_code == 403
    assert send(client, f"/tasks/{number}", {}, page="/").status_code == 403
    assert client.get("/tasks/one").status_code == 404


def test_a_late_answer_is_taken(office: Office) -> None:
    number = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    client = office.client_as("tm")
    task = task_of(client)
    assert "Overdue since the end of Tuesday 24 March" in client.get(task).text
    answer = send(client, task, {"answer": "Visited yesterday."})
    assert answer.location == f"/cases/{number}"


def test_an_answer_after_the_matter_moved_on_is_still_taken(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("tm")
    task = task_of(client)
    office.rehearsal.press("informal_decide_without_answer", {})
    shown = client.get(task)
    assert shown.status_code == 200
    assert "The matter has moved on without this answer." in shown.text
    assert send(client, task, {"answer": "Visited at last."}).status_code == 303
    assert client.get(task).location == "/cases/2026-00001"


def test_a_changed_due_date_shows_the_first_one_too(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.give_time(
        "informal_respond", parse_instant("2026-03-27").date(), "The worker is ill until Thursday."
    )
    client = office.client_as("tm")
    text = client.get(task_of(client)).text
    assert "Due Friday 27 March, 4 working days left" in text
    assert re.search(r"First due\s*</dt>\s*<dd[^>]*>\s*Tuesday 24 March", text)


def test_opening_the_page_is_kept_as_the_first_look(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("tm")
    assert office.rehearsal.task_at("informal_respond").first_seen_at is None
    client.get(task_of(client))
    seen = office.rehearsal.task_at("informal_respond").first_seen_at
    assert seen == parse_instant("2026-03-23T10:00")


def test_what_the_raiser_considers_is_not_shown_to_the_respondent(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.press("consider_pressed", {"considering_why": "The placement ends in May."})
    tm, raiser = office.client_as("tm"), office.client_as("raiser")
    assert "The placement ends in May." not in tm.get(task_of(tm)).text
    assert "The placement ends in May." in raiser.get(task_of(raiser)).text


def test_nobody_is_signed_in(office: Office) -> None:
    office.raise_concern()
    task = task_of(office.client_as("tm"))
    assert office.client().get(task).location == "/sign-in"


def test_a_question_that_the_cases_own_values_hide_is_neither_shown_nor_asked(
    tmp_path: Path,
) -> None:
    package = read_package(NEL)
    form = json.loads(package.files["forms/informal-answer.form"])
    hidden = {"hide": '=entry = "informal"'}
    asked = {
        "type": "textfield",
        "id": "f",
        "key": "proof",
        "label": "Proof",
        "conditional": hidden,
    }
    form["components"].append({**asked, "validate": {"required": True}})
    files = {**package.files, "forms/informal-answer.form": json.dumps(form).encode()}
    office = Office(tmp_path, package=replace(package, files=files))

    office.raise_concern()
    client = office.client_as("tm")
    task = task_of(client)
    assert 'id="proof"' not in client.get(task).text
    assert send(client, task, {"answer": "Visited today."}).status_code == 303
    office.installation.database.close()


def test_what_only_the_raiser_may_choose_is_refused_at_the_question_at_once(
    office: Office,
) -> None:
    number = office.raise_concern(entry="formal", decision="stage 1", reason="Weeks.", to=None)
    office.rehearsal.answer("stage1_respond", {"answer": "Nobody can go."})
    raiser, leader = office.people["raiser"], office.people["iro_tm"]
    record_absence(
        office.installation,
        raiser.id,
        by=raiser,
        starts=date(2026, 3, 23),
        ends=date(2026, 4, 2),
        deputy_id=leader.id,
    )
    client = office.client_as("iro_tm")
    task = task_of(client)
    refused = send(client, task, {"decision": "settled"})
    assert refused.status_code == 400
    at_field = re.search(r'id="decision-error"[^>]*>(.*?)</p>', refused.text, re.DOTALL)
    assert at_field is not None
    assert f"This waits for {raiser.name}" in at_field[1]
    assert f'href="#decision">This waits for {raiser.name}' in refused.text

    moved = send(client, task, {"decision": "stage 2", "unresolved": "All.", "reason": "No plan."})
    assert (moved.status_code, moved.location) == (303, f"/cases/{number}")
