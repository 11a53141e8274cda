"""Sign in, raise a concern, find it in the tray, answer: in a browser, each page checked by axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.webui.office import PASSWORD

Check = Callable[[Page], None]


def test_a_concern_goes_from_the_raiser_to_the_team_manager_and_back(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    served.office.add_child("10234", "Kayleigh Smith", statuses=("looked after",))

    page.goto(served.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    axe(page)
    page.get_by_label("Email address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    axe(page)

    served.sign_in(page, "raiser")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Raise a concern").click()
    page.get_by_label("Reference or name").fill("smith")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="1 child was found")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Choose Kayleigh Smith, 10234").click()
    expect(page.get_by_text("Looked after since 6 January 2025")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_label("What is the concern?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Raise the concern").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    axe(page)
    page.get_by_role("link", name="Enter an answer to “What is the concern?”").click()
    expect(page.get_by_label("What is the concern?")).to_be_focused()

    page.get_by_label("Team manager", exact=True).check()
    page.get_by_label("What is the concern?").fill("No visits since January.")
    page.get_by_label("What does it mean for the child?").fill("She does not know her worker.")
    page.get_by_label("What do you ask for?").fill("A visit this week.")
    page.get_by_role("button", name="Raise the concern").click()
    expect(page).to_have_url(f"{served.address}/cases/2026-00001")
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("You raised a concern. Its case number is 2026-00001.")
    expect(banner).to_contain_text("The Team Manager has until Tuesday 24 March")
    axe(page)

    served.sign_in(page, "tm")
    expect(page.get_by_text("Due Tuesday 24 March, 1 working day left").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    expect(page.get_by_text("No visits since January.")).to_be_visible()
    axe(page)
    page.get_by_label("Your answer").fill("Visited today.")
    task = page.url
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Sent.")

    page.goto(task)
    expect(page.get_by_role("alert")).to_contain_text("You sent this already.")
    axe(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def begin_concern(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/raise")
    page.get_by_label("Reference or name").fill("played")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name=re.compile("Choose")).click()
    page.get_by_role("button", name="Yes, go on").click()


def test_only_the_questions_that_the_answers_ask_for_are_shown(
    served: Served, page: Page, complaints: list[str]
) -> None:
    served.sign_in(page, "raiser")
    begin_concern(served, page)
    to_whom = page.get_by_role("group", name="To whom?")
    stage = page.get_by_role("group", name="To which stage?")
    reason = page.get_by_label("Why straight to a formal stage?")
    expect(to_whom).to_be_visible()
    expect(stage).to_be_hidden()
    expect(page.get_by_text("Only if “How do you want to start?”").first).to_be_hidden()

    page.get_by_label("Straight to Formal Escalation").check()
    expect(to_whom).to_be_hidden()
    expect(stage).to_be_visible()
    reason.fill("Only the head of service can decide it.")
    page.get_by_label("Reason to follow").check()
    expect(reason).to_be_hidden()
    page.get_by_label("Reason to follow").uncheck()
    expect(reason).to_have_value("Only the head of service can decide it.")

    page.get_by_label("Positive Challenge (informal)").check()
    why_earlier = page.get_by_label("Why is the time earlier than now?")
    expect(why_earlier).to_be_hidden()
    told = page.get_by_role("group", name="When did you first tell them?")
    for part, text in (("Day", "20"), ("Month", "March"), ("Year", "2026"), ("Time", "3pm")):
        told.get_by_label(part).fill(text)
    expect(why_earlier).to_be_visible()
    told.get_by_label("Day").fill("")
    expect(why_earlier).to_be_visible()  # something is there, and it may be a slip


def test_without_a_script_every_question_is_shown_and_says_when_it_is_asked(
    served: Served, browser: Browser, axe: Check
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    served.sign_in(page, "raiser")
    begin_concern(served, page)
    expect(page.get_by_role("group", name="To which stage?")).to_be_visible()
    said = "Only if “How do you want to start?” is “Straight to Formal Escalation”."
    expect(page.get_by_text(said).first).to_be_visible()

    page.get_by_label("Team manager", exact=True).check()
    page.get_by_label("What is the concern?").fill("No visits since January.")
    page.get_by_label("What does it mean for the child?").fill("She does not know her worker.")
    page.get_by_label("What do you ask for?").fill("A visit this week.")
    page.get_by_role("button", name="Raise the concern").click()
    expect(page).to_have_url(f"{served.address}/cases/2026-00001")
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_screen(served: Served, page: Page, width: int) -> None:
    served.office.raise_concern(concern="Averylongwordwithoutanyspaceatall" * 5)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{served.address}/sign-in")
    assert overflow(page) <= 0
    served.sign_in(page, "tm")
    assert overflow(page) <= 0
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    assert overflow(page) <= 0
    served.sign_in(page, "raiser")
    begin_concern(served, page)
    expect(page.get_by_label("What is the concern?")).to_be_visible()
    assert overflow(page) <= 0
    page.goto(f"{served.address}/nothing-here")
    assert overflow(page) <= 0


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def test_the_keyboard_alone_is_enough_to_sign_in(served: Served, page: Page) -> None:
    person = served.office.people["tm"]
    served.office.let_in(person)
    page.goto(f"{served.address}/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your tray")
