"""The concerns of a case on its pages: more of them, corrected, settled, asked about at the end."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.acts.concerns import Words, add_concern, read_concerns
from tests.webui.office import CONCERN, Office, send
from tests.webui.reading import text_of
from tests.webui.sending import submit_and_check

Sign = Callable[[str], FlaskClient]

SECOND: dict[str, object] = {
    "concern": "His brother has not been seen since Easter.",
    "impact": "He asks for him every week.",
    "action": "Contact every fortnight.",
    "themes": ["Time with family"],
    "owner": "Team Manager",
    "by_when-day": "24",
    "by_when-month": "4",
    "by_when-year": "2026",
}
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 8


@pytest.fixture
def number(office: Office) -> str:
    """A case at Stage 1."""
    return office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )


def outcomes(office: Office) -> list[str]:
    rows = read_concerns(office.installation, office.rehearsal.case_id)
    return [row.outcome for row in rows]


@pytest.mark.shows("concern", "one")
def test_the_raiser_adds_a_concern_and_everybody_in_the_case_reads_it(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    case = raiser.get(f"/cases/{number}")
    assert "Add another concern" in text_of(case)
    answer = send(raiser, f"/cases/{number}/concerns/new", SECOND)
    assert (answer.status_code, answer.location) == (303, f"/cases/{number}#concerns")
    page = text_of(raiser.get(f"/cases/{number}"))
    assert "Concern 2 is added." in page
    for client in (raiser, client_as("tm")):
        page = text_of(client.get(f"/cases/{number}"))
        assert "Concern 2 No outcome yet Concern His brother has not been seen" in page
        assert "Who is to do it Team Manager By when 24 April 2026" in page
    assert "Add another concern" not in text_of(client_as("tm").get(f"/cases/{number}"))


def test_the_respondent_reads_all_concerns_at_the_task(
    office: Office, client_as: Sign, number: str
) -> None:
    send(client_as("raiser"), f"/cases/{number}/concerns/new", SECOND)
    task = office.rehearsal.task_at("stage1_respond")
    page = text_of(client_as("tm").get(f"/tasks/{task.id}"))
    assert "His brother has not been seen since Easter." in page
    assert "The visits have not happened since January." in page


@pytest.mark.shows("concern", "error")
def test_what_is_missing_is_said_at_its_question_and_the_rest_is_kept(
    client_as: Sign, number: str
) -> None:
    answer = send(client_as("raiser"), f"/cases/{number}/concerns/new", {**SECOND, "concern": " "})
    assert answer.status_code == 400
    assert 'href="#concern"' in answer.text
    assert "Contact every fortnight." in answer.text
    missing = send(client_as("raiser"), f"/cases/{number}/concerns/1", {"outcome": "satisfied"})
    assert missing.status_code == 400
    assert 'href="#words"' in missing.text


def test_a_correction_shows_what_the_concern_said_before(client_as: Sign, number: str) -> None:
    raiser = client_as("raiser")
    address = f"/cases/{number}/concerns/1"
    change = raiser.get(f"{address}/change")
    assert str(CONCERN["action"]) in change.text
    fields = {**SECOND, "concern": str(CONCERN["concern"]), "action": "A visit every week."}
    assert send(raiser, f"{address}/change", fields).status_code == 303
    page = text_of(client_as("tm").get(address))
    assert "What is asked for A visit every week." in page
    assert "What it said until Independent Chair / IRO (played) changed it" in page
    assert str(CONCERN["action"]) in page


def test_a_concern_is_settled_on_its_page_and_corrected(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    address = f"/cases/{number}/concerns/1"
    assert send(raiser, address, {"outcome": "satisfied", "words": "Done."}).status_code == 303
    assert "Satisfied" in text_of(raiser.get(f"/cases/{number}"))
    page = raiser.get(address)
    assert "Correct what became of it" in text_of(page)
    send(raiser, address, {"outcome": "not satisfied", "words": "It was another child’s visit."})
    assert outcomes(office) == ["not satisfied"]


def test_concerns_are_settled_where_the_outcome_of_the_stage_is_decided(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    send(raiser, f"/cases/{number}/concerns/new", SECOND)
    office.rehearsal.answer("stage1_respond", {"answer": "A visit took place."})
    address = f"/tasks/{office.rehearsal.task_at('stage1_outcome').id}"
    page = text_of(raiser.get(address))
    assert "Concern 1: The visits have not happened since January." in page
    assert "Leave it open" in page
    going_up = {
        "decision": "stage 2",
        "unresolved": "The contact.",
        "reason": "No date.",
        "concern_1_outcome": "satisfied",
        "concern_2_outcome": "open",
    }
    unsaid = send(raiser, address, going_up)
    assert unsaid.status_code == 400
    assert 'href="#concern_1_words"' in unsaid.text
    assert outcomes(office) == ["", ""]
    sent = send(raiser, address, {**going_up, "concern_1_words": "He was visited."})
    assert sent.status_code == 303
    assert outcomes(office) == ["satisfied", ""]
    office.rehearsal.answer("stage2_respond", {"answer": "No."})
    address = f"/tasks/{office.rehearsal.task_at('stage2_outcome').id}"
    page = text_of(raiser.get(address))
    assert "Concern 2: His brother" in page
    assert "Concern 1: " not in page  # it is settled


def test_closing_with_open_concerns_is_not_refused_and_asks_what_became_of_each(
    office: Office, client_as: Sign, number: str
) -> None:
    raiser = client_as("raiser")
    send(raiser, f"/cases/{number}/concerns/new", SECOND)
    office.rehearsal.answer("stage1_respond", {"answer": "A visit took place."})
    address = f"/tasks/{office.rehearsal.task_at('stage1_outcome').id}"
    fields = {"decision": "settled", "concern_1_outcome": "open"}
    assert submit_and_check(raiser, address, fields).status_code == 303
    page = text_of(raiser.get(f"/cases/{number}"))
    assert "2 concerns have no outcome yet. Say below what became of each." in page
    assert "The case is over, and 2 concerns have no outcome. Say what became of each." in page
    send(raiser, f"/cases/{number}/concerns/1", {"outcome": "satisfied", "words": "Done."})
    assert outcomes(office) == ["satisfied", ""]
    assert raiser.get(f"/cases/{number}/concerns/new").status_code == 409
    assert send(raiser, f"/cases/{number}/concerns/2/change", SECOND, page="/").status_code == 409


@pytest.mark.shows("concern", "forbidden")
@pytest.mark.parametrize("post", ["tm", "iro_sm", "dcs"])
def test_others_cannot_change_concerns(client_as: Sign, number: str, post: str) -> None:
    client = client_as(post)
    assert client.get(f"/cases/{number}/concerns/new").status_code == 403
    assert client.get(f"/cases/{number}/concerns/1/change").status_code == 403
    for address in ("new", "1", "1/change"):
        answer = send(client, f"/cases/{number}/concerns/{address}", SECOND, page="/")
        assert answer.status_code == 403
    seen = client.get(f"/cases/{number}/concerns/1")
    assert seen.status_code == (403 if post == "dcs" else 200)
    assert "Save the outcome" not in seen.text


def test_there_is_no_such_concern(client_as: Sign, number: str) -> None:
    assert client_as("raiser").get(f"/cases/{number}/concerns/7").status_code == 404


@pytest.mark.shows("concern", "many")
def test_many_long_concerns_are_shown_and_one_too_many_is_refused(
    office: Office, client_as: Sign, number: str
) -> None:
    for _ in range(29):
        add_concern(
            office.installation,
            office.rehearsal.case_id,
            by=office.people["raiser"],
            words=Words(concern=LONG, action="Act"),
        )
    raiser = client_as("raiser")
    assert "Concern 30" in text_of(raiser.get(f"/cases/{number}"))
    answer = send(raiser, f"/cases/{number}/concerns/new", SECOND)
    assert answer.status_code == 400
    assert "A case has at most 30 concerns. Open a linked case." in text_of(answer)
    assert "His brother has not been seen since Easter." in answer.text
