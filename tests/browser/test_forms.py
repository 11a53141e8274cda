"""Forms in a browser, by keyboard alone: files, rows, the check before sending, a kept concern."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.procedures import Package
from tests.browser.conftest import Served
from tests.browser.test_draft import expect_said, restarted
from tests.browser.test_raise_and_answer import begin_concern
from tests.webui.pages.test_file import with_steps

Check = Callable[[Page], None]


@pytest.fixture
def package() -> Package | None:
    """The team manager is asked for steps and documents."""
    return with_steps()


def reach(page: Page, target: Locator) -> None:
    """Tab until it has the focus."""
    target.wait_for()
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {target}")


def press(page: Page, name: str) -> None:
    """Reach the button and press it."""
    reach(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, text: str) -> None:
    """Reach the field and type."""
    reach(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def fill_formal(page: Page) -> None:
    page.get_by_label("Straight to Formal Escalation").check()
    page.get_by_label("Stage 1 – Team Manager").check()
    page.get_by_label("What is the concern?").fill("No visits since January.")
    page.get_by_label("What does it mean for the child?").fill("He does not know his worker.")
    page.get_by_label("What do you ask for?").fill("A visit this week.")
    page.get_by_label("Why straight to a formal stage?").fill("It cannot wait.")


@pytest.mark.parametrize("script", [True, False])
def test_a_file_and_rows_by_keyboard_with_and_without_a_script(
    served: Served, browser: Browser, axe: Check, tmp_path: Path, script: bool
) -> None:
    served.office.raise_concern()
    letter = tmp_path / "Letter to the family.txt"
    letter.write_text("We visit on Friday.")
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    page = context.new_page()
    served.sign_in(page, "tm")
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    if script:
        type_into(page, "Your answer", "We visit on Friday.")
    else:
        page.get_by_label("Your answer").fill("We visit on Friday.")
    picker = page.locator('input[type="file"]')
    picker.set_input_files(letter)
    if script:
        press(page, "Upload for Documents")
    else:
        page.get_by_role("button", name="Upload for Documents").click()
    expect(page.get_by_text("Documents: one file")).to_be_visible()
    if script:
        axe(page)
        press(page, "Add another to Steps")
    else:
        page.get_by_role("button", name="Add another to Steps").click()
    expect(page.get_by_role("group", name="Steps: 2")).to_be_visible()
    second = page.get_by_role("group", name="Steps: 2")
    second.get_by_label("What").fill("A school by Easter")
    page.get_by_role("button", name="Remove Steps: 1").click()
    expect(page.get_by_role("group", name="Steps: 2")).to_have_count(0)
    expect(page.get_by_label("What", exact=True)).to_have_value("A school by Easter")
    expect(page.get_by_label("Your answer")).to_have_value("We visit on Friday.")
    if script:
        axe(page)
        press(page, "Send")
    else:
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Sent.")
    expect(page.locator("main")).to_contain_text("Letter to the family.txt (1 KB)")
    expect(page.locator("main")).to_contain_text("1. A school by Easter")
    context.close()


def test_a_picked_file_is_kept_without_any_button(
    served: Served, page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    served.office.raise_concern()
    served.sign_in(page, "tm")
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    letter = tmp_path / "Letter.txt"
    letter.write_text("We visit on Friday.")
    page.locator('input[type="file"]').set_input_files(letter)
    expect_said(page, "Saved at 10am")
    expect(page.get_by_text("Documents: one file")).to_be_visible()
    page.goto(served.address)
    page.go_back()
    page.reload()
    expect(page.get_by_role("link", name="Letter.txt")).to_be_visible()


def test_a_formal_concern_is_kept_signed_out_and_restarted_and_checked_before_it_is_raised(
    served: Served, page: Page, axe: Check, complaints: list[str]
) -> None:
    served.sign_in(page, "raiser")
    begin_concern(served, page)
    fill_formal(page)
    expect_said(page, "Saved at 10am")
    axe(page)
    assert "Played" not in page.url
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    with restarted(served) as again:
        again.sign_in(page, "raiser")
        page.goto(f"{again.address}/raise")
        expect(page.get_by_role("heading", name="Begun and not raised yet")).to_be_visible()
        axe(page)
        page.get_by_role("link", name=re.compile("Played Child")).click()
        expect(page.get_by_label("What is the concern?")).to_have_value("No visits since January.")
        press(page, "Raise the concern")
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
        expect(page.locator("main")).to_contain_text("asked next: Respond at Stage 1")
        axe(page)
        reach(page, page.get_by_role("link", name="Change What do you ask for?"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("What do you ask for?")).to_have_value("A visit this week.")
        page.get_by_label("What do you ask for?").fill("A visit tomorrow.")
        press(page, "Raise the concern")
        expect(page.locator("main")).to_contain_text("A visit tomorrow.")
        press(page, "Raise the concern")
        expect(page).to_have_url(f"{again.address}/cases/2026-00001")
        page.goto(f"{again.address}/raise")
        expect(page.get_by_role("heading", name="Begun and not raised yet")).to_have_count(0)
