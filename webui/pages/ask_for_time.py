"""Asking for more time (A-HAR-17): until when, and why. The raiser decides; the clock keeps on."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.acts.asking_time import NOT_HERE, CannotAsk, NotAskedFor, read_asked_of
from engine.acts.asking_time import ask_for_time as ask
from engine.acts.tasks import open_task
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.task_acts import TaskActs, read_task_acts
from engine.forms import Field, Form, check_answers
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.task_acts import LARGEST_ID, LONGEST_WORDS
from webui.visit import installation, me

ask_for_time = Blueprint("ask_for_time", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
FORM: Final = Form(
    id="ask-for-time",
    title="Ask for more time",
    fields=(
        Field(
            key="until",
            kind="datetime",
            subtype="date",
            label="Until when do you need?",
            description="The whole of that day counts. For example, 7 4 2026.",
            required=True,
        ),
        Field(
            key="reason",
            kind="textarea",
            label="Why do you need more time?",
            description="Whoever takes part in the case can read this.",
            required=True,
            max_length=LONGEST_WORDS,
        ),
    ),
)


@ask_for_time.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"time_asked_of_me": lambda: read_asked_of(installation(), me())}


@ask_for_time.get("/tasks/<int:task_id>/more-time")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """The form."""
    return _page(*_find(task_id))


@ask_for_time.post("/tasks/<int:task_id>/more-time")
@signed_in
def send(task_id: int) -> ResponseReturnValue:
    """Ask, and go back to the task; with something wrong in the form, the form again."""
    file, acts = _find(task_id)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(FORM, raw)
    if checked.errors:
        return _page(file, acts, raw=raw, errors=checked.errors), 400
    until = date.fromisoformat(str(checked.answers["until"]))
    reason = str(checked.answers["reason"])
    try:
        ask(installation(), acts.task.id, by=me(), until=until, reason=reason)
    except CannotAsk as error:
        return _page(file, acts, raw=raw, errors={"until": str(error)}), 400
    flash(
        f"{file.raiser.name} is asked for more time.\nThe due date stays as it is until they give "
        "it, and the clock keeps running. You can still answer."
    )
    return redirect(url_for("task.show", task_id=acts.task.id), 303)


def _find(task_id: int) -> tuple[CaseFile, TaskActs]:
    """The case and the task, where more time may be asked for.

    Raises `NotAskedFor`, and what opening a task raises.
    """
    found = open_task(installation(), min(task_id, LARGEST_ID), by=me())
    file = read_case_file(installation(), found.case.number, me())
    acts = read_task_acts(installation(), found.case.id, me(), found.task.id)
    if not acts or not acts[0].may_ask_time:
        raise NotAskedFor(NOT_HERE)
    return file, acts[0]


def _page(
    file: CaseFile, acts: TaskActs, *, raw: Raw | None = None, errors: Mapping[str, str] = _NOTHING
) -> str:
    return render_template(
        "ask_for_time.html",
        file=file,
        acts=acts,
        errors=bool(errors),
        summary=render_error_summary(FORM, errors),
        fields=render_fields(FORM, raw=raw, errors=errors),
    )
