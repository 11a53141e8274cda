"""The case page in a browser: on a phone, by keyboard, without a script, clean by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.clock import parse_instant
from tests.browser.conftest import Served


@pytest.fixture
def number(served: Served) -> str:
    """A case at Stage 2, whose respondent is silent, with a referral being considered."""
    office, played = served.office, served.office.rehearsal
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    played.answer("stage1_respond", {"answer": "We were short of staff."})
    outcome = {"decision": "stage 2", "unresolved": "All of it.", "reason": "No plan was made."}
    played.answer("stage1_outcome", outcome)
    played.press("consider_pressed", {"considering_why": "Nothing has moved."})
    played.move_to(parse_instant("2026-03-31T09:30"))
    return number


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_a_case_fit_the_screen_and_axe_finds_nothing(
    page: Page,
    served: Served,
    number: str,
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "raiser")
    case = f"{served.address}/cases/{number}"
    page.goto(case)
    more_time = page.get_by_role("link", name="Give more time").get_attribute("href")
    for address in (
        case,
        f"{case}/acts/refer_pressed",
        f"{served.address}{more_time}",
        f"{case}/child",
    ):
        page.goto(address)
        axe(page)
        assert width_of(page) == width, address
    page.get_by_label("Reference or name").fill("nobody")
    page.get_by_role("button", name="Find").click()
    axe(page)
    assert complaints == []


def test_the_picture_is_reached_by_keyboard_and_opens_where_the_case_is(
    page: Page, served: Served, number: str
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    picture = page.get_by_role("region", name="The procedure as its owners drew it")
    expect(picture).to_have_attribute("tabindex", "0")
    picture.focus()
    before: int = picture.evaluate("element => element.scrollTop")
    assert before > 0  # Stage 2 lies below the first view of the picture
    page.keyboard.press("End")
    expect(picture).not_to_have_js_property("scrollTop", before)


def test_without_a_script_the_case_is_read_and_acted_in_all_the_same(
    browser: Browser, served: Served, number: str
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    expect(page.locator("main")).to_contain_text("Day 6 of 20.")
    page.get_by_text("What was written: Team Manager (played) answered").click()
    expect(page.get_by_text("We were short of staff.")).to_be_visible()
    page.get_by_role("button", name="Decide without an answer").click()
    page.get_by_label("Why now?").fill("It is urgent.")
    page.get_by_role("button", name="Decide without an answer").click()
    expect(page.locator("main")).to_contain_text("You chose “Decide without an answer”.")
    page.context.close()
