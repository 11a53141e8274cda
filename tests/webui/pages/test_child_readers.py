"""Restricting a record and naming who may read it (X-37)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.pages.record import administrator
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("child_readers", "one", "error")
def test_a_record_is_restricted_and_somebody_is_named(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    person, client = administrator(office)
    record = f"/children/{office.child.id}"
    address = f"{record}/readers"
    send(client, address, {"how": "restrict", "reason": "A relative works here"})
    assert "Restricted" in text_of(client.get(record))
    manager = client_as("tm")
    assert manager.get(record).status_code == 403
    assert "Ada Admin" in text_of(client.get(address))
    nobody = send(client, address, {"how": "name", "reason": "Needs to answer"})
    assert nobody.status_code == 400
    named = {"how": "name", "who": office.people["tm"].id, "reason": "Needs to answer"}
    send(client, address, named)
    assert manager.get(record).status_code == 200
    gone = {"how": "remove", "out": office.people["tm"].id, "reason": "Answered"}
    send(client, address, gone)
    assert manager.get(record).status_code == 403
    own = {"how": "remove", "out": person.id, "reason": "No longer needed"}
    assert send(client, address, own).location == "/"
    assert client.get(record).status_code == 403


def test_the_last_who_may_read_stays(office: Office) -> None:
    person, client = administrator(office)
    child = office.add_child("R-2", "Mia Brown")
    address = f"/children/{child.id}/readers"
    send(client, address, {"how": "restrict", "reason": "A relative works here"})
    own = {"how": "remove", "out": person.id, "reason": "No longer needed"}
    refused = send(client, address, own)
    assert refused.status_code == 400
    assert "Name somebody else first" in text_of(refused)
    send(client, address, {"how": "open", "reason": "The relative left"})
    assert "Everybody who has a reason to" in text_of(client.get(f"/children/{child.id}"))


@pytest.mark.shows("child_readers", "forbidden")
def test_a_raiser_does_not_restrict(office: Office, client_as: Sign) -> None:
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/readers"
    assert raiser.get(address).status_code == 403
    fields = {"how": "restrict", "reason": "Mine"}
    assert send(raiser, address, fields, page="/").status_code == 403
