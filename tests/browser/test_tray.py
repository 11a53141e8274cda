"""The home page in a browser: on a phone, by keyboard, without a script, clean by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.clock import parse_instant
from engine.lists import case_list, listing, trays
from tests.browser.conftest import Served


@pytest.fixture
def numbers(served: Served, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cases of which one is overdue, one due today and two later; pages have two rows."""
    for module in (listing, trays, case_list):
        monkeypatch.setattr(module, "PAGE", 2)
    office = served.office
    found = [office.raise_concern()]
    office.rehearsal.move_to(parse_instant("2026-03-24T10:00"))
    found.append(office.raise_concern())
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    return [*found, office.raise_concern(), office.raise_concern()]


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


@pytest.mark.parametrize("width", [1280, 320])
def test_every_list_fits_the_screen_and_axe_finds_nothing(
    page: Page,
    served: Served,
    numbers: list[str],
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for post, address in (
        ("tm", "/?stage=informal"),
        ("raiser", "/with-others?urgency=overdue"),
        ("iro_sm", "/board?urgency=unanswered"),
    ):
        served.sign_in(page, post)
        for shown in (address.partition("?")[0], address):
            page.goto(f"{served.address}{shown}")
            axe(page)
            assert width_of(page) == width, shown
        page.get_by_label("Case number, or the child").fill("played")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("link", name="Clear")).to_be_visible()
        axe(page)
        assert width_of(page) == width, address
    assert complaints == []


def test_a_search_and_a_claim_are_made_by_keyboard_and_the_name_is_in_no_address(
    page: Page, served: Served, numbers: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    served.sign_in(page, "tm")
    page.locator("summary").filter(has_text="Search and filter").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("played")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Case number, or the child")).to_have_value("played")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody")).to_contain_text(numbers[-1])
    box = page.get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Claim the ticked tasks").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 task claimed")
    page.goto(f"{served.address}/?claimed=me")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Claimed by you")
    assert not [address for address in asked if "played" in address.lower()]


def test_without_a_script_it_is_narrowed_and_taken_as_a_file(
    browser: Browser, served: Served, numbers: list[str]
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    served.sign_in(page, "raiser")
    page.get_by_role("link", name="With others (4)").click()
    page.get_by_text("Search and filter").click()
    page.get_by_label("How urgent").select_option("Overdue (1)")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(f"{served.address}/with-others?urgency=overdue")
    with page.expect_download() as narrowed:
        page.get_by_role("link", name="Download").click()
    page.get_by_label("Case number, or the child").fill(numbers[0])
    page.get_by_role("button", name="Apply").click()
    with page.expect_download() as searched:
        page.get_by_role("button", name="Download this task (CSV)").click()
    for download in (narrowed, searched):
        assert download.value.suggested_filename == "with-others-2026-03-25.csv"
        assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 2
    page.context.close()


def test_the_columns_of_one_part_stand_under_those_of_another(
    page: Page, served: Served, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (listing, trays, case_list):
        monkeypatch.setattr(module, "PAGE", 50)
    for post, address, columns in (("tm", "/", 5), ("raiser", "/with-others", 6)):
        served.sign_in(page, post)
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{served.address}{address}")
            tables = page.locator("table.stepladder-stacks").all()
            assert len(tables) >= 2
            edges = [
                [
                    round(each["x"])
                    for head in table.locator("thead th").all()
                    if (each := head.bounding_box())
                ]
                for table in tables
            ]
            assert len(edges[0]) == columns
            assert all(other == edges[0] for other in edges), width
            assert width_of(page) == width
