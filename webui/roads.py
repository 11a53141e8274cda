"""Roads in words: what a choice can lead to at the longest, and how that stands to the limit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.case_file.acts import Act
from engine.case_file.reader import CaseFile
from engine.case_file.waiting import stage_in_words
from engine.clock import in_london
from engine.councils import Council
from engine.procedures import Version
from engine.roads.climb import Leg
from engine.roads.roads import Road, roads_at_act, roads_at_task, roads_of_raising
from engine.store.tasks import TaskRow
from webui.words import day_in_words, is_day_end, time_in_words, working_days


@dataclass(frozen=True, kw_only=True)
class RoadInWords:
    """A road: `choice` is what leads to it, `end` its last day, `way` what comes until then.

    `beyond` says that it goes past the limit, or that nothing bounds it, when it has no last day.
    """

    choice: str
    end: str
    way: tuple[str, ...]
    beyond: bool
    is_bounded: bool


def at_task(file: CaseFile, task: TaskRow) -> list[RoadInWords]:
    """The roads that the answers to a task lead to; none where it is not the raiser's."""
    return in_words(file.council, roads_at_task(file, task))


def at_act(file: CaseFile, act: Act) -> list[RoadInWords]:
    """The road that an act leads to, or how the stages go on meanwhile."""
    beside = file.version.package.diagram.is_beside(act.element)
    otherwise = "The stages go on meanwhile" if beside else act.label
    roads = roads_at_act(file, act.element)
    if beside and len(roads) == 1:  # whatever is answered, the stages go on as they were
        roads = (replace(roads[0], label=""),)
    return in_words(file.council, roads, otherwise=otherwise)


def at_raising(version: Version, council: Council, now: datetime) -> list[RoadInWords]:
    """The roads that the ways to raise a concern lead to."""
    return in_words(council, roads_of_raising(version.package, council.calendar, now))


def in_words(council: Council, roads: Iterable[Road], *, otherwise: str = "") -> list[RoadInWords]:
    """The roads in words; `otherwise` names a road that no choice leads to."""
    return [
        RoadInWords(
            choice=road.label or otherwise,
            end=_end(road),
            # Who convenes and who records are asked in one stage: it is said once.
            way=tuple(dict.fromkeys(_leg(council, leg) for leg in road.legs)),
            beyond=bool(road.over or road.untimed),
            is_bounded=road.ends is not None,
        )
        for road in roads
    ]


def _end(road: Road) -> str:
    if road.ends is None:
        return f"No end date: no time runs for “{road.untimed[0]}”"
    end = _when(road.ends)
    if road.day is None or road.limit is None:
        return end
    day = f"{end}: day {road.day} of {road.limit}"
    return f"{day}, {working_days(road.over)} over the {road.limit_called}" if road.over else day


def _leg(council: Council, leg: Leg) -> str:
    stage = stage_in_words(council, leg.stage) if leg.stage else leg.name
    if leg.due is None:
        return f"{stage}: no end date"
    day = f" (day {leg.day})" if leg.day is not None else ""
    return f"{stage} by {_when(leg.due)}{day}"


def _when(at: datetime) -> str:
    day = day_in_words(in_london(at).date())
    return day if is_day_end(at) else f"{time_in_words(at)} on {day}"
