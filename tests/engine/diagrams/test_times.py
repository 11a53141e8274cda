from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import Calendar, OutsideCalendar
from engine.clock import in_london, parse_instant
from engine.diagrams.times import BadTime, Time, Unit, parse
from engine.diagrams.values import Value

CHRISTMAS = Calendar(
    closure_days={date(2026, 12, day): "Christmas closure" for day in (29, 30, 31)}
)


def due(text: str, received: str, *, statutory: bool = False, **values: Value) -> str:
    """When `text` is due, as a clock in London shows it."""
    instant = parse(text).due(parse_instant(received), CHRISTMAS, values, statutory=statutory)
    assert instant.tzinfo is UTC
    return f"{in_london(instant):%Y-%m-%d %H:%M:%S}"


def test_five_working_days_end_with_the_tuesday_after_easter() -> None:
    assert due("5 working days", "2026-03-27T16:00") == "2026-04-07 23:59:59"


def test_only_the_statutory_clock_runs_while_the_council_is_closed() -> None:
    assert due("20 working days", "2026-12-18T12:00") == "2027-01-25 23:59:59"
    assert due("20 working days", "2026-12-18T12:00", statutory=True) == "2027-01-20 23:59:59"


def test_calendar_days_run_over_weekends_to_the_end_of_the_day() -> None:
    assert due("10 days", "2026-03-27T16:00") == "2026-04-06 23:59:59"


def test_hours_are_elapsed_hours_also_when_the_clocks_change() -> None:
    assert due("24 hours", "2026-03-28T16:00") == "2026-03-29 17:00:00"
    assert due("24 hours", "2026-10-24T16:00") == "2026-10-25 15:00:00"
    assert due("30 minutes", "2026-03-27T16:00") == "2026-03-27 16:30:00"


def test_the_same_time_next_working_day_is_24_working_hours() -> None:
    text = "same time next working day"

    assert due(text, "2026-03-26T16:00") == "2026-03-27 16:00:00"
    assert due(text, "2026-03-27T16:00") == "2026-03-30 16:00:00"
    assert due(text, "2026-04-02T09:15") == "2026-04-07 09:15:00"
    assert due(f"{text} from agreed_at", "2026-04-20T11:00", agreed_at="2026-04-17T16:00") == (
        "2026-04-20 16:00:00"
    )
    assert due(f"{text} from agreed_at", "2026-04-20T11:00") == "2026-04-21 11:00:00"


def test_a_closure_day_is_no_working_day_for_the_24_hours_but_for_the_statutory_clock() -> None:
    text = "same time next working day"

    assert due(text, "2026-12-24T16:00") == "2027-01-04 16:00:00"
    assert due(text, "2026-12-24T16:00", statutory=True) == "2026-12-29 16:00:00"


def test_where_24_hours_may_be_elapsed_ones_their_end_is_told_too() -> None:
    received = parse_instant("2026-03-28T12:00")
    both = parse("same time next working day from agreed_at")

    assert both.elapsed(received, {}) == parse_instant("2026-03-29T13:00")  # the clocks change
    agreed = {"agreed_at": "2026-03-27T16:00"}
    assert both.elapsed(received, agreed) == parse_instant("2026-03-28T16:00")
    assert parse("24 hours").elapsed(received, {}) is None


def test_iso_durations_mean_what_the_words_mean() -> None:
    assert parse("P5D") == parse("5 days")
    assert parse("P2W") == parse("14 days")
    assert parse("PT24H") == parse("24 hours")
    assert parse("PT1H30M") == parse("90 minutes")


def test_a_written_date_is_the_end_of_that_day_and_an_instant_is_itself() -> None:
    assert due("2026-04-07", "2026-03-27T16:00") == "2026-04-07 23:59:59"
    assert due("2026-04-07T17:00", "2026-03-27T16:00") == "2026-04-07 17:00:00"
    assert due("2026-04-07T17:00Z", "2026-03-27T16:00") == "2026-04-07 18:00:00"


