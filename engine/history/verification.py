"""Whether the history is whole, and if not, where it breaks.

Held against each other are each case's chain of entries, the register of openings, the ledger of
what is done outside the cases, and the signed anchors. What is found is named by case and entry, so
that it can be looked for.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from engine.errors import StepladderError
from engine.history.anchors import hash_anchor
from engine.history.breaks import Break as Break
from engine.history.entries import (
    BODY_DESTROYED,
    START,
    VOUCHED,
    canonical,
    hash_body,
    hash_entry,
    hash_registered,
)
from engine.history.ledger import verify_ledger
from engine.history.vouched_concerns import find_altered_concerns
from engine.history.vouched_files import find_altered
from engine.history.vouched_voice import find_altered_voice
from engine.installation import Installation
from engine.signing import is_signed
from engine.store.cases import walk_answers
from engine.store.concerns import ConcernRow, walk_concerns
from engine.store.database import Connection
from engine.store.files import FileRow, walk_files
from engine.store.history import (
    Anchor,
    Body,
    Entry,
    Head,
    Registered,
    find_anchors,
    find_heads,
    find_register,
    find_register_head,
    find_stray_bodies,
    walk_chain,
)
from engine.store.voice import VoiceRow, walk_voice

Chain = list["_Read"]
Written = dict[int, list[str]]
Sealed = dict[int, str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry and its body, read once: whether the body is what the header vouches for, and what
    it tells; None where there is none."""

    entry: Entry
    body: Body | None
    whole: bool
    after: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was looked at, and every break that was found; `ledger` counts its entries."""

    cases: int
    entries: int
    anchors: int
    breaks: tuple[Break, ...]
    ledger: int = 0


def verify(
    installation: Installation, case_id: int | None = None, progress: Progress | None = None
) -> Verdict:
    """Check the history of one case or of all, with the register and the anchors.

    `progress` is called with the number of cases done and to do. Reads one state of the database.
    """
    with installation.database.read() as connection:
        heads = {head.case_id: head for head in find_heads(connection)}
        register = find_register(connection)
        anchors = find_anchors(connection)
        sealed = _sealed_heads(anchors)
        names = _names(anchors, register, heads)
        breaks = list(_check_anchors(anchors, installation.signing_key.public))
        breaks += _check_register(register, find_register_head(connection), heads)
        breaks += _check_sealed_register(register, anchors)
        first = {row.case_id: row.first_hash for row in register}
        concerns = _by_case(walk_concerns(connection, case_id))
        voice = _by_case(walk_voice(connection, case_id))
        files = _by_case(walk_files(connection, case_id))
        seen: set[int] = set()
        entries = 0
        for number, chain, written in _chains(connection, case_id):
            seen.add(number)
            entries += len(chain)
            name = names.get(number, str(number))
            breaks += _check_chain(name, chain, heads.get(number), sealed.get(number, {}))
            breaks += _check_answers(name, chain, written)
            breaks += _check_files(connection, name, chain, files.get(number, []))
            breaks += _check_vouched(name, chain, concerns.get(number, []), voice.get(number, []))
            breaks += _check_first(name, chain, first.get(number))
            if progress is not None:
                progress(len(seen), len(heads))
        breaks += _check_missing(names, heads, seen, case_id)
        breaks += _check_strays(connection, names)
        outside, found = verify_ledger(connection, map(_content, anchors))
        breaks += found
    if case_id is not None:
        wanted = names.get(case_id, str(case_id))
        breaks = [each for each in breaks if each.case in (wanted, "")]
    looked_at = len(seen | {case_id}) if case_id is not None else len(seen | set(names))
    return Verdict(
        cases=looked_at,
        entries=entries,
        anchors=len(anchors),
        breaks=tuple(dict.fromkeys(breaks)),
        ledger=outside,
    )


Kept = TypeVar("Kept", ConcernRow, VoiceRow, FileRow)


def _by_case(rows: Iterable[Kept]) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for row in rows:
        if row.case_id is not None:
            found.setdefault(row.case_id, []).append(row)
    return found


class NoHistory(StepladderError):
    """There never was a case with that number."""


def find_case_id(installation: Installation, number: str) -> int:
    """The id of the case with that number, also of one that was deleted. Raises `NoHistory`."""
    with installation.database.read() as connection:
        heads = {head.case_id: head for head in find_heads(connection)}
        names = _names(find_anchors(connection), find_register(connection), heads)
    for case_id, name in names.items():
        if name == number.strip():
            return case_id
    raise NoHistory(f"There is no case {number}, and never was. Write its number as 2026-00012.")


def signed_by_another(installation: Installation) -> bool:
    """Whether an anchor is signed with another key than this installation's."""
    with installation.database.read() as connection:
        anchors = find_anchors(connection)
    return any(anchor.public_key != installation.signing_key.public for anchor in anchors)


def _names(
    anchors: Iterable[Anchor], register: Iterable[Registered], heads: Mapping[int, Head]
) -> dict[int, str]:
    """The number of every case that ever was, by id; what was sealed counts most."""
    names = {head.case_id: head.number for head in heads.values()}
    names |= {row.case_id: row.number for row in register}
    for anchor in anchors:
        names |= {int(case): number for case, (number, _, _) in _content(anchor)["cases"].items()}
    return names


