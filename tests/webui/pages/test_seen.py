"""The page of what was seen, and who looked at one case."""

import pytest
from sqlalchemy import delete

from engine.history.access_log import note
from engine.store.history import access_log
from tests.webui.office import Office
from tests.webui.reading import text_of


@pytest.mark.shows("seen", "one")
def test_a_case_leads_to_who_looked_at_it(office: Office) -> None:
    number = office.raise_concern()
    office.client_as("tm").get(f"/cases/{number}")
    office.client_as("dcs").get(f"/cases/{number}")
    client = office.client_as("iro_sm")
    page = client.get(f"/cases/{number}")
    assert f'href="/seen?case={number}"' in page.text
    assert f'href="/verification?case={number}"' in page.text
    said = text_of(client.get(f"/seen?case={number}"))
    assert f"What was seen of case {number}" in said
    assert f"{office.people['dcs'].name} Refused Read the case {number}" in said
    assert f"{office.people['tm'].name} Looked Read the case {number}" in said
    assert office.child.name not in said
    assert office.access_log()[-1].what == "read what was seen"
    assert "Tracing this case" not in text_of(office.client_as("tm").get(f"/cases/{number}"))


@pytest.mark.shows("seen", "many")
def test_many_are_read_page_by_page_narrowed_and_taken_as_a_file(office: Office) -> None:
    tm = office.people["tm"]
    for place in range(60):
        note(office.installation, tm, f"=look {place}")
    client = office.client_as("iro_sm")
    page = client.get(f"/seen?person={tm.id}")
    said = text_of(page)
    assert "60 entries, the newest first" in said
    assert "=look 59" in said
    assert "=look 9 " not in said
    following = page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "=look 9 " in text_of(client.get(following.replace("&amp;", "&")))
    lines = client.get(f"/seen.csv?person={tm.id}").text.splitlines()
    assert len(lines) == 61
    assert "'=look 59" in lines[1]  # no formula of a spreadsheet
    assert text_of(client.get("/seen?kind=searched")).count("Nothing matches.") == 1


@pytest.mark.shows("seen", "error")
@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/seen?case=Odette+Quill", "Write the case’s number as 2026-00012."),
        ("/seen?since=23/3/2026", "Enter the first day as 2026-03-23."),
        ("/seen?until=0000-00-00", "Enter the last day as 2026-03-23."),
    ],
)
def test_what_cannot_be_asked_is_said_and_no_name_is_kept(
    office: Office, address: str, says: str
) -> None:
    client = office.client_as("iro_sm")
    answer = client.get(address)
    assert answer.status_code == 400
    assert says in text_of(answer)
    assert "Quill" not in answer.text + str(office.access_log())


def test_nonsense_in_the_address_is_as_nothing(office: Office) -> None:
    client = office.client_as("iro_sm")
    for sent in ("person=x", "person=" + "9" * 30, "kind=other", "after=x", "since=\0"):
        assert client.get(f"/seen?{sent}").status_code == 200, sent


@pytest.mark.shows("seen", "empty", "forbidden")
def test_others_do_not_read_it(office: Office) -> None:
    for post in ("iro_tm", "tm", "raiser", "dcs"):
        client = office.client_as(post)
        assert client.get("/seen").status_code == 403, post
        assert client.get("/seen.csv").status_code == 403, post
    client = office.client_as("admin")
    with office.installation.database.write() as connection:
        connection.execute(delete(access_log))
    assert "Nobody has looked at anything yet." in text_of(client.get("/seen"))
