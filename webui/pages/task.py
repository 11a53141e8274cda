"""A task: what was said so far, the form, and the answer to it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.concerns import read_concerns, settle_concern
from engine.acts.reassigning import find_gone
from engine.acts.tasks import (
    AlreadyDone,
    ChooseFirst,
    NoTask,
    TaskToAnswer,
    complete_task,
    open_task,
    waits_for_raiser,
)
from engine.case_file.choosing import with_holders
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.waiting import stage_in_words, title_of
from engine.errors import StepladderError
from engine.forms import Answer, check_answers
from engine.turns.turn import NoCase
from engine.writing.drafts import save_draft
from engine.writing.places import AtTask
from engine.writing.uploads import find_uploads
from webui import roads
from webui.case_news import what_comes_next
from webui.case_words import Step, step
from webui.checking import check_page, go_and_check, is_as_shown, is_checked_first, read_again
from webui.concern_forms import asks_to_settle, take_settled, with_concerns
from webui.drafting import REVISION, SEEN, demand_same_person, drafting, texts_kept
from webui.error_pages import written
from webui.form_changes import shown_again, take_change
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.what_follows import what_follows
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
        return render_template("task_gone.html", gone=gone), 409
    return _page(found, file)


@task.post("/tasks/<int:task_id>")
@signed_in
def answer(task_id: int) -> ResponseReturnValue:
    """Answer the task, or show what is still to be put right."""
    raw = sent(request.form.to_dict(flat=False))
    place = AtTask(task_id=task_id)
    try:
        found, file = _open(task_id)
        change = take_change(place, found.form, raw)
        if change.anchor and not change.errors:
            return shown_again(place, change, "task.show")
    except AlreadyDone as error:
        return _already_done(task_id, error)
    if change.anchor:
        return _page(found, file, raw=change.raw, errors=change.errors), 400
    files = find_uploads(installation(), place, by=me()) if found.form.asks_for_files else {}
    checked = check_answers(found.form, raw, file.values, files)
    errors = {**checked.errors, **change.errors}
    errors = errors or waits_for_raiser(found, checked.answers, file.values)
    if errors:
        return _page(found, file, raw=raw, errors=errors), 400
    drawn = file.version.package.diagram.elements[found.task.element]
    if is_checked_first(drawn, found.form, checked.answers, file.values):
        return go_and_check(place, raw)
    return _sent(found, file, raw, checked.answers)


@task.get("/tasks/<int:task_id>/check")
@signed_in
def check(task_id: int) -> ResponseReturnValue:
    """What was answered, once more, before it is sent."""
    try:
        found, file = _open(task_id)
    except AlreadyDone as error:
        return _already_done(task_id, error)
    return _check_page(found, file)


@task.post("/tasks/<int:task_id>/check")
@signed_in
def checked(task_id: int) -> ResponseReturnValue:
    """Send what was checked."""
    try:
        found, file = _open(task_id)
    except AlreadyDone as error:
        return _already_done(task_id, error)
    read = read_again(AtTask(task_id=task_id), found.form, file.values)
    if read is None or read[1].errors:
        return redirect(url_for("task.show", task_id=task_id), 303)
    draft, again = read
    if not is_as_shown(draft):
        return _check_page(found, file, changed=True)
    return _sent(found, file, draft.raw, again.answers)


def _check_page(
    found: TaskToAnswer, file: CaseFile, *, changed: bool = False
) -> ResponseReturnValue:
    place = AtTask(task_id=found.task.id)
    read = read_again(place, found.form, file.values)
    if read is None:
        return redirect(url_for("task.show", task_id=found.task.id), 303)
    draft, again = read
    if again.errors:
        return _page(found, file, raw=draft.raw, errors=again.errors)
    content = check_page(
        place,
        found.form,
        draft,
        again.answers,
        caption=f"Case {file.case.number}, {' '.join(found.task.name.split())}",
        button="Send",
        follows=_follows(found, file, again.answers),
        changed=changed,
    )
    return (content, 409) if changed else content


def _follows(
    found: TaskToAnswer, file: CaseFile, answers: Mapping[str, Answer] | None
) -> list[str]:
    if found.moved_on:
        return []
    return what_follows(
        file.version.package,
        file.council,
        found.task.element,
        answers,
        file.values,
        is_raiser=file.is_raiser,
    )


def _sent(
    found: TaskToAnswer, file: CaseFile, raw: Raw, answers: Mapping[str, Answer]
) -> ResponseReturnValue:
    """Send it, and say what happens next; or why it cannot be sent."""
    try:
        _send(found, answers)
    except AlreadyDone as error:
        return _already_done(found.task.id, error)
    except (NotAllowed, NoTask, NoCase):
        raise
    except StepladderError as error:
        return _page(found, file, raw=raw, problem=str(error)), 400
    flash("\n".join(["Sent.", *what_comes_next(found.case.number)]))
    return redirect(address_of_case(found.case.number), 303)


def _open(task_id: int) -> tuple[TaskToAnswer, CaseFile]:
    if task_id > _LARGEST_ID:  # no store has room for such a number
        raise NoTask("There is no such task. Look for it in your tray.")
    found = open_task(installation(), task_id, by=me())
    file = read_case_file(installation(), found.case.number, me())
    found = replace(found, form=with_holders(installation(), file, found.form, me()))
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
    keeping = drafting(AtTask(task_id=waiting.id), raw, found.form)
    return render_template(
        "task.html",
        task=waiting,
        name=" ".join(waiting.name.split()),
        form_title=found.form.title,
        file=file,
        stage=stage_in_words(file.council, waiting.stage),
        post=title_of(file.council, found.post),
        due=due_in_words(waiting.due, now, calendar) if waiting.due else "",
        moved_on=found.moved_on,
        for_whom=found.for_whom,
        silent=_silent(found, file),
        said=[line for line in file.history if line.answers][1:],
        fields=render_fields(
            found.form, raw=keeping.raw, errors=errors, known=file.values, files=keeping.files
        ),
        drafting=keeping,
        follows=_follows(found, file, None),
        roads=roads.at_task(file, waiting),
        summary=render_error_summary(found.form, errors),
        errors=bool(errors or problem),
        problem=problem,
    )


def _silent(found: TaskToAnswer, file: CaseFile) -> list[Step]:
    """The answers that are overdue, where the task asks what to do about one."""
    if not any(each.task_id == found.task.id and each.missed for each in file.mine):
        return []
    return [step(file, each) for each in file.awaited if each.overdue]


def _already_done(task_id: int, error: AlreadyDone) -> ResponseReturnValue:
    """Who was first, and when; what was typed is shown and kept, so that it is not lost.

    Who sent it twice themselves is told that it was sent.
    """
    if error.by == me().name:
        flash("You sent this already. Nothing was sent a second time.")
        return redirect(address_of_case(error.case_number), 303)
    just_now = written()
    if just_now:
        _keep(AtTask(task_id=task_id))
    kept = [] if just_now else texts_kept(AtTask(task_id=task_id))
    content = render_template(
        "task_done.html",
        sentence=str(error),
        number=error.case_number,
        written=just_now or kept,
        kept=bool(kept),
    )
    return content, 409


def _keep(place: AtTask) -> None:
    """Keep what came too late, as far as it can be: the page shows it in any case."""
    with suppress(StepladderError):
        demand_same_person()
        save_draft(
            installation(),
            place,
            by=me(),
            raw=sent(request.form.to_dict(flat=False)),
            seen=request.form.get(SEEN, ""),
            revision=request.form.get(REVISION, ""),
        )
