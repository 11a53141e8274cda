"""What holds for every page: large text, a narrow screen, less movement, paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from tests.browser.conftest import Served

ABOUT = ("/help", "/accessibility", "/privacy", "/nothing-here")


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


@pytest.fixture
def addresses(served: Served) -> tuple[str, ...]:
    """Pages of a raiser whose stage 1 was answered, and pages for everybody."""
    office = served.office
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    office.rehearsal.move_to(parse_instant("2026-03-26T09:30"))
    office.rehearsal.answer("stage1_respond", {"answer": "We were short of staff."})
    task = office.rehearsal.task_at("stage1_outcome").id
    acts = f"/cases/{number}/acts"
    case = f"/cases/{number}"
    return ("/", f"/tasks/{task}", case, f"{case}/story", f"{acts}/refer_pressed", *ABOUT)


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_cut_off_and_axe_finds_nothing(
    page: Page,
    served: Served,
    addresses: tuple[str, ...],
    width: int,
    axe: Callable[[Page], None],
    complaints: list[str],
) -> None:
    """320 px is 1,280 at 400 % (WCAG 1.4.10), 640 px is 1,280 at 200 % (WCAG 1.4.4)."""
    page.set_viewport_size({"width": width, "height": 700})
    served.sign_in(page, "raiser")
    for address in addresses:
        page.goto(f"{served.address}{address}")
        assert width_of(page) == width, address
        axe(page)
    assert complaints == []


def test_text_may_be_spaced_out(page: Page, served: Served, addresses: tuple[str, ...]) -> None:
    """WCAG 1.4.12: with these distances nothing is lost."""
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "raiser")
    for address in addresses:
        page.goto(f"{served.address}{address}")
        page.locator("body").evaluate(
            """body => {
                for (const each of body.querySelectorAll("*")) {
                    each.style.lineHeight = "1.5"
                    each.style.letterSpacing = "0.12em"
                    each.style.wordSpacing = "0.16em"
                }
            }"""
        )
        assert width_of(page) == 320, address


def test_who_asks_for_less_movement_gets_none(
    page: Page, served: Served, addresses: tuple[str, ...]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    served.sign_in(page, "raiser")
    for address in addresses:
        page.goto(f"{served.address}{address}")
        moving: list[str] = page.locator("body *").evaluate_all(
            """all => all.filter(each => {
                const style = getComputedStyle(each)
                return style.animationName !== "none" || style.scrollBehavior === "smooth"
            }).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert moving == [], address


def test_the_length_of_each_road_is_read_where_it_is_chosen(
    page: Page, served: Served, addresses: tuple[str, ...]
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}{addresses[1]}")
    road = page.get_by_role("row", name="Formal Stage 2")
    expect(road).to_contain_text(
        "Monday 27 April 2026: day 23 of 20, 3 working days over the limit"
    )
    last = page.get_by_role("row", name="Final internal step")
    expect(last).to_contain_text("Thursday 2 April 2026: day 8 of 20")
    page.get_by_text("The dates on the way").click()
    expect(page.get_by_text("Stage 4 by Monday 20 April 2026 (day 18)").first).to_be_visible()


def test_on_paper_a_task_has_what_was_said_and_no_buttons(
    page: Page, served: Served, addresses: tuple[str, ...]
) -> None:
    served.sign_in(page, "raiser")
    page.goto(f"{served.address}{addresses[1]}")
    page.emulate_media(media="print")
    expect(page.get_by_text("We were short of staff.")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_hidden()
