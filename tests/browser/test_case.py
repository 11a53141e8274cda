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


def test_on_paper_a_case_is_whole(page: Page, served: Served, number: str) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    written = page.get_by_text("We were short of staff.").first
    picture = page.locator(".stepladder-diagram")
    expect(written).to_be_hidden()
    expect(page.get_by_role("button", name="Refer to CAFCASS")).to_be_visible()

    page.emulate_media(media="print")

    expect(written).to_be_visible()
    for pressed in ("Refer to CAFCASS", "Decide without an answer"):
        expect(page.get_by_role("button", name=pressed, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_text("Overdue since the end of Monday 30 March").first).to_be_visible()
    expect(page.get_by_role("heading", name="Who was told")).to_be_visible()
    cut: bool = picture.evaluate("box => box.scrollWidth > box.clientWidth + 1")
    assert not cut


def test_the_picture_is_made_larger_and_smaller_by_keyboard(
    page: Page, served: Served, number: str, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    drawn = page.locator(".stepladder-diagram svg")

    def wide() -> float:
        width: float = drawn.evaluate("picture => picture.getBoundingClientRect().width")
        return width

    first = wide()
    page.get_by_role("button", name="Larger").press("Enter")
    assert wide() == pytest.approx(first * 1.25, rel=0.01)
    page.get_by_role("button", name="Smaller").press("Enter")
    page.get_by_role("button", name="Smaller").press("Enter")
    assert wide() == pytest.approx(first / 1.25, rel=0.01)
    page.get_by_role("button", name="The whole picture").press("Enter")
    box = page.locator(".stepladder-diagram")
    fits: bool = box.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    assert fits
    axe(page)
    assert complaints == []


def test_a_link_at_the_top_leads_to_its_section_by_keyboard(
    page: Page, served: Served, number: str
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    sections = page.get_by_role("navigation", name="On this page")
    sections.get_by_role("link", name="Who was told").press("Enter")
    expect(page.get_by_role("heading", name="Who was told")).to_be_in_viewport()
