"""A service manager moves running cases to a version in other words, and takes it back."""

from engine.procedures import publish
from tests.browser.keyboard import Keyboard
from tests.engine.moving.redrawn import WORDS, redrawn, timer
from tests.stories import raise_at_stage


def test_two_of_three_cases_move_and_go_back_by_keyboard(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    first = raise_at_stage(office.rehearsal, 1).number
    others = [raise_at_stage(office.rehearsal, 2).number for _ in range(2)]
    new = redrawn(*WORDS, timer("stage1_due", "3 working days"))
    publish(office.installation, new, by=office.people["iro_sm"].id, reason="Decided.")
    keyboard.sits("iro_sm")
    keyboard.opens("Procedures")
    keyboard.opens("Positive Challenge")
    keyboard.opens("See which open cases could go on with another version")
    keyboard.heading("Running cases")
    keyboard.reads("2 of 3 cases could go on with version 2.", f"{first}")
    keyboard.opens("Continue")
    keyboard.reads("There is a problem")
    keyboard.types("Why are the cases moved?", "It holds for running cases too.")
    keyboard.opens("Continue")
    keyboard.heading("Move the cases?")
    keyboard.reads(f"2 cases go on with version 2: {', '.join(others)}.")
    keyboard.opens("Move 2 cases to version 2")
    keyboard.heading("Moved to version 2")
    keyboard.reads("2 cases are on version 2.")
    keyboard.types("Why is the move undone?", "It was the wrong version.")
    keyboard.opens("Undo the move")
    keyboard.reads("2 cases are back on the version that they had.")
