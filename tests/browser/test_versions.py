"""By keyboard: what changed between two versions, and which open cases a draft would touch."""

from engine.procedures import publish
from engine.redrawing.drafts import begin, demand_draft, replace_diagram
from tests.browser.keyboard import Keyboard
from tests.engine.moving.redrawn import KEY, WORDS, redrawn, timer
from tests.stories import raise_at_stage


def test_two_versions_are_compared_and_a_draft_is_held_against_the_open_cases(
    keyboard: Keyboard,
) -> None:
    office = keyboard.served.office
    first = raise_at_stage(office.rehearsal, 1).number
    second = raise_at_stage(office.rehearsal, 2).number
    manager, words = office.people["iro_sm"], redrawn(*WORDS)
    publish(office.installation, words, by=manager.id, reason="In plainer words.")
    begin(office.installation, KEY, by=manager)
    draft = demand_draft(office.installation, KEY, manager)
    faster = redrawn(timer("stage1_due", "3 working days"), since=words).diagram_source
    replace_diagram(office.installation, KEY, by=manager, seen=draft.state, content=faster)

    keyboard.sits("iro_sm")
    keyboard.opens("Procedures")
    keyboard.opens("Positive Challenge")
    keyboard.opens("See what changed between versions")
    keyboard.heading("What changed between versions")
    keyboard.reads("is now “Answer the challenge at Stage 1”.", "In plainer words.")
    keyboard.unfolds("Show it on the diagram")
    keyboard.selects("From which version?", "Version 2")
    keyboard.selects("To which version?", "Version 1")
    keyboard.opens("Show")
    keyboard.reads("is now “Respond at Stage 1”.")

    keyboard.opens("Positive Challenge")
    keyboard.opens("Redraw the procedure")
    keyboard.opens("Check it, see what changes")
    keyboard.opens("Which open cases would it touch?")
    keyboard.heading("Which open cases would it touch?")
    keyboard.reads("1 of 2 open cases could go on with version 3.", first, second)
    keyboard.reads("“Respond at Stage 1” has 5 working days, and version 3 gives 3 working days")
