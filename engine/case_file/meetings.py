"""Meetings about a case, as one reader of it sees them: convened, recorded, what they decided.

A meeting is convened by an act with a `diary` (its date), and recorded by a step in the same box;
a step with `decisions` records one also where nobody convened it (A-LEI-3).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.acts.decisions import find_decisions
from engine.case_file.history import HistoryLine
from engine.case_file.reader import CaseFile
from engine.clock import BadInstant, parse_instant
from engine.councils import RAISER
from engine.diagrams.diagram import Element
from engine.forms.decisions import PROPERTY
from engine.installation import Installation
from engine.store.cases import find_answers
from engine.store.concerns import ConcernRow
from engine.store.tasks import TaskRow, find_case_tasks

_DIARY = "diary"


@dataclass(frozen=True, kw_only=True)
class CaseMeeting:
    """A meeting about a case. `sequence` is the entry that convened it, or else recorded it.

    `name` is the box or the step as it is drawn. `at` is when it is (aware, UTC), where that was
    said; `convened` and `record` are the lines of the history, `task_id` the open step that
    records it. `decisions` are what it decided, as far as the record still vouches for them.
    """

    sequence: int
    name: str
    at: datetime | None
    convened: HistoryLine | None
    record: HistoryLine | None
    task_id: int | None
    decisions: tuple[ConcernRow, ...]


def read_case_meetings(installation: Installation, file: CaseFile) -> tuple[CaseMeeting, ...]:
    """The meetings that the reader of the file may see, in order."""
    if not any(_is_of_meeting(e) for e in file.version.package.diagram.elements.values()):
        return ()
    with installation.database.read() as connection:
        answers = {row.sequence: row.content for row in find_answers(connection, file.case.id)}
        tasks = [task for task, _ in find_case_tasks(connection, file.case.id)]
        decided = find_decisions(connection, file.case.id)
    return tuple(_Pairing(file, answers, tasks, decided).meetings())


def _is_of_meeting(element: Element) -> bool:
    return bool({_DIARY, PROPERTY} & element.properties.keys())


class _Pairing:
    """Which record belongs to which convening: the step that the convening opened."""

    def __init__(
        self,
        file: CaseFile,
        answers: dict[int, str],
        tasks: list[TaskRow],
        decided: list[ConcernRow],
    ) -> None:
        self.elements = file.version.package.diagram.elements
        self.lines = file.history
        self.mine = {each.task_id for each in file.mine}
        self.answers = answers
        self.tasks = tasks
        self.decided = decided

    def meetings(self) -> Iterator[CaseMeeting]:
        recorded: set[int] = set()
        found = []
        for line in self.lines:
            element = self.elements.get(line.element)
            if element and element.kind == "startEvent" and _DIARY in element.properties:
                task = self._opened_by(line, element)
                record = self._record_of(task)
                recorded |= {record.sequence} if record else set()
                found.append(self._meeting(line, element, record, task))
        for line in self.lines:
            element = self.elements.get(line.element)
            records = element is not None and PROPERTY in element.properties and line.answers
            if element and records and line.sequence not in recorded:
                found.append(self._meeting(None, element, line, None))
        yield from sorted(found, key=lambda each: each.sequence)

    def _opened_by(self, line: HistoryLine, element: Element) -> TaskRow | None:
        return next(
            (
                task
                for task in self.tasks
                if task.opened_at == line.at
                and task.element in self.elements
                and self.elements[task.element].parent == element.parent
            ),
            None,
        )

    def _record_of(self, task: TaskRow | None) -> HistoryLine | None:
        if task is None or task.closed_at is None:
            return None
        same = (each for each in self.lines if each.element == task.element and each.answers)
        return next((each for each in same if each.at == task.closed_at), None)

    def _meeting(
        self,
        convened: HistoryLine | None,
        element: Element,
        record: HistoryLine | None,
        task: TaskRow | None,
    ) -> CaseMeeting:
        first = convened or record
        assert first is not None  # noqa: S101  (a meeting is convened, or recorded)
        box = self.elements.get(element.parent)
        name = box.name if convened and box else element.name
        if name == element.message:  # the box is named as the button is, which is no meeting's name
            name = "Meeting"
        is_open = task is not None and task.closed_at is None
        return CaseMeeting(
            sequence=first.sequence,
            name=" ".join(name.split()),
            at=self._when(convened, element),
            convened=convened,
            record=record,
            task_id=task.id if task and is_open and task.id in self.mine else None,
            decisions=tuple(
                row for row in self.decided if record and row.sequence == record.sequence
            ),
        )

    def _when(self, convened: HistoryLine | None, element: Element) -> datetime | None:
        content = self.answers.get(convened.sequence) if convened else None
        if content is None:
            return None
        given = json.loads(content).get(element.properties.get(_DIARY, ""))
        try:
            return parse_instant(str(given)) if given else None
        except BadInstant:
            return None


def stage_answers(file: CaseFile) -> tuple[tuple[str, HistoryLine], ...]:
    """What respondents answered, each with its stage, in order, as far as the reader may read."""
    diagram = file.version.package.diagram
    found = []
    for line in file.history:
        element = diagram.elements.get(line.element)
        if element is None or element.kind != "userTask" or not line.answers:
            continue
        if element.stage and not diagram.is_beside(element.id) and element.posts[:1] != (RAISER,):
            found.append((element.stage, line))
    return tuple(found)
