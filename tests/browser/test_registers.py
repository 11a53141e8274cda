"""The registers by keyboard alone, each page checked by axe (X-26)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.store.children import change_child
from tests.browser.conftest import Served
from tests.browser.test_child import date_of, press, reach, write

Check = Callable[[Page], None]


def choose(page: Page, name: str, words: str) -> None:
    """Reach a select and type the beginning of what is chosen."""
    reach(page, name, role="combobox")
    page.keyboard.type(words)


@pytest.mark.shows("general_concerns", "one")
def test_a_general_concern_is_recorded_and_resolved(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    served.sign_in(page, "raiser")
    press(page, "Concerns and good practice")
    axe(page)
    press(page, "Record a general concern", role="button")
    axe(page)
    press(page, "Save", role="button")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    axe(page)
    write(page, "Title", "Visits fall behind")
    write(page, "What have you seen?", "In five families since January.")
    choose(page, "Who answers for it?", "Head of Ser")
    press(page, "Save", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Visits fall behind")
    axe(page)
    press(page, "It is resolved", role="button")
    write(page, "How was it resolved?", "All are visited again.")
    press(page, "Save", role="button")
    expect(page.get_by_text("All are visited again.").first).to_be_visible()
    axe(page)


@pytest.mark.shows("good_practice", "one")
def test_good_practice_is_recorded_from_a_childs_page(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    office = served.office
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/good-practice/new")
    press(page, "It is about a child")
    axe(page)
    write(page, "Reference or name", "played")
    press(page, "Find", role="button")
    axe(page)
    press(page, "Choose Played Child, " + office.child.reference, role="button")
    axe(page)
    press(page, "Yes, go on", role="button")
    write(page, "What was good?", "Visited on the first evening.")
    choose(page, "Whose work was it? (optional)", office.people["sw"].name)
    axe(page)
    press(page, "Save", role="button")
    expect(page.get_by_role("alert")).to_contain_text(f"{office.people['sw'].name} is told")
    axe(page)
    press(page, "Good practice")
    expect(page.get_by_role("row", name="Visited on the first evening")).to_contain_text("PC")
    axe(page)


@pytest.mark.shows("reverse_challenges", "one")
def test_a_decision_is_challenged_and_answered(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    office = served.office
    with office.installation.database.write() as connection:
        change_child(connection, office.child.id, "social_worker_id", office.people["sw"].id)
        change_child(connection, office.child.id, "raiser_id", office.people["raiser"].id)
    served.sign_in(page, "sw")
    press(page, "Concerns and good practice")
    press(page, "Challenges to decisions")
    axe(page)
    press(page, "Challenge a decision", role="button")
    axe(page)
    press(page, "Choose Played Child, " + office.child.reference, role="button")
    press(page, "Yes, go on", role="button")
    axe(page)
    write(page, "Which decision or recommendation do you challenge?", "Contact each fortnight")
    date_of(page, "When was it made?", "18 3 2026")
    write(page, "Why?", "She asks for her mother.")
    write(page, "What do you propose instead?", "Contact each week")
    press(page, "Send the challenge", role="button")
    axe(page)
    served.sign_in(page, "raiser")
    axe(page)
    press(page, "Challenge 1 to a decision")
    axe(page)
    press(page, "Answer it", role="button")
    expect(page.get_by_role("group", name="When is that review")).to_be_hidden()
    reach(page, "The decision stays as it is", role="radio")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="When is that review")).to_be_visible()
    axe(page)
    write(page, "Your answer", "With everybody there.")
    press(page, "Send the answer", role="button")
    expect(page.get_by_text("With everybody there.").first).to_be_visible()
    axe(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_long_words_fit(served: Served, page: Page, width: int, complaints: list[str]) -> None:
    office = served.office
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3
    page.set_viewport_size({"width": width, "height": 800})
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}/general-concerns/new")
    page.get_by_label("Title").fill(long)
    page.get_by_label("What have you seen?").fill(long)
    page.get_by_label("Who answers for it?").select_option(f"person:{office.people['tm'].id}")
    page.get_by_role("button", name="Save").click()
    for address in ("", "/general-concerns", "/general-concerns/1", "/good-practice"):
        page.goto(f"{served.address}{address}")
        assert page.locator("html").evaluate("each => each.scrollWidth") == width, address
