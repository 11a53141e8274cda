"""One challenge from the first word to the last, in a browser, by everybody who takes part.

Informal, all four stages, one of them bypassed at first, more time, silence, and a referral to
CAFCASS beside the stages; every page on the way is checked by axe.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from engine.clock import parse_instant
from engine.history.verification import verify
from engine.notify import Folder
from engine.worker import Worker
from tests.browser.conftest import Served

NUMBER = "2026-00001"


class Desk:
    """The page at which one after the other sits down; every page that opens is checked."""

    def __init__(self, page: Page, served: Served, axe: Callable[[Page], None]) -> None:
        self.page = page
        page.set_default_timeout(10_000)
        self._served = served
        self._axe = axe
        self._seen: set[str] = set()
        here = served.office.installation
        self._worker = Worker(here, Folder(here.settings.outbox))

    def at(self, instant: str) -> None:
        """It is `instant` in London, and the worker has done its round."""
        self._served.office.clock.set(parse_instant(instant))
        self._worker.round()

    def sits(self, post: str) -> None:
        """The holder of the post signs in; whose tray it is decides what is on it, so look once."""
        self._served.sign_in(self.page, post)
        if post not in self._seen:
            self.look()
        self._seen.add(post)

    def look(self) -> None:
        """Check the page that is open."""
        self._axe(self.page)

    def reads(self, *sentences: str) -> None:
        """The page says each of the sentences."""
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)

    def opens(self, name: str) -> None:
        """Follow the link, or the button that is one."""
        links = self.page.get_by_role("link", name=name).or_(
            self.page.get_by_role("button", name=name)
        )
        links.first.click()
        self.look()

    def presses(self, name: str) -> None:
        """Press the button."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.look()

    def writes(self, label: str, text: str) -> None:
        """Write into the field."""
        self.page.get_by_label(label).fill(text)

    def picks(self, question: str, option: str) -> None:
        """Pick one of the answers to the question."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(option, exact=True).check()

    def opens_case(self) -> None:
        """Go to the case from the tray."""
        self.page.goto(f"{self._served.address}/cases/{NUMBER}")
        self.look()

    def answers(self, text: str) -> None:
        """Answer what a respondent is asked at a stage."""
        self.writes("Your answer", text)
        self.presses("Send")

    def decides(self, stage: str, reason: str) -> None:
        """The raiser takes the case to a formal stage, whichever."""
        self.picks("Your decision", stage)
        self.writes("Which issues are not resolved?", "Nobody has visited.")
        self.page.get_by_label(re.compile("Why (this step|a formal stage)")).fill(reason)
        self.presses("Send")


@pytest.fixture
def desk(
    page: Page, served: Served, axe: Callable[[Page], None], complaints: list[str]
) -> Iterator[Desk]:
    """The desk, and at the end no complaint from the browser."""
    yield Desk(page, served, axe)
    assert complaints == []


@pytest.mark.long
def test_a_whole_challenge(desk: Desk, served: Served) -> None:
    raise_informally(desk)
    answer_informally(desk)
    stage_1_with_more_time(desk)
    straight_to_stage_3_with_a_referral_beside_it(desk)
    back_to_stage_2_where_nobody_answers(desk)
    stage_4_and_the_end(desk)
    assert verify(served.office.installation).breaks == ()


def raise_informally(desk: Desk) -> None:
    desk.at("2026-03-23T10:00")
    desk.sits("raiser")
    desk.opens("Raise a concern")
    desk.writes("Reference or name", "played")
    desk.presses("Find")
    desk.presses("Choose Played Child, PLAYED-1")
    desk.presses("Yes, go on")
    desk.presses("Raise the concern")  # too early: the page says what is missing
    desk.reads("There is a problem")
    desk.picks("How do you want to start?", "Positive Challenge (informal)")
    desk.picks("To whom?", "Team manager")
    desk.writes("What is the concern?", "The visits have not happened since January.")
    desk.writes("What does it mean for the child?", "He does not know his social worker.")
    desk.writes("What do you ask for?", "A visit this week.")
    desk.presses("Raise the concern")
    desk.reads(f"Its case number is {NUMBER}", "The Team Manager has until Tuesday 24 March")


def answer_informally(desk: Desk) -> None:
    desk.at("2026-03-24T09:00")
    desk.sits("tm")
    desk.opens("Respond to the Positive Challenge")
    desk.reads("The visits have not happened since January.")
    desk.answers("We have nobody to send.")

    desk.sits("raiser")
    desk.opens("Informal outcome")
    desk.reads("We have nobody to send.")
    desk.decides("Formal Stage 1 – Team Manager", "A promise is needed in writing.")
    desk.reads("Check your answers", "A promise is needed in writing.")
    desk.presses("Send")
    desk.reads("The Team Manager has until Tuesday 31 March: Respond at Stage 1.")


def stage_1_with_more_time(desk: Desk) -> None:
    desk.at("2026-03-30T12:00")
    desk.sits("raiser")
    desk.opens_case()
    desk.reads("Day 4 of 20. Team Manager 4 days.")
    desk.opens("Give more time")
    desk.writes("Day", "2")
    desk.writes("Month", "4")
    desk.writes("Year", "2026")
    desk.writes("Reason", "The manager was on leave.")
    desk.presses("Give more time")
    desk.reads("“Respond at Stage 1” is now due Thursday 2 April.")

    desk.at("2026-04-01T09:00")
    desk.sits("tm")
    desk.opens("Respond at Stage 1")
    desk.answers("A visit next month.")
    desk.sits("raiser")
    desk.opens("Stage 1 outcome")
    desk.decides("Formal Stage 3 – Head of Service", "Only the Head of Service has the staff.")


def straight_to_stage_3_with_a_referral_beside_it(desk: Desk) -> None:
    desk.reads("The Head of Service has until Friday 10 April: Respond at Stage 3.")
    desk.opens("Refer to CAFCASS")
    desk.writes("Why are you referring?", "He moves after Easter.")
    desk.presses("Refer to CAFCASS")
    desk.reads("Check your answers", "He moves after Easter.")
    desk.presses("Refer to CAFCASS")
    desk.reads("You chose “Refer to CAFCASS”.")
    for step in ("Telephone CAFCASS Legal", "Confirm the referral in writing", "Record it on"):
        desk.opens(step)
        desk.page.get_by_label("Yes", exact=True).check()
        desk.presses("Send")
    desk.opens("CAFCASS's answer and outcome")
    desk.picks("Outcome", "No legal remedy sought")
    desk.picks("Is anything left to do inside the council?", "No")
    desk.presses("Send")

    desk.at("2026-04-02T15:00")
    desk.sits("hos")
    desk.opens("Respond at Stage 3")
    desk.reads("A visit next month.")
    expect(desk.page.locator("main")).not_to_contain_text("He moves after Easter.")
    desk.answers("The Service Manager decides on staff.")
    desk.sits("raiser")
    desk.opens("Stage 3 outcome")
    desk.decides("Formal Stage 2 – Children's Service Manager", "It is the Service Manager's.")
    desk.reads("The Children's Service Manager has until Monday 13 April: Respond at Stage 2.")


def back_to_stage_2_where_nobody_answers(desk: Desk) -> None:
    desk.at("2026-04-14T09:00")
    desk.sits("raiser")
    desk.reads("No answer yet")
    desk.opens_case()
    desk.reads("Overdue since the end of Monday 13 April")
    desk.reads("“Respond at Stage 2” was not answered by Monday 13 April 2026.")
    desk.opens("Decide without an answer")
    desk.writes("Why now?", "A week has passed in silence.")
    desk.presses("Decide without an answer")
    desk.opens("Stage 2 outcome")
    desk.decides("Formal Stage 4 – Assistant Director", "Nobody below has answered.")


def stage_4_and_the_end(desk: Desk) -> None:
    desk.at("2026-04-16T11:00")
    desk.sits("ad")
    desk.opens("Respond at Stage 4")
    desk.answers("A visit is made today, and every week from now on.")
    desk.at("2026-04-17T09:30")
    desk.sits("raiser")
    desk.opens("Stage 4 outcome")
    desk.picks("Your decision", "Satisfied: settled, and the form is finalised")
    desk.writes("What was agreed?", "Weekly visits.")
    desk.presses("Send")
    desk.reads("Check your answers", "Weekly visits.")
    desk.presses("Send")
    desk.opens_case()
    desk.reads(
        "It ended on day 16 of 20. Team Manager 6 days, Head of Service 1 day, Children's Service "
        "Manager 6 days, Assistant Director 2 days, you 1 day.",
        "A visit is made today, and every week from now on.",
        "more time until Thursday 2 April 2026: The manager was on leave.",
        "Sent on Friday 17 April 2026",
    )
    desk.reads("Open a linked case")
