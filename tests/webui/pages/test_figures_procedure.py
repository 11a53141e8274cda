"""The figures of one procedure: on its diagram, step by step, version beside version."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from engine.clock import parse_instant
from engine.procedures import load_version
from tests.webui.office import CONCERN, Office
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = "/figures/procedures/positive-challenge"


@pytest.mark.shows("figures_procedure", "empty")
def test_without_a_case_the_diagram_stands_there_without_figures(client_as: Sign) -> None:
    answer = client_as("iro_sm").get(PAGE)
    assert "No step of this procedure began in the period." in text_of(answer)
    assert "<svg" in answer.text


@pytest.mark.shows("figures_procedure", "one")
def test_each_step_has_its_median_and_its_silence_on_the_picture_and_in_the_table(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-27T10:00"))
    office.rehearsal.answer("informal_respond", {"answer": "A visit tomorrow."})
    client = client_as("iro_sm")
    answer = client.get(PAGE)
    assert ">4 wd, 1 silent</text>" in answer.text
    assert 'class="userTask long"' in answer.text
    assert 'href="#step-informal_respond"' in answer.text
    assert 'id="step-informal_respond"' in answer.text
    page = text_of(answer)
    assert "What waited for whoever raised it" in page
    assert office.people["raiser"].name in page


@pytest.mark.shows("figures_procedure", "many")
def test_versions_stand_side_by_side(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    package = office.rehearsal.version.package
    files = {**package.files, "messages/more.md": b"Another word"}
    office.publish(replace(package, files=files))
    with office.installation.database.read() as connection:
        office.rehearsal.version = load_version(connection, 2)
    for _ in range(2):
        office.rehearsal.raise_concern(CONCERN)
    page = text_of(client_as("iro_sm").get(PAGE))
    assert "Versions side by side" in page
    assert "Version 1" in page
    assert "Cases raised 1 : raised under version 1 2 : raised under version 2" in page


@pytest.mark.shows("figures_procedure", "error")
def test_a_procedure_that_is_not_there_is_not_found(client_as: Sign) -> None:
    assert client_as("iro_sm").get("/figures/procedures/no-such").status_code == 404
    page = text_of(client_as("iro_sm").get(f"{PAGE}?period=days&first=x"))
    assert page.count("The first day must be a real date") == 2


@pytest.mark.shows("figures_procedure", "forbidden")
def test_raisers_see_none_and_managers_nobodys_own(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    assert client_as("raiser").get(PAGE).status_code == 403
    page = text_of(client_as("iro_tm").get(PAGE))
    assert "What waited for whoever raised it" not in page
    assert "Too few people were asked." in page
