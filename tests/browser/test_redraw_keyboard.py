"""By keyboard alone, in the tables: five working days become three, a step comes with a form and a
lane of its own, what is wrong is read and mended, and the procedure is published."""

import pytest

from tests.browser.keyboard import Keyboard
from tests.few_scenarios import few_scenarios, on_the_newest
from tests.stories import open_steps, raise_at_stage

REASON = "The facts come first. Decided on 20 March."


def test_a_step_with_a_form_and_a_lane_by_keyboard(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_scenarios(monkeypatch)
    told = keyboard.served.office.rehearsal
    raise_at_stage(told, 1)
    keyboard.sits("iro_sm")
    keyboard.opens("Procedures")
    keyboard.opens("Positive Challenge")
    keyboard.opens("Redraw the procedure")
    keyboard.opens("Begin a draft from version 1")

    keyboard.opens("Respond at Stage 1")
    keyboard.types("How long do they have to answer?", "3")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("the time to answer was 5 working days, and is now 3 working days")

    change_the_limit(keyboard)
    add_the_step(keyboard)
    give_it_a_question(keyboard)
    write_to_the_director(keyboard)
    break_and_mend(keyboard)
    play_the_silent_week(keyboard)

    keyboard.opens("Check it, see what changes")
    keyboard.reads("Nothing is wrong with the draft.", "Check the facts (Stage 1): is new.")
    keyboard.reads("1 open case stays on version 1")
    keyboard.opens("Play the scenarios")
    keyboard.ticks("It is meant that these scenarios turn out otherwise")
    keyboard.types("Why is the procedure changed?", REASON)
    keyboard.opens("Publish version 2")
    keyboard.reads(f"Version 2 is in use: {REASON}")
    on_the_newest(told)
    raise_at_stage(told, 1)
    assert open_steps(told) == {"check_the_facts": "2026-03-25 23:59"}
    (lane,) = told.version.package.diagram.lanes
    assert lane.name == "Social Worker"


def play_the_silent_week(keyboard: Keyboard) -> None:
    """Nobody answers the new step: what happens then, and what its people are sent."""
    keyboard.opens("Try it out")
    keyboard.types_day("On which day does it begin, at 10am?", "23 3 2026")
    keyboard.opens("Begin")
    keyboard.opens("Raise a concern")
    keyboard.picks("How do you want to start?", "Straight to Formal Escalation")
    keyboard.picks("To which stage?", "Stage 1 – Team Manager")
    keyboard.types("What is the concern?", "Tried out.")
    keyboard.types("What does it mean for the child?", "Tried out.")
    keyboard.types("What do you ask for?", "Tried out.")
    keyboard.types("Why straight to a formal stage?", "Tried out.")
    keyboard.opens("Do it")
    keyboard.reads("“Check the facts” now waits for Social Worker, due Wednesday 25 March 2026.")
    keyboard.opens("Go on to the next deadline: Wednesday 25 March")
    keyboard.reads("“Check the facts” was not answered by Wednesday 25 March 2026.")
    keyboard.unfolds("1 message would be sent")
    keyboard.reads("To Team Manager:", "still no answer")
    keyboard.selects("Look as", "Social Worker")
    keyboard.opens("Look")
    keyboard.reads("What Social Worker sees", "They can do this now:")
    keyboard.types("What does it show?", "Nobody checks the facts")
    keyboard.opens("Keep it")
    keyboard.reads("Kept as the scenario nobody-checks-the-facts.toml.")
    keyboard.opens("Back to the draft")


def change_the_limit(keyboard: Keyboard) -> None:
    """The whole process has 25 working days, which is no step’s time."""
    keyboard.opens("Clocks, buttons, ends, boxes, lanes, notes and arrows")
    keyboard.opens("20 working days for the whole process")
    keyboard.types("How long do they have to answer?", "25")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("the time to answer was 20 working days, and is now 25 working days")
    keyboard.opens("the table of the steps")


def add_the_step(keyboard: Keyboard) -> None:
    """Before Stage 1 is answered the child's social worker checks the facts, within two days."""
    keyboard.opens("Respond at Stage 1")
    keyboard.opens("Add a step beside this one")
    keyboard.selects("Where is it put?", "After the start of “Stage 1")
    keyboard.types("What the step is called", "Check the facts")
    keyboard.selects("Who does it?", "Social Worker")
    keyboard.ticks("Draw a new lane for who does it")
    keyboard.selects("Which form do they fill in?", "A new form")
    keyboard.types("Title of the new form", "Check the facts")
    keyboard.types("Its first question", "What is wrong in them?")
    keyboard.types("How long do they have to answer? (optional)", "2")
    keyboard.opens("Add it to the draft")
    keyboard.reads("There is a problem", "Say who learns that the time has passed")
    late = "Who is sent a message when the time has passed? (optional)"
    keyboard.ticks("Team Manager", within=late)
    keyboard.selects("Which message, when the time has passed? (optional)", "no-answer")
    keyboard.opens("Add it to the draft")
    keyboard.heading("Check the facts")
    keyboard.reads("As people will see it", "What is wrong in them?")


def give_it_a_question(keyboard: Keyboard) -> None:
    """The new form asks one thing more, and that first."""
    keyboard.opens("Add a question")
    keyboard.selects("How is it answered?", "Yes or no")
    keyboard.types("The question", "Are they right?")
    keyboard.ticks("It must be answered")
    keyboard.opens("Add it to the draft")
    keyboard.opens("Up “Are they right?”")
    keyboard.reads("“Are they right?” was moved up.")
    keyboard.opens("Forms")
    keyboard.opens("The steps of the draft")


def write_to_the_director(keyboard: Keyboard) -> None:
    """A message is written otherwise; a placeholder that there is not is named."""
    keyboard.opens("Messages")
    keyboard.opens("no-answer")
    keyboard.types("Subject", "Case {{ case_nubmer }}: still no answer")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("Did you mean “case_number”?")
    keyboard.types("Subject", "Case {{ case_number }}: still no answer")
    keyboard.opens("Keep it in the draft")
    keyboard.reads("Case 2026-00012: still no answer")
    keyboard.opens("Messages")
    keyboard.opens("The steps of the draft")


def break_and_mend(keyboard: Keyboard) -> None:
    """A way that nothing leads to any more is found by the check, and undone."""
    keyboard.opens("Choices")
    keyboard.opens("Add a choice")
    keyboard.selects("Where is it put?", "At no stage")
    keyboard.opens("Go on")
    keyboard.heading("Add a choice: the second way")
    keyboard.opens("Cancel")
    keyboard.opens("chase")
    keyboard.opens("Take this way out")
    keyboard.reads("These go with it")
    keyboard.opens("Cancel")
    keyboard.opens("Choices")
    keyboard.opens("decide now")
    keyboard.types("Or the condition written out (optional)", 'silnce = "decide now"')
    keyboard.opens("Keep it in the draft")
    keyboard.opens("The steps of the draft")
    keyboard.opens("Check it, see what changes")
    keyboard.reads("“silnce”, which is no question of any form", "Did you mean “silence”?")
    keyboard.opens("The steps of the draft")
    keyboard.opens("Undo the last change")
