"""Dates in words."""

from datetime import date

import pytest

from engine.calendars import Calendar, end_of_day
from engine.clock import parse_instant
from webui.words import (
    day_in_words,
    due_in_words,
    instant_in_words,
    paragraphs,
    short_day,
    until_in_words,
)

TUESDAY_AFTER_EASTER = end_of_day(date(2026, 4, 7))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-30T10:00", "Due Tuesday 7 April, 4 working days left"),
        ("2026-04-02T10:00", "Due Tuesday 7 April, 1 working day left"),
        ("2026-04-06T10:00", "Due Tuesday 7 April, 1 working day left"),
        ("2026-04-07T00:00", "Due today"),
        ("2026-04-07T23:59", "Due today"),
        ("2026-04-08T00:00", "Overdue since the end of Tuesday 7 April"),
        ("2027-01-04T10:00", "Overdue since the end of Tuesday 7 April 2026"),
        ("2025-12-31T10:00", "Due Tuesday 7 April 2026, 66 working days left"),
    ],
)
def test_a_due_date_says_how_long_is_left(now: str, words: str) -> None:
    assert due_in_words(TUESDAY_AFTER_EASTER, parse_instant(now), Calendar()) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-23T10:00", "Due 3:30pm on Tuesday 24 March, 1 working day left"),
        ("2026-03-24T10:00", "Due today by 3:30pm"),
        ("2026-03-24T15:31", "Overdue since 3:30pm on Tuesday 24 March"),
    ],
)
def test_a_due_time_is_said_with_its_hour(now: str, words: str) -> None:
    due = parse_instant("2026-03-24T15:30")
    assert due_in_words(due, parse_instant(now), Calendar()) == words


def test_where_the_calendar_ends_the_days_left_are_not_guessed() -> None:
    due = end_of_day(date(2101, 3, 1))
    words = due_in_words(due, parse_instant("2026-03-23T10:00"), Calendar())
    assert words == "Due Tuesday 1 March 2101"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-03-27T09:05", "Friday 27 March 2026 at 9:05am"),
        ("2026-03-29T12:00", "Sunday 29 March 2026 at midday"),
        ("2026-07-01T00:00", "Wednesday 1 July 2026 at midnight"),
        ("2026-07-01T16:00:00Z", "Wednesday 1 July 2026 at 5pm"),
    ],
)
def test_an_instant_is_told_in_londons_time(at: str, words: str) -> None:
    assert instant_in_words(parse_instant(at)) == words


def test_days_and_times() -> None:
    now = parse_instant("2026-03-23T10:00")
    assert day_in_words(date(2026, 4, 7)) == "Tuesday 7 April 2026"
    assert short_day(date(2015, 6, 2)) == "2 June 2015"
    assert until_in_words(TUESDAY_AFTER_EASTER, now) == "Tuesday 7 April"
    assert until_in_words(parse_instant("2027-04-06T16:00"), now) == "4pm on Tuesday 6 April 2027"


def test_what_is_said_in_a_banner_is_never_code() -> None:
    assert paragraphs("Done.\n<b>Next</b>") == (
        '<p class="govuk-notification-banner__heading">Done.</p>'
        '<p class="govuk-body">&lt;b&gt;Next&lt;/b&gt;</p>'
    )
