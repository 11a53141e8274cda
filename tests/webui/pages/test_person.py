"""A person's page: details, posts, password link, leaving, and what was changed."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from engine.administration.people import LINK_LASTS
from engine.people import Person, add_person, give_post
from engine.store.people import find_holdings
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def page_of(office: Office, post: str) -> str:
    return f"/people/{office.people[post].id}"


def post_of(client: FlaskClient, address: str) -> str:
    """The address at which the last day of the person's first post is changed."""
    found = re.search(r'href="(/people/\d+/posts/\d+)"', client.get(address).text)
    assert found is not None
    return found[1]


@pytest.mark.shows("person", "one")
def test_a_person_with_a_post_is_shown(office: Office, client_as: Sign) -> None:
    page = text_of(client_as("admin").get(page_of(office, "tm")))
    assert "Team Manager for Team A" in page
    assert "No days away are recorded." in page
    assert "Nothing was changed here yet." in page


@pytest.mark.shows("person", "forbidden")
def test_nobody_else_sees_them_nor_themselves_there(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    for address in ("", "/details", "/posts", "/leave"):
        assert manager.get(page_of(office, "tm") + address).status_code == 403, address
    assert client_as("admin").get("/people/99999").status_code == 403


def test_a_name_is_changed_and_that_is_written_down(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    address = page_of(office, "tm")
    fields = {"name": "Ann Ash", "email": "ann@example.org"}
    assert send(admin, f"{address}/details", fields).status_code == 303
    page = text_of(admin.get(address))
    assert "is now Ann Ash (ann@example.org). Administrator (played), Monday 23 March 2026" in page


@pytest.mark.shows("post", "one")
def test_a_post_is_given_with_its_warnings(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    address = page_of(office, "tm")
    fields = {
        "post": "sm",
        "team": "",
        "new_team": "Team C",
        "starts-day": 23,
        "starts-month": 3,
        "starts-year": 2026,
    }
    assert send(admin, f"{address}/posts", fields).status_code == 303
    page = text_of(admin.get(address))
    assert "is Children's Service Manager for Team C from" in page
    assert "“Team C” is a new team" in page
    fields |= {"new_team": "", "team": "Team A"}
    send(admin, f"{address}/posts", fields)
    assert "would be asked at two stages" in text_of(admin.get(address))


def test_a_post_that_was_given_in_error_is_taken_back(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    address = page_of(office, "tm")
    fields = {"post": "hos", "starts-day": 23, "starts-month": 3, "starts-year": 2026}
    send(admin, f"{address}/posts", fields)
    shown = admin.get(address)
    assert "Head of Service from 23 March 2026." in text_of(shown)
    taken = re.findall(r'action="([^"]+/not-after-all)"', shown.text)
    assert len(taken) == 1  # what is held for years is ended, and never was not
    send(admin, taken[0], {}, page=address)
    page = text_of(admin.get(address))
    assert "is not Head of Service after all." in page
    assert "is not Head of Service from 23 March 2026 after all." in page
    assert "Head of Service Change the last day" not in page
    with office.installation.database.read() as connection:
        held = find_holdings(connection, office.people["tm"].id)
    old = f"{address}/posts/{held[0].id}/not-after-all"
    send(admin, old, {}, page=address)
    page = text_of(admin.get(address))
    assert "Choose its last day." in page
    assert "Team Manager for Team A" in page
    assert send(client_as("tm"), old, {}, page="/").status_code == 403


@pytest.mark.shows("post", "error")
@pytest.mark.shows("person", "error")
def test_a_post_that_cannot_be_held_so_is_refused(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    fields = {
        "post": "ad",
        "team": "Team A",
        "starts-day": 23,
        "starts-month": 3,
        "starts-year": 2026,
    }
    answer = send(admin, f"{page_of(office, 'tm')}/posts", fields)
    assert answer.status_code == 400
    assert "is a post for the whole service. Leave the team out." in text_of(answer)


def test_a_posts_last_day_is_changed(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    address = post_of(admin, page_of(office, "tm"))
    day = {"last_day-day": 27, "last_day-month": 3, "last_day-year": 2026}
    assert send(admin, address, day).status_code == 303
    assert "Team Manager for Team A, until 27 March 2026" in text_of(
        admin.get(page_of(office, "tm"))
    )
    wrong = send(admin, address, day | {"last_day-year": 2001})
    assert wrong.status_code == 400
    assert "It starts only on" in text_of(wrong)
    other = address.replace(page_of(office, "tm"), page_of(office, "sm"))
    assert admin.get(other).status_code == 403


def link_for(office: Office, admin: FlaskClient, person: Person) -> str:
    made = send(admin, f"/people/{person.id}/password", {}, page=f"/people/{person.id}")
    found = re.search(r"/new-password/[\w-]+", made.text)
    assert found is not None
    return found[0]


@pytest.mark.shows("new_password", "one")
def test_a_person_chooses_their_password_by_the_link_once(office: Office, client_as: Sign) -> None:
    person = office.people["tm"]
    address = link_for(office, client_as("admin"), person)
    stranger = office.client()
    assert person.email in text_of(stranger.get(address))
    short = send(stranger, address, {"new_password": "short"})
    assert short.status_code == 400
    assert "at least 12 characters" in text_of(short)
    done = send(stranger, address, {"new_password": "three random words"})
    assert done.status_code == 303
    assert "Your password is set." in text_of(stranger.get("/sign-in"))
    fields = {"email": person.email, "password": "three random words"}
    assert send(stranger, "/sign-in", fields).status_code == 303
    assert stranger.get(address).status_code == 409


@pytest.mark.shows("new_password", "error")
def test_a_link_that_is_too_old_or_made_up_is_refused(office: Office, client_as: Sign) -> None:
    address = link_for(office, client_as("admin"), office.people["tm"])
    stranger = office.client()
    assert stranger.get("/new-password/made-up").status_code == 409
    page = send(stranger, address, {"new_password": "short"})
    assert page.status_code == 400
    office.real.set(office.real.now() + LINK_LASTS + timedelta(seconds=1))
    answer = stranger.get(address)
    assert answer.status_code == 409
    assert "Ask your administrator for a new one" in text_of(answer)


def test_somebody_leaves_and_is_let_back_in(office: Office, client_as: Sign) -> None:
    admin, manager = client_as("admin"), client_as("tm")
    address = page_of(office, "tm")
    before = text_of(admin.get(f"{address}/leave"))
    assert "Their posts end today: Team Manager for Team A." in before
    assert send(admin, f"{address}/leave", {}).status_code == 303
    assert manager.get("/").status_code == 303
    page = text_of(admin.get(address))
    assert "has left and cannot sign in" in page
    assert send(admin, f"{address}/back", {}, page=address).status_code == 303
    assert "may sign in again" in text_of(admin.get(address))
    own = page_of(office, "admin")
    assert "has left" not in text_of(admin.get(own))
    assert send(admin, f"{own}/leave", {}, page=own).status_code == 403


def test_signing_out_everywhere_ends_their_sessions(office: Office, client_as: Sign) -> None:
    admin, manager = client_as("admin"), client_as("tm")
    address = page_of(office, "tm")
    assert send(admin, f"{address}/sign-out", {}, page=address).status_code == 303
    assert manager.get("/").status_code == 303


@pytest.mark.shows("post", "forbidden")
@pytest.mark.shows("person", "empty", "many")
def test_a_person_without_a_post_and_one_with_many(office: Office, client_as: Sign) -> None:
    admin, manager = client_as("admin"), client_as("tm")
    council = office.rehearsal.council
    with office.installation.database.write() as connection:
        new = add_person(connection, council=council.key, name="Una New", email="una@example.org")
    address = f"/people/{new.id}"
    assert "Una New holds no post, so no task comes to them." in text_of(admin.get(address))
    with office.installation.database.write() as connection:
        for each in range(30):
            give_post(
                connection, council, new, "tm", team=f"Team {each:02}", starts=date(2026, 1, 1)
            )
    page = text_of(admin.get(address))
    assert "Team 00" in page
    assert "Team 29" in page
    assert manager.get(f"{address}/posts").status_code == 403
