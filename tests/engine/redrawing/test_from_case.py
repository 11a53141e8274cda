"""A finished case as a scenario, where words of it were destroyed since."""

from datetime import date

import pytest

from engine.acts.cases import destroy_body
from engine.redrawing.from_case import scenario_of_case
from engine.redrawing.trying import CannotTry
from engine.rehearsal import Rehearsal
from tests.engine.moving.redrawn import KEY
from tests.stories import acts, raise_informally, story

REASON = "It named another child."


def finished() -> Rehearsal:
    """Raised on 23 March, given time until 20 April, withdrawn the same day."""
    told = story("2026-03-23T10:12")
    raise_informally(told)
    told.give_time("informal_respond", date(2026, 4, 20), "The team manager is away.")
    told.press("informal_withdraw", {"reason": "It is settled.", "closed_as": "withdrawn"})
    assert told.case().closed_at is not None
    return told


def done(told: Rehearsal) -> list[tuple[str, str]]:
    """What the scenario of the case does, and where."""
    by = told.people["iro_sm"]
    scenario = scenario_of_case(told.installation, KEY, told.case().number, by=by)
    return [(step.does, step.what) for step in scenario.steps]


def destroy(told: Rehearsal, act: str) -> None:
    (sequence,) = [n for n, (done, _) in enumerate(acts(told), 1) if done == act]
    by = told.people["admin"]
    destroy_body(told.installation, told.case_id, sequence, by=by, reason=REASON)


def test_time_whose_words_were_destroyed_is_left_out() -> None:
    told = finished()
    raised, withdrawn = ("raise", ""), ("press", "informal_withdraw")
    assert done(told) == [raised, ("give time", "informal_due"), withdrawn]
    destroy(told, "more time given")
    assert done(told) == [raised, withdrawn]


def test_a_case_whose_opening_was_destroyed_is_not_gone_through_again() -> None:
    told = finished()
    destroy(told, "case opened")
    with pytest.raises(CannotTry, match="destroyed, so it cannot be gone through again"):
        done(told)
