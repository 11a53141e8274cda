"""The list of people: found, paged, added; only an administrator's."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.administration.people import new_person
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def add_many(office: Office, count: int) -> None:
    for number in range(count):
        new_person(
            office.installation,
            by=office.people["admin"],
            name=f"Person {number:03}",
            email=f"p{number}@example.org",
        )


@pytest.mark.shows("people", "one")
def test_everybody_is_listed_with_their_posts(office: Office, client_as: Sign) -> None:
    page = text_of(client_as("admin").get("/people"))
    assert "11 people" in page
    assert "Team Manager for Team A" in page


@pytest.mark.shows("people", "many")
def test_five_hundred_are_paged(office: Office, client_as: Sign) -> None:
    add_many(office, 489)
    admin = client_as("admin")
    assert "500 people, page 1 of 10" in text_of(admin.get("/people"))
    last = admin.get("/people?page=10")
    assert "page 10 of 10" in text_of(last)
    assert 'href="/people?page=9"' in last.text
    assert "page=11" not in last.text


@pytest.mark.shows("people", "empty")
def test_a_page_beyond_the_last_and_a_search_without_luck_say_so(
    office: Office, client_as: Sign
) -> None:
    admin = client_as("admin")
    assert "There is nobody on this page" in text_of(admin.get("/people?page=99999999999999"))
    assert admin.get("/people?page=x").status_code == 200
    found = text_of(send(admin, "/people", {"text": "zzz"}))
    assert "Nobody has that in their name or address" in found


def test_somebody_is_found_by_a_part_of_the_name(office: Office, client_as: Sign) -> None:
    add_many(office, 3)
    found = text_of(send(client_as("admin"), "/people", {"text": "person 002"}))
    assert "1 found" in found
    assert "p2@example.org" in found


def test_somebody_new_goes_on_to_their_own_page(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    fields = {"name": "Bea Hill", "email": "bea@example.org"}
    answer = send(admin, "/people/add", fields)
    assert answer.status_code == 303
    page = text_of(admin.get(answer.headers["Location"]))
    assert "Bea Hill was added." in page
    assert "holds no post, so no task comes to them" in page


@pytest.mark.shows("people", "error")
@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        ("", "bea@example.org", "Enter the full name"),
        ("Bea", "bea", "email address"),
        ("Bea", "ADMIN@north-east-lincolnshire.invalid", "belongs to somebody already"),
    ],
)
def test_what_cannot_be_added_is_said_at_its_field(
    name: str, email: str, sentence: str, office: Office, client_as: Sign
) -> None:
    answer = send(client_as("admin"), "/people/add", {"name": name, "email": email})
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert f'value="{email}"' in answer.text


@pytest.mark.shows("people", "forbidden")
@pytest.mark.parametrize("post", ["tm", "raiser", "iro_sm"])
def test_others_may_not_and_have_no_link(post: str, office: Office, client_as: Sign) -> None:
    client = client_as(post)
    assert ">People<" not in client.get("/").text
    for address in ("/people", "/people/add", "/vacancies", "/people/import"):
        assert client.get(address).status_code == 403, address
    assert (
        send(client, "/people/add", {"name": "X", "email": "x@x.org"}, page="/").status_code == 403
    )
