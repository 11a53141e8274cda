"""Vacant posts, who stands in, and the way to fill one."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.children import let_read
from engine.people import end_post, leave, posts_of
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def end_of(office: Office, post: str, last_day: date) -> None:
    with office.installation.database.write() as connection:
        (held,) = posts_of(connection, office.people[post].id, date(2026, 3, 20))
        end_post(connection, held, last_day)


@pytest.mark.shows("vacancies", "empty")
def test_where_all_is_held_that_is_said(office: Office, client_as: Sign) -> None:
    assert "Every post is held" in text_of(client_as("admin").get("/vacancies"))


@pytest.mark.shows("vacancies", "one")
def test_a_vacancy_is_filled_from_its_line(office: Office, client_as: Sign) -> None:
    end_of(office, "tm", date(2026, 3, 22))
    end_of(office, "dcs", date(2026, 4, 3))
    admin = client_as("admin")
    page = admin.get("/vacancies")
    words = text_of(page)
    assert "Vacant today" in words
    assert "Children's Service Manager (played), Children's Service Manager" in words
    assert "Vacant within 30 days" in words
    assert "Nobody. What comes will wait." in words
    address = "/vacancies/fill?post=tm&team=Team+A"
    assert address.replace("&", "&amp;") in page.text
    person = office.people["sw"].id
    answer = send(admin, address, {"person": person})
    assert answer.status_code == 303
    shown = admin.get(answer.headers["Location"])
    assert '<option value="tm" selected>' in shown.text
    assert '<option value="Team A" selected>' in shown.text


@pytest.mark.shows("vacancies", "forbidden")
def test_only_an_administrator_may(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    assert manager.get("/vacancies").status_code == 403
    assert manager.get("/vacancies/fill?post=tm").status_code == 403


@pytest.mark.shows("vacancies", "error")
def test_a_post_that_is_not_there_cannot_be_filled(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    assert admin.get("/vacancies/fill?post=wizard").status_code == 404
    assert send(admin, "/vacancies/fill?post=tm", {"person": ""}).status_code == 400


@pytest.mark.shows("vacancies", "many")
def test_when_nearly_everybody_left_each_post_has_its_line(office: Office, client_as: Sign) -> None:
    left = ("sw", "tm", "sm", "hos", "ad", "dcs", "iro_sm", "iro_tm")
    for post in left:
        end_of(office, post, date(2026, 3, 22))
    page = client_as("admin").get("/vacancies")
    for post in left:
        assert f"/vacancies/fill?post={post}" in page.text, post


@pytest.mark.shows("vacancies", "left behind")
def test_what_people_who_left_leave_behind_leads_to_somebody_else(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    raiser = office.people["raiser"]
    child = office.add_child("R-7", "Rosa Hall", restricted=True)
    admin = client_as("admin")
    address = f"/vacancies/records/{child.id}"
    with office.installation.database.write() as connection:
        let_read(connection, child, raiser.id)
    assert "whose raiser has left" not in text_of(admin.get("/vacancies"))
    assert admin.get(address).status_code == 404
    with office.installation.database.write() as connection:
        leave(connection, raiser, date(2026, 3, 22))

    page = admin.get("/vacancies")
    words = text_of(page)
    assert f"{number} , raised by {raiser.name}: give it to another raiser" in words
    assert f"/cases/{number}/raiser" in page.text
    assert f"It named {raiser.name}: name who may read it" in words
    assert "Rosa" not in page.text
    assert "R-7" not in page.text
    form = admin.get(address)
    assert form.status_code == 200
    assert "Rosa" not in form.text
    assert send(admin, address, {"person": office.people["iro_tm"].id}).status_code == 400

    named = {"person": office.people["admin"].id, "reason": "To name the new officer."}
    assert send(admin, address, named, page="/vacancies").location == "/vacancies"
    words = text_of(admin.get("/vacancies"))
    assert "may read of the child now. Tell them." in words
    assert "It named" not in words
    assert admin.get(address).status_code == 404
    assert "To name the new officer." in text_of(admin.get(f"/children/{child.id}"))
    assert client_as("tm").get(address).status_code == 403
