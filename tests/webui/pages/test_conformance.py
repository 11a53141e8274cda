"""The conformance page: what it says of which cases, to whom, and the same as a file."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.children import restrict
from engine.figures.keeping import catch_up
from tests.webui.office import Office
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
STRAIGHT = "Went straight to Head of Service (stage 3), past stage 1 and stage 2; reason recorded."


@pytest.fixture
def number(office: Office) -> str:
    """A case that went straight to stage 3, beside one that began informally."""
    office.raise_concern()
    return office.raise_concern(
        entry="formal", decision="stage 3", reason="Only the head can decide it.", to=None
    )


@pytest.mark.shows("conformance", "one")
@pytest.mark.usefixtures("number")
def test_it_says_in_plain_words_what_was_otherwise(
    office: Office, client_as: Sign, number: str
) -> None:
    page = client_as("iro_sm").get("/conformance")
    told = text_of(page)
    assert "2 cases were raised from 1 March 2025. In 1 of them something was otherwise." in told
    assert STRAIGHT in told
    assert f'href="/cases/{number}"' in page.text
    assert office.child.name not in page.text
    assert 'kind=straight">Went straight to a level</a>: 1' in page.text


@pytest.mark.shows("conformance", "empty")
def test_where_all_went_as_drawn_it_says_so(office: Office, client_as: Sign) -> None:
    client = client_as("iro_sm")
    assert "No case was raised in this time." in text_of(client.get("/conformance"))
    office.raise_concern()
    told = text_of(client.get("/conformance"))
    assert "1 case was raised" in told
    assert "Every case went as its procedure draws it." in told


@pytest.mark.usefixtures("number")
def test_what_is_chosen_narrows_it(client_as: Sign) -> None:
    client = client_as("iro_sm")
    for query, shown in (
        ("kind=straight", True),
        ("kind=skipped", False),
        ("reason=missing", False),
        ("procedure=positive-challenge&kind=straight", True),
        ("first-day=24&first-month=3&first-year=2026", False),
        ("last-day=23&last-month=3&last-year=2026", True),
        ("after=1", False),
    ):
        assert (STRAIGHT in text_of(client.get(f"/conformance?{query}"))) is shown, query


@pytest.mark.shows("conformance", "error")
@pytest.mark.parametrize(
    "query",
    ["first-day=31&first-month=2&first-year=2026", "kind=nonsense",
     "first-day=24&first-month=3&first-year=2026&last-day=23&last-month=3&last-year=2026"],
)  # fmt: skip
def test_days_that_cannot_be_are_said(client_as: Sign, query: str) -> None:
    answer = client_as("iro_sm").get(f"/conformance?{query}")
    assert answer.status_code == 400
    assert "There is a problem" in text_of(answer)


@pytest.mark.shows("conformance", "forbidden")
def test_a_social_worker_sees_no_figures(client_as: Sign) -> None:
    client = client_as("sw")
    for address in ("/conformance", "/conformance/file"):
        assert client.get(address).status_code == 403


def test_a_team_manager_sees_those_of_the_own_team_in_which_they_have_a_part(
    office: Office, client_as: Sign, number: str
) -> None:
    told = text_of(client_as("tm").get("/conformance"))
    assert "In 1 of them something was otherwise." in told
    assert number not in told
    assert "You have no part in these cases, so you cannot open them." in told
    seen = text_of(client_as("iro_sm").get("/conformance"))
    assert number in seen
    looks = [row for row in office.access_log() if row.what.startswith("conformance")]
    assert [(row.person_id, row.what) for row in looks] == [
        (office.people["tm"].id, "conformance: 0 cases shown"),
        (office.people["iro_sm"].id, "conformance: 1 cases shown"),
    ]


@pytest.mark.usefixtures("number")
def test_a_case_that_may_not_be_opened_is_counted_and_not_named(
    office: Office, client_as: Sign
) -> None:
    with office.installation.database.write() as connection:
        restrict(connection, office.child)
    told = text_of(client_as("iro_sm").get("/conformance"))
    assert "In 1 of them something was otherwise." in told
    assert "You have no part in these cases, so you cannot open them." in told


def test_the_file_has_a_line_for_each_finding(office: Office, client_as: Sign, number: str) -> None:
    answer = client_as("iro_sm").get("/conformance/file?kind=straight")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["Case"], row["Kind"], row["Reason"]) == (
        number, "Went straight to a level", "reason recorded",
    )  # fmt: skip
    assert office.access_log()[-1].what == "exported the conformance of cases: 1 findings"


@pytest.mark.shows("conformance", "many")
def test_of_many_a_page_is_shown_and_leads_on(office: Office, client_as: Sign) -> None:
    for _ in range(52):
        office.raise_concern(
            entry="formal", decision="stage 3", reason="Only the head can decide it.", to=None
        )
    catch_up(office.installation, office.rehearsal.council, seconds=60)
    client = client_as("iro_sm")
    first = client.get("/conformance?kind=straight")
    assert first.text.count("stepladder-number") == 50
    (link,) = (part.split('"')[0] for part in first.text.split('rel="next" href="')[1:])
    second = client.get(link.replace("&amp;", "&"))
    assert second.text.count("stepladder-number") == 2
    assert 'rel="next"' not in second.text
