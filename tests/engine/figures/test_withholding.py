"""Figures for one person are for those kept informed alone, by whatever table they are sought."""

from typing import Any

from engine.figures.asked import Asked, Count, Which
from engine.figures.figures import Answers
from engine.figures.withholding import withhold

WHICH = Which(measure="asked", asked=Asked(council="here"))


def row(key: str, seats: int) -> Answers:
    """A row of which so many seats were asked."""
    return Answers(key=key, counts={"asked": Count(value=9, which=WHICH)}, median=2.0, seats=seats)


def told(*rows: Answers) -> dict[str, Any]:
    """What is told of each row: the median, or nothing."""
    return {each.key: None if each.withheld else each.median for each in withhold(rows)}


def test_what_one_or_two_were_asked_is_withheld_with_all_its_figures() -> None:
    found = withhold([row("1", 6), row("2", 3), row("3", 2), row("4", 1)])
    assert [each.withheld for each in found] == [False, False, True, True]
    assert (found[3].counts, found[3].median) == ({}, None)


def test_one_alone_is_not_to_be_worked_out_from_the_sum_of_all() -> None:
    assert told(row("1", 6), row("2", 3), row("4", 1)) == {"1": 2.0, "2": None, "4": None}


def test_where_three_and_more_were_asked_all_is_told() -> None:
    assert told(row("1", 6), row("2", 3)) == {"1": 2.0, "2": 2.0}


def test_a_row_alone_that_two_were_asked_for_is_withheld() -> None:
    assert told(row("1", 2)) == {"1": None}
