"""A service manager finds the case that cannot go on, and skips the step, by keyboard alone."""

from engine.clock import parse_instant
from engine.notify import Folder
from engine.procedures import publish
from engine.worker import Worker
from tests.browser.keyboard import Keyboard
from tests.engine.operating.test_incidents import without_a_way
from tests.few_scenarios import on_the_newest
from tests.stories import open_steps, raise_at_stage


def test_a_case_that_cannot_go_on_is_set_right_by_keyboard(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    told = office.rehearsal
    publish(office.installation, without_a_way(), by=None, reason="Decided.")
    on_the_newest(told)
    number = raise_at_stage(told, 1).number
    office.clock.set(parse_instant("2026-03-31T09:00"))
    Worker(office.installation, Folder(office.installation.settings.outbox)).round()
    keyboard.sits("iro_sm")
    keyboard.opens("1 case cannot go on by itself")
    keyboard.heading("Incidents")
    keyboard.opens(number)
    keyboard.reads("At “Who knows?” there is no way on that fits what was answered.")
    keyboard.opens("Skip “Respond at Stage 1”")
    keyboard.opens("Skip the step")
    keyboard.reads("There is a problem")
    keyboard.types("Why?", "The Director agreed.")
    keyboard.opens("Skip the step")
    keyboard.reads("The step is skipped.", "Stage 1 outcome")
    assert list(open_steps(told)) == ["stage1_outcome"]
