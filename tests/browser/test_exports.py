"""Exports, tokens and conformance in a browser: on a phone, by axe, with the file that comes."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.test_every_page import width_of


def test_files_and_tokens_are_had_from_a_phone(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    served.office.raise_concern(
        entry="formal", decision="stage 3", reason="Only the head can decide it.", to=None
    )
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "iro_sm")
    for address in ("/exports", "/exports/columns", "/exports/tokens", "/conformance"):
        page.goto(f"{served.address}{address}")
        assert width_of(page) == 320, address
        axe(page)

    page.goto(f"{served.address}/exports")
    page.get_by_label("CSV, four tables").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    assert download.value.suggested_filename.endswith("-cases.zip")

    page.get_by_role("link", name="Tokens for Power BI and Excel").click()
    page.get_by_label("What is it for?").fill("The monthly report")
    page.get_by_label("90 days").check()
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    assert width_of(page) == 320
    axe(page)
    page.get_by_role("link", name="Your tokens").click()
    page.get_by_role("button", name="Revoke the token The monthly report").click()
    expect(page.get_by_text("Whatever used it gets no more data.")).to_be_visible()
    assert width_of(page) == 320
    axe(page)
    assert complaints == []
