"""A service manager makes three days of five by keyboard alone, and publishes it with a reason.

The suite has a walk that does so too, in test_redraw_keyboard.
"""

import pytest

from tests.browser.keyboard import Keyboard
from tests.few_scenarios import few_scenarios, on_the_newest
from tests.stories import open_steps, raise_at_stage

REASON = "Decided by the Director on 20 March."


@pytest.mark.long
def test_three_days_of_five_by_keyboard(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_scenarios(monkeypatch)
    told = keyboard.served.office.rehearsal
    old = raise_at_stage(told, 1)
    keyboard.sits("iro_sm")
    keyboard.opens("Procedures")
    keyboard.opens("Positive Challenge")
    keyboard.opens("Redraw the procedure")
    keyboard.opens("Begin a draft from version 1")
    keyboard.reads("Nothing changes for anybody until you publish it.")
    keyboard.opens("Respond at Stage 1")
    keyboard.heading("Respond at Stage 1")
    keyboard.types("How long do they have to answer?", "0")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("There is a problem")
    keyboard.types("How long do they have to answer?", "3")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("the time to answer was 5 working days, and is now 3 working days")
    keyboard.opens("Undo the last change")
    keyboard.unfolds("What was changed in this draft")
    keyboard.reads("Undone.")
    keyboard.opens("Do it again")

    keyboard.opens("Check it, see what changes")
    keyboard.reads("Nothing is wrong with the draft.", "1 open case stays on version 1")
    keyboard.opens("Play the scenarios")
    keyboard.unfolds("What is otherwise in it")
    keyboard.opens("Publish version 2")
    keyboard.reads("There is a problem")
    keyboard.ticks("It is meant that these scenarios turn out otherwise")
    keyboard.types("Why is the procedure changed?", REASON)
    keyboard.opens("Publish version 2")
    keyboard.reads(f"Version 2 is in use: {REASON}")

    on_the_newest(told)
    raise_at_stage(told, 1)
    assert open_steps(told) == {"stage1_respond": "2026-03-26 23:59"}
    told.case_id = old.id
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}

    keyboard.opens("Begin a draft from it")
    keyboard.reads("The version in use is 2, and this draft began from version 1.")
    keyboard.opens("Throw the draft away")
    keyboard.presses("Throw the draft away")
    keyboard.reads("The draft was thrown away.")
