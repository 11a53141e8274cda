"""The story of a case, as far as one person may read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.access import may_see_element
from engine.case_file.history import HistoryLine
from engine.case_file.reader import CaseFile, Marks, read_case_file
from engine.child_file.voice import read_voice
from engine.clock import in_london
from engine.figures.kept import Kept
from engine.figures.reading import read_kept
from engine.figures.stays import read_stays
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Version, load_version
from engine.story.moments import Standing, Waited, walk
from engine.story.times import StepTime, time_of
from engine.story.unmet import Unmet, find_unmet


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An entry of the history and how the case stood after it, for one reader.

    `waited` are the steps that were open then, `marks` the same on the diagram of `version`, with
    the `ways` that had been gone.
    """

    line: HistoryLine
    version: Version
    waited: tuple[Waited, ...]
    marks: Marks
    ways: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened in a case. `moments` are never empty, `steps` in the order of their beginning.

    `versions` are the numbers of those that it was on, in order.
    """

    file: CaseFile
    moments: tuple[Moment, ...]
    steps: tuple[StepTime, ...]
    unmet: tuple[Unmet, ...]
    versions: tuple[int, ...]

    def at(self, sequence: int) -> Moment | None:
        """The moment after the entry of that number; None where the reader may not see it."""
        return next((each for each in self.moments if each.line.sequence == sequence), None)

    def on(self, day: date) -> Moment | None:
        """How the case stood at the end of a day in London; None before it was opened."""
        until = [each for each in self.moments if in_london(each.line.at).date() <= day]
        return until[-1] if until else None


def read_story(installation: Installation, number: str, by: Person) -> Story:
    """The story of the case with that number. Raises what `read_case_file` raises.

    The access log says that they looked at the case, or were refused.
    """
    file = read_case_file(installation, number, by)
    with installation.database.read() as connection:
        kept = read_kept(connection, file.council, file.case)
        version_ids = dict.fromkeys(told.entry.version_id for told in kept.told)
        versions = {each: load_version(connection, each) for each in version_ids}
        voice = read_voice(
            connection, file.case, file.council, person_id=by.id, posts=sorted(file.posts)
        )
    steps = tuple(_steps(file, kept))
    return Story(
        file=file,
        moments=tuple(_moments(file, walk(kept, versions))),
        steps=steps,
        unmet=tuple(find_unmet(file, kept, steps, voice_kinds={e.kind.key for e in voice.entries})),
        versions=tuple(versions[each].row.number for each in version_ids),
    )


def _moments(file: CaseFile, standings: Iterator[Standing]) -> Iterator[Moment]:
    lines = {line.sequence: line for line in file.history}
    for standing in standings:
        line = lines.get(standing.sequence)
        if line is not None:
            yield _moment(file, standing, line)


def _moment(file: CaseFile, standing: Standing, line: HistoryLine) -> Moment:
    diagram = standing.version.package.diagram

    def seen(element: str) -> bool:
        return may_see_element(diagram, element, file.posts)

    waited = tuple(each for each in standing.waited if seen(each.element))
    now = frozenset(each.element for each in waited)
    ways = (diagram.flows[each] for each in standing.ways if each in diagram.flows)
    return Moment(
        line=line,
        version=standing.version,
        waited=waited,
        marks=Marks(
            now=now,
            done=frozenset(filter(seen, standing.done - now)),
            overdue=frozenset(each.element for each in waited if each.overdue),
        ),
        ways=frozenset(way.id for way in ways if seen(way.source) and seen(way.target)),
    )


def _steps(file: CaseFile, kept: Kept) -> Iterator[StepTime]:
    """The time of each step that the reader may see; boxes with a time of their own come last."""
    rows = [*kept.tasks]
    for place, stay in enumerate(read_stays(kept)):
        if may_see_element(kept.diagram, stay.element, file.posts):
            yield time_of(file, kept, stay, rows[place] if place < len(rows) else None)
