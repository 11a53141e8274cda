"""Two concerns in a browser: settled at different stages, asked about after closing; keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from tests.browser.conftest import Served


@pytest.fixture
def number(served: Served) -> str:
    """A case at Stage 1 with one concern."""
    return served.office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )


def fits(page: Page) -> bool:
    """Whether nothing of the page is wider than the screen."""
    wide: bool = page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    return wide


def focus(page: Page, label: str) -> None:
    """Go with the Tab key to the field, link or button of that name, as without a mouse."""
    wanted = page.get_by_label(label, exact=True).or_(page.get_by_role("link", name=label)).or_(
        page.get_by_role("button", name=label)
    ).first  # fmt: skip
    wanted.wait_for()
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not come to {label}")


def fill(page: Page, label: str, text: str) -> None:
    focus(page, label)
    page.keyboard.type(text)


def choose(page: Page, group: str, downs: int) -> None:
    """Go to the choices of that name, and `downs` further than the first that has the focus."""
    radios = page.get_by_role("group", name=group).get_by_role("radio")
    for _ in range(150):
        page.keyboard.press("Tab")
        if radios.evaluate_all("all => all.includes(document.activeElement)"):
            break
    else:
        raise AssertionError(f"the Tab key does not come to {group}")
    if not downs:
        page.keyboard.press("Space")
    for _ in range(downs):
        page.keyboard.press("ArrowDown")


@pytest.mark.shows("concern", "one")
@pytest.mark.shows("follow_up", "one")
def test_two_concerns_from_raising_to_what_changed_by_keyboard_alone(
    page: Page, served: Served, number: str, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    office = served.office
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/cases/{number}")
    focus(page, "Add another concern")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Add another concern").wait_for()
    axe(page)
    assert fits(page)
    fill(page, "What is the concern?", "His brother has not been seen since Easter.")
    fill(page, "What does it mean for the child?", "He asks for him every week.")
    fill(page, "What do you ask for?", "Contact every fortnight.")
    focus(page, "Add the concern")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Concern 2 is added.")
    axe(page)
    assert fits(page)

    office.rehearsal.answer("stage1_respond", {"answer": "He was visited."})
    page.goto(f"{served.address}/tasks/{office.rehearsal.task_at('stage1_outcome').id}")
    axe(page)
    assert fits(page)
    choose(page, "Your decision", 2)
    fill(page, "Which issues are not resolved?", "The contact.")
    fill(page, "Why this step?", "No date was given.")
    choose(page, "Concern 1: The visits have not happened since January.", 1)
    fill(page, "What became of concern 1, in your own words?", "He was visited twice.")
    axe(page)
    focus(page, "Send")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Case {number}").wait_for()
    main = page.locator("main")
    expect(main).to_contain_text("He was visited twice.")
    expect(main.get_by_text("No outcome yet")).to_have_count(1)

    office.rehearsal.answer("stage2_respond", {"answer": "Contact is arranged."})
    page.goto(f"{served.address}/tasks/{office.rehearsal.task_at('stage2_outcome').id}")
    choose(page, "Your decision", 0)
    choose(page, "Concern 2: His brother has not been seen since Easter.", 1)
    fill(page, "What became of concern 2, in your own words?", "Every second Saturday.")
    focus(page, "Send")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your answers").wait_for()
    expect(main).to_contain_text("Every second Saturday.")
    focus(page, "Send")
    page.keyboard.press("Enter")
    expect(main).to_contain_text("The case is closed")
    expect(main.get_by_text("No outcome yet")).to_have_count(0)

    office.clock.set(parse_instant("2026-04-27T09:00"))
    page.goto(f"{served.address}/cases/{number}")
    axe(page)
    focus(page, "Say whether it was done for concern 2")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="After closing: was it done?").wait_for()
    axe(page)
    assert fits(page)
    choose(page, "Was it done?", 0)
    fill(page, "What changed for the child?", "They see each other.")
    focus(page, "Save")
    page.keyboard.press("Enter")
    expect(main).to_contain_text("They see each other.")
    assert complaints == []
