"""How a report tells a figure: beside that of the time before, or hidden as it leaves the service.

What leaves tells each number once: what is hidden in one place is not worked out from another, nor
from the report of another time (X-27).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from engine.figures import asked
from engine.figures.asked import Count
from engine.figures.figures import Figures
from engine.figures.small_numbers import hide_small, hide_small_total
from engine.reports.report import Cell, Section, Table
from engine.reports.source import Source


def section_of(key: str, title: str, *tables: Table, words: tuple[str, ...] = ()) -> Section:
    """A section that everybody reads who reads the report."""
    return Section(key=key, title=title, words=words, tables=tables)


def table_of(title: str, head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table that names no case."""
    return Table(title=title, head=tuple(head), rows=tuple(map(tuple, rows)))


def heads(source: Source, first: str) -> tuple[str, ...]:
    """The heads of a table of figures; what leaves the service is compared with no other time."""
    now = source.period.in_words
    return (first, now) if source.hides else (first, now, source.period_before.in_words)


def each_period(source: Source, value: Callable[[Figures], int]) -> list[Cell]:
    """A number that is no part of others, of this period and of the one before."""
    if source.hides:
        return [source.alone(value(source.figures))]
    return [value(source.figures), value(source.before)]


def compared(source: Source, measure: str) -> list[Cell]:
    """A measure of this period and of the one before."""
    if source.hides and measure in _HIDDEN_WITH_OTHERS:
        return [_HIDDEN_WITH_OTHERS[measure](source)]
    return each_period(source, lambda figures: figures.counts[measure].value)


_HIDDEN_WITH_OTHERS: Final[Mapping[str, Callable[[Source], Cell]]] = {
    asked.OPENED: lambda source: source.raised.total,
    asked.RAISED_INFORMALLY: lambda source: source.raised.informally,
    asked.RAISED_FORMALLY: lambda source: source.raised.formally,
    asked.CLOSED: lambda source: hide_small_total(
        {key: count.value for key, count in source.figures.outcomes.items()}
    ),
    asked.PASSED_OVER: lambda source: hide_small_total(_why(source)),
    asked.REFERRED: lambda source: hide_small_total(_how_referred(source)),
    asked.URGENT: lambda source: hide_small(_how_referred(source))[asked.URGENT],
}
"""What is the total of other numbers, or one of several that have a total."""


def _how_referred(source: Source) -> dict[str, int]:
    made, urgent = (source.figures.counts[each].value for each in (asked.REFERRED, asked.URGENT))
    return {asked.URGENT: urgent, "": made - urgent}


def _why(source: Source) -> dict[str, int]:
    return {detail: value_of(source.figures.reasons, detail) for detail in _REASONS}


def reasons(source: Source, detail: str) -> list[Cell]:
    """How often a stage was passed over with a reason, or without one."""
    if source.hides:
        return [hide_small(_why(source))[detail]]
    return each_period(source, lambda figures: value_of(figures.reasons, detail))


_REASONS: Final = (asked.GIVEN, asked.MISSING)


def alone(source: Source, measure: str) -> Cell:
    """A measure of this period that is no part of others."""
    return source.alone(source.figures.counts[measure].value)


def ratios(source: Source) -> list[Cell]:
    """The informal concerns for each formal one, of this period and of the one before."""
    found = [source.figures] if source.hides else [source.figures, source.before]
    return [_ratio(source, figures) for figures in found]


def _ratio(source: Source, figures: Figures) -> Cell:
    if source.hides and None in (source.raised.informally, source.raised.formally):
        return None
    began = (asked.RAISED_INFORMALLY, asked.RAISED_FORMALLY)
    informal, formal = (figures.counts[each].value for each in began)
    return round(informal / formal, 1) if formal else "no formal one"


def value_of(counts: Mapping[str, Count], key: str) -> int:
    """What is counted under that key; nought where nothing is."""
    return counts[key].value if key in counts else 0


def median(days: float | None) -> Cell:
    """A median of working days, as tables tell it."""
    return "none" if days is None else round(days, 1)
