"""Whether the history is whole, and if not, where it breaks.

Held against each other are each case's chain of entries and what is kept beside it, the register of
openings, the ledger of what is done outside the cases, the log of who looked, and the signed
anchors. What is found is named by case and entry, so that it can be looked for. One case is held at
a time, so that no number of cases needs more memory.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain as together
from typing import Final

from engine.errors import StepladderError
from engine.history.breaks import Break as Break
from engine.history.chains import Chain, Found, find_broken_entries
from engine.history.ledger import verify_ledger
from engine.history.looks import NONE, find_altered_looks
from engine.history.registered import find_broken_opening, find_broken_register
from engine.history.sealed import Seals, read_seals
from engine.history.vouched_answers import find_altered_answers, find_altered_givers
from engine.history.vouched_concerns import find_altered_concerns
from engine.history.vouched_deadlines import find_altered_deadlines
from engine.history.vouched_files import find_altered_files
from engine.history.vouched_row import find_altered_row
from engine.history.vouched_steps import find_altered_steps
from engine.history.vouched_versions import Versions
from engine.history.vouched_voice import find_altered_voice
from engine.history.walking import Kept, walk_kept
from engine.installation import Installation
from engine.store.database import Connection
from engine.store.history import find_case_ids, find_stray_bodies, walk_anchors
from engine.store.history_looks import count_looks_after
from engine.store.history_rows import count_cases
from engine.store.versions import find_ids

Progress = Callable[[int, int], None]
_USUAL: Final = gc.get_threshold()
_OBJECTS_BETWEEN: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was looked at, and every break that was found.

    `ledger` counts the ledger's entries, `looks` the sealed rows of the log of who looked, and
    `unsealed` those that came since.
    """

    cases: int
    entries: int
    anchors: int
    breaks: tuple[Break, ...]
    ledger: int = 0
    looks: int = 0
    unsealed: int = 0


class NoHistory(StepladderError):
    """There never was a case with that number."""


def verify(
    installation: Installation, case_id: int | None = None, progress: Progress | None = None
) -> Verdict:
    """Check the history of all, or of one case, with the register and the anchors.

    `progress` is called with the number of cases done and to do. Reads one state of the database.
    """
    key = installation.signing_key.public
    with installation.database.read() as connection, _few_collections():
        if case_id is not None:
            return _verify_one(connection, key, case_id)
        return _verify_all(connection, key, progress)


