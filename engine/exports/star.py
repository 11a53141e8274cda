"""CSV as a star schema: cases, tasks and events, and the calendar that their days look up.

The files are those that Power BI reads at once: UTF-8 with its mark, a heading, keys that are
joined by name. Days are those of Europe/London; instants keep their offset from it.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from engine.calendars import Calendar
from engine.clock import in_london
from engine.exports.trace import Event, TaskTrace, Trace, Value, clean
from engine.formulas import defused

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
    "version",
)  # fmt: skip
DAYS = ("day", "year", "quarter", "month", "week", "weekday", "working_day", "why_not")

CALENDAR: Final = "calendar"
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "case": CASES,
    "task": TASKS,
    "event": EVENTS,
    CALENDAR: DAYS,
}

Cell = Value | date | None


class _Days:
    """The first and the last day that cells name."""

    def __init__(self) -> None:
        self.first: date | None = None
        self.last: date | None = None

    def note(self, cells: Sequence[Cell]) -> None:
        for cell in cells:
            if isinstance(cell, date) and not isinstance(cell, datetime):
                self.first = min(self.first or cell, cell)
                self.last = max(self.last or cell, cell)


class _Line:
    """Takes what is written, for whoever sends it on line by line."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def write_star(traces: Iterable[Trace], folder: Path, calendar: Calendar) -> None:
    """Write case.csv, task.csv, event.csv and calendar.csv into an empty folder."""
    days = _Days()
    with ExitStack() as stack:
        writers = {}
        for name, heading in HEADINGS.items():
            path = folder / f"{name}.csv"
            file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            writers[name] = csv.writer(file)
            writers[name].writerow(heading)
        for trace in traces:
            for name, rows in _ROWS.items():
                for row in rows(trace):
                    days.note(row)
                    writers[name].writerow([_text(cell) for cell in row])
        if days.first is not None and days.last is not None:
            for row in _calendar(calendar, days.first, days.last):
                writers[CALENDAR].writerow([_text(cell) for cell in row])


def stream_table(name: str, traces: Iterable[Trace]) -> Iterator[str]:
    """One of the tables but the calendar, line by line, with its heading."""
    return _stream(HEADINGS[name], (row for trace in traces for row in _ROWS[name](trace)))


def stream_calendar(calendar: Calendar, first: date, last: date) -> Iterator[str]:
    """The calendar's whole years from one day to another, line by line, with its heading."""
    return _stream(DAYS, _calendar(calendar, first, last))


def _stream(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(heading)
    yield f"\ufeff{line.text}"
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
        yield line.text


def _cases(trace: Trace) -> Iterator[Sequence[Cell]]:
    yield _case(trace)


def _tasks(trace: Trace) -> Iterator[Sequence[Cell]]:
    return (_task(trace, task) for task in trace.tasks)


def _events(trace: Trace) -> Iterator[Sequence[Cell]]:
    known = {task.token for task in trace.tasks}
    return (_event(trace, event, known) for event in trace.events)


def _case(trace: Trace) -> Sequence[Cell]:
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


def _task(trace: Trace, task: TaskTrace) -> Sequence[Cell]:
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


def _event(trace: Trace, event: Event, known: set[int]) -> Sequence[Cell]:
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
        event.version,
    )


def _calendar(calendar: Calendar, first: date, last: date) -> Iterator[Sequence[Cell]]:
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
    return defused(text) if isinstance(cell, str) else text


_ROWS: Final[Mapping[str, Callable[[Trace], Iterator[Sequence[Cell]]]]] = {
    "case": _cases,
    "task": _tasks,
    "event": _events,
}
