import json
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import (
    BadWorkingDays,
    Calendar,
    OutsideCalendar,
    Skipped,
    end_of_day,
)
from engine.clock import LONDON, BadInstant, in_london, parse_instant

ENGLAND = Calendar()
FIVE_O_CLOCK = Calendar(cut_off=time(17))
CLOSED_AT_CHRISTMAS = Calendar(
    closure_days={date(2026, 12, day): "Christmas closure" for day in (29, 30, 31)}
)
COLUMNS = (1, 5, 8, 10, 15, 20)

# Section 9 of the procedures, row by row.
VECTORS = [
    (
        "V1 Easter inside",
        ENGLAND,
        "2026-03-23T10:00",
        "2026-03-24 2026-03-30 2026-04-02 2026-04-08 2026-04-15 2026-04-22",
    ),
    (
        "V2 after five, no cut-off",
        ENGLAND,
        "2026-03-23T17:01",
        "2026-03-24 2026-03-30 2026-04-02 2026-04-08 2026-04-15 2026-04-22",
    ),
    (
        "V3 after the cut-off",
        FIVE_O_CLOCK,
        "2026-03-23T17:01",
        "2026-03-25 2026-03-31 2026-04-07 2026-04-09 2026-04-16 2026-04-23",
    ),
    (
        "V4 clocks go forward",
        ENGLAND,
        "2026-03-27T16:00",
        "2026-03-30 2026-04-07 2026-04-10 2026-04-14 2026-04-21 2026-04-28",
    ),
    (
        "V5 on a Saturday, no cut-off",
        ENGLAND,
        "2026-03-28T11:00",
        "2026-03-30 2026-04-07 2026-04-10 2026-04-14 2026-04-21 2026-04-28",
    ),
    (
        "V6 on a Saturday, with a cut-off",
        FIVE_O_CLOCK,
        "2026-03-28T11:00",
        "2026-03-31 2026-04-08 2026-04-13 2026-04-15 2026-04-22 2026-04-29",
    ),
    (
        "V7 clocks go back",
        ENGLAND,
        "2026-10-21T09:00",
        "2026-10-22 2026-10-28 2026-11-02 2026-11-04 2026-11-11 2026-11-18",
    ),
    (
        "V8 Christmas, no closure days",
        ENGLAND,
        "2026-12-18T12:00",
        "2026-12-21 2026-12-29 2027-01-04 2027-01-06 2027-01-13 2027-01-20",
    ),
    (
        "V9 Christmas, council closed",
        CLOSED_AT_CHRISTMAS,
        "2026-12-18T12:00",
        "2026-12-21 2027-01-04 2027-01-07 2027-01-11 2027-01-18 2027-01-25",
    ),
    (
        "V10 State Funeral",
        ENGLAND,
        "2022-09-12T10:00",
        "2022-09-13 2022-09-20 2022-09-23 2022-09-27 2022-10-04 2022-10-11",
    ),
    (
        "V11 Coronation",
        ENGLAND,
        "2023-04-28T10:00",
        "2023-05-02 2023-05-09 2023-05-12 2023-05-16 2023-05-23 2023-05-31",
    ),
    (
        "V12 two substitute days",
        ENGLAND,
        "2027-12-23T10:00",
        "2027-12-24 2028-01-04 2028-01-07 2028-01-11 2028-01-18 2028-01-25",
    ),
]


@pytest.mark.parametrize(
    ("calendar", "received", "due"),
    [row[1:] for row in VECTORS],
    ids=[row[0] for row in VECTORS],
)
def test_the_vectors_of_the_procedures_hold(calendar: Calendar, received: str, due: str) -> None:
    found = [in_london(calendar.due(parse_instant(received), n)).date() for n in COLUMNS]

    assert found == [date.fromisoformat(day) for day in due.split()]


def test_a_team_manager_has_until_the_end_of_tuesday_after_easter() -> None:
    assert ENGLAND.due(parse_instant("2026-03-27T16:00"), 5) == datetime(
        2026, 4, 7, 22, 59, 59, tzinfo=UTC
    )


def test_the_end_of_a_day_is_an_hour_earlier_in_utc_in_summer() -> None:
    assert end_of_day(date(2026, 3, 30)).isoformat() == "2026-03-30T22:59:59+00:00"
    assert end_of_day(date(2026, 10, 28)).isoformat() == "2026-10-28T23:59:59+00:00"


def test_the_statutory_clock_runs_through_the_councils_christmas_closure() -> None:
    received = parse_instant("2026-12-18T12:00")

    assert CLOSED_AT_CHRISTMAS.due(received, 20, statutory=True) == end_of_day(date(2027, 1, 20))
    assert CLOSED_AT_CHRISTMAS.due(received, 20) == end_of_day(date(2027, 1, 25))


