"""Audits, proof and what was seen in a browser: on a phone, without a mouse, clean by axe."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from engine.history.anchors import seal
from engine.history.verifying import verify_asked
from tests.browser.conftest import Served

LONG = "A-very-long-reference-that-nobody-breaks"


def width_of(page: Page) -> int:
    """How wide the page's content is."""
    width: int = page.locator("html").evaluate("element => element.scrollWidth")
    return width


def press(page: Page, name: str) -> None:
    """The button of the page's own, by keyboard."""
    page.get_by_role("main").get_by_role("button", name=name).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_a_round_is_drawn_filled_in_and_read_on_a_phone(
    page: Page,
    served: Served,
    axe: Callable[[Page], None],
    complaints: list[str],
    tmp_path: Path,
) -> None:
    served.office.raise_concern()
    listed = tmp_path / "children.csv"
    listed.write_text(f"reference\nX-1\n{LONG}\n", encoding="utf-8")
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "iro_sm")

    def look() -> None:
        assert width_of(page) == 320, page.url
        axe(page)

    page.goto(f"{served.address}/audits")
    look()
    page.get_by_role("button", name="Draw a round").click()
    for part, first, last in (("day", "1", "23"), ("month", "1", "3"), ("year", "2026", "2026")):
        page.locator(f"#first-{part}").fill(first)
        page.locator(f"#last-{part}").fill(last)
    look()
    press(page, "See what it would be drawn from")
    expect(page.get_by_text("Choose the file with the children’s references")).to_be_visible()
    look()
    page.get_by_label("The list of children").set_input_files(listed)
    press(page, "See what it would be drawn from")
    look()
    press(page, "Draw the round")
    expect(page.get_by_text("The round is drawn.")).to_be_visible()
    look()
    page.get_by_role("main").get_by_role("link", name="2026-00001").click()
    look()
    page.get_by_role("button", name="Begin the audit").click()
    for yes in page.get_by_label("Yes").all():
        yes.check()
    press(page, "Finish the audit")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    look()
    page.get_by_label("What did you find?").fill("Sound work. " * 20)
    press(page, "Finish the audit")
    expect(page.get_by_text("The audit is finished.")).to_be_visible()
    look()
    page.goto(f"{served.address}/audits")
    look()
    assert complaints == []


def test_proof_and_what_was_seen_on_a_phone(
    page: Page,
    served: Served,
    axe: Callable[[Page], None],
    complaints: list[str],
    tmp_path: Path,
) -> None:
    office = served.office
    number = office.raise_concern()
    seal(office.installation)
    verify_asked(office.installation)
    page.set_viewport_size({"width": 320, "height": 700})
    served.sign_in(page, "iro_sm")
    page.goto(f"{served.address}/cases/{number}")
    page.get_by_role("link", name="Whether its record is unaltered").click()
    press(page, "Verify this case")
    expect(page.get_by_text(f"Case {number}, verified just now")).to_be_visible()
    axe(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download anchor 1").click()
    kept = tmp_path / coming.value.suggested_filename
    coming.value.save_as(kept)
    page.get_by_label("The file that you kept").set_input_files(kept)
    press(page, "Compare")
    expect(page.get_by_text("Its signature is right.")).to_be_visible()
    assert width_of(page) == 320
    axe(page)
    press(page, "Compare")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page)
    press(page, "Verify everything now")
    expect(page.get_by_text("The whole record will be verified now.")).to_be_visible()
    axe(page)
    page.goto(f"{served.address}/cases/{number}")
    page.get_by_role("link", name="Who looked at this case").click()
    expect(page.get_by_role("heading", name=f"What was seen of case {number}")).to_be_visible()
    assert width_of(page) == 320
    axe(page)
    page.get_by_label("First day").fill("tomorrow")
    press(page, "Apply")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page)
    assert complaints == []


def test_what_happened_stands_beside_the_diagram_and_beneath_it_on_a_phone(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    told = served.office.rehearsal
    number = served.office.raise_concern(entry="formal", decision="stage 1", reason="Four weeks.")
    told.move_to(parse_instant("2026-03-31T11:00"))
    told.answer("stage1_respond", {"answer": "A visit on Friday."})
    served.sign_in(page, "raiser")

    def places() -> tuple[float, float, float, float]:
        """Where the diagram ends, to the right and below, and where the list begins."""
        drawn = page.locator(".stepladder-diagram").bounding_box()
        told_of = page.locator(".moj-timeline").bounding_box()
        assert drawn is not None
        assert told_of is not None
        return drawn["x"] + drawn["width"], drawn["y"] + drawn["height"], told_of["x"], told_of["y"]

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{served.address}/cases/{number}/story")
    right, below, x, y = places()
    assert right < x
    assert y < below
    assert width_of(page) == 1280
    page.get_by_label("Show").select_option("late")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Show this moment on the diagram").first.click()
    expect(page.get_by_text("2 of 3 entries")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    right, below, x, y = places()
    assert below < y
    assert width_of(page) == 320
    axe(page)
    assert complaints == []
