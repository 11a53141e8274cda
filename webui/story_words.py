"""What the story of a case says in words: whose time each step took, and what did not happen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.case_file.clock import count_days
from engine.case_file.waiting import title_of
from engine.figures import asked
from engine.story import unmet
from engine.story.moments import Waited
from engine.story.story import Moment, Story
from engine.story.times import StepTime
from engine.story.unmet import Unmet
from webui.words import day_in_words, instant_in_words, short_day, until_in_words, working_days

_LATE: Final = frozenset({asked.LATE, asked.NEVER, asked.OVERDUE})
_BECAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        asked.ON_TIME: "Answered in time",
        asked.LATE: "Answered late",
        asked.NEVER: "Never answered",
        asked.NOT_NEEDED: "Not needed any more",
        asked.WAITING: "Waits",
        asked.OVERDUE: "Overdue",
        asked.DONE_UNTIMED: "Answered",
        asked.AFTERWARDS: "Answered after the matter had moved on",
    }
)


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A step in words. `taken` says how many working days of how many, `late` how many after."""

    element: str
    name: str
    stage: str
    who: str
    when: str
    taken: str
    became: str
    late: str
    ended_in: int | None


def step_row(step: StepTime) -> StepRow:
    """A step, as the table of the steps shows it."""
    return StepRow(
        element=step.element,
        name=step.name,
        stage=step.stage,
        who=_who(step),
        when=_when(step),
        taken=taken(step),
        became=_BECAME[step.state],
        late=f"{working_days(step.late)} late" if step.late else "",
        ended_in=step.ended_in,
    )


def _who(step: StepTime) -> str:
    if not step.by:
        return step.asked
    return f"{step.asked}: {step.by}{f' for {step.for_whom}' if step.for_whom else ''}"


def _when(step: StepTime) -> str:
    ended = f" to {short_day(step.until)}" if step.until else ", still open"
    first = ""
    if step.due and step.original_due and step.due != step.original_due:
        first = f", first due {short_day(step.original_due)}"
    due = f" Due {short_day(step.due)}{first}." if step.due else " No due date."
    return f"{short_day(step.since)}{ended}.{due}"


def taken(step: StepTime) -> str:
    """How many working days a step took, or has taken so far, of how many it had."""
    of = f"{step.days} of {working_days(step.allowed)}" if step.allowed else working_days(step.days)
    return of if step.until else f"{of} so far"


def badges(steps: tuple[StepTime, ...]) -> dict[str, str]:
    """What stands on the steps of the diagram: the days of the last time that it was there."""
    return {
        step.element: f"{step.days} of {_count(step.allowed, 'day')}"
        if step.allowed
        else _count(step.days, "day")
        for step in steps
    }


def is_late(step: StepTime) -> bool:
    """Whether its answer came after the due date, or not at all."""
    return step.state in _LATE


