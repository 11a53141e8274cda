"""Nobody loses a word: signed out, more time given, the site restarted, a second window."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect
from waitress.wasyncore import close_all

from tests.browser.conftest import Served
from tests.webui.office import PASSWORD
from webui.site import create_site

Check = Callable[[Page], None]

LINES = "\n\nWe visited on “Monday”.\n\n   The plan: <school> & 🙂\n"


@pytest.fixture
def task(served: Served, page: Page) -> str:
    """The team manager has opened the task; its path."""
    served.office.raise_concern()
    served.sign_in(page, "tm")
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    page.get_by_label("Your answer").wait_for()
    return page.url.removeprefix(served.address)


def expect_said(page: Page, sentence: str) -> None:
    expect(page.locator("[data-draft-said]")).to_contain_text(sentence, timeout=15_000)


@contextmanager
def restarted(served: Served) -> Iterator[Served]:
    """A new process's site, on the same database."""
    app = create_site(served.office.installation, real=served.office.real)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Served(served.office, f"http://127.0.0.1:{server.effective_port}")
    server.trigger.pull_trigger(lambda: close_all(server._map))
    thread.join(timeout=10)
    server.task_dispatcher.shutdown()


def test_signed_out_more_time_given_and_restarted_every_character_is_there(
    served: Served, page: Page, task: str, axe: Check, complaints: list[str]
) -> None:
    page.get_by_label("Your answer").fill(LINES)
    expect_said(page, "Saved at 10am")
    axe(page)
    page.get_by_label("Your answer").press("Control+End")
    page.get_by_label("Your answer").type("And the last words")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    until = date(2026, 3, 27)
    served.office.rehearsal.give_time("informal_respond", until, "The worker is ill.")

    with restarted(served) as again:
        again.sign_in(page, "tm")
        expect(page.get_by_text("Begun", exact=True)).to_be_visible()
        axe(page)
        page.goto(f"{again.address}{task}")
        expect(page.get_by_label("Your answer")).to_have_value(f"{LINES}And the last words")
        expect(page.locator("main")).to_contain_text("Due Friday 27 March")
        expect(page.locator("main")).to_contain_text("Everything you typed is here.")
        axe(page)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Sent.")
        page.goto(again.address)
        expect(page.get_by_text("Begun", exact=True)).to_have_count(0)


def test_a_session_that_ended_is_told_and_saving_goes_on_after_signing_in_elsewhere(
    served: Served, page: Page, task: str, complaints: list[str]
) -> None:
    other = page.context.new_page()
    other.goto(served.address)
    other.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your answer").fill("Typed while signed out")
    expect_said(page, "Not saved: you are signed out. Sign in in another window")
    other.get_by_label("Email address").fill(served.office.people["tm"].email)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("heading", name="Your tray").wait_for()
    expect_said(page, "Saved at 10am")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Sent.")


def test_without_a_connection_it_says_so_and_tries_again(page: Page, task: str) -> None:
    page.context.set_offline(True)
    page.get_by_label("Your answer").fill("Typed in a tunnel")
    expect_said(page, "Not saved: no connection")
    page.context.set_offline(False)
    expect_said(page, "Saved at 10am")
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Typed in a tunnel")


def test_two_windows_lose_nothing(
    served: Served, page: Page, task: str, axe: Check, complaints: list[str]
) -> None:
    other = page.context.new_page()
    other.goto(f"{served.address}{task}")
    page.get_by_label("Your answer").fill("Typed at the desk")
    expect_said(page, "Saved at 10am")
    other.get_by_label("Your answer").fill("Typed on the phone")
    expect_said(other, "You changed this in another window at 10am.")
    expect(other.get_by_label("Your answer")).to_have_value("Typed on the phone")
    axe(other)
    other.get_by_role("button", name="Save and come back later").click()
    here = other.get_by_label("What you typed here")
    expect(here).to_have_value("Typed on the phone")
    there = other.get_by_label("What you saved in the other window")
    expect(there).to_have_value("Typed at the desk")
    axe(other)
    other.get_by_role("button", name="Keep what I typed here").click()
    expect(other.get_by_role("heading", name="Your tray")).to_be_visible()
    other.goto(f"{served.address}{task}")
    expect(other.get_by_label("Your answer")).to_have_value("Typed on the phone")
    page.get_by_label("Your answer").fill("Typed at the desk, and more")
    expect_said(page, "You changed this in another window")


def test_without_a_script_a_button_keeps_it(served: Served, browser: Browser, axe: Check) -> None:
    number = served.office.raise_concern()
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    served.sign_in(page, "tm")
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    page.get_by_label("Your answer").fill(LINES)
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is saved, and not sent.")
    page.get_by_role("link", name="Respond to the Positive Challenge in case").click()
    expect(page.get_by_label("Your answer")).to_have_value(LINES)
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Your answer")).to_have_value("")

    served.sign_in(page, "raiser")
    act = f"{served.address}/cases/{number}/acts/informal_withdraw"
    page.goto(act)
    page.get_by_label("Reason").fill("It was put right.")
    page.get_by_role("button", name="Save and come back later").click()
    page.goto(act)
    expect(page.get_by_label("Reason")).to_have_value("It was put right.")
    context.close()
