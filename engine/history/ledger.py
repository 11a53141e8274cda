"""The ledger: what is done outside the cases, as a chain of entries (X-24).

What is kept in the registers of X-26, of standing meetings (X-28), of audits (X-29) and of
reports that were made (X-25) is no case and has no case's chain. Each entry tells which item of
which register, what was done, and how the item stood afterwards; it vouches for that by a
hash, and for the entry before it. Anchors seal its end, and `history verify` walks it.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.history.breaks import Break
from engine.history.entries import START, canonical, digest, hash_body
from engine.store.audits import AUDIT, ROUND, find_audit_state, find_audit_states
from engine.store.database import Connection
from engine.store.ledger import (
    LedgerBody,
    LedgerEntry,
    add_ledger_entry,
    delete_ledger_bodies,
    find_ledger_head,
    find_story,
    find_stray_ledger_bodies,
    walk_ledger,
)
from engine.store.meetings import MEETING, find_meeting_state, find_meeting_states
from engine.store.registers import find_state, find_states
from engine.store.reports import REPORT, find_report_state, find_report_states

Sealed = Mapping[int, str]
Item = tuple[str, int]
"""A register, and the id of what is kept in it."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an entry tells: `words` is a sentence, empty where it was destroyed.

    `at` is aware, in UTC; `by` the name of who acted, empty where the clock did.
    """

    at: datetime
    by: str
    act: str
    words: str


def lock_ledger(connection: Connection) -> None:
    """Whoever writes to a register waits here for whoever does so now: before reading what is."""
    find_ledger_head(connection, lock=True)


def write_entry(
    connection: Connection,
    *,
    council: str,
    register: str,
    item_id: int,
    at: datetime,
    actor_id: int | None,
    act: str,
    words: str,
    destroys: bool = False,
) -> int:
    """Append what was done with an item, which is written already; the entry's number.

    `destroys` takes away what all earlier entries about the item said, and says so: they were
    about the wrong child (X-37).
    """
    count, previous = find_ledger_head(connection, lock=True) or (0, START)
    gone = [row.sequence for row in find_story(connection, register, item_id) if destroys]
    delete_ledger_bodies(connection, gone)
    state = _state(connection, register, item_id)
    content = canonical({"words": words, "state": state, "destroyed": gone})
    salt = secrets.token_bytes(16)
    fields: dict[str, Any] = {
        "sequence": count + 1,
        "council": council,
        "register": register,
        "item_id": item_id,
        "at": at,
        "actor_id": actor_id,
        "act": act,
        "body_hash": hash_body(salt, content),
        "previous": previous,
    }
    entry = LedgerEntry(**fields, hash=_hash(LedgerEntry(**fields, hash="")))
    body = LedgerBody(sequence=entry.sequence, salt=salt, content=content)
    add_ledger_entry(connection, entry, body)
    return entry.sequence


def read_story(connection: Connection, register: str, item_id: int) -> tuple[Told, ...]:
    """What was done with an item, the newest first. The caller has seen that it may be read."""
    return tuple(
        Told(
            at=row.at,
            by=row.by,
            act=row.act,
            words=str(json.loads(row.content)["words"]) if row.content is not None else "",
        )
        for row in reversed(find_story(connection, register, item_id))
    )


def end_of_ledger(connection: Connection) -> tuple[int, str]:
    """How many entries there are, and the hash at which the chain ends."""
    return find_ledger_head(connection) or (0, START)


def verify_ledger(connection: Connection, sealed: Sealed) -> tuple[int, list[Break]]:
    """How many entries there are, and every break. `sealed` are hashes that anchors seal."""
    walk = _Walk(sealed)
    for entry, body in walk_ledger(connection):
        walk.follow(entry, body)
    found = [*walk.breaks, *walk.end(end_of_ledger(connection))]
    found += _check_items(walk.newest, _states(connection))
    found += [
        Break(case="", sequence=each, problem="The header was deleted; its words are there.")
        for each in find_stray_ledger_bodies(connection)
    ]
    return walk.count, found


def _state(connection: Connection, register: str, item_id: int) -> Mapping[str, object] | None:
    if register == MEETING:
        return find_meeting_state(connection, item_id)
    if register == REPORT:
        return find_report_state(connection, item_id)
    if register in (ROUND, AUDIT):
        return find_audit_state(connection, register, item_id)
    return find_state(connection, register, item_id)


def _states(connection: Connection) -> dict[Item, str]:
    """What is kept of every item, by a hash of it: what it says need not be held."""
    found = {item: _digest(state) for item, state in find_states(connection).items()}
    found |= {item: _digest(state) for item, state in find_audit_states(connection).items()}
    for meeting_id, state in find_meeting_states(connection).items():
        found[MEETING, meeting_id] = _digest(state)
    for report_id, told in find_report_states(connection).items():
        found[REPORT, report_id] = _digest(told)
    return found


def _digest(state: object) -> str:
    return digest(canonical(dict(state) if isinstance(state, Mapping) else state))


def _hash(entry: LedgerEntry) -> str:
    fields = {**vars(entry), "at": entry.at.isoformat(timespec="microseconds")}
    del fields["hash"]
    return digest(canonical(fields))


def _name(register: str, item_id: int) -> str:
    return f"{register[:1].upper()}{register[1:]} {item_id}"


class _Walk:
    """Follows the chain in order and keeps of it no words: what is wrong, and hashes of items."""

    def __init__(self, sealed: Sealed) -> None:
        self.count = 0
        self.breaks: list[Break] = []
        self.newest: dict[Item, tuple[int, str | None]] = {}
        """By item its newest entry, with the hash of what that tells; None where it tells none."""
        self._sealed = sealed
        self._previous, self._expected = START, 1
        self._wordless: dict[int, str] = {}
        self._destroyed: set[int] = set()

    def follow(self, entry: LedgerEntry, body: LedgerBody | None) -> None:
        """Go one entry on."""
        self.count += 1
        name = _name(entry.register, entry.item_id)
        for missing in range(self._expected, entry.sequence):
            problem = f"Entry {missing} of the registers was deleted."
            self.breaks.append(Break(case="", sequence=missing, problem=problem))
        previous = self._previous if entry.sequence == self._expected else ""
        if problem := _wrong_header(entry, previous, self._sealed):
            self.breaks.append(Break(case=name, sequence=entry.sequence, problem=problem))
        self._previous, self._expected = entry.hash, entry.sequence + 1
        told = None
        if body is None:
            self._wordless[entry.sequence] = name
        elif hash_body(body.salt, body.content) != entry.body_hash:
            problem = "The words of the entry were altered."
            self.breaks.append(Break(case=name, sequence=entry.sequence, problem=problem))
        else:
            content = json.loads(body.content)
            self._destroyed.update(content["destroyed"])
            told = _digest(content["state"])
        self.newest[entry.register, entry.item_id] = (entry.sequence, told)

    def end(self, end: tuple[int, str]) -> Iterator[Break]:
        """What is only known at the end; `end` is where the chain should end."""
        if end != (self._expected - 1, self._previous):
            last = self._expected - 1
            problem = f"The registers' history ends after entry {last}, but did not always."
            yield Break(case="", sequence=self._expected, problem=problem)
        for sequence in self._sealed:
            if sequence >= self._expected:
                problem = f"Entry {sequence} of the registers was sealed by an anchor, and is gone."
                yield Break(case="", sequence=sequence, problem=problem)
        for sequence, name in self._wordless.items():
            if sequence not in self._destroyed:
                problem = "The words of the entry are gone, and no entry says they were destroyed."
                yield Break(case=name, sequence=sequence, problem=problem)


def _wrong_header(entry: LedgerEntry, previous: str, sealed: Sealed) -> str:
    """`previous` is empty after a gap, which is told at its own place."""
    if _hash(entry) != entry.hash:
        return "The entry's header was altered."
    if previous and entry.previous != previous:
        return "The entry does not follow the one before it: one was replaced."
    if sealed.get(entry.sequence, entry.hash) != entry.hash:
        return "The entry is not the one that was sealed by an anchor."
    return ""


def _check_items(
    newest: Mapping[Item, tuple[int, str | None]], states: Mapping[Item, str]
) -> Iterator[Break]:
    """What people read of an item must be what its newest entry tells of it."""
    for item in states.keys() - newest.keys():
        yield Break(case=_name(*item), sequence=0, problem="No entry tells of it.")
    for item, (sequence, told) in newest.items():
        problem = ""
        if item not in states:
            problem = "It was deleted."
        elif told is not None and told != states[item]:
            problem = "It is not as its newest entry tells of it."
        if problem:
            yield Break(case=_name(*item), sequence=sequence, problem=problem)
