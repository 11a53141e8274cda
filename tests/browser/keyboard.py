"""Somebody at the site who has no mouse: the Tab key, letters, Space, Enter and the arrows.

Every page that is come to is checked by axe and must fit a phone. What is to be used must be
reached by the Tab key, show that it has the focus, and lie on the screen.
"""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from re import Pattern
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Download, Locator, Page, ViewportSize, expect

from engine.clock import parse_instant
from engine.notify import Folder
from engine.people import Person
from engine.worker import Worker
from tests.webui.office import PASSWORD

if TYPE_CHECKING:
    from tests.browser.conftest import Served

_MOST_TABS = 250
_DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
_PHONE: Final[ViewportSize] = {"width": 320, "height": 700}

# How the thing is drawn; of a tick box, a round one or a file, what stands for it on the page.
_DRAWN = """element => {
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return [style.outline, style.boxShadow, style.backgroundColor, style.border].join();
  };
  const label = element.labels && element.labels[0];
  return drawn(element, null) + (label ? drawn(label, "::before") : "");
}"""
_HAS_FOCUS = "element => element === document.activeElement"
_ON_SCREEN = """element => {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}"""


class Keyboard:
    """One person's way through the site; `clicks` counts what a mouse would have to click.

    `entries` are the questions that were answered, in their order.
    """

    def __init__(self, page: Page, served: "Served", axe: Callable[[Page], None]) -> None:
        self.page = page
        self.served = served
        self.main = page.locator("main")
        self.clicks = 0
        self.entries: list[str] = []
        self._axe = axe
        here = served.office.installation
        self.outbox: Path = here.settings.outbox
        self._worker = Worker(here, Folder(self.outbox))
        page.set_default_timeout(10_000)

    # When and who

    def at(self, instant: str) -> None:
        """It is `instant` in London, and the worker has done its round."""
        self.served.office.clock.set(parse_instant(instant))
        self._worker.round()

    def sits(self, post: str) -> None:
        """The holder of the post signs in, and looks at their home page."""
        person = self.served.office.people[post]
        self.served.office.let_in(person)
        self.page.context.clear_cookies()
        self.page.goto(f"{self.served.address}/sign-in")
        self.types("Email address", person.email)
        self.types("Password", PASSWORD)
        self.presses("Sign in")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your tray")
        self.clicks, self.entries = 0, []

    # What is on the page

    def look(self) -> None:
        """The page that is open has nothing that axe objects to, and fits a phone."""
        self._axe(self.page)
        self.page.set_viewport_size(_PHONE)
        wide = self.page.locator("html").evaluate("element => element.scrollWidth")
        self.page.set_viewport_size(_DESK)
        assert wide == _PHONE["width"], f"{self.page.url} is {wide} px wide on a phone"

    def reads(self, *sentences: str) -> None:
        """The page says each of the sentences."""
        for sentence in sentences:
            expect(self.main).to_contain_text(sentence)

    def reads_nothing_of(self, *sentences: str) -> None:
        """The page says none of them."""
        for sentence in sentences:
            expect(self.main).not_to_contain_text(sentence)

    def heading(self, text: str) -> None:
        """The page has this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def offers(self, name: str) -> bool:
        """Whether the page has a link or a button whose name begins so."""
        links = self.page.get_by_role("link", name=_begins(name))
        return links.or_(self.page.get_by_role("button", name=_begins(name))).count() > 0

    # What is done

    def reach(self, wanted: Locator) -> None:
        """Press Tab until it has the focus; what has it is seen to have it."""
        expect(wanted).to_be_visible()
        found = wanted.element_handle()
        bare = "" if found.evaluate(_HAS_FOCUS) else found.evaluate(_DRAWN)
        for _ in range(_MOST_TABS):
            if found.evaluate(_HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"the Tab key never comes to {wanted}")
        assert found.evaluate(_DRAWN) != bare, f"nobody sees that {wanted} has the focus"
        assert found.evaluate(_ON_SCREEN), f"{wanted} has the focus and is off the screen"

    def opens(self, name: str) -> None:
        """Follow the link, or press the button, whose name begins so."""
        links = self.page.get_by_role("link", name=_begins(name))
        buttons = self.page.get_by_role("button", name=_begins(name))
        self._enter(links.or_(buttons).first)

    def presses(self, name: str) -> None:
        """Press the button of exactly this name."""
        self._enter(self.page.get_by_role("button", name=name, exact=True).first)

    def unfolds(self, name: str) -> None:
        """Open what is folded under this heading."""
        self.reach(self.page.locator("summary").filter(has_text=name).first)
        self.page.keyboard.press("Enter")
        self.clicks += 1
        self.look()

    def _enter(self, wanted: Locator) -> None:
        self.reach(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.clicks += 1
        self.look()

    def types(self, question: str, text: str, *, within: str = "") -> None:
        """Type into the box of this label, over what stands there."""
        place = self._within(within)
        self.reach(place.get_by_label(question, exact=True))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.entries.append(question)

    def types_day(self, question: str, day: str) -> None:
        """Type a day, as `24 3 2026`, into its three boxes."""
        for box, text in zip(("Day", "Month", "Year"), day.split(), strict=True):
            self.types(box, text, within=question)
        self.entries[-3:] = [question]

    def picks(self, question: str, option: str) -> None:
        """Pick one of the round buttons."""
        group = self.page.get_by_role("group", name=question)
        wanted = group.get_by_label(option, exact=True)
        radios = group.get_by_role("radio")
        within = radios.and_(self.page.locator(":focus"))
        expect(wanted).to_be_visible()
        for _ in range(_MOST_TABS):
            if within.count():
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(radios.count()):
            if wanted.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        self.reach(wanted)
        expect(wanted).to_be_checked()
        self.entries.append(question)

    def ticks(self, label: str, *, within: str = "") -> None:
        """Tick the box of this label."""
        box = self._within(within).get_by_label(label, exact=True)
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()
        self.entries.append(label)

    def selects(self, question: str, option: str) -> None:
        """Pick from the list that drops down, by the first letters of the option."""
        box = self.page.get_by_label(question, exact=True)
        self.reach(box)
        self.page.keyboard.type(option)
        chosen = box.evaluate("element => element.selectedOptions[0].text")
        assert str(chosen).startswith(option), f"{chosen} is chosen, and not {option}"
        self.entries.append(question)

    def attaches(self, question: str, file: Path) -> None:
        """Open the computer's own window for files, and choose the file there."""
        self.reach(self.page.get_by_label(question))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)
        self.entries.append(question)

    def downloads(self, name: str) -> Download:
        """Take what is offered under this name as a file."""
        links = self.page.get_by_role("link", name=name)
        self.reach(links.or_(self.page.get_by_role("button", name=name)).first)
        with self.page.expect_download() as taken:
            self.page.keyboard.press("Enter")
        return taken.value

    def _within(self, group: str) -> Page | Locator:
        return self.page.get_by_role("group", name=group) if group else self.page

    # What left the house

    def letters(self, to: Person) -> list[str]:
        """What the messages to somebody said: subject and text."""
        sent = [
            message_from_bytes(path.read_bytes(), policy=default)
            for path in sorted(self.outbox.glob("*.eml"))
        ]
        return [
            f"{message['Subject']}\n{_text(message)}"
            for message in sent
            if to.email in str(message["To"])
        ]


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _begins(name: str) -> Pattern[str]:
    return re.compile("^" + re.escape(name).replace("/", r"\/"))
