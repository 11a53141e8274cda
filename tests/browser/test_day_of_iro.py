"""The day of an Independent Chair / IRO, by keyboard alone: raising, deciding, following up."""

import pytest

from engine.acts.concerns import Words, add_concern
from engine.clock import parse_instant
from tests.browser.keyboard import Keyboard

NUMBER = "2026-00001"
FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "Weeks have passed.", "to": None}


def test_an_informal_concern_takes_four_answers(keyboard: Keyboard) -> None:
    keyboard.at("2026-03-23T10:00")
    keyboard.sits("raiser")
    keyboard.reads("Nothing waits for you.")
    keyboard.opens("Raise a concern")
    keyboard.types("Reference or name", "played")
    keyboard.presses("Find")
    keyboard.presses("Choose Played Child, PLAYED-1")
    keyboard.reads("Played Child", "Looked after since 1 January 2025")
    keyboard.presses("Yes, go on")
    keyboard.presses("Raise the concern")  # to see what must be answered
    summary = keyboard.main.get_by_role("alert")
    assert summary.get_by_role("link").count() == 4
    keyboard.entries.clear()
    keyboard.picks("To whom?", "Team manager")
    keyboard.types("What is the concern?", "The visits have not happened since January.")
    keyboard.types("What does it mean for the child?", "He does not know his social worker.")
    keyboard.types("What do you ask for?", "A visit this week.")
    keyboard.presses("Raise the concern")
    assert len(keyboard.entries) == 4
    keyboard.reads(
        f"Its case number is {NUMBER}",
        "The Team Manager has until Tuesday 24 March: Respond to the Positive Challenge.",
    )


@pytest.mark.long
def test_what_the_manager_cannot_promise_goes_formal_with_a_second_concern(
    keyboard: Keyboard,
) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    office.raise_concern()
    keyboard.at("2026-03-24T09:00")
    office.rehearsal.answer("informal_respond", {"answer": "We have nobody to send."})

    keyboard.sits("raiser")
    keyboard.opens(NUMBER)
    keyboard.opens("Add another concern")
    keyboard.types("What is the concern?", "His brother has not been seen since Easter.")
    keyboard.types("What does it mean for the child?", "He asks for him every week.")
    keyboard.types("What do you ask for?", "Contact every fortnight.")
    keyboard.presses("Add the concern")
    keyboard.reads("Concern 2 is added.")

    keyboard.opens("Informal outcome")
    keyboard.reads("We have nobody to send.", "It can last until", "Thursday 30 April 2026: day 25")
    keyboard.picks("Your decision", "Formal Stage 1 – Team Manager")
    keyboard.types("Which issues are not resolved?", "The visits, and the contact.")
    keyboard.types("Why a formal stage, and why this one?", "A promise is needed in writing.")
    keyboard.presses("Send")
    keyboard.heading("Check your answers")
    keyboard.reads("A promise is needed in writing.")
    keyboard.presses("Send")
    keyboard.reads("The Team Manager has until Tuesday 31 March: Respond at Stage 1.")

    keyboard.opens("Your tray")
    keyboard.reads("Nothing waits for you.")
    keyboard.opens("With others (1)")
    keyboard.reads("Respond at Stage 1", "Team Manager (played)")
    keyboard.ticks(f"Tick Respond at Stage 1 in case {NUMBER}")
    keyboard.presses("Send a reminder of the ticked tasks")
    keyboard.heading("1 reminder sent")
    keyboard.at("2026-03-24T09:01")
    assert any("reminder" in letter for letter in keyboard.letters(office.people["tm"]))


