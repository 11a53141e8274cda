"""Setting a case right by hand: tried again, a step skipped, put back, suspended, resumed, ended.

Each with a reason, as an entry of its history, by the holder of the post that is kept informed in
their own right, or by an administrator. The raiser is told.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from engine.access import demand_confirming
from engine.acts.cases import NotOpenNow, routing_values, start_event
from engine.diagrams.freeze import NotThawed
from engine.diagrams.repair import UnderWay, begin_at, nothing, put_back, stop
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.history.entries import Fact
from engine.history.operating_acts import (
    ENDED,
    PUT_BACK,
    RESUMED,
    RETRIED,
    SKIPPED,
    SUSPENDED,
    VALUES,
)
from engine.installation import Installation
from engine.operating.desk import demand_case_of, may_be_put_back, routing_form, sight_of
from engine.people import Person
from engine.procedures import load_version
from engine.store.cases import CaseRow, find_answers
from engine.store.database import Connection
from engine.store.deadlines import find_case_deadlines
from engine.store.incidents import end_incidents, find_incidents_of_case
from engine.store.tasks import TaskRow, find_case_tasks
from engine.turns.incidents import tell_raiser
from engine.turns.turn import Turn, turn

LONGEST_REASON: Final = 2000
OUTCOME: Final = "Ended by hand"
THEIRS: Final = (
    "What could not be carried out is what somebody did, and only they can do it again. Mend the "
    "cause, then ask them to send it once more."
)
NOT_YOURS: Final = (
    "Only those who may see that step can say how the case goes on from it. Ask them to answer it "
    "or to skip it, or go back to another step."
)
_SKIPPED: Final = "skipped"


class CannotRepair(NotOpenNow):
    """Nothing was changed: a reason is missing, or the case is not where the page said."""


Afresh = Callable[[Connection, CaseRow], Run]


def try_again(installation: Installation, number: str, *, by: Person, reason: str) -> bool:
    """Try once more what could not be done; whether the case can go on now.

    What somebody did can be done again by nobody else, so it stands until then. Raises
    `CannotRepair`, `NoSuchCase`, `NotAllowed`, and NotThawed where it still cannot be read.
    """
    with _repairing(installation, number, by, reason) as case:
        failing = set(case.passed_over)
        known = find_incidents_of_case(case.connection, case.case.id, standing=True)
        tried = [each for each in known if not each.of_an_act]
        if known and not tried:
            raise CannotRepair(THEIRS)
        if case.case.suspended_at is not None and any(each.deadline_id for each in tried):
            raise CannotRepair("Resume the case first: while it is suspended nothing is tried.")
        over = [each.id for each in tried if each.deadline_id not in failing]
        end_incidents(case.connection, over, at=case.at, by=by.id, how=RETRIED)
        _record(case, RETRIED, "", "tried again what could not go on", reason)
        return not failing and len(tried) == len(known)


def skip_step(
    installation: Installation,
    number: str,
    task_id: int,
    *,
    by: Person,
    reason: str,
    answers: Mapping[str, object],
) -> None:
    """Let the case go on from an open step without its answer, by what `answers` say of the way.

    `answers` are checked, of the questions of `routing_form`. What the way depends on at a step
    that only few may see is theirs to say (X-36). Raises as `try_again`, and `Stuck` where there
    is no way on from it.
    """
    with _repairing(installation, number, by, reason) as case:
        task = _open_task(case, task_id)
        sees = sight_of(installation, case.connection, case.case, case.diagram, by)
        if not sees(task.element) and routing_form(case.version.package, task.element).fields:
            raise CannotRepair(NOT_YOURS)
        values = routing_values(case.version.package, task.form, answers)
        given = {key: value for key, value in values.items() if key in answers}
        case.run.complete(task.token, given)
        case.close(task, _SKIPPED)
        _settle(case, SKIPPED)
        _record(case, SKIPPED, task.element, f"skipped “{task.name}”", reason, {VALUES: given})


def go_back(
    installation: Installation,
    number: str,
    task_id: int | None,
    element: str,
    *,
    by: Person,
    reason: str,
) -> None:
    """Let an earlier step wait again in the place of the open one with that id.

    Where the case's workflow cannot be read, `task_id` is None: it begins anew at that step, with
    what was answered. Due dates of what waits again begin anew, but for the limit of the whole
    case, which stays. Raises as `try_again`.
    """
    afresh = (lambda connection, row: _rebuilt(connection, row, element)) if not task_id else None
    with _repairing(installation, number, by, reason, afresh=afresh) as case:
        drawn = case.diagram.elements.get(element)
        if drawn is None or drawn.kind != "userTask":
            raise CannotRepair("There is no such step. Choose one at which the case was.")
        if task_id:
            task = _open_task(case, task_id)
            if not may_be_put_back(case.diagram, task.element, element):
                raise CannotRepair("That step runs beside this one. Choose another.")
            if any(each.element == element for each in case.tasks.values()):
                raise CannotRepair("That step waits already.")
            try:
                put_back(case.run, task.token, element)
            except UnderWay as error:
                raise CannotRepair(str(error)) from error
        _settle(case, PUT_BACK)
        name = " ".join(drawn.name.split())
        _record(case, PUT_BACK, element, f"put the case back to “{name}”", reason)


def suspend(installation: Installation, number: str, *, by: Person, reason: str) -> None:
    """No deadline passes in the case until it is resumed; due dates stay, and people may act.

    Raises as `try_again`.
    """
    with _repairing(installation, number, by, reason) as case:
        if case.case.suspended_at is not None:
            raise CannotRepair("The case is suspended already.")
        case.case = replace(case.case, suspended_at=case.at)
        _record(case, SUSPENDED, "", "suspended the case", reason)


def resume(installation: Installation, number: str, *, by: Person, reason: str) -> None:
    """Deadlines pass again: what fell due meanwhile does so now. Raises as `try_again`."""
    with _repairing(installation, number, by, reason) as case:
        if case.case.suspended_at is None:
            raise CannotRepair("The case is not suspended.")
        case.case = replace(case.case, suspended_at=None)
        _record(case, RESUMED, "", "resumed the case", reason)
        case.leave_due()
        case_id = case.case.id
    with turn(installation, case_id, by=None):
        pass  # every turn begins with what is due


def end_case(installation: Installation, number: str, *, by: Person, reason: str) -> None:
    """The case is over; what waits is closed, and nothing follows from it. Raises as `try_again`.

    A case whose workflow cannot be read is ended too.
    """
    with _repairing(installation, number, by, reason, afresh=_unreadable) as case:
        stop(case.run)
        case.case = replace(case.case, outcome=OUTCOME, suspended_at=None)
        _settle(case, ENDED)
        _record(case, ENDED, "", "ended the case by hand", reason, {"outcome": OUTCOME})


@contextmanager
def _repairing(
    installation: Installation,
    number: str,
    by: Person,
    reason: str,
    *,
    afresh: Afresh | None = None,
) -> Iterator[Turn]:
    """The turn in which it is done, by somebody who may, with a reason, in an open case."""
    if not reason.strip():
        raise CannotRepair("Write why.")
    if len(reason) > LONGEST_REASON:
        raise CannotRepair(f"Shorten the reason to {LONGEST_REASON:,} characters.")
    with installation.database.read() as connection:
        council = installation.council(by.council)
        demand_confirming(connection, by, council, installation.clock.now())
        known = demand_case_of(connection, council, number)
    with turn(installation, known.id, by=by, afresh=_only_unreadable(afresh)) as case:
        demand_confirming(case.connection, by, case.council, case.at)
        if case.case.closed_at is not None:
            raise CannotRepair("The case is closed.")
        yield case


def _only_unreadable(afresh: Afresh | None) -> Callable[[Connection, CaseRow], Run | None] | None:
    """Make the workflow anew only where the case's own cannot be read."""
    if afresh is None:
        return None

    def make(connection: Connection, row: CaseRow) -> Run | None:
        try:
            Run.thaw(load_version(connection, row.version_id).package.executable, row.state)
        except NotThawed:
            return afresh(connection, row)
        return None

    return make


