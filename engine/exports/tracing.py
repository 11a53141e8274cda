"""Reads a case's trace off its history: the entries say what happened, the rows of tasks which."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.access import may_see_element
from engine.access.exports import ExportRights
from engine.acts.asking_time import ASKED, NOT_GIVEN
from engine.acts.cases import OPENED as CASE_OPENED
from engine.acts.cases import PRESSED, posts_of_act, routing_values
from engine.acts.chasing import CHASED
from engine.acts.claims import CLAIMED as TASK_CLAIMED
from engine.acts.claims import HANDED_BACK as TASK_HANDED_BACK
from engine.acts.concerns import ADDED, SETTLED, element_of
from engine.acts.deadlines import EXTENDED
from engine.acts.reallocating import REALLOCATED
from engine.acts.reassigning import GIVEN, SENT_BACK, TAKEN_BACK
from engine.acts.tasks import ANSWERED_AFTER
from engine.acts.tasks import COMPLETED as TASK_COMPLETED
from engine.calendars import Calendar
from engine.clock import in_london
from engine.councils import RAISER
from engine.exports.trace import (
    CLAIMED,
    COMPLETED,
    DEADLINE_PASSED,
    HANDED_BACK,
    HAPPENED,
    OPENED,
    REASSIGNED,
    WITHDRAWN,
    Event,
    TaskTrace,
    Value,
)
from engine.history.moving_acts import MOVED_BACK, MOVED_ON
from engine.history.operating_acts import (
    ENDED,
    PUT_BACK,
    RESUMED,
    RETRIED,
    SKIPPED,
    SUSPENDED,
    VALUES,
)
from engine.procedures import Package, Version
from engine.store.cases import AnswerRow
from engine.store.concerns import ConcernRow
from engine.store.deadlines import DeadlineRow
from engine.store.exports import CaseToExport
from engine.store.history import Body, Entry
from engine.store.tasks import TaskRow
from engine.turns.turn import DEADLINE_PASSED as CLOCK_PASSED

_ON_A_TASK: Mapping[str, str] = {
    TASK_COMPLETED: COMPLETED,
    SKIPPED: COMPLETED,
    TASK_CLAIMED: CLAIMED,
    TASK_HANDED_BACK: HANDED_BACK,
    SENT_BACK: REASSIGNED,
    GIVEN: REASSIGNED,
    TAKEN_BACK: REASSIGNED,
}
_BY_ITSELF: Mapping[str, str] = {
    CASE_OPENED: "Case opened",
    PRESSED: "",
    CLOCK_PASSED: "Deadline passed",
    EXTENDED: "More time given",
    ASKED: "More time asked for",
    NOT_GIVEN: "More time refused",
    CHASED: "Chased",
    ANSWERED_AFTER: "Late answer",
    REALLOCATED: "Given to another raiser",
    ADDED: "Concern added",
    SETTLED: "Concern settled",
    MOVED_ON: "Moved to another version",
    MOVED_BACK: "Moved back to its version",
    RETRIED: "Tried again",
    PUT_BACK: "Put back to an earlier step",
    SUSPENDED: "Suspended",
    RESUMED: "Resumed",
    ENDED: "Ended by hand",
}
_CHOSEN = {"radio", "select", "checkbox", "checklist", "datetime", "date", "number"}
"""Kinds of fields into which nobody writes words."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """All that is kept of a case. `asked` are the posts of each task when it was opened.

    `package` is that of the version that the case is on, `versions` are those, by id, on which its
    entries were written.
    """

    case: CaseToExport
    package: Package
    versions: Mapping[int, Version]
    calendar: Calendar
    chain: tuple[tuple[Entry, Body | None], ...]
    tasks: tuple[TaskRow, ...]
    asked: Mapping[int, str]
    deadlines: tuple[DeadlineRow, ...]
    answers: Mapping[int, AnswerRow]
    concerns: tuple[ConcernRow, ...]


@dataclass(kw_only=True)
class Tracer:
    """Walks the entries of one case, in order, keeping which tasks are open.

    `rights` are the reader's: what a diagram shows to others alone is left out (X-36).
    """

    kept: Kept
    rights: ExportRights
    _waiting: deque[TaskRow] = field(init=False)
    _open: dict[int, TaskRow] = field(init=False, default_factory=dict)
    _closed: dict[int, tuple[str, datetime]] = field(init=False, default_factory=dict)
    _passed: set[int] = field(init=False, default_factory=set)
    _number: int = field(init=False, default=0)
    _version: Version = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = deque(sorted(self.kept.tasks, key=lambda task: task.id))

    def events(self) -> Iterator[Event]:
        """What happened, in order."""
        for place, (entry, body) in enumerate(self.kept.chain):
            self._version = self.kept.versions[entry.version_id]
            after: dict[str, Any] = json.loads(body.content)["after"] if body else {}
            yield from self._act(entry, after)
            for task in self._withdrawn(entry, after):
                yield from self._on_task(entry, task, WITHDRAWN, {})
            for task in self._opened(place, entry, body, after):
                yield from self._on_task(entry, task, OPENED, {})

    def tasks(self) -> Iterator[TaskTrace]:
        """The tasks, once the events were walked."""
        for task in self.kept.tasks:
            if not self._may_see(task.element):
                continue
            how, at = self._closed.get(task.id, ("", None))
            yield TaskTrace(
                token=task.token,
                element=task.element,
                name=task.name,
                stage=task.stage,
                post=self.rights.name(self.kept.asked.get(task.id, "")),
                opened_at=task.opened_at,
                original_due=task.original_due,
                due=task.due,
                closed_at=at,
                how=how,
                late=_is_late(task, how, at),
                working_days=None if at is None else self.working_days(task.opened_at, at),
            )

    def working_days(self, since: datetime, until: datetime) -> int:
        """The working days after the day of one instant, up to and with that of the other."""
        first, last = in_london(since).date(), in_london(until).date()
        return self.kept.calendar.working_days_between(first, last)

    def first_opened(self) -> str:
        """The way in: the elements of the tasks that the case opened first."""
        here = [task for task in self.kept.tasks if task.opened_at == self.kept.case.opened_at]
        return ", ".join(task.element for task in here if self._may_see(task.element))

    def _may_see(self, element: str) -> bool:
        return may_see_element(self.kept.package.diagram, element, self.rights.posts)

    def _act(self, entry: Entry, after: Mapping[str, Any]) -> Iterator[Event]:
        if entry.act in _ON_A_TASK:
            task = self._task_of(entry)
            if task is not None:
                if entry.act in (TASK_COMPLETED, SKIPPED):
                    del self._open[task.id]
                    how = COMPLETED if entry.act == TASK_COMPLETED else WITHDRAWN
                    self._closed[task.id] = (how, entry.at)
                yield from self._on_task(entry, task, _ON_A_TASK[entry.act], after)
        elif entry.act in _BY_ITSELF:
            yield from self._happened(entry, after)

    def _happened(self, entry: Entry, after: Mapping[str, Any]) -> Iterator[Event]:
        drawn = self._version.package.diagram.elements.get(entry.element)
        about, what = "", _BY_ITSELF[entry.act]
        stage, token, due = "", None, None
        if drawn is not None and entry.act != CASE_OPENED:
            host = self._version.package.diagram.elements.get(drawn.attached_to or "")
            about = drawn.message or (host.name if drawn.event == "timer" and host else drawn.name)
            stage = drawn.stage or ""
        if entry.act in (CLOCK_PASSED, EXTENDED):
            token, due = self._deadline(entry, after)
        left = self._answered_after(entry)
        if left is not None:
            token, self._closed[left.id] = left.token, (COMPLETED, entry.at)
        passed = entry.act == CLOCK_PASSED
        activity = ": ".join(part for part in (what, " ".join(about.split())) if part)
        yield from self._event(
            entry,
            after,
            activity=activity or entry.element,
            element=entry.element if drawn is not None else "",
            transition=DEADLINE_PASSED if passed else HAPPENED,
            token=token,
            post="" if passed else self._who(entry, after),
            stage=stage,
            due=due,
            working_days=self.working_days(left.opened_at, entry.at) if left else None,
        )

    def _on_task(
        self, entry: Entry, task: TaskRow, transition: str, after: Mapping[str, Any]
    ) -> Iterator[Event]:
        asked = self.kept.asked.get(task.id, "")
        new = transition == OPENED
        yield from self._event(
            entry,
            after,
            activity=task.name,
            element=task.element,
            transition=transition,
            token=task.token,
            post=asked if transition in (OPENED, WITHDRAWN) else self._who(entry, after, asked),
            stage=task.stage,
            due=task.original_due if new else None,
            working_days=None if new else self.working_days(task.opened_at, entry.at),
        )

    def _event(
        self,
        entry: Entry,
        after: Mapping[str, Any],
        *,
        activity: str,
        element: str,
        transition: str,
        token: int | None,
        post: str,
        stage: str,
        due: datetime | None,
        working_days: int | None = None,
    ) -> Iterator[Event]:
        if not self._may_see(element):
            return
        self._number += 1
        own = transition not in (OPENED, WITHDRAWN)  # what an act led to is not what was done
        yield Event(
            number=self._number,
            entry=entry.sequence,
            version=self._version.row.number,
            at=entry.at,
            activity=activity,
            element=element,
            transition=transition,
            token=token,
            post=", ".join(dict.fromkeys(map(self.rights.name, post.split(", ")))),
            stage=stage,
            due=due,
            late=bool(after.get("late")) if transition == COMPLETED else None,
            standing_in=own and entry.for_id is not None,
            working_days=working_days,
            answers=self._answers(entry, after) if own else {},
            raises=self._raises(entry) if own else (),
            settles=self._settles(entry) if own else (),
        )

    def _answers(self, entry: Entry, after: Mapping[str, Any]) -> Mapping[str, Value]:
        """What was chosen, of what the diagram's conditions and times ask; never any words."""
        if entry.act == SKIPPED:
            given = after.get(VALUES, {})
            return {name: value for name, value in sorted(given.items()) if value is not None}
        row = self.kept.answers.get(entry.sequence)
        form = self._version.package.forms.get(row.form) if row else None
        if row is None or form is None or entry.act == ANSWERED_AFTER:
            return {}
        chosen = {each.key for each in form.fields if each.kind in _CHOSEN}
        values = routing_values(self._version.package, row.form, json.loads(row.content))
        return {
            name: value
            for name, value in sorted(values.items())
            if name in chosen and isinstance(value, str | bool | int | float)
        }

    def _raises(self, entry: Entry) -> tuple[int, ...]:
        if entry.act not in (CASE_OPENED, ADDED):
            return ()
        added = {each.element for each, _ in self.kept.chain if each.act == ADDED}
        if entry.act == ADDED:
            added = {entry.element}
        here = ((c.place, element_of(c.place) in added) for c in self.kept.concerns)
        return tuple(place for place, was_added in here if was_added == (entry.act == ADDED))

    def _settles(self, entry: Entry) -> tuple[int, ...]:
        settled = (c.place for c in self.kept.concerns if c.settled_in == entry.sequence)
        return tuple(settled)

    def _who(self, entry: Entry, after: Mapping[str, Any], asked: str = "") -> str:
        """The post by which it was done; several where more than one may, and it is not told."""
        told = str(after.get("post") or "")
        if told or entry.actor_id is None:
            return told
        if entry.act == PRESSED:
            drawn = self._version.package.diagram.elements.get(entry.element)
            may = posts_of_act(drawn) if drawn else frozenset()
            by_raiser = entry.actor_id == self.kept.case.raiser_id and RAISER in may
            return RAISER if by_raiser else ", ".join(sorted(may))
        return RAISER if entry.actor_id == self.kept.case.raiser_id else asked

    def _task_of(self, entry: Entry) -> TaskRow | None:
        """The open task that an entry is about: its answer names it, or there is one there."""
        answer = self.kept.answers.get(entry.sequence)
        if answer is not None and answer.task_id in self._open:
            return self._open[answer.task_id]
        here = [task for task in self._open.values() if task.element == entry.element]
        closed = [task for task in here if task.closed_at == entry.at]
        return next(iter(closed or here), None)

    def _answered_after(self, entry: Entry) -> TaskRow | None:
        """The step that was answered after the case had gone on without it (X-33)."""
        answer = self.kept.answers.get(entry.sequence)
        left = (
            task
            for task in self.kept.tasks
            if task.element == entry.element
            and task.closed_how == TASK_COMPLETED
            and self._closed.get(task.id, ("",))[0] == WITHDRAWN
            and (answer is None or answer.task_id == task.id)
        )
        return next(left, None) if entry.act == ANSWERED_AFTER else None

    def _withdrawn(self, entry: Entry, after: Mapping[str, Any]) -> Iterator[TaskRow]:
        """The tasks that the entry closed; where its body was destroyed, those closed then."""
        names = after.get("closed", []) if after else None
        for task in list(self._open.values()):
            if task.closed_at != entry.at or (names is not None and task.element not in names):
                continue
            del self._open[task.id]
            self._closed[task.id] = (WITHDRAWN, entry.at)
            yield task

    def _opened(
        self, place: int, entry: Entry, body: Body | None, after: Mapping[str, Any]
    ) -> Iterator[TaskRow]:
        """The next tasks, in the order in which they were kept; as many as the entry tells of.

        Where its body was destroyed: those of its instant that no later entry tells of.
        """
        count = len(after.get("opened", []))
        if body is None:
            later = self.kept.chain[place + 1 :]
            told = sum(
                len(json.loads(each.content)["after"].get("opened", []))
                for other, each in later
                if other.at == entry.at and each is not None
            )
            count = sum(task.opened_at <= entry.at for task in self._waiting) - told
        for _ in range(min(count, len(self._waiting))):
            task = self._waiting.popleft()
            self._open[task.id] = task
            yield task

    def _deadline(
        self, entry: Entry, after: Mapping[str, Any]
    ) -> tuple[int | None, datetime | None]:
        """What the deadline of an entry sits on, and when it was, or now is, due."""
        told = after.get("passed") or after.get("due")
        due = datetime.fromisoformat(told) if isinstance(told, str) else None
        live = [
            row
            for row in self.kept.deadlines
            if row.element == entry.element
            and row.received_at <= entry.at
            and (row.closed_at is None or row.closed_at >= entry.at)
        ]
        passing = entry.act == CLOCK_PASSED
        fresh = [row for row in live if row.id not in self._passed] if passing else live
        exact = [row for row in fresh if row.due == due]
        row = next(iter(exact or fresh or live), None)
        if row is None:
            return None, due
        if passing:
            self._passed.add(row.id)
        else:
            self._passed.discard(row.id)
        return row.host, due


def _is_late(task: TaskRow, how: str, at: datetime | None) -> bool:
    """Whether its answer came after it fell due, or it waits and is overdue."""
    if how == COMPLETED and at is not None:
        return task.due is not None and at >= task.due
    return not how and task.overdue_at is not None
