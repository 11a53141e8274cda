"""The child's pages by keyboard alone, each checked by axe: record, voice, brothers and sisters."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served

Check = Callable[[Page], None]


def reach(page: Page, name: str, *, role: str = "link") -> None:
    """Tab until the thing of that name has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not reach “{name}”.")


def press(page: Page, name: str, *, role: str = "link") -> None:
    """Reach it, press Enter, and wait for the page that it leads to."""
    reach(page, name, role=role)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Reach a box and type."""
    reach(page, name, role="textbox")
    page.keyboard.type(text)


def date_of(page: Page, group: str, day: str) -> None:
    """Type a day into the three boxes of a group."""
    boxes = page.get_by_role("group", name=group)
    for name, text in zip(("Day", "Month", "Year"), day.split(), strict=True):
        box = boxes.get_by_role("textbox", name=name)
        for _ in range(60):
            if box.evaluate("each => each === document.activeElement"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Control+a")
        page.keyboard.type(text)


@pytest.mark.shows("child", "one")
def test_a_status_changes_and_the_raiser_says_how_the_case_goes_on(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    office = served.office
    number = office.raise_concern()
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    axe(page)
    press(page, "The child’s record")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Played Child")
    axe(page)
    press(page, "Add a legal status")
    axe(page)
    reach(page, "Looked after", role="radio")
    page.keyboard.press("ArrowDown")
    date_of(page, "First day", "23 3 2026")
    write(page, "How do we know?", "The conference of today")
    press(page, "Save", role="button")
    expect(page.get_by_role("alert")).to_contain_text("1 open case shows it now")
    expect(page.get_by_text("Child protection plan since 23 March 2026").first).to_be_visible()
    axe(page)

    press(page, number)
    banner = page.get_by_role("region", name="The child’s record has changed")
    expect(banner).to_contain_text("child protection plan, from 23 March 2026")
    axe(page)
    press(page, "Say how the case goes on")
    axe(page)
    reach(page, "Go on with this case as it is", role="radio")
    page.keyboard.press("Space")
    press(page, "Keep what I chose", role="button")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    axe(page)
    write(page, "Why?", "The school is the same")
    press(page, "Keep what I chose", role="button")
    expect(page.get_by_role("alert")).to_contain_text("The case goes on.")
    expect(banner).to_have_count(0)


@pytest.mark.shows("voice", "one")
def test_the_childs_voice_is_recorded_by_keyboard(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    number = served.office.raise_concern()
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    press(page, "Record or correct what the child wants, and was told")
    axe(page)
    press(page, "Whether the child was told")
    expect(page.get_by_label("Why not?")).to_be_hidden()
    reach(page, "Yes", role="radio")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Why not?")).to_be_visible()
    axe(page)
    write(page, "Why not?", "He was away")
    press(page, "Record it", role="button")
    expect(page.get_by_role("heading", name="Whether the child was told")).to_be_visible()
    expect(page.get_by_text("He was away")).to_be_visible()
    axe(page)


@pytest.mark.shows("siblings", "one")
def test_the_same_concern_is_raised_for_a_sister_by_keyboard(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    office = served.office
    office.add_child("10234", "Kayleigh Smith", statuses=("looked after",))
    number = office.raise_concern(concern="Played has not been visited.")
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    press(page, "Raise the same concern for a brother, a sister or another child")
    axe(page)
    write(page, "Find another child by reference or name", "kayleigh")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, "Kayleigh Smith", role="checkbox")
    page.keyboard.press("Space")
    axe(page)
    press(page, "Go on to the text", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("The text for Kayleigh Smith")
    expect(page.get_by_text("“Played has not been visited.”")).to_be_visible()
    axe(page)
    reach(page, "What is the concern?", role="textbox")
    page.keyboard.press("Control+a")
    page.keyboard.type("Kayleigh has not been visited.")
    press(page, "Raise the concern for Kayleigh Smith", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("What was sent")
    axe(page)
    press(page, "Record as brother or sister of Played Child: Kayleigh Smith", role="button")
    expect(page.get_by_text("On the record")).to_be_visible()
