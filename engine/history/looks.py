"""The log of who looked, sealed by anchors: how many rows there are, and a hash over them all.

The log has no chain of its own, for whoever looks must wait for nobody. Each anchor goes on from
the last: what is altered, deleted or put into what was sealed is named by the days between two
anchors. Rows since the last anchor are not sealed yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.clock import in_london
from engine.history.breaks import Break
from engine.history.entries import START, canonical_row, digest
from engine.store.database import Connection
from engine.store.history_looks import KeptLook, walk_looks

Looks = tuple[int, int, str]
"""How many rows are sealed, the id of the last, and the hash that ran over all of them."""
NONE: Looks = (0, -(2**62), START)
"""Before any row: a row that is put in later may have any id."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one anchor seals of the log; `sealed_at` is aware, in UTC."""

    anchor: int
    sealed_at: datetime
    looks: Looks


def go_on(connection: Connection, known: Looks, until: int) -> Looks:
    """What is to be sealed after `known`, up to the row with the id `until`."""
    count, last, running = known
    for row in walk_looks(connection, after=last, until=until):
        count, last, running = count + 1, row.id, _run(running, row)
    return count, last, running


def find_altered_looks(connection: Connection, marks: Sequence[Mark]) -> Iterator[Break]:
    """The spans between anchors in which the log is not as it was sealed."""
    before: Mark | None = None
    for mark in marks:
        known = before.looks if before else NONE
        if mark.looks != known:
            found = go_on(connection, known, mark.looks[1])
            if found != mark.looks:
                problem = f"The log of who looked{_span(before, mark)} {_what(found, mark.looks)}"
                yield Break(case="", sequence=0, problem=problem)
        before = mark


def _run(running: str, row: KeptLook) -> str:
    return digest(
        canonical_row(
            [
                running,
                row.id,
                row.at.isoformat(timespec="microseconds"),
                row.person_id,
                row.what,
                row.case_id,
                row.child_id,
                row.allowed,
            ]
        )
    )


def _span(before: Mark | None, mark: Mark) -> str:
    until = f"until anchor {mark.anchor}, sealed on {_day(mark.sealed_at)},"
    if before is None:
        return f" {until}"
    return f" after anchor {before.anchor}, sealed on {_day(before.sealed_at)}, {until}"


def _what(found: Looks, sealed: Looks) -> str:
    if found[0] < sealed[0]:
        return f"was cut: {_rows(sealed[0] - found[0])} deleted."
    if found[0] > sealed[0]:
        return f"was added to: {_rows(found[0] - sealed[0])} put there later."
    return "was altered."


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"


def _day(at: datetime) -> str:
    local = in_london(at)
    return f"{local.day} {local:%B %Y}"
