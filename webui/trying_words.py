"""What a try-out says in words: what each step brought, who was sent what, what a post can do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.calendars import Calendar
from engine.case_file.reader import CaseFile
from engine.case_file.task_acts import TaskActs
from engine.case_file.waiting import Waiting, title_of
from engine.clock import in_london
from engine.councils import Council
from engine.notices import in_words
from engine.play import Event
from engine.redrawing.trying import Done, Tryout
from engine.store.notices import LINE
from webui.words import day_in_words, due_in_words, instant_in_words, missed_in_words

GIVE: Final = "give time"
ASK: Final = "ask for time"
REFUSE: Final = "refuse time"
_SHOWN: Final = {"task", "overdue", "limit", "ended", "told", "more time"}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that would have been sent."""

    who: str
    subject: str
    body: str
    digest: bool


@dataclass(frozen=True, kw_only=True)
class DoneRow:
    """A step that was played: when, what, what it brought, and what was sent by it."""

    number: int
    when: str
    what: str
    brought: tuple[str, ...]
    sent: tuple[Sent, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something that a post can do now: `does` and `what` as scenarios say it."""

    does: str
    what: str
    text: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a post sees: whether it has a part in the case, what it can do, what it waits for."""

    has_part: bool
    choices: tuple[Choice, ...]
    waits: tuple[str, ...]


def done_rows(tried: Tryout, council: Council) -> list[DoneRow]:
    """The steps in words, the last one first."""
    rows = [_done(number, each, tried, council) for number, each in enumerate(tried.done, 1)]
    return rows[::-1]


def _done(number: int, done: Done, tried: Tryout, council: Council) -> DoneRow:
    who = title_of(council, done.step.post) if done.step.post else ""
    return DoneRow(
        number=number,
        when=instant_in_words(done.step.at),
        what=_what(done, tried, who),
        brought=tuple(
            text for event in done.events if (text := _brought(event, council)) is not None
        ),
        sent=tuple(
            Sent(
                who=title_of(council, notice.post),
                subject=notice.subject,
                body=notice.body,
                digest=notice.template == LINE,
            )
            for notice in done.notices
        ),
    )


def _what(done: Done, tried: Tryout, who: str) -> str:
    drawn = tried.package.diagram.elements.get(done.step.what)
    name = " ".join((drawn.message or drawn.name).split()) if drawn else done.step.what
    until = f", until {day_in_words(done.step.until)}" if done.step.until else ""
    says = {
        "raise": f"{who or 'The raiser'} raised a concern.",
        "answer": f"{who or 'Somebody'} answered “{name}”.",
        "press": f"{who or 'The raiser'} chose “{name}”.",
        "wait": "Time passed.",
        GIVE: f"More time was given for “{name}”.",
        ASK: f"{who or 'Somebody'} asked for more time for “{name}”{until}.",
        REFUSE: f"No more time was given for “{name}”.",
    }
    return says[done.step.does]


def _brought(event: Event, council: Council) -> str | None:
    if event.event not in _SHOWN:
        return None
    posts = " or ".join(title_of(council, post) for post in event.posts)
    if event.event == "task":
        due = f", due {in_words(event.due)}" if event.due else ""
        return f"“{event.name}” now waits for {posts}{due}."
    if event.event == "overdue":
        return f"“{event.name}” was not answered by {_day(event.due or event.at)}."
    if event.event == "limit":
        return f"The limit of the whole case was reached on {_day(event.at)}."
    if event.event == "ended":
        return f"The case ended: {event.name}."
    if event.event == "more time":
        return f"It is now due {in_words(event.due)}." if event.due else None
    return f"Told: {', '.join(title_of(council, post) for post in event.posts)}."


def _day(at: datetime) -> str:
    local = in_london(at)
    return f"{local:%A} {local.day} {local:%B %Y}"


def sight_of(file: CaseFile | None, about_tasks: Sequence[TaskActs] = ()) -> Sight:
    """What the holder of the post sees of the case, and may do about its tasks, in words."""
    if file is None:
        return Sight(has_part=False, choices=(), waits=())
    calendar, now = file.council.calendar, file.read_at
    choices = [
        Choice(
            does="answer",
            what=each.element,
            text=each.name,
            hint=due_in_words(each.due, now, calendar) if each.due else "No due date",
        )
        for each in file.mine
    ]
    choices += [
        Choice(does="press", what=act.element, text=act.label, hint=act.warning)
        for act in file.acts
        if not act.waits_for
    ]
    return Sight(
        has_part=True,
        choices=(*choices, *_about_time(file, about_tasks)),
        waits=tuple(_waits(each, now, calendar) for each in file.waiting if each.task_id is None),
    )


def _about_time(file: CaseFile, about_tasks: Sequence[TaskActs]) -> Iterator[Choice]:
    """Asking for more time, giving it, giving none."""
    for acts in about_tasks:
        element, name = acts.task.element, acts.name
        if acts.may_ask_time:
            yield Choice(does=ASK, what=element, text=f"Ask for more time for “{name}”", hint="")
        if acts.time_asked and acts.decides_on:
            hint = f"More time was asked for, until {day_in_words(acts.time_asked.wanted)}."
            yield Choice(
                does=REFUSE, what=element, text=f"Give no more time for “{name}”", hint=hint
            )
    for each in file.waiting:
        if each.deadline_id:
            yield Choice(
                does=GIVE, what=each.element, text=f"Give more time for “{each.name}”", hint=""
            )


def _waits(each: Waiting, now: datetime, calendar: Calendar) -> str:
    who = " or ".join(each.titles)
    if each.missed:
        return f"“{each.name}” waits for {who}. {missed_in_words(each.missed, now)}."
    due = f" {due_in_words(each.due, now, calendar)}." if each.due else ""
    return f"“{each.name}” waits for {who}.{due}"