def _chains(connection: Connection, case_id: int | None) -> Iterator[tuple[int, Chain, Written]]:
    """For each case its entries in order, and the answers that are kept, by entry."""
    answers = groupby(walk_answers(connection, case_id), key=lambda row: row[0])
    waiting = next(answers, None)
    walked = walk_chain(connection, case_id)
    for number, chain in groupby(walked, key=lambda pair: pair[0].case_id):
        written: Written = {}
        while waiting is not None and waiting[0] <= number:
            if waiting[0] == number:
                for _, sequence, content in waiting[1]:
                    written.setdefault(sequence, []).append(content)
            waiting = next(answers, None)
        yield number, [_read(entry, body) for entry, body in chain], written


def _read(entry: Entry, body: Body | None) -> _Read:
    if body is None:
        return _Read(entry, None, False, None)
    whole = hash_body(body.salt, body.content) == entry.body_hash
    return _Read(entry, body, whole, _after(body))


def _check_chain(name: str, chain: Chain, head: Head | None, sealed: Sealed) -> Iterator[Break]:
    destroyed = {each.entry.element for each in chain if each.entry.act == BODY_DESTROYED}
    by_sequence = {each.entry.sequence: each.entry for each in chain}
    expected = max([head.entries if head else 0, *by_sequence, *sealed])
    for sequence in range(1, expected + 1):
        if sequence not in by_sequence:
            yield Break(case=name, sequence=sequence, problem="The entry was deleted.")
    for each in chain:
        problem = (
            _wrong_header(each.entry, by_sequence, sealed)
            or (_wrong_end(each.entry, head) if each is chain[-1] else "")
            or _wrong_body(each, str(each.entry.sequence) in destroyed)
        )
        if problem:
            yield Break(case=name, sequence=each.entry.sequence, problem=problem)


def _wrong_header(entry: Entry, by_sequence: Mapping[int, Entry], sealed: Sealed) -> str:
    """What is wrong with a header, as closely as it can be said; empty when it is whole."""
    if not _is_whole(entry):
        moved_from = _rightful_place(entry, by_sequence)
        if moved_from is None:
            return "The entry's header was altered."
        return f"The entry stands in the place of another: it was entry {moved_from}."
    if sealed.get(entry.sequence, entry.hash) != entry.hash:
        return "The entry is not the one that was sealed by an anchor."
    before = by_sequence.get(entry.sequence - 1)
    if entry.sequence == 1:
        follows = entry.previous == START
    else:  # a gap and an altered header before this one are told at their own place
        follows = before is None or entry.previous == before.hash or not _is_whole(before)
    return "" if follows else "The entry does not follow the one before it: one was replaced."


def _wrong_end(entry: Entry, head: Head | None) -> str:
    if head is None or entry.sequence < head.entries:
        return ""  # what is missing after it is told at its own place
    if entry.sequence > head.entries:
        return f"The case's row knows of {head.entries} entries only."
    return "" if entry.hash == head.head else "The case's row does not end its chain as this does."


def _wrong_body(read: _Read, destroyed: bool) -> str:
    if read.body is not None:
        return "" if read.whole else "The words of the entry were altered."
    if destroyed:
        return ""
    return "The words of the entry are gone, and no entry says that they were destroyed."


def _is_whole(entry: Entry) -> bool:
    return hash_entry(entry) == entry.hash


def _rightful_place(entry: Entry, by_sequence: Iterable[int]) -> int | None:
    """The place at which the entry's own hash would be right, if it was moved."""
    for sequence in by_sequence:
        if sequence != entry.sequence and hash_entry(entry, sequence=sequence) == entry.hash:
            return sequence
    return None


def _check_answers(name: str, chain: Chain, written: Written) -> Iterator[Break]:
    """What people read of an answer must be what its entry, or a later one, vouches for."""
    anew: dict[int, Any] = {}
    for each in chain:
        if each.after is not None:
            anew |= {int(n): told for n, told in each.after.get(VOUCHED, {}).items()}
    for each in chain:
        sequence = each.entry.sequence
        if each.after is not None and each.whole:
            told = each.after.get("answers")
        elif each.body is None and sequence in anew:
            told = anew[sequence]
        else:
            continue  # nothing vouches for them any more
        if written.get(sequence, []) != ([] if told is None else [canonical(told)]):
            problem = "The answers that are kept are not those that the entry tells of."
            yield Break(case=name, sequence=sequence, problem=problem)


def _check_files(
    connection: Connection, name: str, chain: Chain, files: Iterable[FileRow]
) -> Iterator[Break]:
    told = {
        each.entry.sequence: each.after.get("answers") or {}
        for each in chain
        if each.after is not None and each.whole
    }
    for sequence, problem in find_altered(connection, files, told):
        yield Break(case=name, sequence=sequence, problem=problem)


