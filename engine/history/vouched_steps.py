"""What the history vouches for of a case's steps: when each began and ended, by whom, and until
when it was due."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from engine.clock import in_london
from engine.history.chains import Chain, Found, Read
from engine.history.course_acts import ANSWERED_AFTER, CANCELLED, COMPLETED
from engine.history.operating_acts import SKIPPED
from engine.store.history_rows import KeptRow

_BY_HAND: Final = "skipped"
_ENDING: Final = {COMPLETED: COMPLETED, SKIPPED: _BY_HAND}
"""How a step is kept as ended by an entry of that act."""
Moment = tuple[str, datetime]
"""A step at an instant."""


class _Told:
    """When steps began and ended, as the entries tell: by step and instant, the entries' numbers.

    Each is taken away as its row is found.
    """

    def __init__(self, reads: Iterable[Read]) -> None:
        self.opened: dict[Moment, list[int]] = {}
        self.closed: dict[Moment, list[int]] = {}
        self.answered: dict[Moment, list[tuple[int, int | None]]] = {}
        self.skipped: dict[Moment, list[tuple[int, int | None]]] = {}
        self.after: dict[str, list[tuple[datetime, int, int | None]]] = {}
        for each in reads:
            entry = each.entry
            at, here = entry.at, (entry.element, entry.at)
            if entry.act == COMPLETED:
                self.answered.setdefault(here, []).append((entry.sequence, entry.actor_id))
            elif entry.act == SKIPPED:
                self.skipped.setdefault(here, []).append((entry.sequence, entry.actor_id))
            elif entry.act == ANSWERED_AFTER:
                said = (entry.at, entry.sequence, entry.actor_id)
                self.after.setdefault(entry.element, []).append(said)
            if each.whole:
                for element in each.after.get("opened", ()):
                    self.opened.setdefault((element, at), []).append(entry.sequence)
                for element in each.after.get("closed", ()):
                    self.closed.setdefault((element, at), []).append(entry.sequence)

    def left(self) -> Found:
        """What no row was found for."""
        for (element, _), opened in self.opened.items():
            for sequence in opened:
                yield (
                    sequence,
                    f"The step “{element}”, which began with it, is gone, or altered.",
                )
        for of in (self.answered, self.skipped):
            for (element, _), ended in of.items():
                for sequence, _ in ended:
                    yield sequence, f"The step “{element}” does not end with it as the entry tells."
        for (element, _), closed in self.closed.items():
            for sequence in closed:
                yield sequence, f"The step “{element}” does not end with it as the entry tells."
        for element, late in self.after.items():
            for _, sequence, _ in late:
                yield sequence, f"The step “{element}” is not kept as answered by it."


def find_altered_steps(
    chain: Chain, tasks: Sequence[KeptRow], deadlines: Iterable[KeptRow]
) -> Found:
    """Steps of a case that are not as its entries tell: the entry's number, what is wrong.

    `tasks` are in the order in which they began. Where words were destroyed, what they told of is
    believed, at the instant at which they were written.
    """
    of_task: dict[int, list[KeptRow]] = {}
    for row in deadlines:
        if row.task_id is not None:
            of_task.setdefault(row.task_id, []).append(row)
    if _are_all_told(chain.reads, tasks):  # as nearly always; what is wrong is looked for else
        for task in tasks:
            if problem := _wrong_due(task, of_task.get(task.id, ())):
                yield 0, f"The step “{task.element}” {problem}"
        return
    told = _Told(chain.reads)
    for task in tasks:
        problem = _wrong_beginning(chain, told, task) or _wrong_ending(chain, told, task)
        problem = problem or _wrong_due(task, of_task.get(task.id, ()))
        if problem:
            yield 0, f"The step “{task.element}” {problem}"
    yield from told.left()


def _are_all_told(reads: Iterable[Read], tasks: Iterable[KeptRow]) -> bool:
    """Whether the steps begin and end one by one as entries tell whose words are all there."""
    opened: list[Moment] = []
    ended: list[tuple[str, datetime, int | None, str]] = []
    for each in reads:
        entry, after = each.entry, each.after
        if not each.whole or entry.act == ANSWERED_AFTER:
            return False
        if "opened" in after:
            opened += [(element, entry.at) for element in after["opened"]]
        if "closed" in after:
            ended += [(element, entry.at, None, CANCELLED) for element in after["closed"]]
        if entry.act in _ENDING:
            ended.append((entry.element, entry.at, entry.actor_id, _ENDING[entry.act]))
    return _pair_off(opened, ended, tasks)


def _pair_off(
    opened: list[Moment],
    ended: list[tuple[str, datetime, int | None, str]],
    tasks: Iterable[KeptRow],
) -> bool:
    values: Any  # by their places, which costs a third of their names
    for values in tasks:
        _, _, element, at, closed_at, by, how, *_ = values
        here, end = (element, at), (element, closed_at, by, how)
        if here not in opened:
            return False
        opened.remove(here)
        if closed_at is not None:
            if end not in ended:
                return False
            ended.remove(end)
        elif by is not None or how:
            return False
    return not opened and not ended


def _wrong_beginning(chain: Chain, told: _Told, task: KeptRow) -> str:
    if _take(told.opened, (task.element, task.opened_at)) or task.opened_at in chain.unknown_at:
        return ""
    return f"did not begin {_day(task.opened_at)} by any entry."


def _wrong_ending(chain: Chain, told: _Told, task: KeptRow) -> str:
    at = task.closed_at
    if at is None:
        return "" if task.closed_by is None and not task.closed_how else "is open, but not as left."
    here = (task.element, at)
    if task.closed_how == CANCELLED:
        right = task.closed_by is None and _is_closed(chain, told, here)
    elif task.closed_how == COMPLETED:
        right = _take_by(told.answered, here, task.closed_by) or (
            _is_answered_after(told, task) and _is_closed(chain, told, here)
        )
    else:
        by_hand = task.closed_how == _BY_HAND
        right = by_hand and _take_by(told.skipped, here, task.closed_by)
    return "" if right else f"did not end {_day(at)}, or not so, by any entry."


def _is_closed(chain: Chain, told: _Told, here: Moment) -> bool:
    return _take(told.closed, here) or here[1] in chain.unknown_at


def _is_answered_after(told: _Told, task: KeptRow) -> bool:
    late = told.after.get(task.element, [])
    for each in late:
        at, _, by = each
        if at >= task.closed_at and by == task.closed_by:
            late.remove(each)
            return True
    return False


def _take(told: dict[Moment, list[int]], here: Moment) -> bool:
    if not (waiting := told.get(here)):
        return False
    waiting.pop(0)
    return True


def _take_by(
    told: dict[Moment, list[tuple[int, int | None]]], here: Moment, by: int | None
) -> bool:
    for each in told.get(here, ()):
        if each[1] == by:
            told[here].remove(each)
            return True
    return False


def _wrong_due(task: KeptRow, own: Sequence[KeptRow]) -> str:
    """What the step repeats of its deadlines, which are held against the entries by themselves."""
    kept = (task.due, task.original_due, task.overdue_at)
    if not own:
        return "" if kept == (None, None, None) else "has a due date that no entry tells of."
    for row in own:
        if kept == (row.due, row.original_due, row.fired_at):
            return ""
    return "has another due date than its deadline, or passed it at another time."


def _day(at: datetime) -> str:
    local = in_london(at)
    return f"on {local.day} {local:%B %Y} at {local:%H:%M}"
