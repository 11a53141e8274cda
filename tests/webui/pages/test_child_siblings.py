"""Brothers and sisters on a record: found, recorded, removed (X-14)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("child_siblings", "one", "empty", "error")
def test_a_sister_is_recorded_on_both_records(office: Office, client_as: Sign) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/siblings"
    assert "None is recorded" in text_of(raiser.get(address))
    assert send(raiser, address, {"text": " "}).status_code == 400
    assert "Mia Brown" in text_of(send(raiser, address, {"text": "mia"}))
    send(raiser, f"{address}/add", {"child": mia.id}, page=address)
    assert "Mia Brown" in text_of(raiser.get(f"/children/{office.child.id}"))
    assert "Played Child" in text_of(raiser.get(f"/children/{mia.id}"))
    twice = send(raiser, f"{address}/add", {"child": mia.id}, page=address)
    assert twice.status_code == 400
    send(raiser, f"{address}/remove", {"child": mia.id}, page=address)
    assert "Mia Brown" not in text_of(raiser.get(f"/children/{office.child.id}"))


@pytest.mark.shows("child_siblings", "forbidden")
def test_a_hidden_child_is_not_guessed(office: Office, client_as: Sign) -> None:
    hidden = office.add_child("R-3", "Hidden Child", restricted=True)
    raiser = client_as("raiser")
    address = f"/children/{office.child.id}/siblings"
    answer = send(raiser, f"{address}/add", {"child": hidden.id}, page=address)
    assert answer.status_code == 403
    assert "Hidden" not in answer.text
