"""One concern raised for several children (X-14)."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.child_file.siblings import link_siblings
from engine.store.cases import cases
from tests.webui.office import CONCERN, Office, send
from tests.webui.reading import text_of
from tests.webui.sending import submit

Sign = Callable[[str], FlaskClient]
TEXT = {**CONCERN, "do": "send"}


def picked(raiser: FlaskClient, number: str, *ids: int) -> str:
    """The address of the first text, after the children were picked."""
    page = f"/cases/{number}/siblings"
    answer = send(raiser, page, {"child": [str(each) for each in ids], "do": "go"})
    assert answer.status_code == 303, text_of(answer)
    return answer.location


def count(office: Office) -> int:
    """How many cases there are."""
    with office.installation.database.read() as connection:
        return len(connection.execute(cases.select()).all())


@pytest.mark.shows("siblings", "many")
def test_each_child_gets_a_case_of_its_own_and_an_account_is_given(
    office: Office, client_as: Sign
) -> None:
    mia = office.add_child("R-2", "Mia Brown", statuses=("looked after",))
    kai = office.add_child("R-3", "Kai Brown")
    link_siblings(office.installation, office.child.id, mia.id, by=office.people["raiser"])
    number = office.raise_concern(wishes_sought="known", wishes="I want to stay")
    raiser = client_as("raiser")
    page = f"/cases/{number}/siblings"
    assert "Mia Brown" in text_of(raiser.get(page))
    found = text_of(send(raiser, page, {"child": mia.id, "do": "find", "text": "kai"}))
    assert "Kai Brown" in found
    address = picked(raiser, number, mia.id, kai.id)
    first = raiser.get(address)
    assert "The text for Mia Brown" in text_of(first)
    assert str(CONCERN["concern"]) in first.text
    assert "I want to stay" not in first.text
    send(raiser, address, {**TEXT, "child": mia.id, "concern": "She has not been visited."})
    assert "The text for Kai Brown" in text_of(raiser.get(address))
    send(raiser, address, {"child": kai.id, "do": "leave"})
    account = text_of(raiser.get(address))
    assert "Left out, nothing was sent" in account
    (other,) = set(re.findall(r"2026-\d{5}", account)) - {number}
    case = text_of(raiser.get(f"/cases/{other}"))
    assert "She has not been visited." in case
    for secret in (number, "Played Child", "Kai"):
        assert secret not in case
    assert other not in raiser.get(f"/cases/{number}").text
    send(raiser, f"{address}/record", {"child": kai.id}, page=address)
    assert text_of(raiser.get(address)).count("On the record") == 2


def test_the_same_text_sent_twice_opens_one_case(office: Office, client_as: Sign) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = picked(raiser, number, mia.id)
    for _ in range(2):
        assert send(raiser, address, {**TEXT, "child": mia.id}, page="/").status_code == 303
    assert count(office) == 2


def test_a_button_that_is_pressed_twice_opens_one_case(office: Office, client_as: Sign) -> None:
    """The second request leaves before the first one's answer, and so its cookie, is back."""
    mia = office.add_child("R-2", "Mia Brown")
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = picked(raiser, number, mia.id)
    cookie = raiser.get_cookie("stepladder")
    assert cookie is not None
    assert send(raiser, address, {**TEXT, "child": mia.id}).status_code == 303
    raiser.set_cookie("stepladder", cookie.value)
    assert send(raiser, address, {**TEXT, "child": mia.id}).status_code == 303
    assert count(office) == 2
    assert len(set(re.findall(r"2026-\d{5}", text_of(raiser.get(address))))) == 2


@pytest.mark.shows("siblings", "error")
def test_another_childs_name_in_the_text_is_pointed_out_and_may_stay(
    office: Office, client_as: Sign
) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    kai = office.add_child("R-3", "Kai Brown")
    number = office.raise_concern(concern="Mia and Kai were not visited.")
    raiser = client_as("raiser")
    address = picked(raiser, number, mia.id, kai.id)
    shown = text_of(raiser.get(address))
    assert "“Kai” in What is the concern?" in shown
    assert "“Mia” in" not in shown
    named = {**TEXT, "child": mia.id, "concern": "Played and Kai were not visited."}
    warned = send(raiser, address, named)
    assert warned.status_code == 400
    assert "“Played” in What is the concern? : “Played and Kai were not visited.”" in text_of(
        warned
    )
    assert count(office) == 1
    assert send(raiser, address, {**named, "names": "stay"}).status_code == 303
    assert count(office) == 2


