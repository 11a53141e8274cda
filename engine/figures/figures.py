"""The figures: what the facts of many cases come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.figures.asked import Asked, Count


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What became of the stays at one step, or at all that share a rung, post, team or theme.

    `key` is that step's element, the stage, post, team, theme or the raiser's id as text; `counts`
    are by measure, all of `asked.OF_STAYS`. `median` is that of the working days of those that were
    answered, on the council's calendar; None where none was. `seats` is how many different seats
    were asked: a post, with its team where it is held for one, or one raiser.
    """

    key: str
    counts: Mapping[str, Count]
    median: float | None
    seats: int
    withheld: bool = False
    """Whether so few seats stand behind it that only those kept informed may know (X-25)."""

    @property
    def due(self) -> int:
        """How many had a due date that was met or missed."""
        return sum(self.counts[each].value for each in ("on-time", "late", "never", "overdue"))


@dataclass(frozen=True, kw_only=True)
class Step(Answers):
    """A step of the diagram: `key` is its element. `name` as the newest version read says it."""

    name: str
    stage: str
    post: str
    whose: str
    """`raiser` or `respondent`: whose time it is."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """Working days of the cases whose formal clock stopped in the period (A-NEL-4).

    `respondents` and `raisers` are the sums of their days; a day is the respondent's while an
    answer is missing. `nobodys` are days on which nothing was open. `median` is that of the whole
    clock, `to_close` that from opening to closing, formal or not, of those that closed.
    """

    cases: Count
    respondents: int
    raisers: int
    nobodys: int
    median: float | None
    to_close: float | None
    withheld: bool = False
    """Whether so few raisers stand behind them that only those kept informed may know (X-25)."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """Cases raised and cases closed in a month, as far as it lies in the period.

    `first` and `last` are its days in London, or those of the period.
    """

    first: date
    last: date
    opened: Count
    closed: Count


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of what was asked for.

    `counts` are by measure: all of `asked.OF_CASES`, `asked.HAPPENINGS` and `asked.OF_ACTIONS`.
    `funnel` are the cases that came to each stage, in the order of the diagram; `outcomes` those
    that closed by outcome, `entries` those opened by the stage they began with, `reasons` the
    stages passed over by whether a reason stands there; `themes` and `statuses` those opened by
    theme (several may be one case's) and by the child's legal status on the day of opening.
    `by_raiser` and what is `withheld` in the others is filled in for those kept informed only.
    `as_of` is the instant up to which all histories are read, aware, in UTC; `behind` how many
    cases have grown since.
    """

    asked: Asked
    as_of: datetime
    behind: int
    counts: Mapping[str, Count]
    funnel: Mapping[str, Count]
    outcomes: Mapping[str, Count]
    entries: Mapping[str, Count]
    reasons: Mapping[str, Count]
    themes: Mapping[str, Count]
    statuses: Mapping[str, Count]
    steps: tuple[Step, ...]
    by_stage: tuple[Answers, ...]
    by_post: tuple[Answers, ...]
    by_team: tuple[Answers, ...]
    by_theme: tuple[Answers, ...]
    by_raiser: tuple[Answers, ...]
    days: Days
    good_practice: int
