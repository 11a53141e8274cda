"""Lists of tasks and of cases: what somebody asks of one, what is counted, a page of it.

What is open stands in the order of urgency. Few rows are counted exactly, with what each choice of
each filter would leave; of very many each degree of urgency is counted up to a thousand and no
further, for nobody needs to know more, and no list may cost more than what it shows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Generic, TypeVar

from engine.clock import LONDON, in_london
from engine.store.listed import Asked, Place, Span
from engine.store.tasks import NEVER, SILENCE

T = TypeVar("T")

PAGE: Final = 50
MOST_COUNTED: Final = 1000
"""What is more than this is counted no further."""
MOST_SEEN: Final = 1000
MOST_FACTS: Final = 5000
MOST_IN_FILE: Final = 10_000

UNANSWERED, OVERDUE, TODAY, NEXT, LATER, UNDATED = (
    "unanswered",
    "overdue",
    "today",
    "next",
    "later",
    "undated",
)
URGENCIES: Final = (UNANSWERED, OVERDUE, TODAY, NEXT, LATER, UNDATED)
NOBODY, ME = "nobody", "me"
_NEXT_DAYS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Days:
    """The moments that part one degree of urgency from the next, by days in London."""

    now: datetime
    tomorrow: datetime
    after_next: datetime

    @classmethod
    def of(cls, now: datetime) -> "Days":
        """Those of an aware instant."""
        today = in_london(now).date()
        return cls(
            now=now,
            tomorrow=_midnight(today + timedelta(days=1)),
            after_next=_midnight(today + timedelta(days=_NEXT_DAYS + 1)),
        )

    def _bounds(self) -> tuple[datetime, ...]:
        answered = SILENCE + timedelta(microseconds=1)
        return (answered, self.now, self.tomorrow, self.after_next, NEVER)

    def urgency(self, at: datetime) -> str:
        """The degree of urgency, one of URGENCIES, of what is urgent at that instant."""
        return URGENCIES[sum(at >= bound for bound in self._bounds())]

    def span(self, urgency: str) -> Span:
        """From when to when such things are urgent; anything for what is no degree of urgency."""
        if urgency not in URGENCIES:
            return Span()
        bounds = (None, *self._bounds(), None)
        place = URGENCIES.index(urgency)
        return Span(since=bounds[place], until=bounds[place + 1])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see of a list; empty is everything.

    `urgency` is one of URGENCIES, `post` a post's key, `raiser` a person's id as text, `claimed`
    NOBODY or ME. `text` may be a child's name: it belongs in no address and in no log.
    """

    stage: str = ""
    urgency: str = ""
    post: str = ""
    team: str = ""
    raiser: str = ""
    claimed: str = ""
    text: str = ""

    def choices(self) -> dict[str, str]:
        """What of it may stand in an address, by the filter's name."""
        kept = {name: getattr(self, name) for name in FILTERS}
        return {name: value for name, value in kept.items() if value}

    def asked(self, days: Days, person_id: int) -> Asked:
        """The same as the store takes it, for that person."""
        return Asked(
            stage=self.stage or None,
            post=self.post or None,
            team=self.team or None,
            raiser_id=int(self.raiser) if self.raiser else None,
            claimed_by=person_id if self.claimed == ME else None,
            unclaimed=self.claimed == NOBODY,
            span=days.span(self.urgency),
            words=self.words(),
        )

    def words(self) -> Sequence[str]:
        """The words that are searched for, in small letters."""
        return self.text.lower().split()


FILTERS: Final = ("urgency", "stage", "post", "raiser", "team", "claimed")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a filter, and how many rows it leaves; None where that is not counted."""

    key: str
    count: int | None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is counted of a list.

    `whole` is how many rows there are, whatever is chosen; `wanted` how many were asked for, and
    `urgencies` how many of them are how urgent, whatever urgency was asked for. More than
    MOST_COUNTED may be any number, where `exact` is false.
    """

    exact: bool
    whole: int
    wanted: int
    urgencies: Mapping[str, int]
    choices: Mapping[str, tuple[Choice, ...]]


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Rows of a list, with the places from which the neighbouring pages are read."""

    rows: tuple[T, ...]
    previous: Place | None = None
    next: Place | None = None


@dataclass(kw_only=True)
class _Counts:
    by_filter: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: {} for name in FILTERS}
    )

    def add(self, name: str, keys: Iterable[str]) -> None:
        for key in keys:
            self.by_filter[name][key] = self.by_filter[name].get(key, 0) + 1


def tally(facts: Iterable[Mapping[str, Iterable[str]]], wanted: Wanted) -> Tally:
    """What is counted of rows, each told by the keys that it has for each filter.

    Each choice is counted as if it were made instead of the one that was made for its filter.
    """
    counts, chosen, fitting, whole = _Counts(), wanted.choices(), 0, 0
    for fact in facts:
        whole += 1
        missed = [name for name, key in chosen.items() if key not in fact.get(name, ())]
        fitting += not missed
        for name, keys in fact.items():
            if not missed or missed == [name]:
                counts.add(name, keys)
    return Tally(
        exact=True,
        whole=whole,
        wanted=fitting,
        urgencies=counts.by_filter["urgency"],
        choices={
            name: tuple(Choice(key=key, count=each[key]) for key in sorted(each))
            for name, each in counts.by_filter.items()
        },
    )


def rough_tally(
    count: Callable[[Span], int], wanted: Wanted, days: Days, choices: Mapping[str, Iterable[str]]
) -> Tally:
    """What is counted of very many rows; `count` says how many lie in a span, up to a bound."""
    urgencies = {name: count(days.span(name)) for name in URGENCIES}
    chosen = [urgencies[wanted.urgency]] if wanted.urgency in urgencies else urgencies.values()
    return Tally(
        exact=False,
        whole=MOST_COUNTED + 1,
        wanted=min(sum(chosen), MOST_COUNTED + 1),
        urgencies={name: found for name, found in urgencies.items() if found},
        choices={
            "urgency": tuple(Choice(key=key, count=found) for key, found in urgencies.items()),
            **{
                name: tuple(Choice(key=key, count=None) for key in keys)
                for name, keys in choices.items()
            },
        },
    )


def read_page(
    find: Callable[[Place | None, Place | None], Sequence[T]],
    place: Callable[[T], Place],
    after: Place | None,
    before: Place | None,
) -> Page[T]:
    """The page beside a place, or the first one; `find` reads PAGE + 1 rows after or before one.

    Where nothing is left beside the place it is the first page.
    """
    if before is not None:
        found = find(None, before)
        if len(found) > PAGE:
            kept = tuple(found[1:])
            return Page(rows=kept, previous=place(kept[0]), next=place(kept[-1]))
        after = None  # so little is left before it that it is the first page
    found = find(after, None)
    if not found and after is not None:
        return read_page(find, place, None, None)
    kept = tuple(found[:PAGE])
    return Page(
        rows=kept,
        previous=place(kept[0]) if after is not None else None,
        next=place(kept[-1]) if len(found) > PAGE else None,
    )
