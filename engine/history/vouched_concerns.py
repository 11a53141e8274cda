"""What the history vouches for of concerns: their words, and what became of them and of their
actions, each told by the entry that wrote it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.history.chains import Chain, Found
from engine.history.course_acts import FOLLOWED_UP, SETTLED
from engine.store.concerns import FIRST_DECISION
from engine.store.history import Entry
from engine.store.history_rows import KeptRow

_TEXTS: Final = ("concern", "impact", "action", "owner")


def find_altered_concerns(chain: Chain, kept: Iterable[KeptRow]) -> Found:
    """Concerns of a case that are not as their entries tell: the entry's number, what is wrong."""
    rows = {row.place: row for row in kept}
    written, themes = _told_words(chain)
    said = _said_later(chain)
    for place, sequence in written.items():
        if place not in rows:
            yield sequence, f"{_name(place)} was deleted."
    for place, row in rows.items():
        yield from _wrong_words(chain, row, written.get(place, 0))
        yield from _wrong_themes(chain, row, themes.get(place))
        for act in (SETTLED, FOLLOWED_UP):
            yield from _wrong_end(chain, row, act, said.get((act, place)))


def _told_words(chain: Chain) -> tuple[dict[int, int], dict[int, tuple[int, list[str]]]]:
    """The newest entry that tells each concern's words; the newest themes, with their entry."""
    written: dict[int, int] = {}
    themes: dict[int, tuple[int, list[str]]] = {}
    for sequence, told in chain.told.items():
        concerns = told.get("concerns")
        for place, words in concerns.items() if isinstance(concerns, dict) else ():
            if "concern" in words:
                written[int(place)] = sequence
            if "themes" in words:
                themes[int(place)] = (sequence, words["themes"])
    return written, themes


def _said_later(chain: Chain) -> dict[tuple[str, int], Entry]:
    """The newest entry that says what became of each concern, and of its action.

    Its header names the concern, so that it is known too where its words were destroyed.
    """
    found: dict[tuple[str, int], Entry] = {}
    for each in chain.reads:
        if each.entry.act in (SETTLED, FOLLOWED_UP):
            kind, _, number = each.entry.element.partition(" ")
            if number.isdecimal():
                base = FIRST_DECISION - 1 if kind == "decision" else 0
                found[each.entry.act, base + int(number)] = each.entry
    return found


def _wrong_words(chain: Chain, row: KeptRow, newest: int) -> Found:
    sequence = row.sequence
    if chain.is_named(sequence):
        return
    if sequence in chain.destroyed and sequence >= newest:
        if any(getattr(row, name) for name in _TEXTS):
            yield sequence, f"{_name(row.place)} has words again; those of its entry are destroyed."
    elif sequence != newest:
        problem = f"{_name(row.place)} was put there, or put back; no entry tells of it so."
        yield newest or sequence, problem
    else:
        told = chain.told[sequence]["concerns"][str(row.place)]
        if any(told.get(key) != value for key, value in _words(row).items()):
            yield sequence, f"{_name(row.place)} is not as the entry tells of it."


def _words(row: KeptRow) -> dict[str, object]:
    """A concern's words, without its themes, which may be filled in later."""
    by_when = row.by_when.isoformat() if row.by_when else None
    return {**{name: getattr(row, name) for name in _TEXTS}, "by_when": by_when}


def _wrong_themes(chain: Chain, row: KeptRow, newest: tuple[int, list[str]] | None) -> Found:
    sequence, told = newest or (0, [])
    if any(each > sequence for each in chain.destroyed) or chain.is_named(row.sequence):
        return  # what was destroyed may have told others
    if row.themes.splitlines() != told:
        yield sequence or row.sequence, f"The themes of {_name(row.place).lower()} were altered."


def _wrong_end(chain: Chain, row: KeptRow, act: str, entry: Entry | None) -> Found:
    """What became of the concern (settled), or of its action (followed up), as it is kept."""
    if entry is None:
        said = (row.outcome or row.outcome_words) if act == SETTLED else (row.done or row.changed)
        if said or (row.settled_in if act == SETTLED else row.asked_in) is not None:
            yield row.sequence, f"{_name(row.place)}: what became of it was put there."
        return
    kept = _settled(row) if act == SETTLED else _followed_up(row)
    sequence = entry.sequence
    if chain.is_named(sequence):
        return
    told = dict(_told_end(chain, act, entry))
    if any(kept[name] != value for name, value in told.items()):
        problem = f"{_name(row.place)}: what became of it is not as the entry tells of it."
        yield sequence, problem


def _settled(row: KeptRow) -> dict[str, object]:
    return {
        "in": row.settled_in,
        "at": row.settled_at,
        "outcome_of_concern": row.outcome,
        "words": row.outcome_words,
    }


def _followed_up(row: KeptRow) -> dict[str, object]:
    return {"in": row.asked_in, "at": row.asked_at, "done": row.done, "changed": row.changed}


def _told_end(chain: Chain, act: str, entry: Entry) -> Iterator[tuple[str, object]]:
    yield "in", entry.sequence
    yield "at", entry.at
    told: Mapping[str, Any] | None = chain.told.get(entry.sequence)
    if told is None:
        yield "words" if act == SETTLED else "changed", ""
        return
    for name in ("outcome_of_concern", "words") if act == SETTLED else ("done", "changed"):
        if name in told:
            yield name, told[name]


def _name(place: int) -> str:
    if place < FIRST_DECISION:
        return f"Concern {place}"
    return f"Decision {place - FIRST_DECISION + 1}"
