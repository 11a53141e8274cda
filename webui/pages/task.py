"""A task: what was said so far, the form, and the answer to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.case_file import CaseFile, read_case_file
from engine.case_waiting import stage_in_words, title_of
from engine.concerns import read_concerns, settle_concern
from engine.errors import StepladderError
from engine.forms import Answer, check_answers
from engine.places import AtTask
from engine.reassigning import find_gone
from engine.tasks import AlreadyDone, ChooseFirst, NoTask, TaskToAnswer, complete_task, open_task
from engine.turn import NoCase
from webui import roads
from webui.case_news import what_comes_next
from webui.concern_forms import asks_to_settle, take_settled, with_concerns
from webui.drafting import drafting, texts_kept
from webui.error_pages import page, written
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import address_of_case, due_in_words

task = Blueprint("task", __name__)

_LARGEST_ID: Final = 2**53
_NOTHING: Final[Mapping[str, str]] = {}


@task.get("/tasks/<int:task_id>")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """The task's form, under what was said so far."""
    try:
        found, file = _open(task_id)
    except AlreadyDone as error:
        return _already_done(task_id, error)
    except ChooseFirst:
        return redirect(url_for("reassign.show", task_id=task_id), 303)
    except NotAllowed:
        gone = find_gone(installation(), task_id, by=me())
        if gone is None:
            raise
        return page(409, "This is with somebody else now", gone)
    return _page(found, file)


@task.post("/tasks/<int:task_id>")
@signed_in
def answer(task_id: int) -> ResponseReturnValue:
    """Answer the task, or show what is still to be put right."""
    raw = sent(request.form.to_dict(flat=False))
    try:
        found, file = _open(task_id)
    except AlreadyDone as error:
        return _already_done(task_id, error)
    checked = check_answers(found.form, raw, file.values)
    if checked.errors:
        return _page(found, file, raw=raw, errors=checked.errors), 400
    try:
        _send(found, checked.answers)
    except AlreadyDone as error:
        return _already_done(task_id, error)
    except (NotAllowed, NoTask, NoCase):
        raise
    except StepladderError as error:
        return _page(found, file, raw=raw, problem=str(error)), 400
    _tell(found)
    return redirect(address_of_case(found.case.number), 303)


def _open(task_id: int) -> tuple[TaskToAnswer, CaseFile]:
    if task_id > _LARGEST_ID:  # no store has room for such a number
        raise NoTask("There is no such task. Look for it in your tray.")
    found = open_task(installation(), task_id, by=me())
    file = read_case_file(installation(), found.case.number, me())
    asks = asks_to_settle(file.version.package, found.task.element)
    if asks and file.case.raiser_id == me().id:
        concerns = read_concerns(installation(), file.case.id)
        found = replace(found, form=with_concerns(found.form, concerns))
    return found, file


def _send(found: TaskToAnswer, answers: Mapping[str, Answer]) -> None:
    """Keep what became of concerns, each for itself, then send the answer to the task."""
    concerns = read_concerns(installation(), found.case.id)
    own, settled = take_settled(answers, concerns)
    for each in settled:
        settle_concern(installation(), found.case.id, by=me(), **vars(each))
    complete_task(installation(), found.task.id, by=me(), answers=own)


def _page(
    found: TaskToAnswer,
    file: CaseFile,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> str:
    waiting = found.task
    calendar, now = file.council.calendar, file.read_at
    keeping = drafting(AtTask(task_id=waiting.id), raw)
    return render_template(
        "task.html",
        task=waiting,
        name=" ".join(waiting.name.split()),
        file=file,
        stage=stage_in_words(file.council, waiting.stage),
        post=title_of(file.council, found.post),
        due=due_in_words(waiting.due, now, calendar) if waiting.due else "",
        moved_on=found.moved_on,
        said=[line for line in file.history if line.answers][1:],
        fields=render_fields(found.form, raw=keeping.raw, errors=errors, known=file.values),
        drafting=keeping,
        roads=roads.at_task(file, waiting),
        summary=render_error_summary(found.form, errors),
        errors=bool(errors or problem),
        problem=problem,
    )


def _already_done(task_id: int, error: AlreadyDone) -> ResponseReturnValue:
    """Who was first, and when; what was typed is shown, so that it is not lost."""
    just_now = written()
    kept = [] if just_now else texts_kept(AtTask(task_id=task_id))
    content = render_template(
        "task_done.html",
        sentence=str(error),
        number=error.case_number,
        written=just_now or kept,
        kept=bool(kept),
    )
    return content, 409


def _tell(found: TaskToAnswer) -> None:
    name = " ".join(found.task.name.split())
    lines = [f"Your answer to “{name}” is sent.", *what_comes_next(found.case.number)]
    flash("\n".join(lines))
