"""Changing a child's record, a move, a death (X-13, X-37)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.pages.record import administrator, day
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("child_record", "one", "error")
def test_an_administrator_changes_who_works_with_a_child(office: Office) -> None:
    person, client = administrator(office)
    address = f"/children/{office.child.id}/details"
    changed = {
        "reference": "PLAYED-1",
        "name": "Played Child",
        **day("born", "1 1 2016"),
        "team": "Team B",
        "social_worker": "0",
        "raiser": str(person.id),
        "reason": "",
    }
    asked = send(client, address, changed)
    assert asked.status_code == 400
    assert "Why is it changed" in text_of(asked)
    assert 'value="Team B"' in asked.text
    answer = send(client, address, {**changed, "reason": "The family moved"})
    assert answer.location == f"/children/{office.child.id}"
    page = text_of(client.get(answer.location))
    assert "Team changed from Team A to Team B." in page
    assert "Social worker changed from Social Worker (played) to nobody." in page
    assert "to Ada Admin. Reason: The family moved" in page
    mended = {**changed, "reference": "PL-9", **day("born", "2 1 2016"), "reason": "A slip"}
    page = text_of(client.get(send(client, address, mended).location))
    assert "Reference changed from PLAYED-1 to PL-9." in page
    assert "Date of birth changed from 1 January 2016 to 2 January 2016. Reason: A slip" in page
    again = send(client, address, {**mended, "reason": "Again"})
    assert "Nothing was changed" in text_of(client.get(again.location))


@pytest.mark.shows("child_record", "forbidden")
def test_a_raiser_does_not_change_a_team_nor_a_manager_anything(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern()
    address = f"/children/{office.child.id}"
    assert client_as("raiser").get(f"{address}/details").status_code == 403
    assert client_as("raiser").get(f"{address}/move").status_code == 200
    manager = client_as("tm")
    for page in ("details", "move", "death", "readers", "statuses/new", "siblings"):
        assert manager.get(f"{address}/{page}").status_code == 403


def test_a_death_is_recorded_kindly_and_can_be_put_right(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/death"
    assert "We are sorry." in text_of(raiser.get(address))
    late = send(raiser, address, {**day("day", "1 4 2026"), "reason": "The hospital rang"})
    assert late.status_code == 400
    assert "still to come" in text_of(late)
    answer = send(raiser, address, {**day("day", "20 3 2026"), "reason": "The hospital rang"})
    page = text_of(raiser.get(answer.location))
    assert "1 open case shows it now, and asks how it goes on." in page
    assert "Played Child died on 20 March 2026." in page
    assert "lived 10 years" in page
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "The child died on 20 March 2026." in case
    assert "Not yet recorded" not in case
    again = text_of(raiser.get(address))
    assert "This child has not died" in again
    send(raiser, address, {"reason": "Another child of that name"})
    page = text_of(raiser.get(f"/children/{office.child.id}"))
    assert "10 years old" in page
    assert "It was recorded in error that the child died." in page


def test_another_authority_takes_over(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/move"
    answer = send(
        raiser,
        address,
        {"to": "Hull City Council", **day("day", "20 3 2026"), "reason": "By letter"},
    )
    page = text_of(raiser.get(answer.location))
    assert "Hull City Council took over responsibility on 20 March 2026." in page
    send(raiser, address, {"reason": "It was a visit"})
    page = text_of(raiser.get(f"/children/{office.child.id}"))
    assert "Hull City Council took over responsibility on" not in page
