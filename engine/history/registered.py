"""The register of openings: whether it is whole, and still what anchors sealed."""

from collections.abc import Iterable, Iterator

from engine.history.breaks import Break
from engine.history.entries import START, hash_registered
from engine.store.database import Connection
from engine.store.history import Registered, find_openings, find_register_head, walk_register
from engine.store.history_rows import KeptRow

Sealed = Iterable[tuple[int, int, str]]
"""By the anchor's number how many openings it sealed, and the hash of the last."""


def find_broken_register(connection: Connection, sealed: Sealed) -> Iterator[Break]:
    """Openings that were deleted, altered or cut off."""
    ends: dict[int, str | None] = dict.fromkeys((count for _, count, _ in sealed if count), None)
    previous, expected = START, 1
    for row in walk_register(connection):
        if row.sequence != expected:
            problem = f"Opening {expected} was deleted from the register of cases."
            yield Break(case="", sequence=expected, problem=problem)
        elif _is_altered(row, previous):
            yield _altered(row)
        if row.sequence in ends:
            ends[row.sequence] = row.hash
        previous, expected = row.hash, row.sequence + 1
    if find_register_head(connection) != (expected - 1, previous):
        problem = f"The register of cases ends after opening {expected - 1}, but did not always."
        yield Break(case="", sequence=expected, problem=problem)
    for anchor, count, end in sealed:
        if count and ends[count] != end:
            problem = (
                f"The register of cases is no longer the one that anchor {anchor} sealed, "
                f"with {count} openings."
            )
            yield Break(case="", sequence=count, problem=problem)


def find_broken_opening(connection: Connection, rows: Iterable[KeptRow]) -> Iterator[Break]:
    """Whether the openings of one case are whole, and stand between their neighbours."""
    for place in (each.sequence for each in rows):
        around = {each.sequence: each for each in find_openings(connection, place - 1, place + 1)}
        row = around[place]
        before, after = around.get(row.sequence - 1), around.get(row.sequence + 1)
        previous = before.hash if before else START if row.sequence == 1 else row.previous
        if _is_altered(row, previous) or (after is not None and after.previous != row.hash):
            yield _altered(row)


def _is_altered(row: Registered, previous: str) -> bool:
    return hash_registered(row) != row.hash or row.previous != previous


def _altered(row: Registered) -> Break:
    problem = f"Opening {row.sequence} in the register of cases was altered."
    return Break(case=row.number, sequence=0, problem=problem)
