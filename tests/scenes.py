"""What is seen only by acting, for the pictures: pages that no link leads to.

Each scene is one person's, in the demonstration as it stands at its beginning. It takes the `Walk`
(tests.screens) and leaves pictures of what it met.
"""

import re
from collections.abc import Callable
from typing import Final, Protocol

from playwright.sync_api import Page

RAISER = "Amira Hussain"
TEAM_MANAGER = "Helen Marsh"
COLLEAGUE = "Priya Nair"
ADMINISTRATOR = "Lewis Grant"


class Walks(Protocol):
    """What a scene needs of a walk."""

    page: Page
    address: str

    def become(self, person: str) -> None:
        """Sign in as whoever has that name."""

    def photograph(self, endpoint: str, person: str) -> None:
        """A picture of the page that is shown."""


def press(walk: Walks, name: str) -> None:
    """Press the first button of the page's own that says so."""
    walk.page.get_by_role("main").get_by_role("button", name=name).first.click()
    walk.page.wait_for_load_state()


def link(walk: Walks, name: str) -> None:
    """Follow the first link of the page's own that says so."""
    walk.page.get_by_role("main").get_by_role("link", name=name).first.click()


def write_all(walk: Walks, words: str = "It was agreed at the review on 12 March.") -> None:
    """Write the words into each text of the page's form that is still empty."""
    texts = "main form textarea:visible, main form input[type=text]:not([inputmode]):visible"
    for field in walk.page.locator(texts).all():
        if not field.input_value():
            field.fill(words)


def raise_a_concern(walk: Walks) -> None:
    """The pages before a case: find, found, confirm, write, errors, check, raised."""
    walk.page.goto(f"{walk.address}/raise")
    walk.page.locator("main input[type=text], main input[type=search]").first.fill("e")
    walk.page.locator("main form button").first.click()
    walk.photograph("raise_concern.found", RAISER)
    press(walk, "Choose")
    walk.photograph("raise_concern.confirm", RAISER)
    press(walk, "Yes, go on")
    walk.photograph("raise_concern.write", RAISER)
    press(walk, "Raise the concern")
    walk.photograph("raise_concern.errors", RAISER)
    walk.page.get_by_label("Straight to Formal Escalation").check()
    walk.page.get_by_label("Stage 1 – Team Manager").check()
    write_all(walk)
    press(walk, "Raise the concern")
    walk.photograph("raise_concern.check", RAISER)
    press(walk, "Raise the concern")
    walk.photograph("case.raised", RAISER)


def decide(walk: Walks) -> None:
    """A stage's outcome that ends the case is checked before it is sent."""
    walk.page.goto(walk.address)
    link(walk, "Stage 1 outcome")
    walk.photograph("task.outcome", RAISER)
    press(walk, "Send")
    walk.photograph("task.errors", RAISER)
    walk.page.get_by_label("Settled", exact=False).first.check()
    write_all(walk)
    press(walk, "Send")
    walk.photograph("task.check", RAISER)
    press(walk, "Send")
    walk.photograph("task.sent", RAISER)


def refer(walk: Walks) -> None:
    """An act that is checked before it is done."""
    walk.page.goto(f"{walk.address}/cases/2026-00003")
    press(walk, "Refer to CAFCASS")
    walk.photograph("act.refer", RAISER)
    for radio in walk.page.locator("main form input[type=radio]:visible").all()[:1]:
        radio.check()
    write_all(walk)
    press(walk, "Refer to CAFCASS")
    walk.photograph("act.check", RAISER)


def remind(walk: Walks) -> None:
    """Reminders of what was ticked in a list."""
    walk.page.goto(f"{walk.address}/with-others")
    for box in walk.page.locator("main .govuk-checkboxes__input[name=task]").all()[:2]:
        box.check()
    press(walk, "Send a reminder of the ticked tasks")
    walk.photograph("chase.several", RAISER)


def ask_for_a_draft(walk: Walks) -> None:
    """Whoever answers asks a colleague, who drafts; the draft is read."""
    walk.page.goto(walk.address)
    walk.page.locator("main tbody th a").first.click()
    walk.photograph("task.answer", TEAM_MANAGER)
    link(walk, "Ask a colleague to draft")
    walk.page.get_by_label(COLLEAGUE).check()
    press(walk, "Ask them")
    walk.photograph("task.asked", TEAM_MANAGER)
    task = walk.page.url
    walk.become(COLLEAGUE)
    walk.photograph("tray.draft_asked", COLLEAGUE)
    walk.page.goto(f"{task}/help")
    walk.photograph("drafting_help.show", COLLEAGUE)
    write_all(walk)
    press(walk, "Save the draft")
    walk.photograph("drafting_help.kept", COLLEAGUE)
    walk.become(TEAM_MANAGER)
    walk.page.goto(task)
    link(walk, "Read the draft")
    walk.photograph("drafting_help.read", TEAM_MANAGER)


def send_it_back(walk: Walks) -> None:
    """A task that is not mine, and what is said then."""
    walk.page.goto(walk.address)
    walk.page.locator("main tbody th a").last.click()
    press(walk, "Not mine: send it back")
    walk.photograph("not_mine.sent", TEAM_MANAGER)


def add_somebody(walk: Walks) -> None:
    """An administrator adds a person, whose link leads to a password; and destroys words."""
    walk.page.goto(f"{walk.address}/people/add")
    walk.page.locator("main input[type=text]").first.fill("Wilhelmina Featherstonehaugh")
    walk.page.get_by_label(re.compile("[Ee]-?mail")).first.fill("wilhelmina@example.invalid")
    walk.page.get_by_role("main").get_by_role("button").first.click()
    walk.photograph("people.added", ADMINISTRATOR)
    press(walk, "Make a link to a new password")
    walk.photograph("person.link", ADMINISTRATOR)
    secret = walk.page.locator("#link").input_value().rsplit("/", 1)[1]
    walk.page.goto(f"{walk.address}/new-password/{secret}")
    walk.photograph("new_password.show", "nobody")
    walk.page.goto(f"{walk.address}/destroy-words")
    walk.page.get_by_role("main").get_by_role("textbox").fill("2026-00003")
    press(walk, "Show the entries")
    walk.photograph("destroy.show", ADMINISTRATOR)


def accept_what_is_shown(walk: Walks) -> None:
    """An officer accepts the answer that is shown to a question of the procedure."""
    walk.page.goto(f"{walk.address}/procedures/positive-challenge")
    link(walk, "Accept what is shown")
    press(walk, "Accept what is shown")
    walk.photograph("council_question.errors", ADMINISTRATOR)
    write_all(walk)
    press(walk, "Accept what is shown")
    walk.photograph("procedure.accepted", ADMINISTRATOR)
    link(walk, "Take it back")
    walk.photograph("council_question.doubt", ADMINISTRATOR)


SCENES: Final[tuple[tuple[str, Callable[[Walks], None]], ...]] = (
    (RAISER, raise_a_concern),
    (RAISER, refer),
    (RAISER, remind),
    (RAISER, decide),
    (TEAM_MANAGER, ask_for_a_draft),
    (TEAM_MANAGER, send_it_back),
    (ADMINISTRATOR, add_somebody),
    (ADMINISTRATOR, accept_what_is_shown),
)
"""Each with who plays it; what one changes is there for the next."""