@contextmanager
def _few_collections() -> Iterator[None]:
    """While a million rows go by, of which none is in a cycle, to look for cycles at every 700
    objects costs a tenth of the time."""
    gc.set_threshold(_OBJECTS_BETWEEN, *_USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


def _verify_one(connection: Connection, key: str, case_id: int) -> Verdict:
    seals = read_seals(connection, key, case_id)
    breaks, entries = [*seals.anchors, *seals.unregistered], 0
    versions = Versions(connection)
    for kept in walk_kept(connection, case_id):
        breaks += find_broken_opening(connection, kept.registered)
        breaks += _check_case(connection, kept, versions, seals)
        entries += len(kept.chain)
    breaks += [*versions.breaks(), *_elsewhere(seals, breaks), *seals.gone]
    return Verdict(
        cases=1, entries=entries, anchors=seals.count, breaks=tuple(dict.fromkeys(breaks))
    )


def _verify_all(connection: Connection, key: str, progress: Progress | None) -> Verdict:
    seals = read_seals(connection, key)
    breaks = [*seals.anchors, *find_broken_register(connection, seals.registers)]
    breaks += seals.unregistered
    versions, all_of_them = Versions(connection), count_cases(connection)
    versions.read_all(find_ids(connection))
    cases = entries = done = 0
    for kept in walk_kept(connection):
        breaks += _check_case(connection, kept, versions, seals)
        cases, entries, done = cases + 1, entries + len(kept.chain), done + bool(kept.chain)
        if progress is not None and kept.chain:
            progress(done, all_of_them)
    breaks += [*versions.breaks(), *_elsewhere(seals, breaks), *seals.gone]
    breaks += _find_strays(connection)
    outside, found = verify_ledger(connection, seals.ledgers)
    breaks += [*found, *find_altered_looks(connection, seals.looks)]
    sealed = seals.looks[-1].looks if seals.looks else NONE
    return Verdict(
        cases=cases + len(seals.lost),
        entries=entries,
        anchors=seals.count,
        breaks=tuple(dict.fromkeys(breaks)),
        ledger=outside,
        looks=sealed[0],
        unsealed=count_looks_after(connection, sealed[1]),
    )


def find_case_id(installation: Installation, number: str) -> int:
    """The id of the case with that number, also of one that was deleted. Raises `NoHistory`."""
    with installation.database.read() as connection:
        for case_id in find_case_ids(connection, number.strip()):
            return case_id
    raise NoHistory(f"There is no case {number}, and never was. Write its number as 2026-00012.")


def signed_by_another(installation: Installation) -> bool:
    """Whether an anchor is signed with another key than this installation's."""
    with installation.database.read() as connection:
        own = installation.signing_key.public
        return any(anchor.public_key != own for anchor in walk_anchors(connection))


def _elsewhere(seals: Seals, breaks: list[Break]) -> list[Break]:
    """Entries that are not what was sealed, where nothing else is wrong with them."""
    named = {(each.case, each.sequence) for each in breaks}
    return [each for each in seals.places if (each.case, each.sequence) not in named]


def _check_case(
    connection: Connection, kept: Kept, versions: Versions, seals: Seals
) -> Iterator[Break]:
    name = _name_of(kept)
    if kept.row is None and kept.registered:
        yield Break(case=name, sequence=0, problem="The case was deleted.")
    if not kept.registered:
        yield Break(case=name, sequence=0, problem="The case is missing from the register.")
    if not kept.chain:
        if kept.row is not None:
            yield Break(case=name, sequence=0, problem="The whole history of the case is gone.")
        return
    row = kept.row
    head, count = (str(row.head), int(row.entries)) if row is not None else ("", 0)
    chain = Chain(kept.chain, count)
    broken = [*find_broken_entries(chain, head, count)]
    broken += _wrong_first(kept)
    found: Found = together(
        find_altered_answers(chain, kept.answers),
        find_altered_files(connection, chain, kept.files),
        find_altered_concerns(chain, kept.concerns),
        find_altered_voice(chain, kept.voice),
    )
    yield from (Break(case=name, sequence=at, problem=what) for at, what in (*broken, *found))
    if row is None or broken or kept.case_id in seals.broken:
        return  # what is told by a chain that is broken itself vouches for nothing
    course: Found = together(
        versions.find_altered(chain),
        find_altered_givers(chain, kept.answers),
        find_altered_row(chain, row),
        find_altered_steps(chain, kept.tasks, kept.deadlines),
        find_altered_deadlines(chain, kept.deadlines),
        _wrong_number(kept),
    )
    yield from (Break(case=name, sequence=at, problem=what) for at, what in course)


def _name_of(kept: Kept) -> str:
    for row in kept.registered:
        return str(row.number)
    return str(kept.row.number) if kept.row is not None else str(kept.case_id)


def _wrong_first(kept: Kept) -> Found:
    entry = kept.chain[0].entry
    for row in kept.registered:
        if entry.sequence == 1 and entry.hash != row.first_hash:
            yield 1, "The entry is not the one that opened the case."


def _wrong_number(kept: Kept) -> Found:
    for row in kept.registered:
        if kept.row is not None and kept.row.number != row.number:
            yield 0, "The number of the case is not the one in the register."


def _find_strays(connection: Connection) -> Iterator[Break]:
    for case_id, number, sequence in find_stray_bodies(connection):
        problem = "The entry's header was deleted; its words are still there."
        yield Break(case=number or str(case_id), sequence=sequence, problem=problem)
