"""CSV as a star schema: cases, tasks and events, and the calendar that their days look up.

The files are those that Power BI reads at once: UTF-8 with its mark, a heading, keys that are
joined by name. Days are those of Europe/London; instants keep their offset from it.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

from engine.calendars import Calendar
from engine.clock import in_london
from engine.exports.trace import Event, TaskTrace, Trace, Value, clean

CASES = (
    "case", "council", "procedure", "version", "entry", "stage", "outcome", "follows_case",
    "opened_at", "opened_on", "clock_started_on", "closed_at", "closed_on", "working_days",
    "concerns", "themes",
)  # fmt: skip
TASKS = (
    "task", "case", "element", "name", "stage", "post", "opened_at", "opened_on",
    "original_due_on", "due_on", "closed_at", "closed_on", "how", "late", "working_days",
)  # fmt: skip
EVENTS = (
    "event", "case", "task", "history_entry", "at", "on", "activity", "element", "transition",
    "lifecycle", "stage", "post", "due_on", "late", "standing_in", "working_days",
)  # fmt: skip
DAYS = ("day", "year", "quarter", "month", "week", "weekday", "working_day", "why_not")

Cell = Value | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Table:
    """A file of the star, in which the days that it looks up are noted."""

    def __init__(self, stack: ExitStack, path: Path, heading: tuple[str, ...]) -> None:
        file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
        self._writer = csv.writer(file)
        self._writer.writerow(heading)
        self.first: date | None = None
        self.last: date | None = None

    def add(self, cells: Iterable[Cell]) -> None:
        row = list(cells)
        for cell in row:
            if isinstance(cell, date) and not isinstance(cell, datetime):
                self.first = min(self.first or cell, cell)
                self.last = max(self.last or cell, cell)
        self._writer.writerow([_text(cell) for cell in row])


def write_star(traces: Iterable[Trace], folder: Path, calendar: Calendar) -> None:
    """Write case.csv, task.csv, event.csv and calendar.csv into an empty folder."""
    with ExitStack() as stack:
        cases = _Table(stack, folder / "case.csv", CASES)
        tasks = _Table(stack, folder / "task.csv", TASKS)
        events = _Table(stack, folder / "event.csv", EVENTS)
        days = _Table(stack, folder / "calendar.csv", DAYS)
        for trace in traces:
            cases.add(_case(trace))
            for task in trace.tasks:
                tasks.add(_task(trace, task))
            known = {task.token for task in trace.tasks}
            for event in trace.events:
                events.add(_event(trace, event, known))
        tables = (cases, tasks, events)
        first = min((t.first for t in tables if t.first), default=None)
        last = max((t.last for t in tables if t.last), default=None)
        if first is not None and last is not None:
            for row in _days(calendar, first, last):
                days.add(row)


def _case(trace: Trace) -> Iterable[Cell]:
    themes = (theme for c in trace.concerns for theme in c.themes.split("; ") if theme)
    return (
        trace.key,
        trace.council,
        trace.procedure,
        trace.version,
        trace.entry,
        trace.stage,
        trace.outcome,
        trace.linked_to,
        _at(trace.opened_at),
        _on(trace.opened_at),
        _on(trace.clock_started_at),
        _at(trace.closed_at),
        _on(trace.closed_at),
        trace.working_days,
        len(trace.concerns),
        "; ".join(dict.fromkeys(themes)),
    )


def _task(trace: Trace, task: TaskTrace) -> Iterable[Cell]:
    return (
        f"{trace.key}-{task.token}",
        trace.key,
        task.element,
        task.name,
        task.stage,
        task.post,
        _at(task.opened_at),
        _on(task.opened_at),
        _on(task.original_due),
        _on(task.due),
        _at(task.closed_at),
        _on(task.closed_at),
        task.how,
        task.late,
        task.working_days,
    )


def _event(trace: Trace, event: Event, known: set[int]) -> Iterable[Cell]:
    return (
        f"{trace.key}-e{event.number:06d}",
        trace.key,
        f"{trace.key}-{event.token}" if event.token in known else None,
        event.entry,
        _at(event.at),
        _on(event.at),
        event.activity,
        event.element,
        event.transition,
        event.lifecycle,
        event.stage,
        event.post,
        _on(event.due),
        event.late,
        event.standing_in,
        event.working_days,
    )


def _days(calendar: Calendar, first: date, last: date) -> Iterator[Iterable[Cell]]:
    """Whole years, as tools that compare years want them."""
    day = date(first.year, 1, 1)
    while day.year <= last.year:
        why = calendar.why_not(day)
        quarter, week = (day.month + 2) // 3, day.isocalendar().week
        yield (day, day.year, quarter, day.month, week, f"{day:%A}", why is None, why)
        day += timedelta(days=1)


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else in_london(instant).isoformat(timespec="seconds")


def _on(instant: datetime | None) -> date | None:
    return None if instant is None else in_london(instant).date()


def _text(cell: Cell) -> str:
    """No cell begins as a formula does: a spreadsheet would carry it out."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    text = clean(str(cell))
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text
