"""After each step of the workflow, tasks and deadlines follow what is open in it now.

New tasks are put into trays with their due dates, those that are gone are closed, timers become
deadlines, and whoever the diagram says is told is sent a notice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.calendars import Calendar
from engine.councils import RAISER, SOCIAL_WORKER
from engine.diagrams import expressions, times
from engine.diagrams.diagram import Element
from engine.diagrams.run import ArmedTimer, OpenTask
from engine.history.course_acts import OVER, REACHED_BEFORE
from engine.history.entries import Fact
from engine.store.cases import CaseRow, delete_parts
from engine.store.deadlines import (
    DeadlineRow,
    add_deadline,
    find_case_limit,
    find_last_deadline,
)
from engine.store.drafting_help import delete_help
from engine.store.handovers import forget_handovers
from engine.store.tasks import (
    NEVER,
    SILENCE,
    TaskRow,
    add_task,
    find_open_tasks,
    find_task_posts,
    replace_posts,
    set_urgent,
)
from engine.turns.after_closing import plan_follow_ups
from engine.turns.hands import parts_now, parts_of, persons_of, readers_of
from engine.turns.open_case import ANSWERED_AFTER, CANCELLED, OpenCase
from engine.turns.telling import CHOOSE, NEW_TASK, Telling

TOP_EVENTS = ("startEvent", "endEvent", "boundaryEvent", "intermediateThrowEvent")


@dataclass(kw_only=True)
class Changes:
    """What one step of the workflow changed."""

    opened: list[TaskRow] = field(default_factory=list)
    closed: list[TaskRow] = field(default_factory=list)
    due: dict[str, datetime] = field(default_factory=dict)
    elapsed: dict[str, datetime] = field(default_factory=dict)
    reached_before: dict[str, datetime] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    stage: str = ""
    outcome: str = ""
    over: bool = False

    def facts(self) -> dict[str, object]:
        """The changes as an entry of the history keeps them; what is empty is left out."""
        all_facts: dict[str, object] = {
            "opened": [task.element for task in self.opened],
            "closed": [task.element for task in self.closed],
            "due": {element: due.isoformat() for element, due in self.due.items()},
            "elapsed": {element: end.isoformat() for element, end in self.elapsed.items()},
            REACHED_BEFORE: {name: at.isoformat() for name, at in self.reached_before.items()},
            "told": self.told,
            "reached": self.reached,
            "stage": self.stage,
            "outcome": self.outcome,
            OVER: self.over,
        }
        return {name: value for name, value in all_facts.items() if value}


def reconcile(case: OpenCase, fact: Fact, answers: Mapping[str, object] | None) -> Changes:
    """Bring the rows of a case to its workflow, after the step that `fact` tells of.

    `answers` are its answers, by key; None where it tells of no answer, but of what else is done.
    """
    changes = Changes()
    telling = Telling(case)
    _close_gone(case, changes)
    _open_new(case, changes, telling)
    if case.by is None:  # silence, perhaps because nobody holds the post any more
        _ask_again(case, telling)
    _follow_events(case, changes, telling, fact)
    for task in changes.closed:
        _tell_gone(case, task, telling, changes.outcome)
    acted = case.diagram.elements.get(fact.element)
    if answers is not None and acted is not None and acted.kind == "userTask":
        if fact.act == ANSWERED_AFTER:
            telling.tell_late(acted)
        telling.answered(acted, answers)
    _settle(case, changes)
    _weigh(case)
    changes.told = telling.send()
    return changes


def ask_anew(case: OpenCase, before: CaseRow) -> None:
    """Let open tasks wait for the posts that the case now has, and tell those who were not asked.

    `before` is the case as it was: its team and its social worker have no part in it any more, nor
    has anybody to whom a task was given, or who was asked to draft. Due dates stay (X-16).
    """
    forget_handovers(case.connection, case.case.id)
    delete_help(case.connection, case.case.id)
    case.tasks = {t.token: t for t in find_open_tasks(case.connection, case.case.id)}
    stay = {case.case.raiser_id, case.case.social_worker_id, None}
    lost = {
        part
        for part in case.parts
        if (before.team != case.case.team and part[1] == before.team)
        or (part[0] == SOCIAL_WORKER and part[2] != case.case.social_worker_id)
        or part[2] not in stay
    }
    delete_parts(case.connection, case.case.id, lost)
    case.parts -= lost
    telling = Telling(case)
    _ask_again(case, telling)
    telling.send()


def ask_new_raiser(case: OpenCase, before: CaseRow, telling: Telling) -> None:
    """Let the raiser's open tasks wait for the case's new raiser, with their due dates (X-16).

    Whoever was the raiser `before` has that part no more: need to know.
    """
    lost = {part for part in case.parts if part[0] == RAISER and part[2] == before.raiser_id}
    delete_parts(case.connection, case.case.id, lost)
    case.parts -= lost
    _ask_again(case, telling)


def _ask_again(case: OpenCase, telling: Telling) -> None:
    asked_before = find_task_posts(case.connection, case.case.id)
    for task in case.tasks.values():
        element = case.diagram.elements[task.element]
        asked = parts_now(case, task, asked_before[task.id])
        if set(asked) == set(asked_before[task.id]):
            continue
        replace_posts(case.connection, task.id, asked)
        if task.given_at is None and task.sent_back_at is None:
            telling.new_task(element, task)
            continue
        new = [part for part in asked if part not in asked_before[task.id]]
        telling.give_part(asked)
        message = NEW_TASK if task.sent_back_at is None else CHOOSE
        telling.tell_these(element, task, message, readers_of(case, new))


def _close_gone(case: OpenCase, changes: Changes) -> None:
    open_tokens = {task.token for task in case.run.tasks()}
    for token, task in list(case.tasks.items()):
        if token not in open_tokens:
            case.close(task, CANCELLED)
            changes.closed.append(task)
    armed = {timer.token for timer in case.run.timers()}
    for deadline in list(case.deadlines.values()):
        if deadline.fired_at is None:
            over = deadline.token not in armed
        else:  # it may be armed again for as long as what it sits on is open
            over = not case.run.is_open(deadline.host)
        if over:
            case.move_deadline(replace(deadline, closed_at=case.at))
            # closed deadlines are written at the turn's end, and never looked at again in it


def _tell_gone(case: OpenCase, task: TaskRow, telling: Telling, outcome: str) -> None:
    """Respondents whose step was closed are told; the raiser, whose act that is, knows (X-31)."""
    element = case.diagram.elements[task.element]
    if element.posts[:1] != (RAISER,):
        telling.gone(element, persons_of(case, parts_of(case, task)), outcome)


def _open_new(case: OpenCase, changes: Changes, telling: Telling) -> None:
    known = {d.token for d in case.deadlines.values()}
    timers = [timer for timer in case.run.timers() if timer.token not in known]
    rows = [_limit_again(case, timer) or _deadline(case, timer) for timer in timers]
    if case.case.clock_started_at is None and any(row.case_limit for row in rows):
        case.case = replace(case.case, clock_started_at=case.at)
    for opened in case.run.tasks():
        if opened.token not in case.tasks:
            task = _open_task(case, opened, rows)
            case.tasks[task.token] = task
            changes.opened.append(task)
            element = case.diagram.elements[task.element]
            telling.new_task(element, task)
            telling.opened(element, task)
    if rows:
        ids = {task.token: task.id for task in case.tasks.values()}
        for row in rows:
            kept = add_deadline(case.connection, replace(row, task_id=ids.get(row.host)))
            case.deadlines[kept.id] = kept
        changes.due = {row.element: row.due for row in rows}
        changes.elapsed = dict(_elapsed(case, rows))
        changes.reached_before = {row.element: row.fired_at for row in rows if row.fired_at}


def _is_case_limit(case: OpenCase, timer: ArmedTimer) -> bool:
    return case.diagram.elements[timer.element].properties.get("limit") == "case"


def _deadline(case: OpenCase, timer: ArmedTimer) -> DeadlineRow:
    element = case.diagram.elements[timer.element]
    rule = element.time or ""
    statutory = element.properties.get("calendar") == "statutory"
    due = original = times.parse(rule).due(
        case.at, case.council.calendar, case.run.values(), statutory=statutory
    )
    received, moves = case.at, 0
    kept = _kept(case, element)
    if kept is not None:
        received, original, due, moves = kept.received_at, kept.original_due, kept.due, kept.moves
    return DeadlineRow(
        id=0,
        case_id=case.case.id,
        task_id=None,
        token=timer.token,
        host=timer.host,
        element=element.id,
        stage=element.stage or "",
        rule=rule,
        statutory=statutory,
        case_limit=_is_case_limit(case, timer),
        received_at=received,
        original_due=original,
        due=due,
        moves=moves,
        fired_at=None,
        closed_at=None,
    )


def _elapsed(case: OpenCase, rows: Iterable[DeadlineRow]) -> Iterator[tuple[str, datetime]]:
    """Of working hours also when they would be over as elapsed ones: both are kept (A-ROT-5)."""
    for row in rows:
        end = times.parse(row.rule).elapsed(row.received_at, case.run.values())
        if end is not None:
            yield row.element, end


def _kept(case: OpenCase, element: Element) -> DeadlineRow | None:
    """The deadline whose due date stays, as when an answer is returned (X-34)."""
    condition = element.properties.get("kept_when")
    if not condition or not expressions.parse(condition).evaluate(case.run.values()):
        return None
    return find_last_deadline(case.connection, case.case.id, element.id)


def _limit_again(case: OpenCase, timer: ArmedTimer) -> DeadlineRow | None:
    """The limit of the whole case as it was, where its box is opened anew.

    It counts from the first formal stage, and passes once (X-2, X-30).
    """
    if not _is_case_limit(case, timer) or case.case.clock_started_at is None:
        return None
    here = [row for row in case.deadlines.values() if row.case_limit]
    known = here[-1] if here else find_case_limit(case.connection, case.case.id)
    if known is None:
        return None
    element = case.diagram.elements[timer.element]
    return replace(
        known,
        id=0,
        token=timer.token,
        host=timer.host,
        element=element.id,
        stage=element.stage or "",
        closed_at=None,
    )


def _open_task(case: OpenCase, opened: OpenTask, rows: Iterable[DeadlineRow]) -> TaskRow:
    element = case.diagram.elements[opened.element]
    own = sorted((row for row in rows if row.host == opened.token), key=lambda row: row.due)
    values = {
        "case_id": case.case.id,
        "token": opened.token,
        "element": element.id,
        "name": " ".join(element.name.split()),
        "stage": element.stage or "",
        "form": element.form or "",
        "opened_at": case.at,
        "first_seen_at": None,
        "due": own[0].due if own else None,
        "original_due": own[0].original_due if own else None,
        "milestone": _milestone(case, element),
        "overdue_at": None,
        "closed_at": None,
        "closed_by": None,
        "closed_how": "",
        "urgent_at": own[0].due if own else NEVER,
        "claimed_by": None,
        "claimed_at": None,
        "sent_back_by": None,
        "sent_back_at": None,
        "given_at": None,
        "chased_at": None,
    }
    task_id = add_task(case.connection, case.asked(element), **values)
    return TaskRow(id=task_id, **values)  # type: ignore[arg-type]


def _milestone(case: OpenCase, element: Element) -> datetime | None:
    """Where the case should stand by the case's own clock (A-NEL-4, A-NEL-5)."""
    text, start = element.properties.get("milestone"), case.case.clock_started_at
    if not text or start is None:
        return None
    calendar: Calendar = case.council.calendar
    return times.parse(text).due(start, calendar, case.run.values(), statutory=True)


