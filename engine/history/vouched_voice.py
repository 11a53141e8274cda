"""What the history vouches for of the child's voice: a hash; an entry says no words of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from engine.history.chains import Chain, Found
from engine.history.entries import canonical, digest
from engine.store.history import Entry
from engine.store.voice import VoiceRow

VOUCHES: Final = "vouches"


def vouch_for(kind: str, answer: str, day: date, words: str) -> str:
    """The hash over what was recorded."""
    return digest(canonical([kind, answer, day.isoformat(), words]))


def find_altered_voice(chain: Chain, kept: Iterable[VoiceRow]) -> Found:
    """What of a case's voice is not as its entry vouches: the entry's number, what is wrong.

    Words that were destroyed took with them what they vouched for.
    """
    rows: dict[int, list[VoiceRow]] = {}
    for row in kept:
        rows.setdefault(row.sequence, []).append(row)
    for sequence, told in chain.told.items():
        here = rows.pop(sequence, [])
        if here or VOUCHES in told:
            problem = _wrong(chain.entries[sequence], told, here)
            if problem:
                yield sequence, problem
    for sequence in rows:
        if not chain.is_named(sequence):
            yield sequence, "The child’s voice was put there; no entry tells of it."


def _wrong(entry: Entry, told: Mapping[str, Any], rows: list[VoiceRow]) -> str:
    vouched = told.get(VOUCHES)
    if vouched is None:
        return "The child’s voice was put there; the entry tells of none." if rows else ""
    if not rows:
        return "What was recorded of the child’s voice was deleted."
    said = [
        (vouch_for(row.kind, row.answer, row.day, row.words), row.at, row.person_id) for row in rows
    ]
    whole = said == [(vouched, entry.at, entry.actor_id)]
    return "" if whole else "What was recorded of the child’s voice was altered."