def test_the_statutory_clock_does_not_wait_for_the_councils_cut_off() -> None:
    received = parse_instant("2026-03-23T17:01")

    assert FIVE_O_CLOCK.due(received, 20, statutory=True) == end_of_day(date(2026, 4, 22))
    assert FIVE_O_CLOCK.due(received, 20) == end_of_day(date(2026, 4, 23))


def test_five_o_clock_itself_is_not_after_the_cut_off() -> None:
    assert FIVE_O_CLOCK.due(parse_instant("2026-03-23T17:00"), 1) == end_of_day(date(2026, 3, 24))
    assert FIVE_O_CLOCK.due(parse_instant("2026-03-23T17:00:01"), 1) == end_of_day(
        date(2026, 3, 25)
    )


def test_a_closure_moves_receipt_for_the_stage_but_not_for_the_statutory_clock() -> None:
    calendar = Calendar(closure_days={date(2026, 12, 29): "Christmas closure"}, cut_off=time(17))
    received = parse_instant("2026-12-29T10:00")

    assert calendar.due(received, 1) == end_of_day(date(2026, 12, 31))
    assert calendar.due(received, 1, statutory=True) == end_of_day(date(2026, 12, 30))


def test_every_skipped_day_says_why() -> None:
    counted = CLOSED_AT_CHRISTMAS.count(parse_instant("2026-12-24T09:00"), 1)

    assert counted.days == (date(2027, 1, 4),)
    assert [(str(skipped.day), skipped.why) for skipped in counted.skipped] == [
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Saturday"),
        ("2026-12-27", "Sunday"),
        ("2026-12-28", "Boxing Day (substitute day)"),
        ("2026-12-29", "closed: Christmas closure"),
        ("2026-12-30", "closed: Christmas closure"),
        ("2026-12-31", "closed: Christmas closure"),
        ("2027-01-01", "New Year's Day"),
        ("2027-01-02", "Saturday"),
        ("2027-01-03", "Sunday"),
    ]


def test_the_day_that_the_cut_off_moved_receipt_to_is_explained() -> None:
    counted = FIVE_O_CLOCK.count(parse_instant("2026-03-27T17:30"), 1)

    assert counted.days == (date(2026, 3, 31),)
    assert counted.skipped == (
        Skipped(day=date(2026, 3, 28), why="Saturday"),
        Skipped(day=date(2026, 3, 29), why="Sunday"),
        Skipped(day=date(2026, 3, 30), why="day of receipt: cut-off 17:00"),
    )


def test_a_moment_before_midnight_in_utc_belongs_to_the_next_day_in_summer() -> None:
    assert ENGLAND.due(datetime(2026, 6, 1, 23, 30, tzinfo=UTC), 1) == end_of_day(date(2026, 6, 3))


def test_24_working_hours_from_friday_end_at_the_same_clock_time_on_monday() -> None:
    received = parse_instant("2026-03-27T16:00")  # GMT; on the Monday it is summer time

    assert ENGLAND.same_time_next_working_day(received) == parse_instant("2026-03-30T16:00")
    assert ENGLAND.same_time_next_working_day(received).isoformat() == "2026-03-30T15:00:00+00:00"


def test_24_working_hours_jump_over_easter() -> None:
    received = parse_instant("2026-04-02T09:15")

    assert ENGLAND.same_time_next_working_day(received) == parse_instant("2026-04-07T09:15")


def test_a_day_late_is_one_working_day_and_a_day_early_minus_one() -> None:
    assert ENGLAND.working_days_between(date(2026, 4, 2), date(2026, 4, 7)) == 1
    assert ENGLAND.working_days_between(date(2026, 4, 7), date(2026, 4, 2)) == -1
    assert ENGLAND.working_days_between(date(2026, 4, 7), date(2026, 4, 7)) == 0


@pytest.mark.parametrize("working_days", [0, -1, 1001])
def test_a_number_of_days_that_no_deadline_can_have_is_refused(working_days: int) -> None:
    with pytest.raises(BadWorkingDays, match="Give a whole number from 1 to 1000"):
        ENGLAND.due(parse_instant("2026-03-27T16:00"), working_days)


@pytest.mark.parametrize(
    ("received", "year"), [("1999-12-31T12:00", 1999), ("2099-12-30T12:00", 2100)]
)
def test_years_without_known_bank_holidays_are_refused(received: str, year: int) -> None:
    with pytest.raises(OutsideCalendar, match=f"bank holidays of {year} are not known"):
        ENGLAND.due(parse_instant(received), 20)


def test_the_first_moment_of_all_is_refused_and_does_not_overflow() -> None:
    with pytest.raises(OutsideCalendar):
        ENGLAND.due(datetime.min.replace(tzinfo=UTC), 1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInstant, match="has no time zone"):
        ENGLAND.due(datetime(2026, 3, 27, 16), 5)  # noqa: DTZ001


def govuk_holidays() -> set[date]:
    """England's list as the government published it, from the data that the package bundles."""
    listed = json.loads(
        files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8")
    )
    return {date.fromisoformat(event["date"]) for event in listed["england-and-wales"]["events"]}


