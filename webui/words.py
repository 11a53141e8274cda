"""Dates and counts in words, in GOV.UK's style and London's time."""

from datetime import date, datetime

from flask import Flask
from markupsafe import Markup

from engine.acts.tasks import initials_of
from engine.calendars import Calendar, OutsideCalendar
from engine.clock import in_london
from engine.history.moving_acts import MOVED_BACK, MOVED_ON


def day_in_words(day: date, *, year: bool = True) -> str:
    """A day, as `Tuesday 7 April 2026`."""
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if year else "")


def short_day(day: date) -> str:
    """A day without its weekday, as `7 April 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def instant_in_words(at: datetime) -> str:
    """An aware instant, as `Tuesday 7 April 2026 at 9:30am`."""
    local = in_london(at)
    return f"{day_in_words(local.date())} at {time_in_words(at)}"


def time_in_words(at: datetime) -> str:
    """The time of an aware instant, as `9:30am`, `midday`, `5pm`."""
    local = in_london(at)
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def until_in_words(due: datetime, now: datetime) -> str:
    """Until when: the day alone for the end of a day, the year where it is another than now's."""
    local = in_london(due)
    day = day_in_words(local.date(), year=local.year != in_london(now).year)
    return day if is_day_end(due) else f"{time_in_words(due)} on {day}"


def due_in_words(due: datetime, now: datetime, calendar: Calendar) -> str:
    """A due date as a tray shows it, with the working days that are left."""
    day, today = in_london(due).date(), in_london(now).date()
    if due < now:
        return f"Overdue since {_passed(due, now)}"
    if day == today:
        return "Due today" if is_day_end(due) else f"Due today by {time_in_words(due)}"
    try:
        left = f", {working_days(calendar.working_days_between(today, day))} left"
    except OutsideCalendar:
        left = ""
    return f"Due {until_in_words(due, now)}{left}"


def missed_in_words(due: datetime, now: datetime) -> str:
    """That no answer came until it was due, as `No answer by the end of Tuesday 31 March`."""
    return f"No answer by {_passed(due, now)}"


def _passed(due: datetime, now: datetime) -> str:
    until = until_in_words(due, now)
    return f"the end of {until}" if is_day_end(due) else until


def working_days(count: int) -> str:
    """A number of working days, as `1 working day`."""
    return f"{count} working day{'' if count == 1 else 's'}"


def first_capital(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def paragraphs(text: str) -> Markup:
    """The lines of a text as paragraphs of a notification banner, the first one larger."""
    first, *rest = [line for line in text.split("\n") if line.strip()] or [""]
    body = Markup('<p class="govuk-notification-banner__heading">{}</p>').format(first)
    return body + Markup("").join(Markup('<p class="govuk-body">{}</p>').format(r) for r in rest)


def address_of_case(number: str) -> str:
    """The path of a case's page, as it stands in notices too."""
    return f"/cases/{number}"


def is_day_end(at: datetime) -> bool:
    """Whether an instant is the end of a day in London, when most things are due."""
    local = in_london(at)
    return (local.hour, local.minute) == (23, 59)


def add_words(app: Flask) -> None:
    """Give templates these words as filters."""
    app.jinja_env.filters.update(
        day=day_in_words,
        short_day=short_day,
        case_address=address_of_case,
        instant=instant_in_words,
        paragraphs=paragraphs,
        until=until_in_words,
        due=due_in_words,
        first_capital=first_capital,
        initials=initials_of,
    )
    app.jinja_env.globals["moving_acts"] = (MOVED_ON, MOVED_BACK)
