"""The child's own page (X-37): what it shows, and to whom."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.child_file.siblings import link_siblings
from engine.store.children import set_restricted
from tests.webui.office import Office
from tests.webui.pages.record import administrator
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("child", "one")
def test_the_raiser_reads_the_record_and_its_cases(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = text_of(raiser.get(f"/children/{office.child.id}"))
    assert "Played Child" in page
    assert "Reference PLAYED-1" in page
    assert "Date of birth 1 January 2016, 10 years old" in page
    assert "Looked after since 1 January 2025" in page
    assert "Social worker Social Worker (played)" in page
    assert number in page
    assert "Open, Positive Challenge" in page
    looks = [row for row in office.access_log() if row.what == "child" and row.allowed]
    assert looks[-1].child_id == office.child.id


@pytest.mark.shows("child", "empty")
def test_a_child_of_whom_little_is_recorded(office: Office, client_as: Sign) -> None:
    child = office.add_child("R-2", "Mia Brown", born=date(2026, 1, 5))
    page = text_of(client_as("raiser").get(f"/children/{child.id}"))
    assert "less than a year old" in page
    assert "None is recorded." in page
    assert "There is no case about this child that you may see." in page
    assert "End or correct" not in page  # the child has another raiser


@pytest.mark.shows("child", "forbidden")
def test_who_has_no_reason_to_is_refused(office: Office, client_as: Sign) -> None:
    address = f"/children/{office.child.id}"
    assert client_as("tm").get(address).status_code == 403
    office.raise_concern()
    assert client_as("tm").get(address).status_code == 200  # has a part in a case now
    assert client_as("ad").get(address).status_code == 403
    refused = [row for row in office.access_log() if not row.allowed]
    assert refused
    assert client_as("raiser").get("/children/999").status_code == 403


def test_a_restricted_record_is_for_those_who_are_named(office: Office, client_as: Sign) -> None:
    hidden = office.add_child("R-3", "Hidden Child", restricted=True)
    _, client = administrator(office)
    for browser in (client, client_as("raiser")):
        answer = browser.get(f"/children/{hidden.id}")
        assert answer.status_code == 403
        assert "Hidden" not in answer.text


@pytest.mark.shows("child", "many")
def test_a_manager_sees_their_cases_alone_and_changes_nothing(
    office: Office, client_as: Sign
) -> None:
    first = office.raise_concern()
    second = office.raise_concern(entry="formal", decision="stage 4", reason="Urgent")
    page = text_of(client_as("tm").get(f"/children/{office.child.id}"))
    assert first in page
    assert second not in page
    assert "What was changed" not in page
    both = text_of(client_as("raiser").get(f"/children/{office.child.id}"))
    assert first in both
    assert second in both


def test_brothers_and_sisters_are_shown_to_who_may_read_of_them(
    office: Office, client_as: Sign
) -> None:
    open_one = office.add_child("R-4", "Mia Brown")
    hidden = office.add_child("R-5", "Hidden Brown")
    person, _ = administrator(office)
    for other in (open_one, hidden):
        link_siblings(office.installation, office.child.id, other.id, by=person)
    with office.installation.database.write() as connection:
        set_restricted(connection, hidden.id)
    page = text_of(client_as("raiser").get(f"/children/{office.child.id}"))
    assert "Mia Brown" in page
    assert "Hidden" not in page
    assert "Mia" not in page.split("What was changed")[1]
