"""Keeps figures for one person from everybody but those kept informed (X-25)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from engine.access.figures import FEWEST_SEATS
from engine.figures.figures import Answers

A = TypeVar("A", bound=Answers)


def withhold(rows: Sequence[A]) -> tuple[A, ...]:
    """The rows, without what became of answers that fewer than FEWEST_SEATS seats were asked for.

    Where what is withheld could be worked out from the sum of all rows, because together they are
    still so few, the row with the next fewest seats is withheld as well.
    """
    hidden = {row.key for row in rows if row.seats < FEWEST_SEATS}
    while hidden and _seats(rows, hidden) < FEWEST_SEATS:
        shown = [row for row in rows if row.key not in hidden]
        if not shown:
            break
        hidden.add(min(shown, key=lambda row: row.seats).key)
    return tuple(_without(row) if row.key in hidden else row for row in rows)


def _seats(rows: Sequence[A], keys: set[str]) -> int:
    return sum(row.seats for row in rows if row.key in keys)


def _without(row: A) -> A:
    return replace(row, counts={}, median=None, withheld=True)
