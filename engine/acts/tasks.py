"""Tasks: the tray of a person, and answering a task."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.access import answerer_of_task
from engine.acts.cases import NotOpenNow, routing_values
from engine.acts.concerns import take_themes
from engine.acts.decisions import take_decisions
from engine.acts.filing import file_with_answer
from engine.children import Child, find_child
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams import expressions
from engine.diagrams.values import Value
from engine.errors import StepladderError
from engine.forms import Answer, Form
from engine.forms.answers import values_for
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person, find_person
from engine.procedures import Version, load_version
from engine.store.cases import CaseRow, find_case
from engine.store.database import Connection
from engine.store.drafts import Spot, delete_draft
from engine.store.tasks import (
    TaskRow,
    find_task,
    mark_seen,
    take_late_answer,
)
from engine.turns.open_case import ANSWERED_AFTER as ANSWERED_AFTER
from engine.turns.open_case import CANCELLED, RAISER_ALONE, RaisersAlone, in_whose_right
from engine.turns.open_case import COMPLETED as COMPLETED
from engine.turns.turn import Turn, turn_for_task


class NoTask(StepladderError):
    """There is no task with that number."""


class AlreadyDone(StepladderError):
    """Somebody, or what happened meanwhile, closed the task first.

    `by` is the person's name, empty when nobody answered it; `at` is an aware instant in UTC;
    `case_number` is that of the case, which whoever gets this may see.
    """

    def __init__(self, by: str, at: datetime, case_number: str) -> None:
        local = in_london(at)
        when = f"{in_words(at).removeprefix(f'{local:%H:%M} on ')} at {local:%H:%M}"
        if by:
            super().__init__(f"{by} already answered this on {when}. Open the case to see it.")
        else:
            super().__init__(
                f"This step was closed on {when}, because the case moved on. "
                "Open the case to see what happened."
            )
        self.by = by
        self.at = at
        self.case_number = case_number


class ChooseFirst(NotOpenNow):
    """The task was sent back, and nobody has chosen yet who answers it (X-35)."""

    def __init__(self, task_id: int) -> None:
        super().__init__(
            "This was sent back by somebody who should not have been asked. Choose who answers it, "
            "or wait until that is done."
        )
        self.task_id = task_id


@dataclass(frozen=True, kw_only=True)
class TaskToAnswer:
    """A task with what its page needs: the form of the case's own version, the child, the post.

    `moved_on` says that the case has gone on without this answer, which is still taken (X-33).
    `for_whom` is the name of whom the reader stands in for, empty where they act in their own
    right; then the form says at an option that it waits for the raiser, where it does (X-18), and
    `raiser_alone` is the condition under which an answer does, empty for none.
    """

    task: TaskRow
    case: CaseRow
    version: Version
    child: Child
    form: Form
    post: str
    moved_on: bool
    for_whom: str
    raiser_alone: str


def missed_answer(hosts: Set[str], tasks: Iterable[TaskRow]) -> datetime | None:
    """When the answers were due that `hosts` asked for, have not come and have no more time."""
    missed = (t.due for t in tasks if t.element in hosts and t.overdue_at is not None and t.due)
    return min(missed, default=None)


def initials_of(name: str) -> str:
    """The initials of a name, as `KB`."""
    return "".join(part[0].upper() for part in name.split())


def open_task(installation: Installation, task_id: int, *, by: Person) -> TaskToAnswer:
    """The task, for a person who may answer it; the first look at it is kept (X-1).

    Raises `NoTask`, `AlreadyDone`, and `NotAllowed` for everybody else.
    """
    at = installation.clock.now()
    with installation.database.write() as connection:
        task = _find(connection, task_id)
        post, whose = answerer_of_task(connection, task.case_id, task_id, by.id, at)
        case = find_case(connection, task.case_id)
        assert case is not None  # noqa: S101  (a foreign key holds it)
        if not _is_still_taken(task, case, post):
            demand_open(connection, task)
        if task.sent_back_at is not None:
            raise ChooseFirst(task_id)
        if task.first_seen_at is None:
            mark_seen(connection, task_id, at)
        version = load_version(connection, case.version_id)
        child = find_child(connection, case.child_id)
        assert child is not None  # noqa: S101  (a foreign key holds it)
        drawn = version.package.diagram.elements[task.element]
        whose = in_whose_right(drawn, post, whose, case.raiser_id)
        absent = None if whose == by.id else find_person(connection, whose)
    form, alone = version.package.forms[task.form], ""
    if absent is not None and absent.id == case.raiser_id:
        alone = drawn.properties.get(RAISER_ALONE, "")
        form = _for_stand_in(form, alone, absent.name)
    return TaskToAnswer(
        task=task,
        case=case,
        version=version,
        child=child,
        form=form,
        post=post,
        moved_on=task.closed_at is not None,
        for_whom=absent.name if absent else "",
        raiser_alone=alone,
    )


def waits_for_raiser(
    found: TaskToAnswer, answers: Mapping[str, Answer], known: Mapping[str, Value]
) -> dict[str, str]:
    """Why who stands in for the raiser may not answer so, by the key of the question (X-18).

    `answers` are checked, `known` the case's values. Empty where they may.
    """
    if not found.raiser_alone:
        return {}
    condition = expressions.parse(found.raiser_alone)
    if not condition.holds(values_for(found.form, answers, known)):
        return {}
    asked = [key for key in condition.comparisons if key in answers]
    return dict.fromkeys(asked, str(RaisersAlone(found.for_whom)))


def _for_stand_in(form: Form, condition: str, raiser: str) -> Form:
    """The form, in which each option that only the raiser may choose says so."""
    alone = expressions.parse(condition).comparisons if condition else {}
    fields = [
        replace(
            field,
            options=tuple(
                replace(option, label=f"{option.label} (only {raiser} can choose this)")
                if option.value in alone.get(field.key, ())
                else option
                for option in field.options
            ),
        )
        for field in form.fields
    ]
    return replace(form, fields=tuple(fields))


def complete_task(
    installation: Installation, task_id: int, *, by: Person, answers: Mapping[str, object]
) -> CaseRow:
    """Answer a task with the checked answers to its form, and let the case go on.

    Exactly one of two who try at once succeeds; the other gets `AlreadyDone`. An answer after the
    due date is taken and marked late; so is one of a respondent after the matter moved up, which
    then changes nothing but is shown to both levels (X-33). Raises `NoCase` where there is no such
    task, `NotAllowed`, and `RaisersAlone` for what nobody decides who stands in.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        post = case.answers(task_id)
        task = next((t for t in case.tasks.values() if t.id == task_id), None)
        if task is None:
            return _answer_after(case, task_id, by, post, answers)
        if task.sent_back_at is not None:
            raise ChooseFirst(task_id)
        values = routing_values(case.version.package, task.form, answers)
        case.demand_not_raisers_alone(case.diagram.elements[task.element], values)
        late = task.due is not None and case.at >= task.due  # as when its deadline passes
        case.keep_answers(
            element=task.element, form=task.form, answers=answers, task_id=task.id, late=late
        )
        case.run.complete(task.token, values)
        case.close(task, COMPLETED)
        delete_draft(case.connection, _spot(task), by.id)
        fact = Fact(
            act=COMPLETED,
            element=task.element,
            words=f"{by.name} answered “{task.name}”{', late' if late else ''}.",
            before={"due": task.due.isoformat() if task.due else None},
            after={"post": post, "late": late, **_concerns(case, task, post, answers)},
        )
        case.record(fact, answers)
        file_with_answer(case, task, answers)
        done = case
    return done.case


