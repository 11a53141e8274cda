"""Every route says who may come in."""

from pathlib import Path

import pytest
from flask import Blueprint

from tests.webui.office import Office
from webui.guards import Unguarded, anyone, guard_of, raisers, signed_in
from webui.site import create_site

OPEN_TO_ANYONE = {
    "accessibility.show",
    "assets.send",
    "help.show",
    "new_password.choose",
    "new_password.show",
    "privacy.show",
    "sign_in.enter",
    "sign_in.show",
    "sign_in.sign_out",
}


def test_every_route_declares_a_guard(office: Office) -> None:
    rules = list(office.app.url_map.iter_rules())
    assert len(rules) > 10
    for rule in rules:
        guard = guard_of(office.app.view_functions[rule.endpoint])
        assert guard is not None, f"{rule} declares no guard. Add one of webui.guards to it."


def test_only_signing_in_the_built_files_and_what_is_said_about_the_site_are_open_to_anyone(
    office: Office,
) -> None:
    let_in = guard_of(anyone(lambda: ""))
    views = office.app.view_functions
    assert {name for name, view in views.items() if guard_of(view) is let_in} == OPEN_TO_ANYONE


def test_a_route_without_a_guard_lets_nobody_in(office: Office) -> None:
    careless = Blueprint("careless", __name__)
    careless.get("/careless")(lambda: "everything")
    app = create_site(office.installation, more=[careless])

    answer = app.test_client().get("/careless")
    assert answer.status_code == 500
    assert "everything" not in answer.text

    app.testing = True
    with pytest.raises(Unguarded, match=r"careless.*declares no guard"):
        app.test_client().get("/careless")


def test_a_guard_leaves_the_view_as_it_is() -> None:
    def view() -> str:
        return "a page"

    for guard in (anyone, signed_in, raisers):
        assert guard(view)() == "a page"


def test_whoever_is_not_signed_in_signs_in_first_and_is_then_brought_there(office: Office) -> None:
    number = office.raise_concern()
    person = office.people["raiser"]
    office.let_in(person)
    client = office.client()

    answer = client.get(f"/cases/{number}?from=an-email")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    answer = office.send_in(client, person)
    assert (answer.status_code, answer.location) == (303, f"/cases/{number}?from=an-email")


def test_nobody_is_led_off_the_site_by_the_address_of_the_sign_in_page(office: Office) -> None:
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    client.get("/sign-in?next=https://example.com/")
    assert office.send_in(client, person, page="/sign-in?next=//example.com").location == "/"


def test_an_address_that_no_cookie_has_room_for_is_not_kept(office: Office) -> None:
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    assert client.get(f"/?from={'x' * 5_000}").status_code == 303
    assert office.send_in(client, person).location == "/"


def test_a_double_slash_that_was_asked_for_stays_on_the_site(office: Office) -> None:
    person = office.people["tm"]
    office.let_in(person)
    client = office.client()
    client.get("//example.com/%2e%2e")
    location = office.send_in(client, person).location
    assert location.startswith("/")
    assert not location.startswith("//")


def test_only_those_who_hold_the_post_raise_concerns(office: Office) -> None:
    answer = office.client_as("tm").get("/raise")
    assert answer.status_code == 403
    assert "Only those who hold the raiser" in answer.text
    assert office.client_as("raiser").get("/raise").status_code == 200


def test_a_refusal_is_written_to_the_access_log(office: Office, tmp_path: Path) -> None:
    office.client_as("tm").get("/raise")
    row = office.access_log()[-1]
    assert (row.person_id, row.allowed) == (office.people["tm"].id, 0)
    assert row.what == "refused: raise_concern.find"
