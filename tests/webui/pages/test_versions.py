"""Two versions of a procedure beside each other: what is otherwise, in words and on the picture."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.procedures import Package, publish
from tests.engine.moving.redrawn import redrawn, task, timer
from tests.stories import procedure
from tests.webui.office import Office
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PROCEDURE = "/procedures/positive-challenge"
PAGE = f"{PROCEDURE}/versions"
THREE_DAYS = "the time to answer was 5 working days, and is now 3 working days."


def put_to_use(office: Office, package: Package, reason: str) -> None:
    publish(office.installation, package, by=office.people["iro_sm"].id, reason=reason)


@pytest.mark.shows("versions", "empty")
def test_of_a_procedure_with_one_version_there_is_nothing_to_compare(client_as: Sign) -> None:
    tm = client_as("tm")
    assert "has one version only" in text_of(tm.get(PAGE))
    assert PAGE not in tm.get(PROCEDURE).text


@pytest.mark.shows("versions", "one", "many")
def test_the_newest_stands_against_the_one_before_and_any_against_any(
    office: Office, client_as: Sign
) -> None:
    second = redrawn(timer("stage1_due", "3 working days"))
    put_to_use(office, second, "Three days are enough.")
    third = redrawn(task("stage2_respond", name="Answer at Stage 2"), since=second)
    put_to_use(office, third, "In plainer words.")
    tm = client_as("tm")  # everybody of the council reads it
    assert f'href="{PAGE}"' in tm.get(PROCEDURE).text

    page = tm.get(PAGE)
    said = text_of(page)
    assert "From version 2 to version 3" in said
    assert "the name was “Respond at Stage 2”, and is now “Answer at Stage 2”." in said
    assert THREE_DAYS not in said
    assert "In plainer words." in said
    assert re.search(r'class="userTask changed" data-element="stage2_respond"', page.text)

    both = text_of(tm.get(f"{PAGE}?from=1&to=3"))
    assert THREE_DAYS in both
    assert "is now “Answer at Stage 2”." in both
    back = text_of(tm.get(f"{PAGE}?from=2&to=1"))
    assert "the time to answer was 3 working days, and is now 5 working days." in back
    assert THREE_DAYS in text_of(tm.get(f"{PAGE}?to=2"))
    assert "They are the same version. Choose two." in text_of(tm.get(f"{PAGE}?from=2&to=2"))


def test_a_restored_version_is_like_the_one_that_it_was(office: Office, client_as: Sign) -> None:
    put_to_use(office, redrawn(timer("stage1_due", "3 working days")), "Three.")
    put_to_use(office, procedure(), "Five again.")
    assert "Nothing is otherwise" in text_of(client_as("tm").get(f"{PAGE}?from=1&to=3"))


def test_what_is_gone_is_crossed_out_on_the_older_picture(office: Office, client_as: Sign) -> None:
    shorter = re.sub(
        r'<bpmn:sequenceFlow id="stage3_start_to_stage3_respond".*?(/>|</bpmn:sequenceFlow>)',
        "",
        procedure().diagram_source.decode(),
        count=1,
        flags=re.DOTALL,
    )
    assert shorter.encode() != procedure().diagram_source
    files = {**procedure().files, procedure().diagram_path: shorter.encode()}
    put_to_use(
        office, Package(council=procedure().council, key=procedure().key, files=files), "Without."
    )
    page = text_of(client_as("tm").get(PAGE))
    assert "Version 1. A cross stands at what is gone." in page
    assert "Version 2. A plus" not in page
    assert "is gone." in page


@pytest.mark.parametrize("asked", ["from=1&to=9", "from=9", f"to={'9' * 5000}", "from=0&to=7"])
def test_a_version_that_there_is_not_is_not_found(client_as: Sign, asked: str) -> None:
    assert client_as("tm").get(f"{PAGE}?{asked}").status_code == 404
