"""For the child's file in a browser: copied with one button, ticked, taken back, on a phone too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.test_case import width_of


@pytest.fixture
def number(served: Served) -> str:
    """A case in which a long answer was given, at a referral to CAFCASS."""
    number = served.office.raise_concern(concern=f"{'every week ' * 200}{'W' * 300}")
    served.office.rehearsal.answer("informal_respond", {"answer": "On Friday. " * 50})
    served.office.rehearsal.press("refer_pressed", {"reason": "It cannot wait"})
    return number


@pytest.mark.parametrize("width", [1280, 320])
def test_its_pages_fit_the_screen_and_axe_finds_nothing(
    page: Page,
    served: Served,
    number: str,
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "raiser")
    for address in (f"/cases/{number}/file", f"/cases/{number}/file/1"):
        page.goto(f"{served.address}{address}")
        axe(page)
        assert width_of(page) == width, address
        page.get_by_label("Day").fill("40")
        page.get_by_role("button", name="Mark as filed").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        axe(page)
    page.goto(f"{served.address}/cases/{number}/file")
    page.get_by_role("button", name="Mark as filed").click()
    expect(page.get_by_text("Every step is ticked as filed.")).to_be_visible()
    axe(page)
    assert width_of(page) == width
    page.get_by_role("link", name="opened the case").click()
    axe(page)
    page.get_by_role("button", name="It is not on the file after all").click()
    expect(page.get_by_text("Taken back: it is not on the child’s file.")).to_be_visible()
    assert complaints == []


def test_one_button_copies_the_text_and_says_so(page: Page, served: Served, number: str) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}/file/1")
    wanted = page.get_by_label("Text for Liquidlogic").input_value()
    assert wanted.startswith("Positive Challenge Form\n\nCase ")
    page.evaluate(
        """() => document.addEventListener('copy', ({ target }) => {
          window.copied = target.value.slice(target.selectionStart, target.selectionEnd)
        })"""
    )
    page.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_role("status")).to_contain_text("Copied.")
    assert page.evaluate("() => window.copied") == wanted  # the browser here has no clipboard


def test_without_a_script_the_text_is_there_and_no_button_that_does_nothing(
    browser: Browser, served: Served, number: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}/file/1")
    expect(page.get_by_label("Text for Liquidlogic")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the text")).to_have_count(0)
    page.get_by_role("button", name="Mark as filed").click()
    expect(page.get_by_text("Kept: 1 step is on the child’s file")).to_be_visible()
    context.close()


def test_files_are_saved_under_the_cases_number(page: Page, served: Served, number: str) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}/file")
    with page.expect_download() as whole:
        page.get_by_role("link", name="The whole case as a PDF").click()
    assert whole.value.suggested_filename == f"case-{number}.pdf"
    assert whole.value.path().read_bytes().startswith(b"%PDF-1.7")
    with page.expect_download() as filled:
        page.get_by_role("link", name="The form for a referral to CAFCASS").click()
    assert filled.value.suggested_filename == f"cafcass-referral-{number}.docx"
    assert filled.value.path().read_bytes().startswith(b"PK")
