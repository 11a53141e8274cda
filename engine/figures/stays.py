"""The stays of a case at its steps: what was asked, of whom, until when, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.acts.deadlines import EXTENDED
from engine.acts.tasks import COMPLETED
from engine.councils import RAISER as RAISER_POST
from engine.figures import asked
from engine.figures.facts import RAISER, RESPONDENT, Stay
from engine.figures.kept import Kept, Told, day
from engine.store.deadlines import DeadlineRow
from engine.store.tasks import TaskRow
from engine.turns.turn import DEADLINE_PASSED


@dataclass(kw_only=True)
class _Open:
    """A stay while the entries are walked: when it was silent, and how often it got time."""

    element: str
    starts: datetime
    ends: datetime | None
    dues: tuple[datetime | None, ...]
    silent: list[datetime] = field(default_factory=list)
    extensions: int = 0

    def was_open(self, at: datetime) -> bool:
        return self.starts <= at and (self.ends is None or at <= self.ends)


def read_stays(kept: Kept) -> tuple[Stay, ...]:
    """All stays of the case, the tasks in the order in which they began and then the boxes."""
    boxes = [row for row in kept.deadlines if _is_of_box(kept, row)]
    opened = [_task(row) for row in kept.tasks] + list(_boxes(kept, boxes))
    _follow(kept, opened)
    count, seen = len(kept.tasks), set[str]()
    found = []
    for row, of in zip(kept.tasks, opened[:count], strict=True):
        first = kept.is_main(row) and row.stage not in seen
        if first:
            seen.add(row.stage)
        found.append(_task_stay(kept, row, of, first=first))
    found += [_box_stay(kept, row, of) for row, of in zip(boxes, opened[count:], strict=True)]
    return tuple(found)


def _is_of_box(kept: Kept, row: DeadlineRow) -> bool:
    drawn = kept.diagram.elements.get(row.element)
    host = kept.diagram.elements.get((drawn.attached_to if drawn else "") or "")
    return not row.case_limit and host is not None and host.kind != "userTask"


def _task(row: TaskRow) -> _Open:
    dues = (row.due, row.original_due)
    return _Open(element=row.element, starts=row.opened_at, ends=row.closed_at, dues=dues)


def _boxes(kept: Kept, rows: list[DeadlineRow]) -> Iterator[_Open]:
    for row in rows:
        yield _Open(
            element=kept.diagram.elements[row.element].attached_to or "",
            starts=_armed_at(kept, row),
            ends=row.closed_at,
            dues=(row.due, row.original_due),
        )


def _armed_at(kept: Kept, row: DeadlineRow) -> datetime:
    """When the box was entered: later than what it counts from, where that was kept (X-34)."""
    same = [each.id for each in kept.deadlines if each.element == row.element]
    armed = [
        told.entry.at
        for told in kept.told
        if isinstance(told.after.get("due"), dict) and row.element in told.after["due"]
    ]
    return armed[same.index(row.id)] if len(armed) == len(same) else row.received_at


def _follow(kept: Kept, opened: list[_Open]) -> None:
    """Put each due date that passed, and each that was moved, down to the stay that it was of."""
    for told in kept.told:
        if told.entry.act not in (DEADLINE_PASSED, EXTENDED):
            continue
        drawn = kept.diagram.elements.get(told.entry.element)
        host = drawn.attached_to if drawn else None
        here = [each for each in opened if each.element == host and each.was_open(told.entry.at)]
        if not here:
            continue
        if told.entry.act == EXTENDED:
            _of(here, told, "due").extensions += 1
        else:
            at = told.entry.at
            fresh = [each for each in here if at not in each.silent]
            _of(fresh or here, told, "passed").silent.append(at)


def _of(here: list[_Open], told: Told, name: str) -> _Open:
    """Of several at one step that which has the date; a second of the same date is a second one.

    One that was moved away from the date comes after one that it stayed with.
    """
    text = told.after.get(name)
    due = datetime.fromisoformat(text) if isinstance(text, str) else None
    if due is None:
        return here[0]
    now = [each for each in here if due == each.dues[0]]
    before = [each for each in here if due in each.dues]
    return [*now, *before, *here][0]


def _task_stay(kept: Kept, row: TaskRow, of: _Open, *, first: bool) -> Stay:
    answered = _answered_at(kept, row)
    post = kept.first_asked(row)
    return Stay(
        element=row.element,
        stage=row.stage,
        post=post,
        whose=RAISER if post == RAISER_POST else RESPONDENT,
        received_on=day(row.opened_at),
        ended_on=_day(answered or row.closed_at),
        original_due=_day(row.original_due),
        due=_day(row.due),
        state=_state(row, answered),
        silent_on=_day(min(of.silent, default=None)),
        working_days=None if answered is None else kept.working_days(row.opened_at, answered),
        extensions=of.extensions,
        first=first,
        seen_by=kept.seen_by(row.element),
    )


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else day(instant)


def _answered_at(kept: Kept, row: TaskRow) -> datetime | None:
    """When the answer came: with the step's end, or after the matter had moved on (X-33)."""
    if row.closed_how != COMPLETED or row.closed_at is None:
        return None
    told = kept.answer_of(row)
    return told.entry.at if told is not None else row.closed_at


def _state(row: TaskRow, answered: datetime | None) -> str:
    if answered is not None:
        if row.due is not None and answered >= row.due:
            return asked.LATE
        if answered != row.closed_at:
            return asked.AFTERWARDS
        return asked.DONE_UNTIMED if row.due is None else asked.ON_TIME
    if row.closed_at is None:
        return asked.WAITING if row.overdue_at is None else asked.OVERDUE
    return _without_answer(row.due, row.closed_at)


def _without_answer(due: datetime | None, closed: datetime) -> str:
    return asked.NEVER if due is not None and due <= closed else asked.NOT_NEEDED


def _box_stay(kept: Kept, row: DeadlineRow, of: _Open) -> Stay:
    answered = _box_done_at(kept, row, of.element)
    if row.closed_at is None:
        state = asked.WAITING if row.fired_at is None else asked.OVERDUE
    elif answered is None:
        state = _without_answer(row.due, row.closed_at)
    else:
        state = asked.ON_TIME if answered < row.due else asked.LATE
    post = next(_posts_inside(kept, of.element), "")
    return Stay(
        element=of.element,
        stage=row.stage,
        post=post,
        whose=RAISER if post == RAISER_POST else RESPONDENT,
        received_on=day(of.starts),
        ended_on=_day(row.closed_at),
        original_due=day(row.original_due),
        due=day(row.due),
        state=state,
        silent_on=_day(min(of.silent, default=None)),
        working_days=None if answered is None else kept.working_days(of.starts, answered),
        extensions=of.extensions,
        first=False,
        seen_by=kept.seen_by(of.element),
    )


def _box_done_at(kept: Kept, row: DeadlineRow, box: str) -> datetime | None:
    """When a box ended with all its steps; None where it was left, or its words are destroyed."""
    for told in kept.told:
        if told.entry.at == row.closed_at and box in told.after.get("reached", ()):
            return row.closed_at
    return None


def _posts_inside(kept: Kept, box: str) -> Iterator[str]:
    for element in kept.diagram.elements.values():
        if element.kind == "userTask" and box in kept.around(element.id):
            yield from element.posts[:1]
