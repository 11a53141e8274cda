"""Each working day of a case belongs to whoever had it in hand when the day began (A-NEL-4)."""

from datetime import date, datetime

from engine.calendars import Calendar
from engine.case_file.clock import ElapsedDay, Held, attribute_days, count_days
from engine.clock import LONDON

CALENDAR = Calendar()


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def held(post: str, starts: str, ends: str | None = None) -> Held:
    return Held(post=post, starts=london(starts), ends=london(ends) if ends else None)


def test_an_answer_on_the_last_afternoon_used_five_days_and_none_of_them_is_the_raisers() -> None:
    # V1: received on Monday 23 March 2026, due on Monday 30 March.
    days = attribute_days(
        CALENDAR,
        [
            held("tm", "2026-03-23T10:00", "2026-03-30T16:30"),
            held("raiser", "2026-03-30T16:30"),
        ],
        started=london("2026-03-23T10:00"),
        until=london("2026-03-30T18:00"),
    )
    assert days == tuple(
        ElapsedDay(day=day, post="tm")
        for day in (
            date(2026, 3, 24),
            date(2026, 3, 25),
            date(2026, 3, 26),
            date(2026, 3, 27),
            date(2026, 3, 30),
        )
    )


def test_the_day_on_which_the_raiser_moves_it_on_is_the_raisers_and_day_0_of_the_next() -> None:
    # Answered on Thursday, decided on the next Tuesday morning; then the Service Manager has it.
    days = attribute_days(
        CALENDAR,
        [
            held("tm", "2026-03-23T10:00", "2026-03-26T15:00"),
            held("raiser", "2026-03-26T15:00", "2026-03-31T09:00"),
            held("sm", "2026-03-31T09:00"),
        ],
        started=london("2026-03-23T10:00"),
        until=london("2026-04-01T12:00"),
    )
    assert count_days(days) == {"tm": 3, "raiser": 3, "sm": 1}
    assert [each.post for each in days if each.day == date(2026, 3, 31)] == ["raiser"]


def test_good_friday_easter_monday_and_the_weekend_between_belong_to_nobody() -> None:
    days = attribute_days(
        CALENDAR,
        [held("tm", "2026-04-02T10:00")],
        started=london("2026-04-02T10:00"),
        until=london("2026-04-08T12:00"),
    )
    assert [each.day for each in days] == [date(2026, 4, 7), date(2026, 4, 8)]


def test_a_day_on_which_the_council_is_closed_counts_in_the_limit_all_the_same() -> None:
    closed = Calendar(closure_days={date(2026, 12, 29): "Christmas closure"})
    days = attribute_days(
        closed,
        [held("tm", "2026-12-24T10:00")],
        started=london("2026-12-24T10:00"),
        until=london("2026-12-30T12:00"),
    )
    assert [each.day for each in days] == [date(2026, 12, 29), date(2026, 12, 30)]


def test_while_an_answer_is_missing_the_days_are_the_respondents() -> None:
    days = attribute_days(
        CALENDAR,
        [held("raiser", "2026-03-30T23:59:59"), held("tm", "2026-03-23T10:00")],
        started=london("2026-03-23T10:00"),
        until=london("2026-04-01T12:00"),
    )
    assert count_days(days) == {"tm": 7}


def test_a_day_that_nobody_had_is_put_down_to_nobody() -> None:
    days = attribute_days(
        CALENDAR,
        [held("tm", "2026-03-23T10:00", "2026-03-24T10:00")],
        started=london("2026-03-23T10:00"),
        until=london("2026-03-25T12:00"),
    )
    assert count_days(days) == {"tm": 1, None: 1}


def test_the_night_when_the_clocks_go_forward_moves_no_day_to_somebody_else() -> None:
    # Answered at 00:30 on Monday 30 March, the day after: the Monday had begun with the manager.
    days = attribute_days(
        CALENDAR,
        [
            held("tm", "2026-03-27T16:00", "2026-03-30T00:30"),
            held("raiser", "2026-03-30T00:30"),
        ],
        started=london("2026-03-27T16:00"),
        until=london("2026-03-31T09:00"),
    )
    assert [each.post for each in days] == ["tm", "raiser"]


def test_on_the_day_on_which_it_starts_no_day_has_gone() -> None:
    started = london("2026-03-23T10:00")
    until = london("2026-03-23T23:30")
    assert (
        attribute_days(CALENDAR, [held("tm", "2026-03-23T10:00")], started=started, until=until)
        == ()
    )