@pytest.mark.parametrize("year", range(2012, 2029))
def test_the_bank_holidays_are_the_ones_that_govuk_lists(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=past) for past in range(366)]
    weekdays = [day for day in days if day.year == year and day.weekday() < 5]

    ours = {day for day in weekdays if not ENGLAND.is_working_day(day)}

    assert len(ours) >= 8
    assert ours == {day for day in govuk_holidays() if day.year == year}


LOCAL = st.datetimes(datetime(2005, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001
INSTANTS = LOCAL.map(lambda local: local.replace(tzinfo=UTC))
COUNTS = st.integers(1, 60)
CLOSURES = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.just("closed"), max_size=40
)
CALENDARS = st.builds(
    Calendar, closure_days=CLOSURES, cut_off=st.none() | st.sampled_from([time(12), time(17)])
)
NEAR_CLOSURES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda local: local.replace(tzinfo=UTC)
)


@given(CALENDARS, INSTANTS | NEAR_CLOSURES, COUNTS, st.booleans())
def test_nothing_is_ever_due_on_a_day_that_is_not_a_working_day(
    calendar: Calendar, received: datetime, n: int, statutory: bool
) -> None:
    due = in_london(calendar.due(received, n, statutory=statutory))

    assert calendar.is_working_day(due.date(), statutory=statutory)
    assert due.time() == time(23, 59, 59)


@given(CALENDARS, INSTANTS | NEAR_CLOSURES, COUNTS, st.booleans())
def test_one_working_day_more_is_always_later(
    calendar: Calendar, received: datetime, n: int, statutory: bool
) -> None:
    sooner = calendar.due(received, n, statutory=statutory)

    assert received < sooner < calendar.due(received, n + 1, statutory=statutory)


@given(CALENDARS, NEAR_CLOSURES, st.timedeltas(timedelta(0), timedelta(days=20)), COUNTS)
def test_what_is_received_later_is_never_due_sooner(
    calendar: Calendar, received: datetime, later: timedelta, n: int
) -> None:
    assert calendar.due(received, n) <= calendar.due(received + later, n)
    assert calendar.due(received, n, statutory=True) <= calendar.due(
        received + later, n, statutory=True
    )


@given(CALENDARS, NEAR_CLOSURES, COUNTS)
def test_the_statutory_clock_never_runs_longer_than_a_stage_clock(
    calendar: Calendar, received: datetime, n: int
) -> None:
    assert calendar.due(received, n, statutory=True) <= calendar.due(received, n)


@given(CLOSURES, INSTANTS | NEAR_CLOSURES, COUNTS, st.booleans())
def test_the_days_between_receipt_and_due_are_the_days_given(
    closures: dict[date, str], received: datetime, n: int, statutory: bool
) -> None:
    calendar = Calendar(closure_days=closures)
    due = in_london(calendar.due(received, n, statutory=statutory)).date()
    came = in_london(received).date()

    assert calendar.working_days_between(came, due, statutory=statutory) == n


@given(CALENDARS, NEAR_CLOSURES, COUNTS, st.booleans())
def test_each_day_up_to_the_due_day_is_counted_or_skipped_once(
    calendar: Calendar, received: datetime, n: int, statutory: bool
) -> None:
    counted = calendar.count(received, n, statutory=statutory)
    came = in_london(received).date()
    days = sorted([*counted.days, *(skipped.day for skipped in counted.skipped)])

    assert len(counted.days) == n
    assert days == [came + timedelta(days=past) for past in range(1, len(days) + 1)]
    assert counted.due == end_of_day(days[-1])


CLOCK_CHANGES = [
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2025, 3, 30),
    date(2025, 10, 26),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2027, 3, 28),
    date(2027, 10, 31),
]


@pytest.mark.parametrize("sunday", CLOCK_CHANGES)
@given(minutes=st.integers(0, 3 * 24 * 60), n=st.integers(1, 10))
def test_a_change_of_the_clocks_neither_wins_nor_loses_a_day(
    sunday: date, minutes: int, n: int
) -> None:
    friday = datetime.combine(sunday - timedelta(days=2), time(), LONDON).astimezone(UTC)
    received = friday + timedelta(minutes=minutes)
    due = in_london(ENGLAND.due(received, n))

    assert due.time() == time(23, 59, 59)
    assert ENGLAND.working_days_between(in_london(received).date(), due.date()) == n


@given(CALENDARS, INSTANTS | NEAR_CLOSURES)
def test_24_working_hours_keep_the_clock_time(calendar: Calendar, received: datetime) -> None:
    due = in_london(calendar.same_time_next_working_day(received))

    assert due.time() == in_london(received).time()
    assert calendar.is_working_day(due.date())
    assert calendar.working_days_between(in_london(received).date(), due.date()) == 1
