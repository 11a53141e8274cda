"""The register of general concerns: its list, one of them, what is done with it."""

import csv
import io

import pytest

from engine.registers.general_concerns import ConcernWords, record_concern, resolve_concern
from tests.webui.office import Office, send
from tests.webui.reading import text_of

FIELDS = {
    "title": "Visits fall behind",
    "seen": "In five families since January.",
    "owner": "post:hos",
    "themes": ["Drift or delay"],
    "cases": "",
}


def kept(office: Office, title: str = "Visits fall behind", **more: str) -> int:
    """A general concern of the raiser's; its number."""
    words = ConcernWords(title=title, seen="In five families.", owner="post:hos", **more)  # type: ignore[arg-type]
    return record_concern(office.installation, by=office.people["raiser"], words=words)


@pytest.mark.shows("general_concerns", "empty")
def test_an_empty_register_says_so_and_who_keeps_it_may_begin(office: Office) -> None:
    page = office.client_as("raiser").get("/general-concerns").text
    assert "No general concern is open." in page
    assert 'href="/general-concerns/new"' in page
    other = office.client_as("hos").get("/general-concerns").text
    assert "You answer for no general concern." in other
    assert 'href="/general-concerns/new"' not in other


@pytest.mark.shows("general_concerns", "one")
def test_it_is_recorded_worked_on_resolved_and_opened_again(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("raiser")
    answer = send(client, "/general-concerns/new", {**FIELDS, "cases": number})
    assert answer.location == "/general-concerns/1"
    page = text_of(client.get("/general-concerns/1"))
    for said in ("Visits fall behind", "Head of Service", "Drift or delay", number, "Open"):
        assert said in page
    head = office.client_as("hos")
    assert "Visits fall behind" in text_of(head.get("/"))
    send(head, "/general-concerns/1/update", {"words": "Two workers are hired."})
    assert "It is resolved" not in text_of(head.get("/general-concerns/1"))
    assert number not in text_of(head.get("/general-concerns/1"))
    send(client, "/general-concerns/1/resolve", {"words": "All are visited again."})
    page = text_of(client.get("/general-concerns/1"))
    assert "How it was resolved All are visited again." in page
    assert "Two workers are hired." in page
    assert "Visits fall behind" not in text_of(client.get("/general-concerns"))
    assert "Visits fall behind" in text_of(client.get("/general-concerns?state=closed"))
    send(client, "/general-concerns/1/update", {"words": "It began again."})
    assert "Visits fall behind" in text_of(client.get("/general-concerns"))


@pytest.mark.shows("general_concerns", "error")
def test_what_is_missing_is_said_and_nothing_is_lost(office: Office) -> None:
    client = office.client_as("raiser")
    answer = send(client, "/general-concerns/new", {**FIELDS, "title": ""})
    assert answer.status_code == 400
    assert "In five families since January." in answer.text
    answer = send(client, "/general-concerns/new", {**FIELDS, "cases": "2026-09999"})
    assert (answer.status_code, "There is no case 2026-09999" in answer.text) == (400, True)
    kept(office)
    for act in ("update", "resolve"):
        answer = send(client, f"/general-concerns/1/{act}", {"words": " "})
        assert answer.status_code == 400
    send(client, "/general-concerns/1/resolve", {"words": "Done."})
    answer = send(client, "/general-concerns/1/resolve", {"words": "Done."})
    assert (answer.status_code, "resolved already" in answer.text) == (400, True)
    assert client.get("/general-concerns/1/forget").status_code == 404


def test_what_it_says_is_changed_and_what_it_said_stays(office: Office) -> None:
    kept(office)
    client = office.client_as("raiser")
    assert 'value="Visits fall behind"' in client.get("/general-concerns/1/change").text
    send(client, "/general-concerns/1/change", {**FIELDS, "title": "Fewer visits"})
    page = text_of(client.get("/general-concerns/1"))
    assert "Fewer visits" in page
    assert "The title was: Visits fall behind." in page


@pytest.mark.shows("general_concerns", "many")
def test_many_are_paged_searched_by_post_and_taken_as_a_file(office: Office) -> None:
    for place in range(60):
        kept(office, f"Pattern {place:02}")
    client = office.client_as("raiser")
    first = client.get("/general-concerns").text
    assert "60 entries" in first
    assert "Pattern 59" in first
    assert "Pattern 09" not in first
    later = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Pattern 09" in client.get(later.replace("&amp;", "&")).text
    found = send(client, "/general-concerns", {"text": "pattern 07"}, page="/general-concerns").text
    assert "1 entry" in found
    assert "?" not in found.split('formaction="')[1].split('"')[0]
    rows = list(
        csv.reader(io.StringIO(client.get("/general-concerns.csv").data.decode("utf-8-sig")))
    )
    assert (len(rows), rows[1][1], rows[1][3]) == (61, "Pattern 59", "Open")


@pytest.mark.shows("general_concerns", "forbidden")
def test_others_are_refused(office: Office) -> None:
    number = kept(office)
    resolve_concern(office.installation, number, by=office.people["raiser"], words="Done.")
    for post in ("tm", "sw", "admin"):
        client = office.client_as(post)
        assert client.get("/general-concerns/1").status_code == 403
        assert client.get("/general-concerns/new").status_code == 403
        assert "Visits fall behind" not in client.get("/general-concerns?state=all").text
    assert office.client_as("hos").get("/general-concerns/1/resolve").status_code == 403
    assert ("general concern", 0) in [(row.what, row.allowed) for row in office.access_log()]


def test_the_way_there_is_shown_to_those_who_have_one(office: Office) -> None:
    for post, shown in (("raiser", True), ("iro_sm", True), ("sw", True), ("admin", False)):
        page = office.client_as(post).get("/").text
        assert ("Concerns and good practice" in page) == shown, post
