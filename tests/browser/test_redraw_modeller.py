"""A service manager who never saw BPMN draws with the mouse: a time, a step, a lane; publishes."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.layout import layout
from engine.procedures import Package, latest_versions, load_version, read_package
from engine.redrawing.drafts import Draft, begin, demand_draft, keep, take_over
from tests.browser.conftest import Served
from tests.browser.drawing import PAGE, Drawing
from tests.few_scenarios import few_scenarios
from tests.stories import raise_at_stage
from tests.webui.office import PROCESSES

KEY = "positive-challenge"
WIDE: Final[ViewportSize] = {"width": 1280, "height": 1000}


def draft_of(served: Served, key: str = KEY, by: str = "iro_sm") -> Draft:
    return demand_draft(served.office.installation, key, served.office.people[by])


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Package | None:
    """The procedure of the office that is served: that of a test's folder, or the council's own."""
    return read_package(request.param) if hasattr(request, "param") else None


@pytest.fixture
def drawing(page: Page, served: Served) -> Drawing:
    """The service manager has begun a draft and draws in it."""
    begin(served.office.installation, KEY, by=served.office.people["iro_sm"])
    page.set_viewport_size(WIDE)
    served.sign_in(page, "iro_sm")
    return Drawing(page, served.address)


def test_three_days_of_five_by_mouse(
    drawing: Drawing, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> None:
    three_days(drawing)
    axe(drawing.page)
    (changed,) = draft_of(served).changes
    assert changed.words.endswith("was 5 working days, and is now 3 working days.")
    with drawing.page.expect_response(lambda answer: answer.url.endswith("/back")):
        drawing.page.get_by_role("button", name="Undo").click()
    expect(drawing.panel().get_by_label("How long do they have to answer?")).to_have_value("5")
    draft = draft_of(served)
    assert draft.row.place == 0
    assert not draft.differs


def three_days(drawing: Drawing) -> None:
    """Stage 1 gets three days, after a slip of the finger."""
    drawing.look_at("stage1_respond")
    panel = drawing.panel()
    panel.get_by_label("How long do they have to answer?").fill("0")
    panel.get_by_label("Counted in").click()
    panel.get_by_text("must be between 1 and 366").wait_for()
    panel.get_by_label("How long do they have to answer?").fill("3")
    panel.get_by_label("Counted in").click()
    drawing.says("Saved at 10:00")


@pytest.mark.long
def test_a_time_a_step_and_a_lane_by_mouse(
    drawing: Drawing,
    served: Served,
    axe: Callable[[Page], None],
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_scenarios(monkeypatch)
    raise_at_stage(served.office.rehearsal, 2)
    page = drawing.page
    three_days(drawing)
    drawing.look_at("next_step_closed_how_to_next_step_withdrawn")
    drawing.beside("Delete")
    drawing.take("Lane for a post")
    drawing.panel().get_by_label("Whose lane is it?").select_option("Head of Service")
    for _ in range(5):
        page.get_by_role("button", name="Smaller").click()
    lane = page.locator('[data-element-id^="Lane_"]').first.bounding_box()
    assert lane is not None
    x, _ = drawing.middle("next_step_closed_how")
    drawing.take("Step somebody does")
    drawing.put(x + 60, lane["y"] + lane["height"] / 2)
    page.keyboard.type("Look at why it was withdrawn")
    page.keyboard.press("Enter")
    panel = drawing.panel()
    expect(panel.get_by_label("Who does it?")).to_have_value("hos")
    panel.get_by_label("Which form do they fill in?").select_option("next-step")

    drawing.take("Draw an arrow")
    page.mouse.click(*drawing.middle("next_step_closed_how"))
    step = page.locator('[data-element-id^="Activity_"]').first.get_attribute("data-element-id")
    assert step is not None
    page.mouse.move(*drawing.middle(step), steps=5)
    page.mouse.click(*drawing.middle(step))
    way = page.locator("[data-way]")
    way.get_by_label("The question").select_option("closed_as")
    with page.expect_response(lambda answer: answer.url.endswith("/words")):
        way.locator("[data-answer] select").select_option("withdrawn")
    drawing.saved()
    drawing.let_go()
    drawing.click(step)
    drawing.beside("Then the end")
    drawing.says("Saved at")
    check(drawing, "One thing has to be mended before it can be published.")
    expect(drawing.shape("next_step_withdrawn")).to_have_class(re.compile("stepladder-wrong"))
    page.get_by_role("link", name="Withdrawn", exact=True).click()
    expect(page.locator("[data-wrong-here]")).to_have_text(re.compile("No arrow leads to the end"))
    axe(page)
    drawing.beside("Delete")
    check(drawing, "Nothing is wrong with the draft.")

    page.get_by_role("button", name="Undo").click()
    expect(drawing.shape("next_step_withdrawn")).to_be_attached()
    drawing.says("Saved")
    page.get_by_role("button", name="Redo").click()
    expect(drawing.shape("next_step_withdrawn")).not_to_be_attached()
    drawing.saved()
    play_the_silent_week(page)
    publish(page)
    diagram = in_use(served)
    assert diagram.elements["stage1_due"].time == "3 working days"
    assert (diagram.elements[step].lane, diagram.elements[step].posts) == (
        "Head of Service",
        ("hos",),
    )
    assert [flow.condition for flow in diagram.reaching(step)] == ['closed_as = "withdrawn"']


def check(drawing: Drawing, verdict: str) -> None:
    """Let it be checked, and read what comes of it."""
    drawing.page.get_by_role("button", name="Check", exact=True).click()
    drawing.page.locator("[data-verdict]").get_by_text(verdict).wait_for()


def play_the_silent_week(page: Page) -> None:
    """Nobody answers within the three days: what happens then, and what people are sent."""
    page.get_by_role("link", name="Check it, see what changes, and publish").click()
    page.get_by_role("link", name="Try it out").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Raise a concern").click()
    page.get_by_label("Straight to Formal Escalation").check()
    page.get_by_label("Stage 1 – Team Manager").check()
    for question in ("concern?", "mean for the child?", "ask for?", "straight to a formal stage?"):
        page.get_by_label(question).fill("Tried out.")
    page.get_by_role("button", name="Do it").click()
    page.get_by_role("button", name="Go on to the next deadline: Thursday 26 March").click()
    main = page.locator("main")
    expect(main).to_contain_text("“Respond at Stage 1” was not answered by Thursday 26 March 2026.")
    page.locator("summary", has_text="would be sent").first.click()
    expect(main).to_contain_text("To Team Manager:")
    expect(page.locator("svg .overdue")).to_have_attribute("data-element", "stage1_respond")
    page.get_by_role("link", name="Back to the draft").click()


def publish(page: Page) -> None:
    """Look at what changes and which cases it leaves as they are, and publish it."""
    page.get_by_role("link", name="Check it, see what changes, and publish").click()
    expect(page.locator("#cases ~ ul").first).to_contain_text("1 open case stays on version 1")
    page.get_by_role("button", name="Play the scenarios").click()
    page.get_by_label("It is meant that these scenarios turn out otherwise").check()
    page.get_by_label("Why is the procedure changed?").fill("Decided by the Director on 20 March.")
    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_text("Version 2 is in use").first.wait_for()


def in_use(served: Served) -> Diagram:
    """The procedure as it is in use."""
    with served.office.installation.database.read() as connection:
        (row,) = latest_versions(connection, served.office.people["iro_sm"].council)
        return load_version(connection, row.id).package.diagram


def test_what_is_drawn_outlives_a_lost_connection_and_another_window(
    drawing: Drawing, served: Served
) -> None:
    page = drawing.page
    drawing.look_at("stage1_respond")
    page.context.set_offline(True)
    drawing.rename("stage1_respond", "Answer at Stage 1")
    drawing.says("Not saved: no connection. What you drew stays here, and we try again.")
    take_over(served.office.installation, KEY, by=served.office.people["admin"])
    page.context.set_offline(False)
    drawing.rename("stage1_respond", "Answer")
    trouble = page.locator("[data-trouble]")
    trouble.get_by_text("has the draft since").wait_for()
    with page.expect_download() as download:
        trouble.get_by_role("button", name="Download what I drew").click()
    assert b'name="Answer"' in download.value.path().read_bytes()
    trouble.get_by_role("button", name="Take the draft over and save what I drew").click()
    drawing.says("Saved at")
    draft = draft_of(served)
    assert draft.row.editor == served.office.people["iro_sm"].name
    assert draft.package.diagram.elements["stage1_respond"].name == "Answer"

    keep(
        served.office.installation,
        KEY,
        by=served.office.people["iro_sm"],
        seen=draft.state,
        files={"messages/new.md": b"Subject: New\n\nText."},
        words="In the table.",
    )
    drawing.rename("stage1_respond", "Answer the challenge")
    trouble.get_by_text("was changed in another window").wait_for()
    trouble.get_by_role("button", name="Save what I drew over it").click()
    drawing.says("Saved at")
    page.reload()
    drawing.ready()
    page.get_by_role("button", name="Undo").click()
    drawing.says("Taken back: Answer the challenge (Stage 1): the name was")
    draft = draft_of(served)
    assert draft.package.diagram.elements["stage1_respond"].name == "Answer"
    assert "messages/new.md" in draft.package.files


def test_a_phone_is_told_of_the_table(page: Page, served: Served, complaints: list[str]) -> None:
    begin(served.office.installation, KEY, by=served.office.people["iro_sm"])
    page.set_viewport_size({"width": 320, "height": 800})
    served.sign_in(page, "iro_sm")
    page.goto(f"{served.address}{PAGE}")
    page.get_by_text("Drawing needs a wider screen than this").wait_for()
    expect(page.locator("[data-canvas]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(WIDE)
    page.locator("[data-modeller][data-ready]").wait_for()


def test_without_a_script_the_table_is_named(browser: Browser, served: Served) -> None:
    begin(served.office.installation, KEY, by=served.office.people["iro_sm"])
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    page = context.new_page()
    served.sign_in(page, "iro_sm")
    page.goto(f"{served.address}{PAGE}")
    expect(page.get_by_text("a script in the browser")).to_be_visible()
    page.get_by_role("link", name="The table of the steps").click()
    page.get_by_role("heading", name="Redraw the procedure").wait_for()
    context.close()


ALL = sorted(path.parent for path in PROCESSES.glob("*/*/*.bpmn"))
LONG = [each for each in ALL if each.name != KEY]


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(
            folder,
            id=folder.name,
            marks=[pytest.mark.long] if folder in LONG else [],
        )
        for folder in ALL
    ],
    indirect=True,
)
def test_what_was_not_drawn_in_stays_as_it_is(
    page: Page, served: Served, package: Package, complaints: list[str]
) -> None:
    begin(served.office.installation, package.key, by=served.office.people["admin"])
    page.set_viewport_size(WIDE)
    served.sign_in(page, "admin")
    drawing = Drawing(page, served.address, key=package.key)
    (first, *_) = [each for each in package.diagram.elements.values() if each.kind == "userTask"]
    drawing.rename(first.id, "Something else")
    drawing.says("Saved at")
    draft = draft_of(served, package.key, by="admin")
    (changed,) = draft.changes
    assert changed.words.count(" was “") == 1
    after = replace(draft.package.diagram.elements[first.id], name=first.name, line=first.line)
    assert without_lines(draft.package.diagram, {first.id: after}) == without_lines(package.diagram)
    assert places(draft.package.diagram_source) == places(package.diagram_source)


def places(source: bytes) -> dict[str, object]:
    """Where each thing is drawn, and where its label is."""
    drawn = layout(source)
    assert drawn is not None
    boxes = {shape.id: (shape.box, shape.label) for shape in drawn.shapes}
    return boxes | {edge.id: (edge.points, edge.label) for edge in drawn.edges}


def without_lines(diagram: Diagram, otherwise: dict[str, Element] | None = None) -> Diagram:
    """A diagram without the lines on which each thing stands in its file."""
    elements = {**diagram.elements, **(otherwise or {})}
    return replace(
        diagram,
        line=0,
        elements={key: replace(each, line=0) for key, each in elements.items()},
        flows={key: replace(each, line=0) for key, each in diagram.flows.items()},
        lanes=tuple(replace(each, line=0) for each in diagram.lanes),
    )
