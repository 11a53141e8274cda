"""All that is kept of a case while its facts are read off it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from engine.acts.tasks import ANSWERED_AFTER, COMPLETED
from engine.calendars import Calendar
from engine.clock import in_london
from engine.diagrams.diagram import Diagram
from engine.procedures import Version
from engine.store.cases import CaseRow
from engine.store.concerns import ConcernRow
from engine.store.deadlines import DeadlineRow
from engine.store.handovers import Handover
from engine.store.history import Body, Entry
from engine.store.tasks import TaskRow


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry of the history, what it says was `after` it, and the answers that came with it.

    Both are empty where its words were destroyed.
    """

    entry: Entry
    after: Mapping[str, Any]
    answers: Mapping[str, Any]

    @property
    def opened(self) -> list[str]:
        """The steps that began with it, by element."""
        return list(self.after.get("opened", ()))


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A case, its history, and the rows that its turns wrote together with their entries.

    The rows are read where an entry's words may have been destroyed, as after a move to the right
    child. `asked` are the posts of each task as they are now, the owner of its clock first;
    `answered_in` is the number of the entry with the answer to a task, where that is still kept;
    `statuses` are the child's on the day of opening.
    """

    case: CaseRow
    version: Version
    calendar: Calendar
    told: tuple[Told, ...]
    tasks: tuple[TaskRow, ...]
    asked: Mapping[int, str]
    answered_in: Mapping[int, int]
    moves: Mapping[int, list[Handover]]
    deadlines: tuple[DeadlineRow, ...]
    concerns: tuple[ConcernRow, ...]
    statuses: tuple[str, ...]

    @property
    def diagram(self) -> Diagram:
        """The diagram of the version that the case runs on."""
        return self.version.package.diagram

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stages in the order of the diagram."""
        return self.diagram.stages()

    @cached_property
    def formal_stages(self) -> tuple[str, ...]:
        """Those that lie in what the limit of the whole case is about, in that order."""
        return formal_stages_of(self.diagram)

    def around(self, element: str) -> Iterator[str]:
        """The boxes in which the element lies, the nearest first."""
        return boxes_around(self.diagram, element)

    def is_main(self, task: TaskRow) -> bool:
        """Whether a task belongs to a stage, and to nothing that runs beside the stages."""
        return bool(task.stage) and not self.diagram.is_beside(task.element)

    def seen_by(self, element: str) -> tuple[str, ...]:
        """The only posts that may see what happens there (X-36); none where all may."""
        return tuple(sorted(self.diagram.seen_by(element) or ()))

    def first_asked(self, task: TaskRow) -> str:
        """The post that was asked when the task began."""
        moves = self.moves.get(task.id)
        return moves[0].posts[0][0] if moves and moves[0].posts else self.asked.get(task.id, "")

    def answer_of(self, task: TaskRow) -> Told | None:
        """The entry that tells of the answer to a task; None where nobody answered it.

        Several tasks may have been at one step: which of them was answered says the answer, and
        where that was destroyed the entry of the moment of the task's end, or the first after it
        that no other task's answer came with.
        """
        if task.closed_how != COMPLETED or task.closed_at is None:
            return None
        sequence = self.answered_in.get(task.id)
        if sequence is not None:
            return next((told for told in self.told if told.entry.sequence == sequence), None)
        others = set(self.answered_in.values())
        for told in self.told:
            entry = told.entry
            if entry.element == task.element and entry.sequence not in others:
                if entry.act == COMPLETED and entry.at == task.closed_at:
                    return told
                if entry.act == ANSWERED_AFTER and entry.at >= task.closed_at:
                    return told
        return None

    def working_days(self, since: datetime, until: datetime) -> int:
        """The working days of the council after the day of one instant, with that of the other."""
        return self.calendar.working_days_between(day(since), day(until))


def formal_stages_of(diagram: Diagram) -> tuple[str, ...]:
    """The stages that lie in what the limit of the whole case is about, in the diagram's order."""
    limits = [e for e in diagram.elements.values() if e.properties.get("limit") == "case"]
    boxes = {each.attached_to for each in limits if each.attached_to}
    inside = {
        task.stage
        for task in diagram.elements.values()
        if task.kind == "userTask" and boxes & set(boxes_around(diagram, task.id))
    }
    return tuple(stage for stage in diagram.stages() if stage in inside)


def boxes_around(diagram: Diagram, element: str) -> Iterator[str]:
    """The boxes in which the element lies, the nearest first."""
    here = diagram.elements.get(element)
    while here is not None and here.parent in diagram.elements:
        yield here.parent
        here = diagram.elements[here.parent]


def day(instant: datetime) -> date:
    """The day of an instant in London."""
    return in_london(instant).date()


def read_told(entry: Entry, body: Body | None, answers: str | None) -> Told:
    """An entry with its words, and the answers that are kept beside it as they were written."""
    after: Mapping[str, Any] = json.loads(body.content)["after"] if body is not None else {}
    written: Mapping[str, Any] = json.loads(answers) if answers else after.get("answers", {})
    return Told(entry=entry, after=after, answers=written)
