"""A report as it was made, on the page and as files."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from engine.procedures import read_package
from engine.registers.general_concerns import ConcernWords, record_concern
from engine.registers.good_practice import PracticeWords, record_practice
from engine.rehearsal import TEAM
from engine.reports.making import make_report
from tests.engine.documents.structure import problems_of
from tests.webui.office import PROCESSES, Office
from tests.webui.papers import text_of_pdf, text_of_spreadsheet
from tests.webui.reading import text_of

ALERT = {
    "entry": "informal",
    "concern": "The visits have not happened.",
    "impact": "The child has nobody to tell how things are.",
    "action": "Visit this week.",
    "action_by": "2026-04-02",
    "review_on": "2026-04-16",
}
FORMAL = {"entry": "formal", "decision": "stage 3", "reason": "It cannot wait.", "to": None}
PACK = "/reports/challenge_meeting/1"


@pytest.fixture
def rotherham(tmp_path: Path) -> Iterator[Office]:
    """Rotherham's procedure, one person a post, Monday 23 March 2026 at 10:00."""
    package = read_package(PROCESSES / "rotherham" / "challenge-and-escalation")
    opened = Office(tmp_path / "rotherham", package=package)
    yield opened
    opened.installation.database.close()


def made(office: Office, kind: str = "challenge_meeting", by: str = "iro_sm") -> int:
    """A report of March until today, Monday 23 March 2026."""
    first, last = date(2026, 3, 1), date(2026, 3, 23)
    return make_report(office.installation, kind, first, last, by=office.people[by])


@pytest.mark.shows("report", "one")
def test_the_pack_has_the_cases_at_stages_3_and_4(leicestershire: Office) -> None:
    """LEI-3.5-1."""
    informal = leicestershire.raise_concern()
    number = leicestershire.raise_concern(**FORMAL)
    made(leicestershire)
    page = leicestershire.client_as("ad").get(PACK)
    said = text_of(page)
    assert f"{number} " in said
    assert informal not in said
    assert "Stage 3" in said
    assert "The cases at stages 3 and 4" in said
    assert f"by {leicestershire.people['iro_sm'].name}, and kept as it was then." in said
    assert leicestershire.child.name not in page.text
    assert ("report 1: looked at", True) in looked(leicestershire)


def test_a_case_leads_only_those_to_it_who_may_see_it(leicestershire: Office) -> None:
    number = leicestershire.raise_concern(**FORMAL)
    made(leicestershire)
    for post, leads in (("iro_senior", True), ("admin", False)):
        page = leicestershire.client_as(post).get(PACK)
        assert number in page.text
        assert (f'href="/cases/{number}"' in page.text) is leads, post


@pytest.mark.shows("report", "empty")
def test_of_a_time_in_which_nothing_was_there_it_says_so(leicestershire: Office) -> None:
    made(leicestershire)
    said = text_of(leicestershire.client_as("adm").get(PACK))
    assert "Cases at Stage 3, Stage 4, Challenge meeting Nothing in this time." in said


@pytest.mark.shows("report", "forbidden", "error")
def test_for_others_there_is_none(leicestershire: Office) -> None:
    made(leicestershire)
    client = leicestershire.client_as("tm")
    for ending in ("", "/report.pdf", "/report.xlsx", "/table-1.csv"):
        assert client.get(f"{PACK}{ending}").status_code == 403
    assert ("report 1: looked at", False) in looked(leicestershire)
    reader = leicestershire.client_as("adm")
    assert reader.get("/reports/challenge_meeting/2").status_code == 404
    assert reader.get("/reports/informal_alerts/1").status_code == 404
    assert reader.get(f"{PACK}/table-99.csv").status_code == 404


