"""The challenge meeting in a browser: by keyboard alone, on a phone, clean by axe, on paper."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from engine.procedures import Package, read_package
from tests.browser.conftest import Served
from tests.webui.office import PROCESSES

LONG: list[Mapping[str, object]] = [{"decided": "A home " * 30, "owner": "Head of Service " * 10}]
FORMAL = {"entry": "formal", "decision": "stage 3", "reason": "It cannot wait.", "to": None}


@pytest.fixture
def package() -> Package:
    """Leicestershire, which has a challenge meeting each month."""
    return read_package(PROCESSES / "leicestershire" / "quality-assurance-alert")


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


def focus(page: Page, role: str, name: str) -> None:
    """Go with the Tab key to what has that role and name, as without a mouse."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    wanted.wait_for()
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not come to {name}")


def press(page: Page, role: str, name: str) -> None:
    focus(page, role, name)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def fill(page: Page, name: str, text: str) -> None:
    focus(page, "textbox", name)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_from_its_date_to_what_was_decided_by_keyboard_alone(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    office = served.office
    office.raise_concern(**FORMAL)
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "iro_sm")

    def look() -> None:
        axe(page)
        assert width_of(page) == 320, page.url

    page.goto(f"{served.address}/meetings")
    look()
    press(page, "button", "Set a date of the Monthly challenge meeting")
    look()
    for name, text in (("Day", "26"), ("Month", "3"), ("Year", "2026"), ("Time", "9:30")):
        fill(page, name, text)
    fill(page, "Where?", "Room 3")
    press(page, "button", "Set the date")
    expect(page.get_by_role("row", name="2026-00001")).to_contain_text("Stage 3")
    look()

    office.clock.set(parse_instant("2026-03-26T11:00"))
    page.reload()
    press(page, "button", "Record the meeting")
    look()
    fill(page, "Who chaired it?", "The IRO Service Manager")
    director = page.get_by_role("group", name="Who attended?").get_by_label("Assistant Director")
    director.focus()
    page.keyboard.press("Space")
    fill(page, "Minutes", "One case was discussed.")
    press(page, "button", "Save the record")
    look()
    press(page, "button", "Add a decision")
    look()
    fill(page, "What was decided?", "A home by Friday.")
    fill(page, "Who is to do it?", "Head of Service")
    page.get_by_label("Which case is it about?").focus()
    page.keyboard.type("2026")
    press(page, "button", "Add the decision")
    main = page.get_by_role("main")
    expect(main).to_contain_text("About case 2026-00001")
    look()
    press(page, "link", "Say what became of it")
    look()
    page.get_by_label("It is done").focus()
    page.keyboard.press("Space")
    press(page, "button", "Save")
    press(page, "button", "Close the meeting")
    expect(main).to_contain_text("The meeting is closed.")
    look()
    assert complaints == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_case_shows_its_meetings_and_prints_its_agenda(
    page: Page, served: Served, width: int, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    office = served.office
    number = office.raise_concern(**FORMAL)
    told = office.rehearsal
    told.press(
        "convene_pressed",
        {"meeting_at": "2026-03-26T14:00", "place": "Room 3", "purpose": "Who does what " * 20},
    )
    told.answer(
        "record_meeting",
        {
            "took_place": "yes",
            "came": ["hos"],
            "decisions": LONG,
        },
    )
    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "raiser")
    for address in (f"/cases/{number}", f"/cases/{number}/agenda", f"/cases/{number}/meetings"):
        page.goto(f"{served.address}{address}")
        axe(page)
        assert width_of(page) == width, address
    page.goto(f"{served.address}/cases/{number}")
    page.get_by_role("main").get_by_role("link", name="Meeting, Thursday 26 March").click()
    axe(page)
    assert width_of(page) == width
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="What each stage answered")).to_be_visible()
    expect(page.get_by_role("link", name="Back to the case")).to_be_hidden()
    assert complaints == []
