"""Somebody who draws a procedure with the mouse."""

import re

from playwright.sync_api import Locator, Page, expect

PAGE = "/procedures/positive-challenge/redraw/diagram"
_SAVED = re.compile("Saved")


# The middle of an arrow lies on it, and not in the middle of its box.
_MIDDLE = """hit => {
  if (hit.getPointAtLength && hit.tagName === 'path') {
    const { x, y } = hit.getPointAtLength(hit.getTotalLength() / 2)
    const there = new DOMPoint(x, y).matrixTransform(hit.getScreenCTM())
    return [there.x, there.y]
  }
  const box = hit.getBoundingClientRect()
  return [box.x + box.width / 2, box.y + box.height / 2]
}"""


class Drawing:
    """The page on which it is drawn, opened and ready."""

    def __init__(self, page: Page, address: str, key: str = "positive-challenge") -> None:
        self.page = page
        page.goto(f"{address}/procedures/{key}/redraw/diagram")
        self.ready()

    def ready(self) -> None:
        """The drawing is there."""
        self.page.locator("[data-modeller][data-ready]").wait_for()

    def shape(self, element: str) -> Locator:
        """What is drawn of an element."""
        return self.page.locator(f'[data-element-id="{element}"]').first

    def look_at(self, element: str) -> None:
        """Come to one shape, as by a link from another page; it is picked then."""
        self.page.goto(f"{self.page.url.partition('#')[0]}#{element}")
        self.page.reload()
        self.ready()
        self.page.locator("[data-shape-name]").wait_for()

    def click(self, element: str) -> None:
        """Pick a shape."""
        x, y = self.middle(element)
        self.page.mouse.click(x, y)

    def middle(self, element: str) -> tuple[float, float]:
        """Where a shape is on the screen."""
        hit = self.shape(element).locator(".djs-hit").first
        hit.wait_for(state="attached")
        x, y = hit.evaluate(_MIDDLE)
        return float(x), float(y)

    def take(self, title: str) -> None:
        """Take a shape or a tool out of the list."""
        self.page.locator(".djs-palette").get_by_text(title, exact=True).click()

    def let_go(self) -> None:
        """Click where nothing is drawn: what is offered beside a shape would lie over others."""
        box = self.page.locator("[data-canvas]").bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] - 15, max(box["y"], 0) + 40)
        self.page.locator("[data-nothing]").wait_for()

    def beside(self, title: str) -> None:
        """Click what is offered beside the shape that is picked."""
        self.page.locator(f".djs-context-pad.open [title='{title}']").click()

    def put(self, x: float, y: float) -> None:
        """Put down what was taken, at a place of the screen."""
        self.page.mouse.move(x - 20, y - 5, steps=4)
        self.page.mouse.move(x, y, steps=4)
        self.page.mouse.click(x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """From one place of the screen to another."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(end[0] - 10, end[1] - 10, steps=6)
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def says(self, words: str) -> None:
        """What is said of saving and taking back."""
        self.page.locator("[data-said]").get_by_text(words).wait_for()

    def saved(self) -> None:
        """Nothing waits to be saved any more."""
        expect(self.page.locator("[data-said]")).to_have_text(_SAVED)

    def rename(self, element: str, name: str) -> None:
        """Give a step another name, in the panel."""
        if self.page.locator("[data-shape-name]").is_hidden():
            self.look_at(element)
        field = self.panel().get_by_label("What the step is called")
        field.fill(name)
        field.press("Tab")

    def panel(self) -> Locator:
        """What is asked of the shape that is picked."""
        return self.page.locator("form[data-kind-of-shape]:not([hidden])")
