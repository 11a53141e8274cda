"""Figures in a browser: on a phone and on a desk, clean by axe, from a figure to its cases."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from tests.browser.conftest import Served

FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "It cannot wait.", "to": None}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.shows("figures", "many")
@pytest.mark.shows("figures_procedure", "many")
@pytest.mark.shows("figures_cases", "many")
def test_from_the_figures_to_the_cases_behind_one(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    told = served.office.rehearsal
    served.office.raise_concern()
    told.move_to(parse_instant("2026-03-30T10:00"))
    number = served.office.raise_concern(**FORMAL)
    told.move_to(parse_instant("2026-04-02T10:00"))
    told.answer("stage1_respond", {"answer": "A visit tomorrow."})
    served.sign_in(page, "iro_sm")

    def look() -> None:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            axe(page)
            assert page.evaluate(WIDER) is False, (page.url, width)
        page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("link", name="Figures and reports").click()
    chart = page.get_by_role("img", name="Cases that came to each stage", exact=True)
    expect(chart).to_have_accessible_description(
        "The longest bar is Positive Challenge, 1. The same figures are in the table."
    )
    look()
    page.get_by_text("Choose period and filters").click()
    page.get_by_label("Period").select_option("The days below")
    page.get_by_label("First day").fill("tomorrow")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("The first day must be a real date")
    look()
    page.get_by_label("Period").select_option("All time")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Positive Challenge and Formal Escalation").click()
    expect(page.locator("svg.diagram")).to_contain_text("3 wd")
    row = page.get_by_role("row", name="Respond at Stage 1")
    expect(row).to_contain_text("Stage 1, Team Manager")
    look()
    row.get_by_role("link", name="On time").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answers on time")
    expect(page.get_by_role("link", name=number)).to_be_visible()
    look()