def test_a_case_is_raised_formally_and_checked_before_it_goes(keyboard: Keyboard) -> None:
    keyboard.at("2026-03-23T10:00")
    keyboard.sits("raiser")
    keyboard.opens("Raise a concern")
    keyboard.types("Reference or name", "played")
    keyboard.presses("Find")
    keyboard.presses("Choose Played Child, PLAYED-1")
    keyboard.presses("Yes, go on")
    keyboard.picks("How do you want to start?", "Straight to Formal Escalation")
    keyboard.picks("To which stage?", "Stage 3 – Head of Service")
    keyboard.types("What is the concern?", "He sleeps in an office.")
    keyboard.types("What does it mean for the child?", "He is not safe tonight.")
    keyboard.types("What do you ask for?", "A bed tonight.")
    keyboard.ticks("Reason to follow")
    keyboard.presses("Raise the concern")
    keyboard.heading("Check your answers")
    keyboard.reads("Nothing is sent yet.", "He sleeps in an office.")
    keyboard.opens("Change What do you ask for?")
    keyboard.types("What do you ask for?", "A bed tonight, and a carer by Friday.")
    keyboard.presses("Raise the concern")
    keyboard.reads("A bed tonight, and a carer by Friday.")
    keyboard.presses("Raise the concern")
    keyboard.reads("The Head of Service has until Monday 30 March: Respond at Stage 3.")


@pytest.mark.long
def test_silence_is_decided_one_concern_settled_and_the_rest_followed_up(
    keyboard: Keyboard,
) -> None:
    begin_with_two_concerns(keyboard)
    decide_without_an_answer(keyboard)
    settle_one_and_go_up(keyboard)
    close(keyboard)
    follow_up(keyboard)


def begin_with_two_concerns(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    office.clock.set(parse_instant("2026-03-23T10:00"))
    office.raise_concern(**FORMAL)
    add_concern(
        office.installation,
        office.rehearsal.case_id,
        by=office.people["raiser"],
        words=Words(
            concern="His brother has not been seen.",
            impact="He asks for him every week.",
            action="Contact every fortnight.",
        ),
    )


def decide_without_an_answer(keyboard: Keyboard) -> None:
    keyboard.at("2026-03-31T09:00")
    keyboard.sits("raiser")
    keyboard.opens("No answer yet")
    keyboard.reads("The answer was due and has not come.")
    keyboard.picks("What now?", "Decide now, without the answer")
    keyboard.presses("Send")
    keyboard.opens("Stage 1 outcome")
    keyboard.reads("How long it can take")
    keyboard.picks("Your decision", "Formal Stage 2 – Children's Service Manager")
    keyboard.types("Which issues are not resolved?", "All of it.")
    keyboard.types("Why this step?", "A week has passed in silence.")
    keyboard.presses("Send")
    keyboard.reads("The Children's Service Manager has until Thursday 9 April")


def settle_one_and_go_up(keyboard: Keyboard) -> None:
    keyboard.at("2026-04-02T15:00")
    keyboard.served.office.rehearsal.answer("stage2_respond", {"answer": "He is visited today."})
    keyboard.sits("raiser")
    keyboard.opens("Stage 2 outcome")
    keyboard.picks("Your decision", "Formal Stage 3 – Head of Service")
    keyboard.types("Which issues are not resolved?", "The contact.")
    keyboard.types("Why this step?", "No date was given.")
    keyboard.picks("Concern 1: The visits have not happened since January.", "Satisfied")
    keyboard.types("What became of concern 1, in your own words?", "He was visited.")
    keyboard.presses("Send")
    keyboard.reads("The Head of Service has until", "Respond at Stage 3")


def close(keyboard: Keyboard) -> None:
    keyboard.at("2026-04-13T12:00")
    keyboard.served.office.rehearsal.answer("stage3_respond", {"answer": "Contact is arranged."})
    keyboard.sits("raiser")
    keyboard.opens("Stage 3 outcome")
    keyboard.picks("Your decision", "Satisfied: settled, and the form is finalised")
    keyboard.types("What was agreed? (optional)", "Contact every second Saturday.")
    keyboard.picks("Concern 2: His brother has not been seen.", "Satisfied")
    keyboard.types("What became of concern 2, in your own words?", "They meet on Saturday.")
    keyboard.presses("Send")
    keyboard.heading("Check your answers")
    keyboard.presses("Send")
    keyboard.reads("The case is closed")


def follow_up(keyboard: Keyboard) -> None:
    keyboard.at("2026-05-11T09:00")
    keyboard.sits("raiser")
    keyboard.reads("To follow up")
    keyboard.opens("Contact every fortnight.")
    keyboard.picks("Was it done?", "Yes, it was done")
    keyboard.types("What changed for the child?", "They see each other again.")
    keyboard.presses("Save")
    keyboard.reads("They see each other again.")