def _check_vouched(
    name: str, chain: Chain, concerns: Iterable[ConcernRow], voice: Iterable[VoiceRow]
) -> Iterator[Break]:
    """What people read of concerns and of the child's voice must be what the entries tell of."""
    told = [(each.entry, each.after) for each in chain]
    said = {entry.sequence: after for entry, after in told if after is not None}
    for sequence, problem in itertools.chain(
        find_altered_concerns(said, concerns), find_altered_voice(told, voice)
    ):
        yield Break(case=name, sequence=sequence, problem=problem)


def _after(body: Body) -> Mapping[str, Any]:
    """What an entry tells; nothing where its words are no JSON, which is told elsewhere."""
    try:
        after = json.loads(body.content)["after"]
    except (ValueError, KeyError, TypeError):
        return {}
    return after if isinstance(after, dict) else {}


def _check_first(name: str, chain: Chain, first_hash: str | None) -> Iterator[Break]:
    entry = chain[0].entry
    if first_hash is None:
        yield Break(case=name, sequence=0, problem="The case is missing from the register.")
    elif entry.sequence == 1 and entry.hash != first_hash:
        problem = "The entry is not the one that opened the case."
        yield Break(case=name, sequence=1, problem=problem)


def _check_missing(
    names: dict[int, str], heads: dict[int, Head], seen: set[int], case_id: int | None
) -> Iterator[Break]:
    for number, name in names.items():
        if case_id not in (None, number):
            continue
        if number not in heads:
            yield Break(case=name, sequence=0, problem="The case was deleted.")
        elif number not in seen:
            yield Break(case=name, sequence=0, problem="The whole history of the case is gone.")


def _check_register(
    register: list[Registered], end: tuple[int, str] | None, heads: dict[int, Head]
) -> Iterator[Break]:
    previous, expected = START, 1
    for row in register:
        if row.sequence != expected:
            problem = f"Opening {expected} was deleted from the register of cases."
            yield Break(case="", sequence=expected, problem=problem)
        elif hash_registered(row) != row.hash or row.previous != previous:
            problem = f"Opening {row.sequence} in the register of cases was altered."
            yield Break(case=row.number, sequence=0, problem=problem)
        previous, expected = row.hash, row.sequence + 1
    if end != (expected - 1, previous):
        problem = f"The register of cases ends after opening {expected - 1}, but did not always."
        yield Break(case="", sequence=expected, problem=problem)
    registered = {row.case_id for row in register}
    for number, head in heads.items():
        if number not in registered:
            problem = "The case is missing from the register."
            yield Break(case=head.number, sequence=0, problem=problem)


def _check_anchors(anchors: list[Anchor], public_key: str) -> Iterator[Break]:
    previous, expected = START, 1
    for anchor in anchors:
        if anchor.sequence != expected:
            problem = f"Anchor {expected} was deleted."
            yield Break(case="", sequence=expected, problem=problem)
        elif anchor.previous != previous or hash_anchor(anchor) != anchor.hash:
            problem = f"Anchor {anchor.sequence} was altered."
            yield Break(case="", sequence=anchor.sequence, problem=problem)
        if anchor.public_key != public_key or not is_signed(
            anchor.hash, anchor.signature, public_key
        ):
            problem = f"Anchor {anchor.sequence} is not signed with this installation's key."
            yield Break(case="", sequence=anchor.sequence, problem=problem)
        previous, expected = anchor.hash, anchor.sequence + 1


def _sealed_heads(anchors: Iterable[Anchor]) -> dict[int, Sealed]:
    """For each case the hashes of the entries that anchors sealed, by place in the chain."""
    sealed: dict[int, Sealed] = {}
    for anchor in anchors:
        for case, (_, entries, head) in _content(anchor)["cases"].items():
            sealed.setdefault(int(case), {})[entries] = head
    return sealed


def _content(anchor: Anchor) -> dict[str, Any]:
    """What the anchor seals; nothing where it was altered, which is told elsewhere."""
    if hash_anchor(anchor) != anchor.hash:
        return {"register": [0, START], "cases": {}}
    content: dict[str, Any] = json.loads(anchor.content)
    return content


def _check_sealed_register(
    register: list[Registered], anchors: Iterable[Anchor]
) -> Iterator[Break]:
    """A case may be deleted with its row in the register: an anchor still counts it."""
    by_sequence = {row.sequence: row.hash for row in register}
    known = {row.case_id for row in register}
    for anchor in anchors:
        content = _content(anchor)
        count, end = content["register"]
        if count and by_sequence.get(count) != end:
            problem = (
                f"The register of cases is no longer the one that anchor {anchor.sequence} sealed, "
                f"with {count} openings."
            )
            yield Break(case="", sequence=count, problem=problem)
        for case, (number, _, _) in content["cases"].items():
            if int(case) not in known:
                problem = "The case was deleted from the register after it had been sealed."
                yield Break(case=number, sequence=0, problem=problem)


def _check_strays(connection: Connection, names: dict[int, str]) -> Iterator[Break]:
    for number, sequence in find_stray_bodies(connection):
        name = names.get(number, str(number))
        problem = "The entry's header was deleted; its words are still there."
        yield Break(case=name, sequence=sequence, problem=problem)
