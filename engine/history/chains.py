"""A case's chain of entries, read once, and whether each entry is as it was written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from engine.history.entries import BODY_DESTROYED, START, hash_body, hash_entry
from engine.store.history import Body, Entry

Found = Iterator[tuple[int, str]]
"""What is wrong, by the entry's number; 0 for the case as a whole."""
_DECODER: Final = json.JSONDecoder()
_NOTHING: Final[Mapping[str, Any]] = {}


class Read(NamedTuple):
    """An entry and what it tells; `whole` says that the words are those that its header vouches
    for. Where there are none, `there` is false and the rest empty."""

    case_id: int
    entry: Entry
    there: bool
    whole: bool
    after: Mapping[str, Any]
    before: Mapping[str, Any]


def read(entry: Entry, body: Body | None) -> Read:
    """An entry with its words; those that are no JSON, which is told elsewhere, tell nothing."""
    case_id = entry.case_id
    if body is None:
        return Read(case_id, entry, False, False, _NOTHING, _NOTHING)
    whole = hash_body(body.salt, body.content) == entry.body_hash
    try:
        content = _DECODER.raw_decode(body.content)[0]
        after, before = content["after"], content["before"]
    except (ValueError, KeyError, TypeError):
        return Read(case_id, entry, True, whole, _NOTHING, _NOTHING)
    if not isinstance(after, dict) or not isinstance(before, dict):
        return Read(case_id, entry, True, whole, _NOTHING, _NOTHING)
    return Read(case_id, entry, True, whole, after, before)


class Chain:
    """A case's entries in order. `length` is how many there should be.

    `told` is what entries tell, by number, of those whose words are whole; `destroyed` are those
    whose words are gone, as a later entry says.
    """

    def __init__(self, reads: list[Read], length: int) -> None:
        """`length` is what the case's own row says."""
        self.reads = reads
        self.entries = {each.entry.sequence: each.entry for each in reads}
        self.length = max([length, *self.entries])
        self.told = {each.entry.sequence: each.after for each in reads if each.whole}
        gone = [each.entry.sequence for each in reads if not each.there]
        said = {e.element for e in self.entries.values() if gone and e.act == BODY_DESTROYED}
        self.destroyed = {sequence for sequence in gone if str(sequence) in said}
        self.unknown_at: set[datetime] = {self.entries[each].at for each in self.destroyed}
        """The instants of entries of which nobody can say any more what they told."""

    def is_named(self, sequence: int) -> bool:
        """Whether that entry is named as broken by itself, so that it need not be said again."""
        known = sequence in self.told or sequence in self.destroyed
        return 1 <= sequence <= self.length and not known


def find_broken_entries(chain: Chain, head: str, count: int) -> Found:
    """Entries that are not as they were written. `head` and `count` are what the case's row says of
    the chain's end; `count` is 0 where the row is gone."""
    for sequence in range(1, chain.length + 1):
        if sequence not in chain.entries:
            yield sequence, "The entry was deleted."
    last = chain.reads[-1] if chain.reads else None
    for each in chain.reads:
        problem = (
            _wrong_header(each.entry, chain.entries)
            or (_wrong_end(each.entry, head, count) if each is last else "")
            or _wrong_words(each, chain)
        )
        if problem:
            yield each.entry.sequence, problem


def _wrong_header(entry: Entry, entries: Mapping[int, Entry]) -> str:
    """What is wrong with a header, as closely as it can be said; empty when it is whole."""
    if not _is_whole(entry):
        moved_from = _rightful_place(entry, entries)
        if moved_from is None:
            return "The entry's header was altered."
        return f"The entry stands in the place of another: it was entry {moved_from}."
    before = entries.get(entry.sequence - 1)
    if entry.sequence == 1:
        follows = entry.previous == START
    else:  # a gap and an altered header before this one are told at their own place
        follows = before is None or entry.previous == before.hash or not _is_whole(before)
    return "" if follows else "The entry does not follow the one before it: one was replaced."


def _wrong_end(entry: Entry, head: str, count: int) -> str:
    if entry.sequence < count or not count:
        return ""  # what is missing after it is told at its own place
    if entry.sequence > count:
        return f"The case's row knows of {count} entries only."
    return "" if entry.hash == head else "The case's row does not end its chain as this does."


def _wrong_words(each: Read, chain: Chain) -> str:
    if each.there:
        return "" if each.whole else "The words of the entry were altered."
    if each.entry.sequence in chain.destroyed:
        return ""
    return "The words of the entry are gone, and no entry says that they were destroyed."


def _is_whole(entry: Entry) -> bool:
    return hash_entry(entry) == entry.hash


def _rightful_place(entry: Entry, sequences: Iterable[int]) -> int | None:
    """The place at which the entry's own hash would be right, if it was moved."""
    for sequence in sequences:
        if sequence != entry.sequence and hash_entry(entry, sequence=sequence) == entry.hash:
            return sequence
    return None
