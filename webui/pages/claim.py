"""Claiming tasks and handing them back: one, or several that are ticked in a list."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import may_see_case
from engine.acts.claims import ClaimedBefore, claimant, hand_back
from engine.acts.claims import claim as claim_task
from engine.acts.tasks import TaskToAnswer, open_task
from engine.clock import in_london
from engine.errors import StepladderError
from engine.store.cases import find_case
from engine.store.tasks import TaskRow, find_answerer, find_task
from webui.error_pages import page
from webui.guards import signed_in
from webui.task_acts import LARGEST_ID, number_in, tasks_sent
from webui.visit import installation, me

claim = Blueprint("claim", __name__)


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A task with which it did not work, and why; `number` is empty for who may not know it."""

    task_id: int
    name: str
    number: str
    why: str


@claim.post("/tasks/claim")
@signed_in
def claim_all() -> ResponseReturnValue:
    """Claim each of the tasks that were ticked."""
    return each_of("claimed", lambda task_id: claim_task(installation(), task_id, by=me()))


@claim.post("/tasks/hand-back")
@signed_in
def hand_back_all() -> ResponseReturnValue:
    """Hand each of the tasks that were ticked back."""
    return each_of("handed back", lambda task_id: hand_back(installation(), task_id, by=me()))


@claim.get("/tasks/<int:task_id>/claim")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """Who has claimed the task, and the choice to take it over."""
    return render_template("claim.html", **_found(task_id))


@claim.post("/tasks/<int:task_id>/claim")
@signed_in
def take(task_id: int) -> ResponseReturnValue:
    """Claim it, in the place of whom the page named."""
    instead = number_in(request.form.get("instead_of", ""))
    try:
        claim_task(installation(), task_id, by=me(), instead_of=instead)
    except ClaimedBefore as error:
        return render_template("claim.html", problem=str(error), **_found(task_id)), 409
    flash("You claimed this. The others see that.")
    return redirect(url_for("task.show", task_id=task_id), 303)


def _found(task_id: int) -> dict[str, object]:
    here = installation()
    found: TaskToAnswer = open_task(here, min(task_id, LARGEST_ID), by=me())
    with here.database.read() as connection:
        holder = claimant(connection, found.task, in_london(here.clock.now()).date())
    return {"found": found, "name": " ".join(found.task.name.split()), "holder": holder}


def each_of(done: str, act: Callable[[int], TaskRow]) -> ResponseReturnValue:
    """Do it with each task that the form names, each in its own turn; say how many and which not.

    `done` is what they are then, as “claimed”. From a task's own page it goes back there.
    """
    wanted = tasks_sent()
    if not wanted:
        return page(400, "No task was ticked", "Go back and tick the tasks that you mean.")
    good: list[TaskRow] = []
    failed: list[Failed] = []
    for task_id in wanted:
        try:
            good.append(act(min(task_id, LARGEST_ID)))
        except StepladderError as error:
            name, number = _named(task_id)
            failed.append(Failed(task_id=task_id, name=name, number=number, why=str(error)))
    if good and not failed and request.form.get("then") == "task":
        flash(f"You {done} “{' '.join(good[0].name.split())}”.")
        return redirect(url_for("task.show", task_id=good[0].id), 303)
    content = render_template(
        "tasks_done.html", done=done, good=[(task, _number(task)) for task in good], failed=failed
    )
    return content, 200 if good else 409


def _number(task: TaskRow) -> str:
    with installation().database.read() as connection:
        case = find_case(connection, task.case_id)
    return case.number if case else ""


def _named(task_id: int) -> tuple[str, str]:
    """A task's name and its case's number, for its case's raiser and whoever may answer it."""
    here = installation()
    at = here.clock.now()
    with here.database.read() as connection:
        task = find_task(connection, min(task_id, LARGEST_ID))
        case = find_case(connection, task.case_id) if task else None
        if task is None or case is None or not may_see_case(connection, case.id, me().id, at):
            return "A task", ""
        answers = find_answerer(connection, task.id, me().id, in_london(at).date())
        if answers is None and case.raiser_id != me().id:
            return "A task", ""
    return " ".join(task.name.split()), case.number