def test_what_is_missing_is_asked_for(office: Office, client_as: Sign) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/siblings"
    nobody = send(raiser, page, {"do": "go"})
    assert nobody.status_code == 400
    assert "Select the children" in text_of(nobody)
    assert send(raiser, page, {"do": "find", "text": " "}).status_code == 400
    address = picked(raiser, number, mia.id)
    empty = send(raiser, address, {**TEXT, "child": mia.id, "impact": ""})
    assert empty.status_code == 400
    assert count(office) == 1


def test_twenty_children_at_most(office: Office, client_as: Sign) -> None:
    ids = [office.add_child(f"R-{n}", f"Child {n}").id for n in range(21)]
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/siblings"
    answer = send(raiser, page, {"child": [str(each) for each in ids], "do": "go"})
    assert answer.status_code == 400
    assert "Select 20 children at most." in text_of(answer)
    picked(raiser, number, *ids[:20])


@pytest.mark.shows("siblings", "empty", "forbidden")
def test_only_the_raiser_and_only_children_whom_they_may_read_of(
    office: Office, client_as: Sign
) -> None:
    hidden = office.add_child("R-3", "Hidden Child", restricted=True)
    number = office.raise_concern()
    raiser = client_as("raiser")
    page = f"/cases/{number}/siblings"
    assert "No brother or sister is on the record." in text_of(raiser.get(page))
    assert send(raiser, page, {"child": hidden.id, "do": "go"}).status_code == 403
    assert client_as("tm").get(page).status_code == 403
    unknown = raiser.get(f"{page}/nothing")
    assert unknown.status_code == 409
    assert "Pick the children again" in text_of(unknown)


def test_what_is_typed_for_a_child_survives_signing_out(office: Office, client_as: Sign) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = picked(raiser, number, mia.id)
    assert "Begun and not raised yet" not in text_of(raiser.get("/raise"))
    typed = "Kai and she have not been visited."
    shown = raiser.get(address)
    save = re.search(r'data-draft="([^"]+)"', shown.text)
    assert save is not None
    kept = submit(raiser, address, {**TEXT, "concern": typed, "child": mia.id}, to=save[1])
    assert kept.status_code == 303
    assert send(raiser, "/sign-out", {}, page="/").status_code == 303

    again = client_as("raiser")
    assert "Mia Brown" in text_of(again.get("/raise"))
    assert again.get(address).status_code == 409
    other = picked(again, number, mia.id)
    found = again.get(other)
    assert "You began this on Monday 23 March 2026 at 10am" in text_of(found)
    assert typed in found.text
    assert "“Kai” in" not in text_of(found)  # nobody of that name is about
    sent = send(again, other, {**TEXT, "concern": typed, "child": mia.id})
    assert sent.status_code == 303
    assert count(office) == 2
    assert "Begun and not raised yet" not in text_of(again.get("/raise"))


def test_a_text_that_was_begun_can_be_begun_afresh_from_the_case(
    office: Office, client_as: Sign
) -> None:
    mia = office.add_child("R-2", "Mia Brown")
    number = office.raise_concern()
    raiser = client_as("raiser")
    address = picked(raiser, number, mia.id)
    save = re.search(r'data-draft="([^"]+)"', raiser.get(address).text)
    assert save is not None
    submit(raiser, address, {**TEXT, "concern": "Begun.", "child": mia.id}, to=save[1])
    stale = send(raiser, address, {"child": mia.id, "do": "afresh", "draft.seen": "other.1"})
    assert stale.status_code == 409
    assert "Begun." in raiser.get(address).text
    submit(raiser, address, {"child": mia.id, "do": "afresh"})
    shown = raiser.get(address).text
    assert "You began this on" not in shown
    assert str(CONCERN["concern"]) in shown
