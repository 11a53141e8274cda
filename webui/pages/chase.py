"""Chasing: a reminder to whom a task waits for, of one task or of several that are ticked."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow
from engine.acts.chasing import ChasedToday
from engine.acts.chasing import chase as chase_task
from engine.acts.tasks import NoTask, demand_open
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.task_acts import TaskActs, read_task_acts
from engine.forms import clean_text
from engine.store.cases import find_case
from engine.store.tasks import find_task
from webui.guards import signed_in
from webui.pages.claim import each_of
from webui.task_acts import LARGEST_ID, LONGEST_WORDS
from webui.visit import installation, me
from webui.words import address_of_case

chase = Blueprint("chase", __name__)


@chase.post("/tasks/chase")
@signed_in
def chase_all() -> ResponseReturnValue:
    """Remind of each of the tasks that were ticked; nobody is reminded twice on a day."""
    return each_of("reminded of", lambda task_id: chase_task(installation(), task_id, by=me()))


@chase.get("/tasks/<int:task_id>/chase")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """Where words may be added."""
    return _page(*_find(task_id))


@chase.post("/tasks/<int:task_id>/chase")
@signed_in
def send(task_id: int) -> ResponseReturnValue:
    """Send it, and show the case; a second one on a day is sent only if that is ticked."""
    file, acts = _find(task_id)
    words = clean_text(request.form.get("words", ""))
    if len(words) > LONGEST_WORDS:
        fault = f"Your words must be {LONGEST_WORDS:,} characters or less"
        return _page(file, acts, words=words, errors={"words": fault}), 400
    again = request.form.get("again") == "yes"
    try:
        chase_task(installation(), acts.task.id, by=me(), words=words, again=again)
    except ChasedToday:
        file, acts = _find(task_id)
        fault = "Tick this if you want to send another reminder today"
        return _page(file, acts, words=words, errors={"again": fault}), 400
    flash(f"A reminder of “{acts.name}” is on its way.\nNothing else has changed.")
    return redirect(address_of_case(file.case.number), 303)


def _find(task_id: int) -> tuple[CaseFile, TaskActs]:
    with installation().database.read() as connection:
        task = find_task(connection, min(task_id, LARGEST_ID))
        case = find_case(connection, task.case_id) if task else None
    if task is None or case is None:
        raise NoTask("There is no such task. Look for it in your tray.")
    file = read_case_file(installation(), case.number, me())
    found = read_task_acts(installation(), case.id, me(), task.id)
    if found and found[0].may_chase:
        return file, found[0]
    with installation().database.read() as connection:
        demand_open(connection, task)
    if file.is_raiser:
        raise NotOpenNow("This waits for the raiser, so there is nobody to remind.")
    raise NotAllowed("Only the raiser of a case reminds those who are asked.")


def _page(
    file: CaseFile, acts: TaskActs, *, words: str = "", errors: dict[str, str] | None = None
) -> str:
    waiting = next((each for each in file.waiting if each.element == acts.task.element), None)
    return render_template(
        "chase.html", file=file, acts=acts, waiting=waiting, words=words, errors=errors or {}
    )
