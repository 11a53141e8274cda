"""Claiming, sending back, giving on, chasing and drafting: by keyboard alone, clean by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.engine.acts.test_claims import colleague

Check = Callable[[Page], None]
_MOST_TABS = 80


@pytest.fixture
def task(served: Served) -> str:
    """A task at Stage 1 that waits for two team managers; its address."""
    office = served.office
    office.people["other"] = colleague(office.rehearsal, "Ngozi Bell", "tm")
    office.people["helper"] = colleague(office.rehearsal, "Owen Marsh", "sw")
    office.raise_concern(entry="formal", decision="stage 1", reason="Weeks have passed.", to=None)
    return f"{served.address}/tasks/{office.rehearsal.task_at('stage1_respond').id}"


def reach(page: Page, wanted: Locator) -> None:
    """Go to it as somebody does who has no mouse."""
    expect(wanted).to_be_visible()
    for _ in range(_MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} cannot be reached by the keyboard")


def go(page: Page, wanted: Locator) -> None:
    """Press Enter on a link or a button."""
    reach(page, wanted)
    if (wanted.get_attribute("href") or "").startswith("#"):
        page.keyboard.press("Enter")
        return
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fits(page: Page) -> None:
    """Nothing is wider than a phone."""
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.locator("html").evaluate("element => element.scrollWidth") == 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_one_claims_and_the_other_takes_it_over(
    served: Served, page: Page, axe: Check, complaints: list[str], task: str
) -> None:
    served.sign_in(page, "tm")
    page.goto(task)
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Claim Respond at Stage 1"))
    expect(page.get_by_text("You claimed this on Monday 23 March 2026 at 10am.")).to_be_visible()
    axe(page)

    served.sign_in(page, "other")
    page.goto(task)
    expect(page.get_by_text("Claimed by Team Manager (played)")).to_be_visible()
    go(page, page.get_by_role("link", name="Take it over"))
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Take it over from Team Manager (played)"))
    expect(page.get_by_text("You claimed this on").first).to_be_visible()
    go(page, page.get_by_role("button", name="Hand back Respond at Stage 1"))
    expect(page.get_by_role("button", name="Claim Respond at Stage 1")).to_be_visible()


def test_it_is_not_mine_and_the_administrator_chooses_who_answers(
    served: Served, page: Page, axe: Check, complaints: list[str], task: str
) -> None:
    served.sign_in(page, "tm")
    page.goto(f"{task}/not-mine")
    axe(page)
    fits(page)
    page.goto(task)
    go(page, page.get_by_role("button", name="Not mine: send it back"))
    expect(page.get_by_role("alert")).to_contain_text("You sent “Respond at Stage 1” back.")
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Undo: it is mine after all"))
    expect(page.get_by_role("alert")).to_contain_text("It is with you again.")
    go(page, page.get_by_role("button", name="Not mine: send it back"))

    served.sign_in(page, "admin")
    page.goto(task)
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose who answers")
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Give it to them"))
    expect(page.get_by_role("alert")).to_contain_text("Choose who is to answer")
    axe(page)
    go(page, page.get_by_role("link", name="Choose who is to answer"))
    page.keyboard.press("Space")  # the social worker, the first of the choices
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Children's Service Manager", exact=True)).to_be_checked()
    go(page, page.get_by_role("button", name="Give it to them"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look again")
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Give it to them all the same"))
    expect(page.get_by_role("alert")).to_contain_text("is with somebody else now")


def test_the_raiser_chases(
    served: Served, page: Page, axe: Check, complaints: list[str], task: str
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/2026-00001")
    axe(page)
    go(page, page.get_by_role("link", name="Chase: send a reminder"))
    axe(page)
    fits(page)
    reach(page, page.get_by_label("Your words (optional)"))
    page.keyboard.type("Is there any news?")
    go(page, page.get_by_role("button", name="Send the reminder"))
    expect(page.get_by_text("Chased on Monday 23 March 2026 at 10am.")).to_be_visible()
    go(page, page.get_by_role("link", name="Chase: send a reminder"))
    go(page, page.get_by_role("button", name="Send the reminder"))
    expect(page.get_by_role("alert")).to_contain_text("Tick this if you want to send another")
    axe(page)
    reach(page, page.get_by_label("Send another reminder today"))
    page.keyboard.press("Space")
    go(page, page.get_by_role("button", name="Send the reminder"))
    expect(page.get_by_role("alert")).to_contain_text("A reminder of “Respond at Stage 1”")


def test_a_colleague_drafts(
    served: Served, page: Page, axe: Check, complaints: list[str], task: str
) -> None:
    served.sign_in(page, "tm")
    page.goto(task)
    go(page, page.get_by_role("link", name="Ask a colleague to draft"))
    axe(page)
    fits(page)
    page.get_by_label("Owen Marsh").check()
    go(page, page.get_by_role("button", name="Ask them"))
    expect(page.get_by_text("has not begun")).to_be_visible()

    served.sign_in(page, "helper")
    page.goto(f"{task}/help")
    axe(page)
    fits(page)
    reach(page, page.get_by_label("Your answer"))
    page.keyboard.type("He starts on Monday.")
    go(page, page.get_by_role("button", name="Save the draft"))
    expect(page.get_by_role("alert")).to_contain_text("Your draft is saved.")

    served.sign_in(page, "tm")
    page.goto(task)
    go(page, page.get_by_role("link", name="Read the draft"))
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Use this draft"))
    expect(page.get_by_label("Your answer")).to_have_value("He starts on Monday.")


def test_several_are_claimed_at_once_and_that_is_undone(
    served: Served, page: Page, axe: Check, complaints: list[str], task: str
) -> None:
    served.office.raise_concern()
    served.sign_in(page, "tm")
    for tick in page.get_by_role("checkbox").all():
        reach(page, tick)
        page.keyboard.press("Space")
    go(page, page.get_by_role("button", name="Claim the ticked tasks"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2 tasks claimed")
    axe(page)
    fits(page)
    go(page, page.get_by_role("button", name="Undo: hand them back"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2 tasks handed back")