def summary(story: Story) -> tuple[tuple[str, str], ...]:
    """The case in a minute: what, when, by whom, under which version, what was late, whose time."""
    file, case = story.file, story.file.case
    late = [step for step in story.steps if is_late(step)]
    numbers = ", then ".join(str(each) for each in story.versions)
    ended = case.closed_at
    rows = (
        ("Procedure", f"{file.version.row.title}, version {numbers}"),
        ("Raised", f"{instant_in_words(case.opened_at)}, by {story.moments[0].line.by}"),
        ("How it stands", f"Open, {file.stage}" if not ended and file.stage else ""),
        ("How it ended", f"{case.outcome or 'Closed'}, {instant_in_words(ended)}" if ended else ""),
        ("Its own clock", _clock(story)),
        ("Whose time it was", _shares(story)),
        ("Late or unanswered", f"{len(late)} of {_count(len(story.steps), 'step')}"),
    )
    return tuple((label, text) for label, text in rows if text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _clock(story: Story) -> str:
    clock = story.file.clock
    if clock is None:
        return "It never came to a formal stage." if story.file.case.closed_at else ""
    over = ", over the limit" if clock.is_over else ""
    return f"{clock.day} of {working_days(clock.limit)}{over}"


def _shares(story: Story) -> str:
    clock = story.file.clock
    if clock is None:
        return ""
    council = story.file.council
    shares = count_days(clock.days).items()
    return ", ".join(
        f"{title_of(council, post) if post else 'nobody'} {_count(days, 'day')}"
        for post, days in shares
    )


def what_waited(story: Story, moment: Moment) -> Iterator[str]:
    """The steps that waited then, each a sentence."""
    for each in moment.waited:
        yield _waited(story, moment, each)


def _waited(story: Story, moment: Moment, waited: Waited) -> str:
    who = title_of(story.file.council, waited.post)
    due = ""
    if waited.due:
        verb = "overdue since the end of" if waited.overdue else "due"
        due = f", {verb} {until_in_words(waited.due, moment.line.at)}"
    return f"“{waited.name}” waited for {who}{due}."


def unmet_in_words(story: Story) -> tuple[tuple[str, StepTime | None], ...]:
    """What was expected and did not happen: a sentence each, with the step that it is about."""
    return tuple((_SAID[each.kind](story, each), each.step) for each in _joined(story.unmet))


def _joined(found: tuple[Unmet, ...]) -> Iterator[Unmet]:
    """What is missing of the child's voice in one sentence; the rest one each."""
    unheard = [each.text for each in found if each.kind == unmet.UNHEARD]
    yield from (each for each in found if each.kind != unmet.UNHEARD)
    if unheard:
        first, last = ", ".join(unheard[:-1]), unheard[-1]
        yield Unmet(kind=unmet.UNHEARD, text=f"{first} and {last}" if first else last)


def _silent(_: Story, each: Unmet) -> str:
    step = each.step
    assert step is not None  # noqa: S101  (what is silent is a step)
    by = f" by {day_in_words(step.due, year=False)}" if step.due else ""
    said = f"{step.asked} did not answer “{step.name}”{by}."
    if step.state == asked.OVERDUE:
        return f"{said} The answer is still missing, {working_days(step.late)} later."
    if step.state == asked.NEVER:
        return f"{said} No answer came before the matter moved on."
    return f"{said} The answer came {working_days(step.late)} late."


def _no_reason(_: Story, each: Unmet) -> str:
    return f"The case went to {each.text} past an earlier stage, and no reason is recorded."


def _over_limit(story: Story, each: Unmet) -> str:
    on = f" on {day_in_words(each.on)}" if each.on else ""
    called = story.file.clock.called if story.file.clock else "limit"
    return f"The {called} of the whole case was reached{on}, and the matter was not resolved."


def _not_said(_: Story, each: Unmet) -> str:
    on = f" since {day_in_words(each.on)}" if each.on else ""
    return f"Nobody has said what became of this action{on}: {each.text}"


def _not_done(_: Story, each: Unmet) -> str:
    on = f", as was said on {short_day(each.on)}" if each.on else ""
    return f"An action was not done, or not all of it{on}: {each.text}"


def _unreached(_: Story, each: Unmet) -> str:
    on = f" We stopped trying on {short_day(each.on)}." if each.on else ""
    return f"A message did not reach {each.text}.{on}"


def _unheard(_: Story, each: Unmet) -> str:
    return f"Of the child’s voice it is not recorded: {each.text}."


_SAID: Final[Mapping[str, Callable[[Story, Unmet], str]]] = MappingProxyType(
    {
        unmet.SILENT: _silent,
        unmet.NO_REASON: _no_reason,
        unmet.OVER_LIMIT: _over_limit,
        unmet.NOT_DONE_YET: _not_said,
        unmet.LEFT_UNDONE: _not_done,
        unmet.UNREACHED: _unreached,
        unmet.UNHEARD: _unheard,
    }
)
