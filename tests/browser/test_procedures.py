"""A service manager reads what is still open, accepts it, and takes it back, on any screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.test_every_page import width_of


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_what_is_open_is_accepted_and_taken_back(
    page: Page,
    served: Served,
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    def look() -> None:
        assert width_of(page) == width, page.url
        axe(page)

    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "iro_sm")
    page.get_by_role("contentinfo").get_by_role("link", name="Procedures").click()
    look()
    page.get_by_role("main").get_by_role("link", name="Positive Challenge").click()
    page.get_by_text("steps in words").click()
    page.get_by_text("If the council’s answer is another one").click()
    look()
    page.get_by_role("link", name=re.compile(r"Accept what is shown \(Q2")).click()
    page.get_by_role("button", name="Accept what is shown").click()
    look()
    page.get_by_label("Who decided this, and why?").fill("Ms Fell, " + "Director " * 40)
    page.get_by_role("button", name="Accept what is shown").click()
    expect(page.get_by_role("alert")).to_contain_text("Q2: What is shown was accepted")
    look()
    page.get_by_role("link", name=re.compile(r"Take it back \(Q2")).click()
    look()
    page.get_by_label("Why is it taken back?").fill("She has left.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("“She has left.”")).to_be_visible()
    look()
    assert complaints == []
