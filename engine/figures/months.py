"""Cases raised and closed month by month."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from engine.access.figures import FigureRights
from engine.figures import asked as m
from engine.figures.asked import Asked, Count, Which
from engine.figures.figures import Month
from engine.figures.sums import scope_of
from engine.store.database import Connection
from engine.store.figure_sums import count_by_day

MOST: Final = 24
"""So many months are told at most, the last ones: more are no line that anybody can read."""


def read_months(
    connection: Connection, asked: Asked, rights: FigureRights, today: date
) -> tuple[Month, ...]:
    """The months of the period, until today, from the first in which anything happened.

    Raises `NotAllowed` for figures that are not the reader's.
    """
    opened, closed = count_by_day(connection, scope_of(asked, rights))
    days = [*opened, *closed]
    if not days:
        return ()
    first = asked.first or min(days)
    last = max(min(asked.last or today, today), *days)
    return tuple(
        _month(replace(asked, first=since, last=until), opened, closed)
        for since, until in list(_spans(first, last))[-MOST:]
    )


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - timedelta(days=1), last)
        first = following


def _month(asked: Asked, opened: Mapping[date, int], closed: Mapping[date, int]) -> Month:
    assert asked.first is not None  # noqa: S101  (a month has both)
    assert asked.last is not None  # noqa: S101
    first, last = asked.first, asked.last

    def _count(measure: str, days: Mapping[date, int]) -> Count:
        value = sum(number for day, number in days.items() if first <= day <= last)
        return Count(value=value, which=Which(measure=measure, asked=asked))

    return Month(
        first=first, last=last, opened=_count(m.OPENED, opened), closed=_count(m.CLOSED, closed)
    )
