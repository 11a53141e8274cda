"""Adds up what became of the stays that have something in common."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from engine.councils import Council
from engine.figures import asked as m
from engine.figures.asked import Count, Which
from engine.figures.facts import RAISER
from engine.figures.figures import Answers

Cell = Any
"""A row of `store.figure_sums.count_stays`: stays that are alike in all that is counted."""


@dataclass(kw_only=True)
class Tally:
    """What became of some stays: by state, how long they took, and whom they were asked of."""

    states: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    seats: set[tuple[str, str]] = field(default_factory=set)

    def add(self, council: Council, cell: Cell) -> None:
        """Count the stays of a cell."""
        self.states[cell.state] += cell.stays
        if cell.silent:
            self.silent += cell.stays
        if cell.working_days is not None:
            self.days[cell.working_days] += cell.stays
        self.seats.add(seat_of(council, cell))

    def counts(self, which: Which) -> dict[str, Count]:
        """The figures by measure; `which` says of which stays they are."""
        values = {m.ASKED: self.states.total(), m.SILENT: self.silent}
        values |= {state: self.states[state] for state in m.STATES}
        return {
            measure: Count(value=value, which=which.of(measure))
            for measure, value in values.items()
        }

    def answers(self, key: str, which: Which) -> Answers:
        """The figures of a row."""
        return Answers(
            key=key,
            counts=self.counts(which),
            median=middle(self.days),
            seats=len(self.seats),
        )


def seat_of(council: Council, cell: Cell) -> tuple[str, str]:
    """Who was asked: one raiser, or a post with its team where it is held for one."""
    if cell.post == RAISER:
        return cell.post, str(cell.raiser_id)
    known = council.posts.get(cell.post)
    return cell.post, cell.team if known and known.scope == "team" else ""


def middle(counted: Mapping[int, int]) -> float | None:
    """The median of numbers that are counted by their value; None of none."""
    values: Sequence[int] = sorted(Counter(dict(counted)).elements())
    return float(median(values)) if values else None
