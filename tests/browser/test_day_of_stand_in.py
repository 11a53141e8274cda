"""The IRO Team Manager's day in the place of an IRO who is away, by keyboard alone (X-18)."""

import pytest

from tests.browser.keyboard import Keyboard
from tests.engine.acts.test_claims import colleague

FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "Weeks have passed.", "to": None}
IRO = "Independent Chair / IRO (played)"
LEADER = "Independent Chair / IRO Team Manager (played)"
SETTLED = "Satisfied: settled, and the form is finalised"


@pytest.fixture
def number(keyboard: Keyboard) -> str:
    """A case of an IRO who goes on leave from 25 March to 10 April and names nobody."""
    keyboard.at("2026-03-23T10:00")
    number = keyboard.served.office.raise_concern(**FORMAL)
    keyboard.sits("raiser")
    keyboard.opens(IRO)
    keyboard.opens("Say when you are away")
    keyboard.types_day("First day away", "25 3 2026")
    keyboard.types_day("Last day away (optional)", "10 4 2026")
    keyboard.presses("Save")
    keyboard.reads("away from 25 March 2026 to 10 April 2026.", f"{LEADER} will act for {IRO}")
    return number


def test_they_act_for_the_iro_and_the_history_says_so(keyboard: Keyboard, number: str) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-24T09:00")
    keyboard.sits("iro_tm")
    keyboard.reads("Nothing waits for you.")
    keyboard.at("2026-03-26T09:00")
    office.rehearsal.answer("stage1_respond", {"answer": "We have nobody to send."})
    keyboard.sits("iro_tm")
    keyboard.reads(f"For {IRO}")
    keyboard.opens(f"Stage 1 outcome in case {number}")
    keyboard.reads(f"You stand in for {IRO}. The case says that you acted for them.")
    keyboard.picks("Your decision", f"{SETTLED} (only {IRO} can choose this)")
    keyboard.presses("Send")
    keyboard.reads("There is a problem", f"This waits for {IRO}, or for whoever is given the case")
    keyboard.picks("Your decision", "Formal Stage 2 – Children's Service Manager")
    keyboard.types("Which issues are not resolved?", "All of it.")
    keyboard.types("Why this step?", "There is no plan.")
    keyboard.presses("Send")
    keyboard.reads("Respond at Stage 2", f"{LEADER} for {IRO}")

    keyboard.reads("Withdraw", f"This waits for {IRO}")
    assert not keyboard.offers("Withdraw")
    keyboard.opens("Give more time")
    keyboard.types_day("New due date", "8 4 2026")
    keyboard.types("Reason", "The manager is ill.")
    keyboard.presses("Give more time")
    keyboard.reads(f"{LEADER} for {IRO}", "The manager is ill.")


@pytest.mark.long
def test_they_give_the_case_to_another_iro(keyboard: Keyboard, number: str) -> None:
    office = keyboard.served.office
    office.people["other"] = colleague(office.rehearsal, "Dee Roe", "raiser", team="")
    keyboard.at("2026-03-26T09:00")
    keyboard.sits("iro_tm")
    keyboard.opens("With others")
    keyboard.opens(number)
    keyboard.opens("Give to somebody else")
    keyboard.selects("Who takes over?", "Dee Roe")
    keyboard.types("Reason", "Ann is away until after Easter.")
    keyboard.presses("Give the case")
    keyboard.reads(f"Case {number} was given to Dee Roe.")

    keyboard.sits("other")
    keyboard.opens("With others (1)")
    keyboard.opens(number)
    keyboard.reads("You, ", "Ann is away until after Easter.")
    assert keyboard.offers("Withdraw")