def _follow_events(case: OpenCase, changes: Changes, telling: Telling, fact: Fact) -> None:
    for passed in case.newly_passed():
        element = case.diagram.elements.get(passed.element)
        if element is None or passed.how != "completed":
            continue
        changes.reached.append(element.id)
        if element.kind not in TOP_EVENTS:
            continue
        # What passed is a deadline only in its own turn's entry, whose words name no person.
        telling.reached(element, fact.words if element.id == fact.element and element.time else "")
        outcome = element.properties.get("outcome")
        if outcome and element.parent == case.diagram.id:
            changes.outcome = outcome


def _settle(case: OpenCase, changes: Changes) -> None:
    """The stage where the case stands, how it ended, and whether it is over.

    It stands where it came last: a step of an earlier stage that is still open, as something to be
    put on a file, does not bring it back there.
    """
    stages = [task.stage for task in changes.opened if _is_main(case, task)]
    if stages and stages[-1] != case.case.stage:
        changes.stage = stages[-1]
        case.case = replace(case.case, stage=stages[-1])
    if changes.outcome:
        case.case = replace(case.case, outcome=changes.outcome)
    if case.run.finished and case.case.closed_at is None:
        case.case = replace(case.case, closed_at=case.at)
        changes.over = True
        plan_follow_ups(case)


