"""The bar of the demonstration, and that it is nowhere else."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import parse_instant
from engine.demo import Demonstration, demo_settings, open_demonstration
from tests.webui.office import Office, token_of
from webui.guards import guard_of
from webui.pages.demo import demo_pages
from webui.site import create_site


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beginning")
    settings = demo_settings({"STEPLADDER_VAR": str(folder)}, "http://127.0.0.1:8123")
    open_demonstration(settings).installation.database.close()
    return folder


@pytest.fixture
def demo(beginning: Path, tmp_path: Path) -> Iterator[Demonstration]:
    shutil.copytree(beginning, tmp_path / "var")
    settings = demo_settings({"STEPLADDER_VAR": str(tmp_path / "var")}, "http://127.0.0.1:8123")
    opened = open_demonstration(settings)
    yield opened
    opened.installation.database.close()


@pytest.fixture
def site(demo: Demonstration) -> Flask:
    made = create_site(demo.installation, more=[demo_pages(demo)])
    made.testing = True
    return made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def press(client: FlaskClient, route: str, **fields: str) -> TestResponse:
    shown = client.get("/sign-in", follow_redirects=True)
    return client.post(f"/demo/{route}", data={**fields, "csrf_token": token_of(shown.text)})


def be(client: FlaskClient, name: str) -> TestResponse:
    """Choose somebody in the bar."""
    content = client.get("/sign-in", follow_redirects=True).text
    found = re.search(rf'<option value="(\d+)"[^>]*>{name}:', content)
    assert found is not None
    return press(client, "sign-in", person=found[1])


def test_the_bar_says_when_it_is_and_offers_the_next_day_and_the_next_deadline(
    client: FlaskClient,
) -> None:
    content = client.get("/sign-in").text

    assert "Wednesday 1 April 2026 at 9am" in content
    assert "invented" in content
    assert "One day later (Thursday 2 April)" in content
    assert "To the next deadline (end of Wednesday 1 April)" in content


def test_a_visitor_is_whom_they_choose(client: FlaskClient) -> None:
    answer = be(client, "Helen Marsh")

    assert answer.headers["Location"] == "/"
    tray = client.get("/").text
    assert "Helen Marsh" in tray
    assert "Respond at Stage 1" in tray

    be(client, "Neil Barrow")
    assert "Respond at Stage 4" in client.get("/").text


def test_the_chosen_person_stays_chosen_in_the_bar(client: FlaskClient) -> None:
    be(client, "Neil Barrow")

    assert re.search(r"<option[^>]* selected>Neil Barrow:", client.get("/").text)


def test_somebody_who_is_not_offered_cannot_be_chosen(client: FlaskClient) -> None:
    assert press(client, "sign-in", person="4711").status_code == 400
    assert press(client, "sign-in", person="").status_code == 400
    assert client.get("/").status_code == 303


def test_the_clock_moves_and_the_visitor_stays_on_their_page(
    client: FlaskClient, demo: Demonstration
) -> None:
    be(client, "Ruth Calder")

    answer = press(client, "clock", to="2026-04-01T22:59:59+00:00", back="/cases/2026-00005?a=b")

    assert answer.headers["Location"] == "/cases/2026-00005?a=b"
    assert demo.now() == parse_instant("2026-04-02T00:00")
    assert "Thursday 2 April 2026 at midnight" in client.get("/").text


def test_the_form_of_a_page_leads_back_to_it(client: FlaskClient) -> None:
    be(client, "Ruth Calder")

    assert 'name="back" value="/?page=2"' in client.get("/?page=2").text
    assert 'name="back" value="/"' in client.get("/").text


@pytest.mark.parametrize(
    "back",
    [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "/\t/example.org",
        "/\n/example.org",
        "/\r\nX-Planted: 1",
        "",
    ],
)
def test_the_bar_never_leads_off_the_site(client: FlaskClient, back: str) -> None:
    answer = press(client, "clock", to="2026-04-02T09:00", back=back)

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("to", ["", "tomorrow", "2026-02-30"])
def test_a_time_that_is_none_is_refused(client: FlaskClient, demo: Demonstration, to: str) -> None:
    assert press(client, "clock", to=to).status_code == 400
    assert demo.now() == parse_instant("2026-04-01T09:00")


def test_start_again_signs_out_and_brings_back_the_first_day(
    client: FlaskClient, demo: Demonstration
) -> None:
    be(client, "Ruth Calder")
    demo.move_on(demo.next_day())

    answer = press(client, "start-again")

    assert answer.headers["Location"] == "/sign-in"
    assert "Wednesday 1 April 2026 at 9am" in client.get("/sign-in").text
    assert client.get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("route", ["clock", "sign-in", "start-again"])
def test_nothing_happens_without_the_forms_token(
    client: FlaskClient, demo: Demonstration, route: str
) -> None:
    fields = {"to": demo.next_day().isoformat(), "person": "1"}

    assert client.post(f"/demo/{route}", data=fields).status_code == 400
    assert demo.now() == parse_instant("2026-04-01T09:00")


def test_each_of_its_routes_has_a_guard(site: Flask) -> None:
    views = [view for name, view in site.view_functions.items() if name.startswith("demo.")]

    assert len(views) == 3
    assert all(guard_of(view) for view in views)


@pytest.mark.parametrize("route", ["clock", "sign-in", "start-again"])
def test_a_real_site_has_neither_the_bar_nor_its_routes(office: Office, route: str) -> None:
    client = office.client_as("raiser")
    content = client.get("/").text

    answer = client.post(f"/demo/{route}", data={"csrf_token": token_of(content), "person": "1"})

    assert answer.status_code == 404
    assert "Demonstration" not in content
