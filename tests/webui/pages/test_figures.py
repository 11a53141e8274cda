"""Figures and reports: the figures of all cases, as the page tells them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.figures import keeping
from tests.webui.office import Office
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.mark.shows("figures", "empty")
def test_before_the_first_case_the_page_says_so(office: Office, client_as: Sign) -> None:
    page = text_of(client_as("iro_sm").get("/figures"))
    assert "There is no case to count. Figures appear here with the first concern" in page
    assert office.rehearsal.case_id == 0


@pytest.mark.shows("figures", "one")
def test_a_case_is_counted_and_each_figure_leads_to_it(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    client = client_as("iro_sm")
    answer = client.get("/figures")
    page = text_of(answer)
    assert "The last 12 months, from 24 March 2025 to 23 March 2026." in page
    for line in ("Cases raised 1", "Cases raised informally 1", "Cases closed 0"):
        assert line in page
    assert "1 to 0" in page
    assert (
        'href="/figures/cases?measure=opened&amp;first=2025-03-24&amp;last=2026-03-23"'
        in answer.text
    )
    assert "Figures and reports" in text_of(client.get("/"))


@pytest.mark.shows("figures", "many")
def test_a_period_and_a_team_narrow_what_is_counted(office: Office, client_as: Sign) -> None:
    for _ in range(3):
        office.raise_concern()
    client = client_as("iro_sm")
    page = text_of(client.get("/figures?period=last-month"))
    assert "Last month, from 1 February 2026 to 28 February 2026." in page
    assert "There is no case to count." in page
    page = text_of(client.get("/figures?period=days&first=23/3/2026&last=2026-03-23&team=Team+A"))
    assert "Cases open at the end of the period 3" in page


@pytest.mark.shows("figures", "error")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("first=31/2/2026", "The first day must be a real date, like 31/3/2026"),
        ("last=tomorrow", "The last day must be a real date, like 31/3/2026"),
        ("first=2/3/2026&last=1/3/2026", "The last day must be the first one or later"),
    ],
)
def test_a_day_that_is_none_is_told(client_as: Sign, asked: str, said: str) -> None:
    answer = client_as("iro_sm").get(f"/figures?period=days&{asked}")
    assert answer.status_code == 200
    assert text_of(answer).count(said) == 2
    assert "<title>Error: " in answer.text


def test_what_nobody_could_choose_is_left_out(office: Office, client_as: Sign) -> None:
    office.raise_concern()
    page = text_of(client_as("iro_sm").get("/figures?team=Nowhere&stage=9&post=x%00&period=ever"))
    assert "The last 12 months" in page
    assert "There is no case to count" not in page


@pytest.mark.shows("figures", "forbidden")
def test_who_leads_nobody_is_told_whom_to_ask(office: Office, client_as: Sign) -> None:
    for post in ("raiser", "sw"):
        client = client_as(post)
        answer = client.get("/figures")
        assert answer.status_code == 403
        assert "Ask the Safeguarding and Review Service Manager" in text_of(answer)
        assert 'href="/figures"' not in client.get("/").text


def test_a_team_manager_sees_their_team_and_no_figures_of_one_post(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern()
    page = text_of(client_as("tm").get("/figures"))
    assert "Cases of Team A only." in page
    assert "Too few people were asked. Only the Safeguarding and Review Service Manager" in page


def test_only_what_is_for_them_is_offered(client_as: Sign) -> None:
    assert 'href="/exports"' in client_as("iro_sm").get("/figures").text
    assert 'href="/exports"' not in client_as("tm").get("/figures").text


def test_what_was_not_read_in_time_is_told(
    office: Office, client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        office.raise_concern()
    client = client_as("iro_sm")
    monkeypatch.setattr(keeping, "_AT_ONCE", 1)
    monkeypatch.setattr(keeping, "monotonic", iter(range(0, 1000, 10)).__next__)
    page = text_of(client.get("/figures"))
    assert (
        "These figures are as of Monday 23 March 2026 at 10am. In 1 case something happened" in page
    )


def test_a_case_whose_history_cannot_be_read_is_told_and_the_others_are_up_to_date(
    office: Office, client_as: Sign
) -> None:
    for _ in range(2):
        office.raise_concern()
    with office.installation.database.write() as connection:
        connection.execute(text("UPDATE history_bodies SET content = 'x' WHERE case_id = 1"))
    page = text_of(client_as("iro_sm").get("/figures"))
    assert "The history of 1 case cannot be read." in page
    assert "These figures are as of" not in page
    assert "Cases raised 1" in page
