"""What a report of one kind and period is made from, read once in one state of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from engine.access.figures import FigureRights
from engine.clock import LONDON
from engine.councils import Council, stage_in_words
from engine.figures import asked
from engine.figures.asked import Asked
from engine.figures.figures import Figures
from engine.figures.keeping import Reading
from engine.figures.small_numbers import hide_small, hide_small_lists, hide_small_table
from engine.figures.sums import read_figures
from engine.report_kinds import ReportKind
from engine.reports.periods import Period, period_before, period_with
from engine.reports.report import Cell
from engine.store.access import Held, Reader
from engine.store.database import Connection
from engine.store.report_lists import Span, find_spread_by_team, find_spread_by_theme

_NOBODY: Final = 0


@dataclass(frozen=True, kw_only=True)
class Raised:
    """The cases raised, as they leave the service: all, by how they began, by team and by theme.

    These are one number, told in several ways, so they are hidden together; None is hidden.
    """

    total: Cell
    informally: Cell
    formally: Cell
    by_team: Mapping[str, Cell]
    by_theme: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A report's kind and period, and the figures for whom it is made.

    `kept_informed` says that figures of one raiser, and of a post that one person holds, are read
    too (X-25). `reading` is how far the histories are read.
    """

    connection: Connection = field(repr=False)
    council: Council
    kind: ReportKind
    period: Period
    reading: Reading
    kept_informed: bool = False

    @property
    def hides(self) -> bool:
        """Whether small numbers are hidden (X-27)."""
        return self.kind.leaves_service

    @property
    def span(self) -> Span:
        """The period, as the store is asked for it."""
        return self._span(self.period)

    @property
    def span_before(self) -> Span:
        """The period with which this one is compared, likewise."""
        return self._span(self.period_before)

    @cached_property
    def figures(self) -> Figures:
        """The figures of the period."""
        return self._read(self.period)

    @cached_property
    def before(self) -> Figures:
        """The figures of as many days before, or of the week, month or the like before."""
        return self._read(self.period_before)

    @property
    def period_before(self) -> Period:
        """The period with which this one is compared."""
        every, period = self.kind.every, self.period
        if period == period_with(every, period.first):
            return period_before(every, period)
        day = timedelta(days=1)
        return Period(
            first=period.first - (period.last - period.first) - day, last=period.first - day
        )

    def stage(self, key: str) -> str:
        """A stage as the council calls it."""
        return stage_in_words(self.council, key) if key else "No stage"

    def post(self, key: str) -> str:
        """A post's title."""
        known = self.council.posts.get(key)
        return known.title if known else key

    @cached_property
    def raised(self) -> Raised:
        """The cases raised in the period, small numbers hidden."""
        teams = {e.key: e.cases for e in find_spread_by_team(self.connection, self.span)}
        themes = {e.key: e.cases for e in find_spread_by_theme(self.connection, self.span)}
        counts = (asked.RAISED_INFORMALLY, asked.RAISED_FORMALLY)
        began = {measure: self.figures.counts[measure].value for measure in counts}
        (how, by_team, by_theme), hidden = hide_small_lists(began, teams, themes)
        return Raised(
            total=None if hidden else self.figures.counts[asked.OPENED].value,
            informally=how[asked.RAISED_INFORMALLY],
            formally=how[asked.RAISED_FORMALLY],
            by_team=by_team,
            by_theme=by_theme,
        )

    def alone(self, number: int) -> Cell:
        """A number that is no part of others."""
        return hide_small({"": number})[""] if self.hides else number

    def parts(self, numbers: Sequence[int]) -> list[Cell]:
        """Numbers whose total may be known."""
        if not self.hides or not numbers:
            return list(numbers)
        return list(hide_small({str(n): each for n, each in enumerate(numbers)}).values())

    def grid(self, rows: Sequence[Sequence[int]]) -> list[list[Cell]]:
        """Rows of parts, each with its total before them; of the columns too it may be known."""
        if not rows or not self.hides:
            return [[sum(row), *row] for row in rows]
        told = hide_small_table(rows)
        return [[whole, *cells] for whole, cells in zip(told.rows, told.cells, strict=True)]

    def _span(self, period: Period) -> Span:
        return Span(
            council=self.council.key,
            first=period.first,
            last=period.last,
            since=_midnight(period.first),
            until=_midnight(period.last + timedelta(days=1)),
        )

    def _read(self, period: Period) -> Figures:
        of = Asked(council=self.council.key, first=period.first, last=period.last)
        return read_figures(
            self.connection, self.council, of, self._rights(), self.reading, by_theme=False
        )

    def _rights(self) -> FigureRights:
        """All of the service; of steps for few those that the post kept informed may see (X-36)."""
        post = self.council.kept_informed
        held = Held(person_id=_NOBODY, council=self.council.key, post=post, team="")
        return FigureRights(
            reader=Reader(person_id=_NOBODY, acting=(), held=(held,) if self.kept_informed else ()),
            council=self.council.key,
            service=True,
            teams=frozenset(),
            all_seats=self.kept_informed,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
