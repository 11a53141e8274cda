"""Somebody who draws a procedure with the mouse."""

from playwright.sync_api import Locator, Page

PAGE = "/procedures/positive-challenge/redraw/diagram"


class Drawing:
    """The page on which it is drawn, opened and ready."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(f"{address}{PAGE}")
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
        box = self.shape(element).locator(".djs-hit").first.bounding_box()
        assert box is not None, element
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def take(self, title: str) -> None:
        """Take a shape or a tool out of the list."""
        self.page.locator(".djs-palette").get_by_text(title, exact=True).click()

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

    def panel(self) -> Locator:
        """What is asked of the shape that is picked."""
        return self.page.locator("form[data-kind-of-shape]:not([hidden])")
