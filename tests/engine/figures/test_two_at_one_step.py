"""A step that is open twice at once: whose date it was that passed."""

from datetime import date

from engine.clock import parse_instant
from engine.figures.reading import read_facts
from engine.forms import Answer
from engine.procedures import read_package
from engine.rehearsal import Rehearsal
from tests.stories import CONCERN, PROCESSES

HCP = PROCESSES / "haringey" / "child-protection"


def test_the_date_that_passed_is_that_of_the_step_which_still_had_it() -> None:
    told = Rehearsal(
        PROCESSES,
        read_package(HCP),
        parse_instant("2026-02-20T10:00"),
        statuses=("child protection plan",),
    )
    formal: dict[str, Answer] = {"entry": "formal", "decision": "stage 1", "reason": "Twice."}
    told.raise_concern({**CONCERN, **formal})
    up: dict[str, Answer] = {"unresolved": "All.", "reason_to_follow": True}
    told.answer("stage1_respond", {"answer": "On Thursday."})
    told.answer("stage1_outcome", {"decision": "stage 2", **up})
    told.give_time("formal_give_reason", date(2026, 2, 27), "Away until then.")
    told.answer("stage2_respond", {"answer": "On Thursday."})
    told.answer("stage2_outcome", {"decision": "stage 3", **up})
    told.move_to(parse_instant("2026-02-24T10:00"))  # the second was due on Monday 23 February

    with told.installation.database.read() as connection:
        facts = read_facts(connection, told.council, told.case_id)
    assert facts is not None
    reasons = [stay for stay in facts.stays if stay.element == "formal_give_reason"]
    assert [(stay.due, stay.silent_on) for stay in reasons] == [
        (date(2026, 2, 27), None),
        (date(2026, 2, 23), date(2026, 2, 23)),
    ]
