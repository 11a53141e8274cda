"""The list of reports, all of one kind, and having one made."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.clock import parse_instant
from engine.procedures import read_package
from engine.worker import open_worker
from tests.webui.office import PROCESSES, Office, send
from tests.webui.reading import text_of

MARCH = {
    "first-day": "1", "first-month": "3", "first-year": "2026",
    "last-day": "23", "last-month": "3", "last-year": "2026",
}  # fmt: skip
PARTNERSHIP = "/reports/partnership"
PACK = "/reports/challenge_meeting"


@pytest.mark.shows("reports", "empty")
def test_whoever_reads_none_is_told_so(leicestershire: Office) -> None:
    said = text_of(leicestershire.client_as("sw").get("/reports"))
    assert "No report is for you." in said
    assert "None was made yet." in text_of(leicestershire.client_as("ad").get("/reports"))


def test_each_reads_those_that_are_for_their_post(leicestershire: Office) -> None:
    """The Agency Decision Maker comes to the challenge meeting, a team manager does not."""
    for post, analysis, pack in (
        ("adm", False, True),
        ("tm", True, False),
        ("raiser", True, False),
        ("ad", True, True),
        ("iro_senior", True, True),
        ("admin", True, True),
    ):
        said = text_of(leicestershire.client_as(post).get("/reports"))
        assert ("Quarterly analysis of informal Alerts" in said) is analysis, post
        assert ("Pack for the monthly challenge meeting" in said) is pack, post


def test_the_navigation_leads_there_whoever_reads_any(leicestershire: Office) -> None:
    """From Figures and reports; for whom there are no figures, by an entry of its own."""
    for post, entry in (("adm", "Reports"), ("raiser", "Reports"), ("tm", "Figures and reports")):
        assert entry in text_of(leicestershire.client_as(post).get("/")), post
    said = text_of(leicestershire.client_as("sw").get("/"))
    assert "Reports" not in said


@pytest.mark.shows("reports", "one", "error")
def test_one_is_made_of_any_days_and_kept(leicestershire: Office) -> None:
    leicestershire.raise_concern()
    client = leicestershire.client_as("iro_sm")
    said = text_of(client.get(f"{PACK}/new"))
    assert "The last day, today at the latest." in said
    for wrong, mend in (
        ({"last-day": ""}, "must include a day"),
        ({"last-month": "2"}, "The last day is before the first one."),
        ({"last-day": "24"}, "The last day is still to come."),
    ):
        answer = send(client, f"{PACK}/new", {**MARCH, **wrong})
        assert answer.status_code == 400
        assert mend in text_of(answer)
    answer = send(client, f"{PACK}/new", MARCH)
    assert answer.location == f"{PACK}/1"
    assert "1 to 23 March 2026" in text_of(client.get("/reports"))
    said = text_of(client.get(PACK))
    assert "1 report, the latest days first" in said
    assert leicestershire.people["iro_sm"].name in said
    assert ("report 1: made", True) in looked(leicestershire)


def test_what_leaves_the_service_is_made_once_of_a_quarter_that_is_over(tmp_path: Path) -> None:
    """Rotherham's partnership, on 13 April 2026: of March alone it is not, of the quarter once."""
    package = read_package(PROCESSES / "rotherham" / "challenge-and-escalation")
    office = Office(tmp_path, package=package)
    office.clock.set(parse_instant("2026-04-13T07:00"))
    client = office.client_as("iro_ops_manager")
    said = text_of(client.get(PARTNERSHIP))
    assert "It is made once of each quarter that is over." in said
    assert "Make the report of another quarter" in said
    assert "so it is made once of each quarter" in text_of(client.get(f"{PARTNERSHIP}/new"))
    answer = send(client, f"{PARTNERSHIP}/new", MARCH)
    assert answer.status_code == 400
    assert "Enter a quarter that is over: for example, 1 January to 31 March 2026." in text_of(
        answer
    )
    quarter = {**MARCH, "first-month": "1", "last-day": "31"}
    assert send(client, f"{PARTNERSHIP}/new", quarter).location == f"{PARTNERSHIP}/1"
    answer = send(client, f"{PARTNERSHIP}/new", quarter)
    assert answer.status_code == 400
    assert "is made already, and kept as it is. Open it in the list." in text_of(answer)
    office.installation.database.close()


@pytest.mark.shows("reports", "forbidden")
def test_others_have_none_made(leicestershire: Office) -> None:
    client = leicestershire.client_as("tm")
    assert client.get(PACK).status_code == 403
    assert client.get(f"{PACK}/new").status_code == 403
    assert send(client, f"{PACK}/new", MARCH, page="/reports").status_code == 403
    assert client.get("/reports/no_such_report").status_code == 404


@pytest.mark.shows("reports", "many")
def test_of_many_the_last_three_are_listed_and_the_next_one_is_told(
    leicestershire: Office,
) -> None:
    leicestershire.raise_concern()
    for month in range(4, 9):
        leicestershire.clock.set(parse_instant(f"2026-0{month}-13T09:00"))
        open_worker(leicestershire.installation).round()
    client: FlaskClient = leicestershire.client_as("adm")
    page = client.get("/reports")
    said = text_of(page)
    assert page.text.count('href="/reports/challenge_meeting/') == 3
    assert "Every month. The next one is made on Tuesday 1 September 2026." in said
    assert "Show 2 more of Pack for the monthly challenge meeting" in said
    listed = text_of(client.get(PACK))
    assert "5 reports, the latest days first" in listed
    assert listed.count("The schedule") == 5
    assert "For: IRO Service Manager, Senior IRO Manager, IRO Manager" in listed


def looked(office: Office) -> list[tuple[str, bool]]:
    """What the access log says, and whether it was allowed."""
    return [(row.what, row.allowed) for row in office.access_log()]
