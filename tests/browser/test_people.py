"""An administrator's day and a deputy's: by keyboard alone, on a phone, clean by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from tests.browser.conftest import Served


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_about_people_fit_the_screen_and_axe_finds_nothing(
    page: Page,
    served: Served,
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "admin")
    person = served.office.people["tm"].id
    for address in (
        "/me",
        "/people",
        "/people/add",
        f"/people/{person}",
        f"/people/{person}/posts",
        f"/people/{person}/absences",
        f"/people/{person}/leave",
        f"/people/{served.office.people['raiser'].id}/cases",
        "/people/import",
        "/children/import",
        "/vacancies",
        "/vacancies/fill?post=tm&team=Team+A",
    ):
        page.goto(f"{served.address}{address}")
        axe(page)
        assert width_of(page) == width, address
    assert complaints == []


def test_somebody_says_by_keyboard_alone_when_they_are_away(
    page: Page, served: Served, axe: Callable[[Page], None]
) -> None:
    office = served.office
    office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    served.sign_in(page, "tm")
    page.goto(f"{served.address}/me")
    page.get_by_role("link", name="Say when you are away").focus()
    page.keyboard.press("Enter")
    first = page.get_by_role("group", name="First day away").get_by_label("Day")
    first.focus()
    deputy = office.people["dcs"].name
    for text in ("23", "3", "2026", "27", "3", "2026", deputy[:20]):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert", name="Done")).to_contain_text(f"{deputy} stands in")
    axe(page)
    served.sign_in(page, "dcs")
    page.get_by_role("link", name="Respond at Stage 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"You stand in for {office.people['tm'].name}")).to_be_visible()
    axe(page)
    office.clock.set(parse_instant("2026-03-28T00:00"))
    page.goto(f"{served.address}/")
    expect(page.get_by_role("link", name="Respond at Stage 1")).to_have_count(0)
