"""The longest road through a procedure, set against its limit: worth a look, never an error.

Each stage is gone through once, and everybody who is asked takes their full time. It is computed
where the site computes the roads of a case (engine.roads), in weeks without a bank holiday and
without the council's closure days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.calendars import Calendar
from engine.diagrams import times
from engine.diagrams.check import Problem
from engine.diagrams.check.words import listed, quoted
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.loops import find_loops
from engine.diagrams.times import BadTime
from engine.errors import StepladderError
from engine.procedures import Package
from engine.roads.roads import Road, roads_of_raising

PROPERTY = "longest_road"
"""The property of the limit's clock which says how long a road is known, and meant, to be."""

_MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)
_MOST_NAMED = 12


@dataclass(frozen=True, kw_only=True)
class Longest:
    """The longest road: `days` working days of the limit's `limit`, which is called `called`.

    `steps` are the answers that are waited for on it, each with the working day on which its time
    is over; `again` those of them that a case may come back to, which are counted once.
    """

    clock: str
    days: int
    limit: int
    called: str
    steps: tuple[tuple[str, int], ...]
    again: tuple[str, ...]


def find_longest(files: Mapping[str, bytes], key: str) -> Longest | None:
    """The longest road of a procedure in which no error was found; None where no limit runs."""
    package = Package(council="", key=key, files=files)
    clock = _clock(package.diagram)
    if clock is None:
        return None
    try:
        roads = roads_of_raising(package, Calendar(), _MONDAY)
    except (StepladderError, RecursionError):  # what is wrong is told elsewhere
        return None
    bounded = [road for road in roads if road.day is not None and road.limit]
    longest = max(bounded, key=lambda road: road.day or 0, default=None)
    return _told(package, clock, longest) if longest is not None else None


def check_longest(files: Mapping[str, bytes], diagram: Diagram) -> Iterator[Problem]:
    """The longest road where it goes past the limit, and past what the drawing says is known."""
    clock = _clock(diagram)
    known = clock.properties.get(PROPERTY) if clock is not None else None
    days = _days(known) if known is not None else 0
    if clock is not None and days is None:
        yield _at(
            diagram,
            clock.id,
            f"How long the longest road is known to be cannot be read: {quoted(known or '')}.",
            "Write it as in “25 working days”, or take the property longest_road away.",
        )
        return
    found = find_longest(files, diagram.id) if clock is not None else None
    if found is not None and found.days > max(found.limit, days or 0):
        yield _at(diagram, found.clock, in_words(found), _mend(found))


def in_words(found: Longest) -> str:
    """What is said of the longest road."""
    steps = listed(f"{quoted(name)} (day {day})" for name, day in found.steps[:_MOST_NAMED])
    again = listed(map(quoted, found.again[:_MOST_NAMED]))
    if len(found.again) == len(found.steps) > 1:
        again = "each of them"
    loops = f" A case may come back to {again}; the road counts each step once." if again else ""
    return (
        f"The longest road takes {found.days} working days, where the {found.called} is "
        f"{found.limit}: {steps}.{loops}"
    )


def _mend(found: Longest) -> str:
    return (
        "Give its steps less time; or, where this is known and meant, give this clock the property "
        f"{PROPERTY} with the value {found.days} working days."
    )


def _at(diagram: Diagram, element: str, problem: str, mend: str) -> Problem:
    return Problem(
        file=f"{diagram.id}.bpmn", element=element, severity="warning", problem=problem, mend=mend
    )


def _clock(diagram: Diagram) -> Element | None:
    elements = diagram.elements.values()
    return next((e for e in elements if e.properties.get("limit") == "case"), None)


def _told(package: Package, clock: Element, road: Road) -> Longest:
    looping = frozenset().union(*find_loops(package.diagram))
    return Longest(
        clock=clock.id,
        days=road.day or 0,
        limit=road.limit or 0,
        called=road.limit_called,
        steps=tuple((leg.name or leg.element, leg.day) for leg in road.legs if leg.day is not None),
        again=tuple(
            leg.name for leg in road.legs if leg.day is not None and leg.element in looping
        ),
    )


def _days(text: str) -> int | None:
    try:
        return times.parse(text).working_days
    except BadTime:
        return None
