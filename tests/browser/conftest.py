"""What the tests in a browser may ask for: a site that is served, a page, and an axe checker."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import Error as PlaywrightError
from waitress.wasyncore import close_all

from engine.procedures import Package
from tests.browser.keyboard import Keyboard
from tests.webui.office import PASSWORD, Office


class Served:
    """A site on a port of its own; `address` has no slash at its end."""

    def __init__(self, office: Office, address: str) -> None:
        self.office = office
        self.address = address

    def sign_in(self, page: Page, post: str) -> None:
        """The holder of the post signs in through the page."""
        person = self.office.people[post]
        self.office.let_in(person)
        page.context.clear_cookies()
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("Email address").fill(person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Your tray").wait_for()


@pytest.fixture
def package() -> Package | None:
    """The procedure of the office that is served; None for the council's own."""
    return None


@pytest.fixture
def served(tmp_path: Path, package: Package | None) -> Iterator[Served]:
    """An office's site, served as `stepladder web` serves it."""
    office = Office(tmp_path, package=package)
    server = waitress.create_server(office.app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Served(office, f"http://127.0.0.1:{server.effective_port}")
    # In the server's own thread: a browser keeps its connections, for which it would wait.
    server.trigger.pull_trigger(lambda: close_all(server._map))
    thread.join(timeout=10)
    server.task_dispatcher.shutdown()
    office.installation.database.close()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complained of: refused by the policy, failed in a script.

    A test that asks for it fails at its end if there was anything.
    """
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # An answer of 4xx is the site's to give, and the browser's to mention.
        if message.type == "error" and "the server responded with a status" not in message.text:
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Checks a page against WCAG by axe, and says what is wrong with it."""
    checker = Axe()

    def check(page: Page) -> None:
        page.wait_for_load_state()
        try:
            results = checker.run(page)
        except PlaywrightError:  # what was pressed just before took the page away beneath the check
            page.wait_for_load_state()
            results = checker.run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def keyboard(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> Keyboard:
    """Somebody at the site who has no mouse."""
    return Keyboard(page, served, axe)
