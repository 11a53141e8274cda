"""The list of a council's procedures: in use or not, past review, what is still to be answered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.procedures import read_package
from tests.webui.office import NEL, PROCESSES, Office
from tests.webui.reading import text_of
from webui.site import create_site

Sign = Callable[[str], FlaskClient]
LEI = PROCESSES / "leicestershire" / "quality-assurance-alert"


@pytest.fixture
def leicestershire(tmp_path: Path) -> Iterator[Office]:
    """Leicestershire's office, on a Monday long after its guidance was to be reviewed."""
    made = Office(tmp_path, package=read_package(LEI))
    yield made
    made.installation.database.close()


def elsewhere(office: Office, folder: Path) -> FlaskClient:
    """A team manager's browser at a site whose folder of procedures is that one."""
    office.installation = replace(
        office.installation, settings=replace(office.installation.settings, processes=folder)
    )
    office.app = create_site(office.installation, real=office.real)
    office.app.testing = True
    return office.client_as("tm")


@pytest.mark.shows("procedures", "one")
def test_a_procedure_in_use_has_its_document_and_what_is_open(client_as: Sign) -> None:
    words = text_of(client_as("tm").get("/procedures"))
    assert "Positive Challenge and Formal Escalation In use Version 1" in words
    assert "Quality Assurance Process - Positive Challenge and Formal Escalation" in words
    assert "12 questions open. None of them holds it up." in words
    assert "Past its review date" not in words


@pytest.mark.shows("procedures", "past review")
def test_a_document_past_its_review_date_is_said_to_be(leicestershire: Office) -> None:
    words = text_of(leicestershire.client_as("tm").get("/procedures"))
    assert "Past its review date" in words
    assert "1 of which should be answered first." in words


@pytest.mark.shows("procedures", "not in use")
def test_what_was_never_put_to_use_is_listed_too(leicestershire: Office) -> None:
    leicestershire.unpublish()
    words = text_of(leicestershire.client_as("tm").get("/procedures"))
    assert "Not in use yet" in words
    assert "1 of which must be answered first." in words


@pytest.mark.shows("procedures", "many")
def test_several_are_listed_by_title_with_long_names(office: Office, client_as: Sign) -> None:
    package = read_package(NEL)
    files = {path: content for path, content in package.files.items() if "bpmn" not in path}
    for number in range(3):
        settings = f'title = "Another way {number}: {"very " * 30}long"'.encode()
        changed = {**files, f"way{number}.bpmn": package.diagram_source, "procedure.toml": settings}
        office.publish(replace(package, key=f"way{number}", files=changed))
    page = client_as("tm").get("/procedures").text
    places = [page.index(f"/procedures/{key}") for key in ("way0", "way1", "way2", "positive")]
    assert places == sorted(places)


@pytest.mark.shows("procedures", "empty")
def test_without_any_it_says_who_puts_one_there(office: Office, tmp_path: Path) -> None:
    office.unpublish()
    (tmp_path / "nothing").mkdir()
    client = elsewhere(office, tmp_path / "nothing")
    assert "Your council has no procedure yet." in text_of(client.get("/procedures"))


@pytest.mark.shows("procedures", "forbidden")
def test_who_is_not_signed_in_signs_in_first(office: Office) -> None:
    assert office.client().get("/procedures").location == "/sign-in"


def test_everybody_finds_it_at_the_foot_and_administrators_at_the_head(client_as: Sign) -> None:
    assert client_as("tm").get("/").text.count('href="/procedures"') == 1
    assert client_as("admin").get("/").text.count('href="/procedures"') == 2