@pytest.mark.parametrize(
    ("answer_by", "expected"),
    [
        ("2026-04-01", "2026-04-01 23:59:59"),
        (date(2026, 4, 1), "2026-04-01 23:59:59"),
        ("2026-04-01T12:00", "2026-04-01 12:00:00"),
        (datetime(2026, 4, 1, 11, tzinfo=UTC), "2026-04-01 12:00:00"),
    ],
)
def test_a_name_is_the_date_or_instant_that_it_holds(answer_by: Value, expected: str) -> None:
    assert due("answer_by", "2026-03-27T16:00", answer_by=answer_by) == expected


@pytest.mark.parametrize("answer_by", [None, "", "  "])
def test_a_name_that_holds_nothing_gives_no_time(answer_by: Value) -> None:
    with pytest.raises(BadTime, match=r"answer_by is empty\. Give it a date"):
        due("answer_by", "2026-03-27T16:00", answer_by=answer_by)


def test_the_earlier_of_a_period_and_a_date_counts() -> None:
    text = "10 working days, or answer_by if earlier"

    assert due(text, "2026-03-27T16:00", answer_by="2026-04-01") == "2026-04-01 23:59:59"
    assert due(text, "2026-03-27T16:00", answer_by="2026-05-01") == "2026-04-14 23:59:59"
    assert due(text, "2026-03-27T16:00", answer_by=None) == "2026-04-14 23:59:59"
    assert due(text, "2026-03-27T16:00") == "2026-04-14 23:59:59"


def test_a_back_dated_contact_starts_the_day_earlier() -> None:
    text = "1 working day from contacted_at"

    assert due(text, "2026-03-27T16:00", contacted_at="2026-03-26T09:00") == "2026-03-27 23:59:59"
    assert due(text, "2026-03-27T16:00", contacted_at="2026-03-26") == "2026-03-27 23:59:59"
    assert due(text, "2026-03-27T16:00") == "2026-03-30 23:59:59"


@pytest.mark.parametrize("value", ["soon", True, 5, "2026-02-30"])
def test_a_value_that_is_no_date_is_refused_with_its_name(value: Value) -> None:
    for text in ("answer_by", "5 days from answer_by", "5 days, or answer_by if earlier"):
        with pytest.raises(BadTime, match="answer_by should hold a date"):
            due(text, "2026-03-27T16:00", answer_by=value)


def test_a_date_at_the_end_of_time_is_refused_and_does_not_overflow() -> None:
    for text in ("5 days from at", "9999 hours from at"):
        with pytest.raises(BadTime, match="end in no calendar"):
            due(text, "2026-03-27T16:00", at="9999-12-31T12:00")
    with pytest.raises(OutsideCalendar):
        due("5 working days from at", "2026-03-27T16:00", at="9999-12-31")


