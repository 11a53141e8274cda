"""The places at which somebody fills in a form: a task, an act, a concern that is being raised.

What is typed and what is uploaded there, and not sent yet, is kept by place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.access import (
    NotAllowed,
    demand_case,
    demand_child,
    demand_may_raise,
    may_see_element,
    post_for_task,
    posts_in_case,
)
from engine.acts.cases import NotOpenNow, is_for, start_event
from engine.acts.tasks import NoTask, demand_open
from engine.forms import Form
from engine.people import Person
from engine.procedures import load_version
from engine.store.cases import CaseRow, find_case, find_case_by_number, lock_case
from engine.store.database import Connection
from engine.store.drafts import Spot
from engine.store.raisings import RaisingRow, find_raising
from engine.store.tasks import find_task, lock_case_of_task
from engine.turns.turn import NoCase

_NO_FORM = Form(id="", title="", fields=())


@dataclass(frozen=True, kw_only=True)
class AtTask:
    """A task."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class AtAct:
    """An act, the message event `element`, of the case with that number."""

    number: str
    element: str


@dataclass(frozen=True, kw_only=True)
class AtRaising:
    """A concern that is being raised, by its mark."""

    mark: str


Place = AtTask | AtAct | AtRaising


class NoRaising(NotOpenNow):
    """The concern that was being raised is not known, or another person's."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such concern that you are raising. What nobody sent is deleted after "
            "thirty days. Pick the child again."
        )


def lock_place(connection: Connection, place: Place) -> None:
    """Lock the case as a turn does, so that nothing is kept beside the answer that ends it."""
    if isinstance(place, AtTask):
        lock_case_of_task(connection, place.task_id)
    elif isinstance(place, AtAct):
        lock_case(connection, _case(connection, place).id)
    else:
        find_raising(connection, place.mark, lock=True)


def find_spot(connection: Connection, place: Place, by: Person, at: datetime) -> Spot:
    """Where in the store it is, for a person who may answer there.

    Raises `NotAllowed`, `NoTask`, `NoCase`, `NoRaising` as the form's own page does.
    """
    if isinstance(place, AtRaising):
        raising = demand_raising(connection, place.mark, by, at)
        return Spot(case_id=None, element="", task_id=None, raising_id=raising.id)
    if isinstance(place, AtAct):
        return _find_act(connection, place, by, at)
    task = find_task(connection, place.task_id)
    if task is None:
        raise NoTask("There is no such task. Look for it in your tray.")
    post_for_task(connection, task.case_id, task.id, by.id, at)
    return Spot(case_id=task.case_id, element=task.element, task_id=task.id)


def demand_unsent(connection: Connection, spot: Spot, by: Person) -> None:
    """What the person has sent is no draft any more, however late the last save of it comes."""
    task = find_task(connection, spot.task_id) if spot.task_id is not None else None
    if task is not None and task.closed_by == by.id:
        demand_open(connection, task)


def find_form(connection: Connection, place: Place, spot: Spot) -> Form:
    """The form that is filled in there; one without questions where nothing is asked."""
    if isinstance(place, AtRaising):
        raising = find_raising(connection, place.mark)
        version_id = raising.version_id if raising else None
        if version_id is None:
            return _NO_FORM
        package = load_version(connection, version_id).package
        return _named(package.forms, start_event(package.diagram).form)
    case = find_case(connection, spot.case_id or 0)
    if case is None:
        return _NO_FORM
    package = load_version(connection, case.version_id).package
    drawn = package.diagram.elements.get(spot.element)
    return _named(package.forms, drawn.form if drawn else None)


def _named(forms: Mapping[str, Form], name: str | None) -> Form:
    return forms.get(name or "", _NO_FORM)


def demand_raising(connection: Connection, mark: str, by: Person, at: datetime) -> RaisingRow:
    """The concern that the person is raising. Raises `NoRaising` and `NotAllowed`."""
    raising = find_raising(connection, mark) if mark.isprintable() else None
    if raising is None or raising.person_id != by.id:
        raise NoRaising
    demand_may_raise(connection, by, by.council, at)
    demand_child(connection, raising.child_id, by.id)
    return raising


def _find_act(connection: Connection, place: AtAct, by: Person, at: datetime) -> Spot:
    case = _case(connection, place)
    demand_case(connection, case.id, by.id, at)
    diagram = load_version(connection, case.version_id).package.diagram
    event = diagram.elements.get(place.element)
    posts = posts_in_case(
        connection,
        by.id,
        at,
        raiser_id=case.raiser_id,
        social_worker_id=case.social_worker_id,
        team=case.team,
    )
    is_act = event is not None and event.event == "message" and is_for(event, posts)
    if not is_act or not may_see_element(diagram, place.element, posts):
        raise NotAllowed("That is for another post than yours, or not in this procedure.")
    return Spot(case_id=case.id, element=place.element, task_id=None)


def _case(connection: Connection, place: AtAct) -> CaseRow:
    # PostgreSQL takes no null character, not even to look for it.
    number = place.number
    case = find_case_by_number(connection, number) if number.isprintable() else None
    if case is None:
        raise NoCase("There is no such case. Look for it in your list of cases.")
    return case
