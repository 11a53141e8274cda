"""What the history vouches for of answers: their words, who gave them and when, in their entry."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.history.chains import Chain, Found
from engine.history.entries import VOUCHED, canonical
from engine.store.history_rows import KeptRow


def find_altered_answers(chain: Chain, kept: Iterable[KeptRow]) -> Found:
    """Answers of a case that are not as their entries tell: the entry's number, what is wrong.

    What people read of an answer must be what its entry, or a later one, vouches for.
    """
    written: dict[int, list[KeptRow]] = {}
    for row in kept:
        written.setdefault(row.sequence, []).append(row)
    anew = vouched_anew(chain)
    for each in chain.reads:
        sequence = each.entry.sequence
        if not each.whole and chain.is_named(sequence):
            continue
        here = written.pop(sequence, [])
        told = each.after.get("answers") if each.whole else anew.get(sequence)
        if told is None and here:
            yield sequence, "Answers were put there; the entry tells of none."
        elif told is not None and [row.content for row in here] != [canonical(told)]:
            problem = "The answers that are kept are not those that the entry tells of."
            yield sequence, problem
    for sequence in written:
        if not chain.is_named(sequence):
            yield sequence, "Answers were put there; no entry tells of them."


def find_altered_givers(chain: Chain, kept: Iterable[KeptRow]) -> Found:
    """Answers that were not given by whom, where and when their entry tells."""
    values: Any  # by their places, which costs a third of their names
    for values in kept:
        _, sequence, _, element, person_id, given_at = values
        entry = chain.entries.get(sequence)
        if entry is not None and chain.told.get(sequence, {}).get("answers") is not None:
            given = (element, person_id, given_at)
            if given != (entry.element, entry.actor_id, entry.at):
                yield sequence, "The answers are kept as given by another, or at another time."


def vouched_anew(chain: Chain) -> dict[int, Any]:
    """The answers for which later entries vouch, by the entry that told them first."""
    anew: dict[int, Any] = {}
    for told in chain.told.values():
        vouched = told.get(VOUCHED)
        if isinstance(vouched, Mapping):
            anew |= {int(sequence): answers for sequence, answers in vouched.items()}
    return anew
