"""“Not mine” (X-35): one click sends a task back; a reason may be given, and it can be undone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.acts.reassigning import send_back, take_back
from engine.acts.tasks import open_task
from engine.forms import clean_text
from webui.guards import signed_in
from webui.task_acts import LARGEST_ID, LONGEST_WORDS
from webui.visit import installation, me
from webui.words import address_of_case

not_mine = Blueprint("not_mine", __name__)


@not_mine.get("/tasks/<int:task_id>/not-mine")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """Where a reason may be given."""
    return _page(task_id)


@not_mine.post("/tasks/<int:task_id>/not-mine")
@signed_in
def send(task_id: int) -> ResponseReturnValue:
    """Send it back, and show the case, where it can be undone."""
    reason = clean_text(request.form.get("reason", ""))
    if len(reason) > LONGEST_WORDS:
        fault = f"The reason must be {LONGEST_WORDS:,} characters or less"
        return _page(task_id, reason=reason, errors=fault), 400
    number = _number(task_id)
    sent = send_back(installation(), min(task_id, LARGEST_ID), by=me(), reason=reason)
    flash(
        f"You sent “{' '.join(sent.name.split())}” back.\nThe raiser and the administrators choose "
        "who answers. The clock keeps running. Until they have chosen, you can undo it below."
    )
    return redirect(address_of_case(number), 303)


@not_mine.post("/tasks/<int:task_id>/not-mine/undo")
@signed_in
def undo(task_id: int) -> ResponseReturnValue:
    """It is theirs after all."""
    take_back(installation(), min(task_id, LARGEST_ID), by=me())
    flash("It is with you again. Nothing else has changed.")
    return redirect(url_for("task.show", task_id=task_id), 303)


def _number(task_id: int) -> str:
    return open_task(installation(), min(task_id, LARGEST_ID), by=me()).case.number


def _page(task_id: int, *, reason: str = "", errors: str = "") -> str:
    found = open_task(installation(), min(task_id, LARGEST_ID), by=me())
    return render_template(
        "not_mine.html",
        found=found,
        name=" ".join(found.task.name.split()),
        council=installation().council(found.case.council),
        now=installation().clock.now(),
        reason=reason,
        errors=errors,
    )
