from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.clock import BadInstant, SetClock, SystemClock, in_london, parse_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-27T16:00", "2026-03-27T16:00:00+00:00"),
        ("2026-06-01T16:00", "2026-06-01T15:00:00+00:00"),
        ("2026-06-01 16:00:05", "2026-06-01T15:00:05+00:00"),
        ("2026-06-01T16:00Z", "2026-06-01T16:00:00+00:00"),
        ("2026-06-01T16:00:00-05:00", "2026-06-01T21:00:00+00:00"),
        ("2026-06-01", "2026-05-31T23:00:00+00:00"),
        (" 2026-01-01T00:00 ", "2026-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_london_time(text: str, instant: str) -> None:
    assert parse_instant(text).isoformat() == instant


def test_half_past_one_happens_twice_in_october_and_the_first_is_meant() -> None:
    assert parse_instant("2026-10-25T01:30").isoformat() == "2026-10-25T00:30:00+00:00"
    assert parse_instant("2026-10-25T01:30+00:00").isoformat() == "2026-10-25T01:30:00+00:00"


def test_half_past_one_does_not_happen_on_the_last_sunday_in_march() -> None:
    with pytest.raises(BadInstant, match=r"01:30 on 2026-03-29 did not happen.*one hour later"):
        parse_instant("2026-03-29T01:30")
    assert parse_instant("2026-03-29T02:30").isoformat() == "2026-03-29T01:30:00+00:00"


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "27/03/2026", "2026-W13-5", "20260327", "2026-03-27x16:00", "٢٠٢٦-٠٣-٢٧"],
)
def test_what_is_no_date_is_refused_with_one_that_is(text: str) -> None:
    with pytest.raises(BadInstant, match="Write it as 2026-03-27T16:00"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01T10:00", "2026-03-27T25:00", "9999-12-31T23:00-05:00"]
)
def test_a_day_that_is_in_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(BadInstant, match="Check the day, the month and the time"):
        parse_instant(text)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(BadInstant) as refused:
        parse_instant("9" * 10_000)

    assert len(str(refused.value)) < 200


def test_london_shows_summer_time() -> None:
    shown = in_london(datetime(2026, 3, 30, 22, 59, 59, tzinfo=UTC))

    assert shown.isoformat() == "2026-03-30T23:59:59+01:00"


def test_a_set_clock_stands_still_until_it_is_moved() -> None:
    clock = SetClock(datetime(2026, 3, 27, 18, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now().isoformat() == "2026-03-27T16:00:00+00:00"

    clock.advance(timedelta(days=3))
    assert clock.now().isoformat() == "2026-03-30T16:00:00+00:00"

    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now().isoformat() == "2026-01-01T00:00:00+00:00"


def test_a_clock_cannot_be_set_to_a_time_without_a_zone() -> None:
    naive = datetime(2026, 3, 27, 16)  # noqa: DTZ001

    with pytest.raises(BadInstant, match="has no time zone"):
        SetClock(naive)
    with pytest.raises(BadInstant, match="has no time zone"):
        SetClock(datetime(2026, 1, 1, tzinfo=UTC)).set(naive)
    with pytest.raises(BadInstant, match="has no time zone"):
        in_london(naive)


def test_the_machines_clock_speaks_utc_and_goes_forward() -> None:
    first = SystemClock().now()

    assert first.tzinfo is UTC
    assert first <= SystemClock().now()
