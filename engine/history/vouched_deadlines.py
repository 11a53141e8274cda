"""What the history vouches for of deadlines: until when each ran, was moved, and that it passed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.history.chains import Chain, Found, Read
from engine.history.course_acts import DEADLINE_PASSED, EXTENDED, REACHED_BEFORE
from engine.store.history_rows import KeptRow


@dataclass(kw_only=True, slots=True)
class _Told:
    """A deadline as entries tell of it: set by entry `sequence`, changed last by `last`."""

    sequence: int
    last: int
    due: datetime
    fired_at: datetime | None = None


@dataclass(kw_only=True, slots=True)
class _Timer:
    """All deadlines of one timer; not `known` where words that tell of one were destroyed."""

    told: list[_Told]
    dues: set[datetime]
    first_dues: set[datetime]
    known: bool = True


def find_altered_deadlines(chain: Chain, kept: Iterable[KeptRow]) -> Found:
    """Deadlines of a case that are not as its entries tell: the entry's number, what is wrong.

    `kept` are in the order in which they were set.
    """
    timers = _follow(chain)
    rows: dict[str, list[KeptRow]] = {}
    for row in kept:
        rows.setdefault(row.element, []).append(row)
    instants = {entry.at for entry in chain.entries.values()}
    for element, timer in timers.items():
        if len(rows.get(element, ())) < len(timer.told):
            yield timer.told[-1].sequence, f"The deadline “{element}” that it set is gone."
    for element, own in rows.items():
        found = timers.get(element) or _Timer(told=[], dues=set(), first_dues=set())
        exact = found.known and len(own) == len(found.told)
        for place, row in enumerate(own):
            told = found.told[place] if exact else None
            problem = _wrong(chain, row, found, told) or _wrong_times(row, instants)
            if problem:
                yield told.last if told else 0, f"The deadline “{element}” {problem}"


def _follow(chain: Chain) -> dict[str, _Timer]:
    timers: dict[str, _Timer] = {}
    for each in chain.reads:
        entry = each.entry
        act, due = entry.act, each.after.get("due") if each.whole else None
        if due is None and act not in (EXTENDED, DEADLINE_PASSED):
            continue
        if act == EXTENDED and entry.element in timers:
            _extend(timers[entry.element], each, due)
        if isinstance(due, dict):
            reached = each.after.get(REACHED_BEFORE, {})
            for element, text in due.items():
                at = datetime.fromisoformat(text)
                timer = timers.setdefault(element, _Timer(told=[], dues=set(), first_dues=set()))
                timer.dues.add(at)
                timer.first_dues.add(at)
                said = _Told(sequence=entry.sequence, last=entry.sequence, due=at)
                if element in reached:
                    said.fired_at = datetime.fromisoformat(reached[element])
                timer.told.append(said)
        if act == DEADLINE_PASSED and entry.element in timers:
            _pass(timers[entry.element], each)
    return timers


def _extend(timer: _Timer, each: Read, due: Any) -> None:
    before = each.before.get("due") if each.whole else None
    if not isinstance(due, str) or not isinstance(before, str):
        timer.known = False
        return
    moved = datetime.fromisoformat(due)
    timer.dues.add(moved)
    was = datetime.fromisoformat(before)
    here = [told for told in timer.told if told.due == was]
    if len(here) != 1:
        timer.known = timer.known and bool(here) and _is_last(timer, here)
    for told in here[-1:]:
        told.due, told.fired_at, told.last = moved, None, each.entry.sequence


def _is_last(timer: _Timer, here: list[_Told]) -> bool:
    """Of several with one due date the last set is the one that can be meant, if it is the last."""
    return here[-1] is timer.told[-1]


def _pass(timer: _Timer, each: Read) -> None:
    passed = each.after.get("passed") if each.whole else None
    at = datetime.fromisoformat(passed) if isinstance(passed, str) else None
    here = [told for told in timer.told if told.fired_at is None and at in (None, told.due)]
    if len(here) != 1:
        timer.known = False
        return
    here[0].fired_at, here[0].last = each.entry.at, each.entry.sequence


def _wrong(chain: Chain, row: KeptRow, timer: _Timer, told: _Told | None) -> str:
    if told is not None:
        if row.due != told.due:
            return "is not due when the entry tells."
        if row.fired_at != told.fired_at:
            return "did not pass when the entry tells."
        if row.original_due not in timer.first_dues:
            return "was first due at another time than any entry tells."
        return ""
    if chain.destroyed:
        return ""  # what was destroyed may have set it
    if row.due not in timer.dues or row.original_due not in timer.first_dues:
        return "has a due date that no entry tells of."
    return ""


def _wrong_times(row: KeptRow, instants: Collection[datetime]) -> str:
    """Whatever happens to a deadline happens with an entry."""
    fired_at, closed_at = row.fired_at, row.closed_at
    if (
        row.received_at in instants
        and (fired_at is None or fired_at in instants)
        and (closed_at is None or closed_at in instants)
    ):
        return ""
    return "began, passed or ended at an instant of no entry."