def _weigh(case: OpenCase) -> None:
    """How urgent the case is: as its most urgent step, of those that all who see it may see.

    A step that asks what to do about an answer that never came is so while it has not come.
    """
    live = [d for d in case.deadlines.values() if d.closed_at is None and d.task_id is not None]
    overdue = {d.task_id for d in live if d.fired_at is not None}
    silent = {task.element for task in case.tasks.values() if task.id in overdue}
    due = {d.task_id: d.due for d in live}
    most = NEVER
    for token, task in case.tasks.items():
        missed = silent & case.diagram.missed_before(task.element)
        urgent = SILENCE if missed else due.get(task.id, task.due) or NEVER
        # When a due date moves it is written with it, over what was written here.
        if missed or urgent != task.urgent_at:
            set_urgent(case.connection, task.id, urgent)
            case.tasks[token] = replace(task, urgent_at=urgent)
        if case.diagram.seen_by(task.element) is None:
            most = min(most, urgent)
    case.case = replace(case.case, urgent_at=most)


def _is_main(case: OpenCase, task: TaskRow) -> bool:
    """Whether a task belongs to the stages, and not to what runs beside them.

    What runs beside them, as a referral that is only considered, is for few eyes (X-36).
    """
    return bool(task.stage) and not case.diagram.is_beside(task.element)
