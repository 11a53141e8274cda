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
SERVICE_MANAGER = "Stephen Ogden"


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


TABLES: Final = (
    ("add?after=stage1_respond", "redraw_add.show"),
    ("steps/stage1_respond/remove", "redraw_remove.ask"),
    ("elements", "redraw_elements.show"),
    ("elements/limit", "redraw_element.show"),
    ("elements/stage1_respond/button", "redraw_button.show"),
    ("more?what=box", "redraw_more.show"),
    ("choices", "redraw_choices.show"),
    ("choices/add?arrow=stage1_respond_to_stage1_closed", "redraw_choice.show"),
    ("arrows/which_stage_to_stage1_entry", "redraw_arrow.show"),
    ("forms", "redraw_forms.show"),
    ("forms/answer", "redraw_form.show"),
    ("forms/answer/questions/2", "redraw_question.show"),
    ("messages", "redraw_messages.show"),
    ("messages/no-answer", "redraw_message.show"),
)
"""The tables of a draft, and what they are."""


def redraw_a_procedure(walk: Walks) -> None:
    """The service manager gives a stage another time, and looks at what that changes."""
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/redraw")
    press(walk, "Begin a draft")
    walk.photograph("redraw.begun", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/redraw/steps/stage1_respond")
    walk.page.get_by_label("How long do they have to answer?").fill("0")
    press(walk, "Keep it in the draft")
    walk.photograph("redraw_step.errors", SERVICE_MANAGER)
    walk.page.get_by_label("How long do they have to answer?").fill("3")
    press(walk, "Keep it in the draft")
    walk.page.get_by_text("What was changed in this draft").click()
    walk.photograph("redraw.changed", SERVICE_MANAGER)
    link(walk, "Check it")
    walk.photograph("redraw_check.show", SERVICE_MANAGER)
    link(walk, "Which open cases would it touch?")
    walk.photograph("redraw_cases.show", SERVICE_MANAGER)
    draft = f"{walk.address}/procedures/positive-challenge/redraw"
    for page, endpoint in TABLES:
        walk.page.goto(f"{draft}/{page}")
        walk.photograph(endpoint, SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/redraw/diagram#stage1_respond")
    walk.photograph("redraw_modeller.show", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/redraw/throw-away")
    walk.photograph("redraw.ask", SERVICE_MANAGER)


def look_at_running_cases(walk: Walks) -> None:
    """The service manager looks at the open cases of the procedure."""
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/running")
    walk.photograph("running.show", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/procedures/positive-challenge/versions")
    walk.photograph("versions.show", SERVICE_MANAGER)


def keep_registers(walk: Walks) -> None:
    """A general concern and good practice are recorded; one of each is looked at."""
    walk.page.goto(f"{walk.address}/general-concerns/new")
    press(walk, "Save")
    walk.photograph("general_concerns.errors", RAISER)
    walk.page.get_by_label("Title").fill("Visits fall behind where the worker has changed")
    walk.page.get_by_label("Who answers for it?").select_option(index=3)
    walk.page.get_by_label("What have you seen?").fill("In five families since January.")
    press(walk, "Save")
    walk.photograph("general_concerns.one", RAISER)
    press(walk, "Add what happened")
    walk.photograph("general_concerns.ask", RAISER)
    walk.page.goto(f"{walk.address}/general-concerns/1/change")
    walk.photograph("general_concerns.change", RAISER)
    walk.page.goto(f"{walk.address}/general-concerns")
    walk.photograph("general_concerns.list", RAISER)
    walk.page.goto(f"{walk.address}/good-practice/child")
    walk.page.get_by_label("Reference or name").fill("e")
    press(walk, "Find")
    walk.photograph("good_practice.found", RAISER)
    press(walk, "Choose")
    walk.photograph("good_practice.confirm", RAISER)
    press(walk, "Yes, go on")
    walk.page.get_by_label("What was good?").fill("Visited on the first evening.")
    walk.page.get_by_label("Whose work was it?").select_option(index=1)
    press(walk, "Save")
    walk.photograph("good_practice.one", RAISER)
    press(walk, "Recorded in error")
    walk.photograph("good_practice.ask", RAISER)


def challenge_a_decision(walk: Walks) -> None:
    """A team manager challenges a decision of a review; who reviews the child reads it."""
    walk.page.goto(f"{walk.address}/reverse-challenges/child")
    walk.photograph("reverse_challenges.find", TEAM_MANAGER)
    press(walk, "Choose")
    walk.photograph("reverse_challenges.confirm", TEAM_MANAGER)
    press(walk, "Yes, go on")
    walk.photograph("reverse_challenges.new", TEAM_MANAGER)
    write_all(walk)
    for box in walk.page.locator("main input[inputmode=numeric]").all():
        box.fill("")
    press(walk, "Send the challenge")
    walk.photograph("reverse_challenges.one", TEAM_MANAGER)
    press(walk, "Withdraw it")
    walk.photograph("reverse_challenges.ask_back", TEAM_MANAGER)


def keep_a_meeting(walk: Walks) -> None:
    """The service manager sets the date of a meeting, and looks at its agenda."""
    walk.page.goto(f"{walk.address}/meetings")
    press(walk, "Set a date")
    for name, text in (("Day", "1"), ("Month", "12"), ("Year", "2029"), ("Time", "9:30")):
        walk.page.get_by_label(name, exact=True).fill(text)
    write_all(walk, "Room 3")
    press(walk, "Set the date")
    walk.photograph("meeting.show", SERVICE_MANAGER)
    meeting = walk.page.url
    for path in ("date", "not-held", "record", "decisions/new"):
        walk.page.goto(f"{meeting}/{path}")
        walk.photograph(f"meeting.{path.replace('/', '-')}", SERVICE_MANAGER)


def audit_and_prove(walk: Walks) -> None:
    """The service manager draws a round, fills an audit in, and has a case verified."""
    walk.page.goto(f"{walk.address}/audits/new")
    listed = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"reference\nX-1\nX-2\n"}
    walk.page.locator("#file").set_input_files(listed)  # type: ignore[arg-type]
    press(walk, "See what it would be drawn from")
    walk.photograph("audits.check", SERVICE_MANAGER)
    press(walk, "Draw the round")
    walk.photograph("audit.round", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/audit/1/write")
    press(walk, "Finish the audit")
    walk.photograph("audit_form.save", SERVICE_MANAGER)
    for yes in walk.page.get_by_label("Yes").all():
        yes.check()
    write_all(walk)
    press(walk, "Finish the audit")
    walk.photograph("audit.show", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/verification?case=2026-00001")
    press(walk, "Verify this case")
    walk.photograph("verification.verify_case", SERVICE_MANAGER)


def have_a_report_made(walk: Walks) -> None:
    """The service manager has the twice-yearly report made of last half-year."""
    walk.page.goto(f"{walk.address}/reports/twice_yearly/new")
    press(walk, "Make the report")
    walk.photograph("report.show", SERVICE_MANAGER)
    walk.page.goto(f"{walk.address}/reports/twice_yearly")
    walk.photograph("reports.of_kind", SERVICE_MANAGER)


def make_a_token(walk: Walks) -> None:
    """The service manager makes a token for Power BI, which is shown this once."""
    walk.page.goto(f"{walk.address}/exports/tokens")
    walk.page.get_by_label("What is it for?").fill("The monthly report")
    walk.page.get_by_label("90 days").check()
    press(walk, "Make a token")
    walk.photograph("tokens.make", SERVICE_MANAGER)


SCENES: Final[tuple[tuple[str, Callable[[Walks], None]], ...]] = (
    (RAISER, raise_a_concern),
    (RAISER, refer),
    (RAISER, remind),
    (RAISER, decide),
    (TEAM_MANAGER, ask_for_a_draft),
    (TEAM_MANAGER, send_it_back),
    (ADMINISTRATOR, add_somebody),
    (RAISER, keep_registers),
    (TEAM_MANAGER, challenge_a_decision),
    (ADMINISTRATOR, accept_what_is_shown),
    (SERVICE_MANAGER, keep_a_meeting),
    (SERVICE_MANAGER, make_a_token),
    (SERVICE_MANAGER, audit_and_prove),
    (SERVICE_MANAGER, have_a_report_made),
    (SERVICE_MANAGER, redraw_a_procedure),
    (SERVICE_MANAGER, look_at_running_cases),
)
"""Each with who plays it; what one changes is there for the next."""
