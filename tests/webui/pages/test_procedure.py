"""A procedure's page: its document, its picture, its questions, who accepted what and when."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.confirming.acceptance import Officer, accept, take_back
from engine.procedures import read_package
from tests.webui.office import NEL, Office, send
from tests.webui.pages.test_procedures import LEI, elsewhere
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = "/procedures/positive-challenge"
ALERT = "/procedures/quality-assurance-alert"


@pytest.fixture
def leicestershire(tmp_path: Path) -> Iterator[Office]:
    """Leicestershire's office, whose Q2 must be answered first."""
    made = Office(tmp_path, package=read_package(LEI))
    yield made
    made.installation.database.close()


@pytest.mark.shows("procedure", "many")
def test_it_shows_the_document_the_picture_the_steps_and_each_question(client_as: Sign) -> None:
    page = client_as("tm").get(PAGE)
    words = text_of(page)
    for said in (
        "Document Quality Assurance Process - Positive Challenge and Formal Escalation, not dated",
        "Review No review date is given",
        "For children In care Within the child protection conference arena",
        "Time limit The whole formal process takes at most 20 working days",
        "Read together with IRO Handbook 2010 SaferNEL Positive Challenge and Escalation Procedure",
        "Missing from the document Appendix 1, the flowchart",
        "Version 1, since Monday 23 March 2026 at 10am",
        "Q3: Are the 10, 15 and 20 days from the start working days?",
        "Working days: four stages of 5 make the stated total of 20.",
        "From A-NEL-5",
        "The Safeguarding and Review Service Manager or an administrator may accept in writing",
        "Respond at Stage 1 Stage 1 Team Manager 5 working days",
        "If the council’s answer is another one",
        "stepladder publish processes/north-east-lincolnshire/positive-challenge",
    ):
        assert said in words, said
    assert 'class="diagram"' in page.text
    assert "/accept" not in page.text  # a team manager reads, and accepts nothing
    assert "The next version" not in words


@pytest.mark.shows("procedure", "accepted")
def test_who_accepted_what_and_when_is_read_by_everybody(office: Office, client_as: Sign) -> None:
    here, package = office.installation, read_package(NEL)
    officer = Officer(person=office.people["iro_sm"], words="Ms Fell said so <b>twice</b>.")
    accept(here, package, ["Q2", "Q3"], officer)
    take_back(here, package, "Q3", Officer(person=office.people["admin"], words="Asked again."))

    page = client_as("tm").get(PAGE)

    name = office.people["iro_sm"].name
    assert (
        f"Accepted by {name}, Safeguarding and Review Service Manager, on Monday 23 March 2026 at "
        "10am: “Ms Fell said so <b>twice</b>.”"
    ) in text_of(page)
    assert "<b>twice" not in page.text
    assert "Taken back by" in text_of(page)
    assert "“Asked again.”" in text_of(page)
    assert text_of(page).count("State Accepted") == 1
    officers = client_as("iro_sm").get(PAGE).text
    assert officers.count("/take-back") == 1
    assert officers.count("/accept") == 11


@pytest.mark.shows("procedure", "not in use")
def test_not_in_use_it_says_what_must_be_answered_and_then_what_to_do(
    leicestershire: Office,
) -> None:
    office = leicestershire
    office.unpublish()
    manager = office.client_as("iro_senior")
    words = text_of(manager.get(ALERT))
    assert "It is not in use yet: no concern can be raised under it." in words
    assert "First the council must answer 1 question" in words
    assert words.index("State Answer first") < words.index("Q1: ")  # what holds up comes first
    assert "Past its review date" in words
    raiser = office.client_as("raiser")
    picked = send(raiser, "/raise/child", {"child": office.child.id}, page="/raise").location
    assert "Not in use yet: " in text_of(raiser.get(picked))

    officer = Officer(person=office.people["iro_senior"], words="The Head of Safeguarding.")
    accept(office.installation, read_package(LEI), ["Q2"], officer)

    words = text_of(manager.get(ALERT))
    assert "No question holds it up any more." in words
    assert "stepladder publish processes/leicestershire/quality-assurance-alert" in words


@pytest.mark.shows("procedure", "in use all the same")
def test_in_use_with_a_blocking_question_open_raisers_are_told_and_not_stopped(
    leicestershire: Office,
) -> None:
    office = leicestershire
    assert "Concerns can be raised all the same" in text_of(office.client_as("tm").get(ALERT))
    raiser = office.client_as("raiser")
    picked = send(raiser, "/raise/child", {"child": office.child.id}, page="/raise").location
    form = send(raiser, picked, {}).location
    page = raiser.get(form)
    assert "Your council has still to answer a question about this procedure." in text_of(page)
    assert f'href="{ALERT}#questions"' in page.text
    assert "Raise the concern" in text_of(page)

    officer = Officer(person=office.people["admin"], words="The Head of Safeguarding.")
    accept(office.installation, read_package(LEI), ["Q2"], officer)
    assert "still to answer" not in text_of(raiser.get(form))


@pytest.mark.shows("procedure", "next version")
def test_what_waits_in_the_folder_asks_for_its_changed_default(
    office: Office, tmp_path: Path
) -> None:
    accept(
        office.installation,
        read_package(NEL),
        ["Q3"],
        Officer(person=office.people["admin"], words="Working days."),
    )
    folder = tmp_path / "processes"
    shutil.copytree(NEL.parent, folder / NEL.parent.name)
    settings = folder / NEL.parent.name / NEL.name / "procedure.toml"
    written = settings.read_text("utf-8").replace("Working days: four", "Calendar days: four")
    settings.write_text(written, "utf-8")

    client = elsewhere(office, folder)
    words = text_of(client.get(PAGE))
    following = words[words.index("The next version") :]
    assert "Calendar days: four stages of 5" in following
    assert "State Open" in following
    assert "Working days." not in following
    address = next(
        part for part in office.client_as("admin").get(PAGE).text.split('"') if "/accept" in part
    )
    assert address.startswith(PAGE)


@pytest.mark.shows("procedure", "error")
def test_files_that_cannot_be_drawn_are_said_to_be(office: Office, tmp_path: Path) -> None:
    office.unpublish()
    folder = tmp_path / "processes"
    shutil.copytree(NEL.parent, folder / NEL.parent.name)
    (folder / NEL.parent.name / NEL.name / "positive-challenge.bpmn").write_text("<none")
    words = text_of(elsewhere(office, folder).get(PAGE))
    assert "The diagram cannot be read. stepladder check says what is wrong with it." in words


@pytest.mark.shows("procedure", "one")
def test_the_case_leads_to_its_procedure(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    assert f'href="{PAGE}"' in client_as("raiser").get(f"/cases/{number}").text


@pytest.mark.shows("procedure", "forbidden")
def test_another_councils_is_as_one_that_there_is_not(office: Office, client_as: Sign) -> None:
    client = client_as("admin")
    for key in ("quality-assurance-alert", "nothing", "..%2Fpositive-challenge"):
        answer = client.get(f"/procedures/{key}")
        assert answer.status_code == 404, key
    assert office.client().get(PAGE).location == "/sign-in"