def test_a_time_tells_its_names_and_its_working_days() -> None:
    time = parse("10 working days from contacted_at, or answer_by if earlier")

    assert time == Time(
        amount=10,
        unit=Unit.WORKING_DAY,
        starts="contacted_at",
        unless_earlier="answer_by",
    )
    assert time.names == {"contacted_at", "answer_by"}
    assert time.working_days == 10
    assert parse("answer_by").names == {"answer_by"}
    assert parse("24 hours").working_days is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5 Working  Days", "5 working days"),
        ("1 working days", "1 working day"),
        ("\n 10 working\ndays or answer_by if earlier", "10 working days, or answer_by if earlier"),
        ("1 working day FROM contacted_at", "1 working day from contacted_at"),
        ("PT30M", "30 minutes"),
        ("Same Time next working day FROM agreed_at", "same time next working day from agreed_at"),
        ("2026-04-07", "2026-04-07"),
        ("answer_by", "answer_by"),
    ],
)
def test_a_time_is_told_in_the_words_of_its_owners(text: str, words: str) -> None:
    assert parse(text).in_words() == words
    assert parse(words) == parse(text)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("5 workdays", "5 working days"),
        ("5 business days", "5 working days"),
        ("5 working-days", "5 working days"),
        ("5wd", "5 working days"),
        ("five days", "5 days"),
        ("five working days", "5 working days"),
        ("a working day", "1 working day"),
        ("within 5 working days", "5 working days"),
        ("24h", "24 hours"),
        ("by the same time on the next working day", "same time next working day"),
        ("the same time the following business day", "same time next working day"),
        ("24hrs", "24 hours"),
        ("30 mins", "30 minutes"),
        ("2 weeks", "14 days"),
        ("${answer_by}", "answer_by"),
        ("#{answer_by}", "answer_by"),
        ("=answer_by", "answer_by"),
        ('="P5D"', "5 days"),
        ("R3/PT10H", "10 hours"),
        ("R/P1D", "1 day"),
        ("P1DT12H", "36 hours"),
        ("07/04/2026", "2026-04-07"),
        ("5 workdays, or answer_by if sooner", "5 working days, or answer_by if earlier"),
        ("5 days or answer_by, whichever is earlier", "5 days, or answer_by if earlier"),
    ],
)
def test_a_habit_is_answered_with_the_mended_text(text: str, mended: str) -> None:
    with pytest.raises(BadTime) as refused:
        parse(text)

    assert refused.value.mended == mended
    assert str(refused.value).endswith(f' Write "{mended}".')
    assert parse(mended).in_words() == mended


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The time is empty. Write for example"),
        ("=now()", '"=now\\(\\)" is code, and a diagram holds none. Write for example'),
        ("${execution.setVariable('x', 1)}", "is code, and a diagram holds none"),
        ("R3/soon", "repeats, and a deadline passes once"),
        ("0 working days", "working days from 1 to 1000"),
        ("1001 working days", "working days from 1 to 1000"),
        ("999999999 minutes", "minutes from 1 to 99999"),
        ("9999999999 days", "is not a time"),
        ("5.5 days", "is not a whole number"),
        ("-5 days", "is not a whole number"),
        ("P1M", "years, months, seconds or several parts"),
        ("P1Y", "years, months, seconds or several parts"),
        ("PT30S", "years, months, seconds or several parts"),
        ("2026-02-30", "not in the calendar"),
        ("2026-03-29T01:30", "did not happen: the clocks went forward"),
        ("answer_by from contacted_at", 'Take away "from contacted_at"'),
        ("5 days from 2026-03-01", "is not a time"),
        ("by monday", "is not a time. Write for example"),
        ("5", "is not a time"),
        ("٥ days", "is not a time"),
        ("5 days" + " " * 200, "Keep it within 200 characters"),
    ],
)
def test_what_is_no_time_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadTime, match=sentence):
        parse(text)


AMOUNTS = st.builds(
    "{} {}".format,
    st.integers(0, 1100),
    st.sampled_from(["working days", "days", "hours", "minutes"]),
)
PIECES = "5 five working days from or if earlier , answer_by ${ } = R3/ P5D PT24H 2026-04-07 weeks"


@given(
    st.text(max_size=60)
    | AMOUNTS
    | st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=10).map(" ".join)
    | st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=10).map("".join)
)
def test_every_text_is_a_time_that_reads_back_or_is_refused(text: str) -> None:
    try:
        time = parse(text)
    except BadTime as refused:
        mended = refused.mended
        if mended is None:
            return
        time = parse(mended)
    assert parse(time.in_words()) == time


@given(
    st.integers(1, 300),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
)
def test_calendar_days_end_so_many_dates_later_whatever_the_clocks_do(
    days: int, local: datetime
) -> None:
    received = local.replace(tzinfo=UTC)
    end = in_london(parse(f"{days} days").due(received, Calendar(), {}, statutory=False))

    assert end.date() == in_london(received).date() + timedelta(days=days)
    assert end.time() == time(23, 59, 59)
