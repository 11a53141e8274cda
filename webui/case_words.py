"""What a case page says in words: a step that waits, the case's own clock, who was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.calendars import Calendar
from engine.case_file.clock import CaseClock, count_days
from engine.case_file.reader import CaseFile
from engine.case_file.told import Told
from engine.case_file.waiting import Waiting, title_of
from engine.councils import RAISER
from webui.case_news import NOBODY_MAY_READ
from webui.words import (
    due_in_words,
    first_capital,
    instant_in_words,
    missed_in_words,
    until_in_words,
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that waits, in words."""

    name: str
    stage: str
    who: str
    since: str
    due: str
    overdue: bool
    further: tuple[str, ...]
    dated: bool
    task_id: int | None
    deadline_id: int | None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Who was told, about what, and what became of it, in words."""

    who: str
    about: str
    became: str
    failed: bool


def step(file: CaseFile, waiting: Waiting) -> Step:
    """A step that waits, as the reader of the file is told of it."""
    at, calendar = file.read_at, file.council.calendar
    return Step(
        name=waiting.name,
        stage=waiting.stage,
        who=_who(waiting),
        since=instant_in_words(waiting.since),
        due=_due(waiting, at, calendar),
        overdue=waiting.overdue or waiting.missed is not None,
        further=tuple(_further(waiting, at)),
        dated=waiting.due is not None,
        task_id=waiting.task_id,
        deadline_id=waiting.deadline_id,
    )


def _due(waiting: Waiting, at: datetime, calendar: Calendar) -> str:
    if waiting.missed:
        return missed_in_words(waiting.missed, at)
    return due_in_words(waiting.due, at, calendar) if waiting.due else "No due date"


def _who(waiting: Waiting) -> str:
    titles = " or ".join(waiting.titles)
    return f"{titles} ({', '.join(waiting.persons)})" if waiting.persons else f"{titles} (vacant)"


def _further(waiting: Waiting, at: datetime) -> Iterable[str]:
    if waiting.original_due and waiting.due != waiting.original_due:
        yield f"More time was given: it was first due {until_in_words(waiting.original_due, at)}."
    if waiting.hidden:
        yield NOBODY_MAY_READ
    yield from waiting.unusual
    if waiting.milestone:
        yield f"By the case’s own clock: {until_in_words(waiting.milestone, at)}."


def clock_in_words(file: CaseFile) -> tuple[str, ...]:
    """The case's own clock: which day it is, whose the days were, when the limit is."""
    clock = file.clock
    if clock is None:
        return ()
    shares, decide = _shares(file, clock), _to_decide(file, clock)
    return tuple(filter(None, (_day(clock), shares, decide, _limit(clock, file.read_at))))


def _day(clock: CaseClock) -> str:
    day = f"{clock.day} of {clock.limit}"
    if clock.stopped_at:
        return f"It ended on day {day}."
    return f"Day {day}." if clock.day else f"Day {day}: the first working day is still to come."


def _shares(file: CaseFile, clock: CaseClock) -> str:
    shares = [
        f"{_holder(file, post)} {days} day{'' if days == 1 else 's'}"
        for post, days in count_days(clock.days).items()
    ]
    sentence = ", ".join(shares)
    return f"{sentence[:1].upper()}{sentence[1:]}." if shares else ""


def _to_decide(file: CaseFile, clock: CaseClock) -> str:
    """The days that the stages leave the raiser to decide in, as a budget (A-LIN-2)."""
    if clock.to_decide is None:
        return ""
    who = "you" if RAISER in file.posts else "the raiser"
    used = clock.raisers_days
    return (
        f"Of the {clock.to_decide} days that all stages together leave {who} to decide in, "
        f"{used} {'is' if used == 1 else 'are'} used."
    )


def _holder(file: CaseFile, post: str | None) -> str:
    if post is None:
        return "nobody"
    if post in file.posts:
        return "you"
    return title_of(file.council, post)


def _limit(clock: CaseClock, at: datetime) -> str:
    until = until_in_words(clock.due, at)
    if clock.stopped_at:
        return ""
    if clock.due < at:
        return f"The {clock.called} of {clock.limit} working days passed on {until}."
    return f"The {clock.called} of {clock.limit} working days ends on {until}."


def notice(file: CaseFile, told: Told) -> Notice:
    """A notice in words. Its subject names the case, which the page does already."""
    about = told.subject.removeprefix(f"Case {file.case.number}: ")
    return Notice(
        who=f"{told.post} ({told.person})",
        about=first_capital(about),
        became=_became(told),
        failed=told.failed_at is not None,
    )


def _became(told: Told) -> str:
    if told.in_digest and not told.failed_at:
        if told.sent_at:
            return f"In the digest of {instant_in_words(told.sent_at)}"
        return "Goes with the next morning’s digest"
    if told.sent_at:
        return f"Sent on {instant_in_words(told.sent_at)}"
    if told.failed_at:
        stopped = instant_in_words(told.failed_at)
        return f"Did not arrive: {told.problem} We stopped trying on {stopped}."
    if told.problem:
        return f"Not sent yet, we are trying again: {told.problem}"
    return "About to be sent"
