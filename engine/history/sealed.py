"""The anchors, each read once: whether they are whole, and what they sealed is still there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.history.anchors import hash_anchor
from engine.history.breaks import Break
from engine.history.entries import START
from engine.history.looks import Mark
from engine.signing import is_signed
from engine.store.database import Connection
from engine.store.history import Anchor, find_hashes, find_unknown, walk_anchors, walk_chain


@dataclass(kw_only=True)
class Seals:
    """What the anchors say. `broken` are the cases (by id) of which what was sealed is not there.

    `anchors` are breaks of the anchors themselves, `unregistered` and `gone` cases that only they
    know of, `places` entries of cases. The rest is what they seal beside the cases, in order:
    `registers` the register's length and end by anchor, `ledgers` the ledger's, `looks` the log's.
    """

    count: int = 0
    anchors: list[Break] = field(default_factory=list)
    unregistered: list[Break] = field(default_factory=list)
    gone: list[Break] = field(default_factory=list)
    places: list[Break] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    registers: list[tuple[int, int, str]] = field(default_factory=list)
    ledgers: dict[int, str] = field(default_factory=dict)
    looks: list[Mark] = field(default_factory=list)


def read_seals(connection: Connection, public_key: str, case_id: int | None = None) -> Seals:
    """What all anchors say, of all cases or of that one. `public_key` is the installation's."""
    seals = Seals()
    previous, expected = START, 1
    for anchor in walk_anchors(connection):
        seals.count += 1
        whole = hash_anchor(anchor) == anchor.hash
        if anchor.sequence != expected:
            problem = f"Anchor {expected} was deleted."
            seals.anchors.append(Break(case="", sequence=expected, problem=problem))
        elif anchor.previous != previous or not whole:
            problem = f"Anchor {anchor.sequence} was altered."
            seals.anchors.append(Break(case="", sequence=anchor.sequence, problem=problem))
        previous, expected = anchor.hash, anchor.sequence + 1
        if case_id is None or f'"{case_id}":[' in anchor.content:
            seals.anchors += _wrong_signature(anchor, public_key)
            if whole:
                _take_in(connection, seals, anchor, case_id)
    return seals


def _wrong_signature(anchor: Anchor, public_key: str) -> Iterator[Break]:
    if anchor.public_key != public_key or not is_signed(anchor.hash, anchor.signature, public_key):
        problem = f"Anchor {anchor.sequence} is not signed with this installation's key."
        yield Break(case="", sequence=anchor.sequence, problem=problem)


def _take_in(connection: Connection, seals: Seals, anchor: Anchor, case_id: int | None) -> None:
    content: Mapping[str, Any] = json.loads(anchor.content)
    cases = {int(case): told for case, told in content["cases"].items()}
    if case_id is not None:
        cases = {case: told for case, told in cases.items() if case == case_id}
    _hold(connection, seals, cases)
    count, end = content["register"]
    seals.registers.append((anchor.sequence, count, end))
    if "ledger" in content:
        count, end = content["ledger"]
        seals.ledgers[int(count)] = str(end)
    if "looks" in content:
        count, last, running = content["looks"]
        looks = (int(count), int(last), str(running))
        mark = Mark(anchor=anchor.sequence, sealed_at=anchor.sealed_at, looks=looks)
        seals.looks.append(mark)


def _hold(connection: Connection, seals: Seals, cases: Mapping[int, Any]) -> None:
    unregistered, headless = find_unknown(connection, cases)
    for case in sorted(unregistered):
        problem = "The case was deleted from the register after it had been sealed."
        seals.unregistered.append(Break(case=cases[case][0], sequence=0, problem=problem))
    for case in sorted(unregistered & headless):
        seals.gone.append(Break(case=cases[case][0], sequence=0, problem="The case was deleted."))
        seals.lost.add(case)
    found = find_hashes(connection, {(case, told[1]) for case, told in cases.items() if told[1]})
    for case, (number, entries, head) in cases.items():
        if entries and found.get((case, entries)) != head:
            seals.broken.add(case)
            seals.places += _lost_place(
                connection, case, number, entries, there=(case, entries) in found
            )


def _lost_place(
    connection: Connection, case: int, number: str, entries: int, *, there: bool
) -> Iterator[Break]:
    if there:
        problem = "The entry is not the one that was sealed by an anchor."
        yield Break(case=number, sequence=entries, problem=problem)
        return
    left = {entry.sequence for entry, _ in walk_chain(connection, case)}
    for sequence in range(1, entries + 1) if left else ():
        if sequence not in left:
            yield Break(case=number, sequence=sequence, problem="The entry was deleted.")