def _concerns(
    case: Turn, task: TaskRow, post: str, answers: Mapping[str, object]
) -> dict[str, object]:
    """What the answer says of the case's concerns, and of what is to be done."""
    told: dict[str, Any] = {}
    if post == RAISER:
        told = take_themes(case, case.version.package.forms.get(task.form), answers)
    decided = take_decisions(case, case.diagram.elements[task.element], answers)
    return {"concerns": told.get("concerns", {}) | decided} if told or decided else {}


def _is_still_taken(task: TaskRow, case: CaseRow, post: str) -> bool:
    """Whether a respondent may still answer a task that was closed because the case went on."""
    open_still = task.closed_how == CANCELLED and case.closed_at is None
    return open_still and post != RAISER and task.sent_back_at is None


def _answer_after(
    case: Turn, task_id: int, by: Person, post: str, answers: Mapping[str, object]
) -> CaseRow:
    task = _find(case.connection, task_id)
    taken = _is_still_taken(task, case.case, post)
    if not taken or not take_late_answer(case.connection, task_id, by.id, COMPLETED):
        demand_open(case.connection, _find(case.connection, task_id))
        raise NoTask("There is no such task. Look for it in your tray.")
    case.keep_answers(
        element=task.element, form=task.form, answers=answers, task_id=task.id, late=True
    )
    delete_draft(case.connection, _spot(task), by.id)
    fact = Fact(
        act=ANSWERED_AFTER,
        element=task.element,
        words=f"{by.name} answered “{task.name}” after the matter had moved on.",
        before={"due": task.due.isoformat() if task.due else None},
        after={"post": post, "late": True},
    )
    case.record(fact, answers)
    return case.case


def _spot(task: TaskRow) -> Spot:
    return Spot(case_id=task.case_id, element=task.element, task_id=task.id)


def _find(connection: Connection, task_id: int) -> TaskRow:
    task = find_task(connection, task_id)
    if task is None:
        raise NoTask("There is no such task. Look for it in your tray.")
    return task


def demand_task(case: Turn, task_id: int) -> TaskRow:
    """The open task of the case of a turn. Raises `AlreadyDone` where it is closed."""
    for task in case.tasks.values():
        if task.id == task_id:
            return task
    demand_open(case.connection, _find(case.connection, task_id))
    raise NoTask("There is no such task. Look for it in your tray.")


def demand_open(connection: Connection, task: TaskRow) -> None:
    """Raise `AlreadyDone` for a task that is closed."""
    if task.closed_at is None:
        return
    person = find_person(connection, task.closed_by) if task.closed_by is not None else None
    case = find_case(connection, task.case_id)
    raise AlreadyDone(person.name if person else "", task.closed_at, case.number if case else "")
