"""The list of standing meetings, and setting a date."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.clock import parse_instant
from engine.meetings.keeping import close, set_date
from tests.webui.office import Office, send
from tests.webui.reading import text_of

DATE = {"at-day": "26", "at-month": "3", "at-year": "2026", "at-time": "9:30", "place": "Room 3"}


def test_the_navigation_has_it_only_for_whoever_comes(leicestershire: Office) -> None:
    for post, has in (("iro_sm", True), ("adm", True), ("raiser", True), ("tm", False)):
        client = leicestershire.client_as(post)
        assert ('href="/meetings"' in client.get("/").text) is has, post


@pytest.mark.shows("meetings", "empty")
def test_who_comes_to_none_is_told_so(leicestershire: Office) -> None:
    said = text_of(leicestershire.client_as("tm").get("/meetings"))
    assert "You take part in no meetings." in said


@pytest.mark.shows("meetings", "one", "error")
def test_the_keeper_sets_a_date(leicestershire: Office) -> None:
    client = leicestershire.client_as("iro_sm")
    said = text_of(client.get("/meetings"))
    assert "Every month. Who comes: IRO Service Manager, IRO Manager, Agency Decision" in said
    assert "No date is set." in said
    wrong = send(client, "/meetings/new/challenge", {**DATE, "at-day": ""})
    assert wrong.status_code == 400
    past = send(client, "/meetings/new/challenge", {**DATE, "at-month": "2"})
    assert past.status_code == 400
    assert "Enter a day and time that are still to come." in text_of(past)
    assert "Room 3" in past.text
    answer = send(client, "/meetings/new/challenge", DATE)
    assert answer.location == "/meetings/1"
    said = text_of(client.get("/meetings"))
    assert "Thursday 26 March 2026 at 9:30am To come" in said


@pytest.mark.shows("meetings", "forbidden")
def test_others_set_none(leicestershire: Office) -> None:
    assert leicestershire.client_as("ad").get("/meetings/new/challenge").status_code == 403
    assert leicestershire.client_as("tm").get("/meetings/new/challenge").status_code == 404
    assert leicestershire.client_as("iro_sm").get("/meetings/new/other").status_code == 404
    assert "Set a date" not in text_of(leicestershire.client_as("ad").get("/meetings"))


@pytest.mark.shows("meetings", "many")
def test_of_many_the_last_twelve_are_shown_and_the_missing_one_is_told(
    leicestershire: Office,
) -> None:
    here, keeper = leicestershire.installation, leicestershire.people["iro_sm"]
    at = parse_instant("2026-03-26T09:30")
    for number in range(14):
        then = at + timedelta(days=28 * number)
        meeting = set_date(here, "challenge", by=keeper, at=then, place="")
        leicestershire.clock.set(then + timedelta(hours=1))
        close(here, meeting.id, by=keeper)
    client: FlaskClient = leicestershire.client_as("iro_sm")
    page = client.get("/meetings")
    assert page.text.count("Closed") == 12
    assert "Show 2 more of the Monthly challenge meeting" in text_of(page)
    assert "The next one should be by 25 April 2027." in text_of(page)
    assert client.get("/meetings?all=yes").text.count("Closed") == 14