def _unreadable(connection: Connection, row: CaseRow) -> Run:
    executable = load_version(connection, row.version_id).package.executable
    return nothing(executable, after=_last_token(connection, row))


def _rebuilt(connection: Connection, row: CaseRow, element: str) -> Run:
    """The workflow at that step, with what was answered in the case so far."""
    package = load_version(connection, row.version_id).package
    values: dict[str, Value] = {}
    for answer in find_answers(connection, row.id):
        values |= routing_values(package, answer.form, json.loads(answer.content))
    if element not in package.diagram.elements or element == start_event(package.diagram).id:
        raise CannotRepair("There is no such step. Choose one at which the case was.")
    return begin_at(package.executable, element, values, after=_last_token(connection, row))


def _last_token(connection: Connection, row: CaseRow) -> int:
    tokens = [task.token for task, _ in find_case_tasks(connection, row.id)]
    tokens += [n for d in find_case_deadlines(connection, row.id) for n in (d.token, d.host)]
    return max(tokens, default=0)


def _open_task(case: Turn, task_id: int) -> TaskRow:
    task = next((each for each in case.tasks.values() if each.id == task_id), None)
    if task is None:
        raise CannotRepair("That step does not wait any more. Look at the case again.")
    return task


def _settle(case: Turn, how: str) -> None:
    """What stood against the case as a whole is over; a deadline's is when it passes or is gone."""
    known = find_incidents_of_case(case.connection, case.case.id, standing=True)
    ids = [each.id for each in known if each.deadline_id is None or how == ENDED]
    by = case.by.id if case.by else None
    end_incidents(case.connection, ids, at=case.at, by=by, how=how)


def _record(
    case: Turn,
    act: str,
    element: str,
    words: str,
    reason: str,
    after: Mapping[str, object] | None = None,
) -> None:
    name = case.by.name if case.by else ""
    raiser = case.person(case.case.raiser_id)
    told = {}
    if raiser is not None and raiser.active and (case.by is None or raiser.id != case.by.id):
        tell_raiser(
            case, raiser, f"Case {case.case.number}: {name} {_hidden(case, element, words)}"
        )
        told = {"told": ["raiser"]}
    case.record(
        Fact(
            act=act,
            element=element,
            words=f"{name} {words}: {reason.strip()}",
            before={},
            after={**(after or {}), **told},
        )
    )


def _hidden(case: Turn, element: str, words: str) -> str:
    """The words of an act, without the name of a step that only few may see."""
    if element and case.diagram.seen_by(element) is not None:
        return words.partition("“")[0] + "a step"
    return words
