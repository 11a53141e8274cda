"""When the reports that the texts ask for are made, on literal days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.calendars import Calendar
from engine.clock import in_london, parse_instant
from engine.councils import read_council
from engine.report_kinds import ReportKind
from engine.reports.periods import (
    BadPeriod,
    Period,
    demand_period,
    made_at,
    next_made_at,
    period_before,
    period_with,
    periods_due,
)
from tests.stories import PROCESSES

ROTHERHAM = read_council(PROCESSES / "rotherham")
WEEKLY = ReportKind(
    key="tracker",
    title="Tracker",
    about="Who waits for what.",
    every="week",
    made_on=1,
    readers=("hos",),
    consists_of=("tracker",),
    leaves_service=False,
    stages=(),
    clauses=(),
)
MONTHLY = replace(WEEKLY, every="month", made_on=3)


def days(first: str, last: str) -> Period:
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last))


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        ("week", "2026-03-29", "2026-03-23", "2026-03-29"),
        ("week", "2026-12-31", "2026-12-28", "2027-01-03"),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-05", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("quarter", "2026-04-01", "2026-04-01", "2026-06-30"),
        ("half-year", "2027-01-15", "2026-10-01", "2027-03-31"),
        ("half-year", "2026-09-30", "2026-04-01", "2026-09-30"),
        ("year", "2027-03-31", "2026-04-01", "2027-03-31"),
        ("year", "2027-04-01", "2027-04-01", "2028-03-31"),
    ],
)
def test_a_period_is_a_week_from_monday_or_a_part_of_the_year_from_april(
    every: str, day: str, first: str, last: str
) -> None:
    found = period_with(every, date.fromisoformat(day))  # type: ignore[arg-type]

    assert found == days(first, last)
    before = period_before(every, found)  # type: ignore[arg-type]
    assert before.last == found.first - timedelta(days=1)


def test_bi_annual_is_twice_a_year() -> None:
    """A-NEL-11."""
    first = period_with("half-year", date(2026, 4, 1))
    second = period_with("half-year", first.last + timedelta(days=1))

    year = period_with("year", date(2026, 4, 1))
    assert (first.first, second.last) == (year.first, year.last)


@pytest.mark.parametrize(
    ("kind", "last", "at"),
    [
        (WEEKLY, "2026-03-29", "2026-03-30T08:00"),
        # Good Friday, Easter Monday.
        (WEEKLY, "2026-04-05", "2026-04-07T08:00"),
        # Christmas: Friday 25, the substitute day on Monday 28.
        (WEEKLY, "2026-12-27", "2026-12-29T08:00"),
        (MONTHLY, "2026-12-31", "2027-01-06T08:00"),
        (MONTHLY, "2026-02-28", "2026-03-04T08:00"),
    ],
)
def test_it_is_made_on_its_working_day_after_the_end(kind: ReportKind, last: str, at: str) -> None:
    period = period_with(kind.every, date.fromisoformat(last))

    assert made_at(kind, ROTHERHAM, period) == parse_instant(at)


def test_closure_days_of_the_council_put_it_off() -> None:
    closed = {date(2026, 12, day): "Christmas closure" for day in (29, 30, 31)}
    council = replace(ROTHERHAM, calendar=Calendar(closure_days=closed))

    at = made_at(WEEKLY, council, period_with("week", date(2026, 12, 27)))
    assert at == parse_instant("2027-01-04T08:00")


def test_it_is_made_at_the_same_time_by_the_clock_when_the_clocks_change() -> None:
    """British Summer Time begins on Sunday 29 March 2026 and ends on Sunday 25 October."""
    spring = made_at(WEEKLY, ROTHERHAM, period_with("week", date(2026, 3, 29)))
    winter = made_at(WEEKLY, ROTHERHAM, period_with("week", date(2026, 3, 22)))

    assert [in_london(at).hour for at in (winter, spring)] == [8, 8]
    assert spring - winter == timedelta(days=7) - timedelta(hours=1)


def test_nothing_is_made_before_its_time_and_each_period_once() -> None:
    monday = parse_instant("2026-03-30T08:00")
    before = monday - timedelta(seconds=1)
    week = days("2026-03-23", "2026-03-29")

    assert periods_due(WEEKLY, ROTHERHAM, before, date(2026, 3, 22)) == ()
    assert periods_due(WEEKLY, ROTHERHAM, monday, date(2026, 3, 22)) == (week,)
    assert periods_due(WEEKLY, ROTHERHAM, monday, week.last) == ()


def test_what_was_missed_is_caught_up_the_oldest_first() -> None:
    """No worker ran from before Christmas until Wednesday 6 January 2027."""
    due = periods_due(WEEKLY, ROTHERHAM, parse_instant("2027-01-06T09:00"), date(2026, 12, 13))

    assert due == (
        days("2026-12-14", "2026-12-20"),
        days("2026-12-21", "2026-12-27"),
        days("2026-12-28", "2027-01-03"),
    )


def test_after_years_away_only_the_latest_are_made_and_at_first_one_alone() -> None:
    now = parse_instant("2027-01-06T09:00")

    caught_up = periods_due(WEEKLY, ROTHERHAM, now, date(2020, 1, 5))
    assert (len(caught_up), caught_up[-1].last) == (12, date(2027, 1, 3))
    assert periods_due(WEEKLY, ROTHERHAM, now, None) == (days("2026-12-28", "2027-01-03"),)


def test_the_next_one_is_told() -> None:
    assert next_made_at(MONTHLY, ROTHERHAM, parse_instant("2026-12-20T12:00")) == parse_instant(
        "2027-01-06T08:00"
    )
    assert next_made_at(MONTHLY, ROTHERHAM, parse_instant("2027-01-05T12:00")) == parse_instant(
        "2027-01-06T08:00"
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (("2026-03-01", "2026-03-31"), "1 to 31 March 2026"),
        (("2026-04-01", "2026-09-30"), "1 April to 30 September 2026"),
        (("2026-12-28", "2027-01-03"), "28 December 2026 to 3 January 2027"),
        (("2026-03-23", "2026-03-23"), "23 March 2026"),
    ],
)
def test_a_period_in_words(period: tuple[str, str], words: str) -> None:
    assert days(*period).in_words == words


@pytest.mark.parametrize(
    ("first", "last", "mend"),
    [
        ("2026-03-24", "2026-03-23", "before the first one"),
        ("2026-03-24", "2026-03-26", "still to come"),
        ("2020-03-24", "2026-03-25", "longer than five years"),
    ],
)
def test_days_of_which_no_report_can_be_made(first: str, last: str, mend: str) -> None:
    with pytest.raises(BadPeriod, match=mend):
        demand_period(date.fromisoformat(first), date.fromisoformat(last), date(2026, 3, 25))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-03-30"),  # one day less would tell that day
        ("2026-01-02", "2026-03-31"),
        ("2026-03-01", "2026-03-31"),
        ("2025-04-01", "2026-03-31"),  # less three of its quarters it would tell the fourth
    ],
)
def test_what_leaves_the_service_is_made_of_whole_periods_alone(first: str, last: str) -> None:
    asked = (date.fromisoformat(first), date.fromisoformat(last), date(2026, 4, 1))
    with pytest.raises(BadPeriod, match="a quarter that is over: for example, 1 January to 31"):
        demand_period(*asked, whole="quarter")
    demand_period(*asked)


def test_what_leaves_the_service_is_made_of_a_period_when_it_is_over() -> None:
    quarter = (date(2026, 1, 1), date(2026, 3, 31))
    with pytest.raises(BadPeriod, match="a quarter that is over"):
        demand_period(*quarter, date(2026, 3, 31), whole="quarter")
    assert demand_period(*quarter, date(2026, 4, 1), whole="quarter") == days(
        "2026-01-01", "2026-03-31"
    )
