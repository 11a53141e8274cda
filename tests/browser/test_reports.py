"""Reports in a browser: made by hand, read on a phone and on a desk, clean by axe, on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from engine.procedures import Package, read_package
from engine.registers.general_concerns import ConcernWords, record_concern
from tests.browser.conftest import Served
from tests.webui.office import PROCESSES

FORMAL = {"entry": "formal", "decision": "stage 3", "reason": "It cannot wait.", "to": None}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def package() -> Package:
    """Leicestershire, whose reports list cases and count them."""
    return read_package(PROCESSES / "leicestershire" / "quality-assurance-alert")


def test_from_the_list_to_the_report_on_a_phone_and_on_a_desk(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    office = served.office
    office.raise_concern()
    number = office.raise_concern(**FORMAL)
    by = office.people["iro_sm"]
    words = ConcernWords(title="Visits " * 20, seen="In five families.", owner="post:sm")
    record_concern(office.installation, by=by, words=words)
    office.clock.set(parse_instant("2026-03-31T10:00"))
    served.sign_in(page, "iro_senior")

    def look() -> None:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            axe(page)
            assert page.evaluate(WIDER) is False, (page.url, width)

    page.goto(f"{served.address}/reports")
    expect(page.get_by_text("None was made yet.").first).to_be_visible()
    look()
    page.get_by_role("link", name="Quarterly analysis of informal Alerts").click()
    look()
    page.get_by_role("button", name="Make a report of other days").click()
    page.get_by_role("group", name="To").get_by_label("Day").fill("32")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    look()
    for kind in ("informal_alerts", "challenge_meeting"):
        page.goto(f"{served.address}/reports/{kind}/new")
        for name, text in (("From", "1"), ("To", "31")):
            group = page.get_by_role("group", name=name)
            for label, value in (("Day", text), ("Month", "3"), ("Year", "2026")):
                group.get_by_label(label).fill(value)
        page.get_by_role("button", name="Make the report").click()
        expect(page.get_by_text("The report is made, and kept as it is.")).to_be_visible()
        look()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as spreadsheet (XLSX)").click()
    assert download.value.suggested_filename == "challenge_meeting-2026-03-01-to-2026-03-31.xlsx"
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download as PDF")).to_be_hidden()