def test_figures_of_one_raiser_are_for_whoever_is_kept_informed(leicestershire: Office) -> None:
    """X-25: the Senior IRO Manager alone, whoever else reads the report or administers."""
    leicestershire.raise_concern(**FORMAL)
    made(leicestershire)
    name = leicestershire.people["raiser"].name
    for post, reads in (("iro_senior", True), ("ad", False), ("admin", False), ("iro_sm", False)):
        client = leicestershire.client_as(post)
        shown = (
            text_of(client.get(PACK)),
            text_of_pdf(client.get(f"{PACK}/report.pdf").data),
            text_of_spreadsheet(client.get(f"{PACK}/report.xlsx").data),
        )
        for said in shown:
            assert (name in said) is reads, post
            assert "are for the Senior IRO Manager alone" in " ".join(said.split()), post
        assert ("for those kept informed" in shown[0]) is not reads, post


@pytest.mark.shows("report", "many")
def test_it_is_downloaded_as_pdf_spreadsheet_and_tables(leicestershire: Office) -> None:
    for _ in range(3):
        leicestershire.raise_concern(**FORMAL)
    made(leicestershire)
    client = leicestershire.client_as("ad")
    pdf = client.get(f"{PACK}/report.pdf")
    assert pdf.content_type == "application/pdf"
    assert problems_of(pdf.data) == []
    assert "Cases at Stage 3, Stage 4" in text_of_pdf(pdf.data)
    sheet = client.get(f"{PACK}/report.xlsx")
    expected = 'attachment; filename="challenge_meeting-2026-03-01-to-2026-03-23.xlsx"'
    assert sheet.headers["Content-Disposition"] == expected
    book = openpyxl.load_workbook(io.BytesIO(sheet.data))
    assert book.sheetnames[0] == "About"
    cases = list(book.worksheets[1].values)
    assert cases[0][:4] == ("Case", "Child", "Team", "Stage")
    assert len(cases) == 4
    table = client.get(f"{PACK}/table-1.csv")
    assert table.content_type == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == 4
    noted = [what for what, _ in looked(leicestershire)]
    for how in ("PDF", "spreadsheet", "table 1"):
        assert any(f"report 1: downloaded as {how}" in w or f"downloaded {how}" in w for w in noted)


def test_no_word_of_a_case_and_no_name_stands_in_a_tracker(rotherham: Office) -> None:
    """A-ROT-12: number, team, stage, dates and theme."""
    number = rotherham.rehearsal.raise_concern(ALERT).number
    made(rotherham, "tracker", by="qp_team")
    page = rotherham.client_as("tm").get("/reports/tracker/1")
    said = text_of(page)
    assert number in said
    assert "Case Team Stage Raised Formal since Due next Closed Outcome Themes" in said
    for private in (rotherham.child.name, ALERT["concern"], ALERT["impact"]):
        assert private not in page.text


def test_what_somebody_wrote_is_never_carried_out(leicestershire: Office) -> None:
    """A cell that begins as a formula does stays a text, in a spreadsheet and as CSV."""
    here, by = leicestershire.installation, leicestershire.people["iro_sm"]
    formula = '=HYPERLINK("https://example.invalid","Open")'
    words = ConcernWords(title=formula, seen="In five families.", owner="post:sm")
    record_concern(here, by=by, words=words)
    record_practice(here, by=by, words=PracticeWords(what="@SUM(A1)", team=TEAM), tell=False)
    made(leicestershire, "informal_alerts")
    client = leicestershire.client_as("iro_sm")
    page = client.get("/reports/informal_alerts/1")
    sheet = client.get("/reports/informal_alerts/1/report.xlsx")
    cells = [
        cell
        for tab in openpyxl.load_workbook(io.BytesIO(sheet.data)).worksheets
        for row in tab.iter_rows()
        for cell in row
    ]
    kinds = {cell.value: cell.data_type for cell in cells}
    assert (kinds[formula], kinds["@SUM(A1)"]) == ("s", "s")
    assert "f" not in kinds.values()
    numbers = re.findall(r"/table-\d+\.csv", page.text)
    files = [client.get(f"/reports/informal_alerts/1{n}").text for n in numbers]
    assert any("\"'=HYPERLINK(" in text for text in files)
    assert any("\n'@SUM(A1)" in text for text in files)


def looked(office: Office) -> list[tuple[str, bool]]:
    """What the access log says, and whether it was allowed."""
    return [(row.what, row.allowed) for row in office.access_log()]
