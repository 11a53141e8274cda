"""A place where the history is not what it was, as verification tells it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Break:
    """A place where the history is not what it was.

    `case` is the case's number, or names an item of the registers; empty for the register of cases,
    the ledger and the anchors as a whole. `sequence` is the entry, 0 for a case as a whole.
    """

    case: str
    sequence: int
    problem: str
