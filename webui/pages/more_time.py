"""Giving more time: a later date for an answer, and why (X-30)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.asking_time import NotAskedFor, refuse_time
from engine.acts.cases import NotOpenNow
from engine.acts.deadlines import CannotExtend, extend
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.task_acts import read_task_acts
from engine.case_file.waiting import Waiting, title_of
from engine.forms import Field, Form, as_written, check_answers
from engine.store.time_requests import TimeRequest
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import until_in_words

more_time = Blueprint("more_time", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
FORM: Final = Form(
    id="more-time",
    title="Give more time",
    fields=(
        Field(
            key="until",
            kind="datetime",
            subtype="date",
            label="New due date",
            description="The whole of that day counts. For example, 7 4 2026.",
            required=True,
        ),
        Field(
            key="reason",
            kind="textarea",
            label="Reason",
            description="Whoever takes part in the case can read this.",
            required=True,
            max_length=2000,
        ),
    ),
)


REFUSAL: Final = Form(
    id="refusal",
    title="Give no more time",
    fields=(
        Field(
            key="refusal",
            kind="textarea",
            label="Why not?",
            description="Whoever takes part in the case can read this.",
            required=True,
            max_length=2000,
        ),
    ),
)


@more_time.get("/cases/<number>/deadlines/<int:deadline_id>")
@signed_in
def show(number: str, deadline_id: int) -> ResponseReturnValue:
    """The form."""
    file, waiting = _find(number, deadline_id)
    return _page(file, waiting)


@more_time.post("/cases/<number>/deadlines/<int:deadline_id>")
@signed_in
def give(number: str, deadline_id: int) -> ResponseReturnValue:
    """Give it, and go back to the case; with something wrong in the form, the form again."""
    file, waiting = _find(number, deadline_id)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(FORM, raw)
    if checked.errors:
        return _page(file, waiting, raw=raw, errors=checked.errors), 400
    until = date.fromisoformat(str(checked.answers["until"]))
    reason = str(checked.answers["reason"])
    try:
        moved = extend(installation(), deadline_id, by=me(), until=until, reason=reason)
    except CannotExtend as error:
        return _page(file, waiting, raw=raw, errors={"until": str(error)}), 400
    flash("\n".join(_given(file, waiting, moved.due)))
    return redirect(url_for("case.show", number=number), 303)


@more_time.post("/cases/<number>/deadlines/<int:deadline_id>/refuse")
@signed_in
def refuse(number: str, deadline_id: int) -> ResponseReturnValue:
    """Give none of the time that was asked for, and say why."""
    file, waiting = _find(number, deadline_id)
    asked = _asked(file, deadline_id)
    if asked is None:
        raise NotAskedFor("No request for more time waits any more. Open the case to see it.")
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(REFUSAL, raw)
    if checked.errors:
        return _page(file, waiting, raw=raw, errors=checked.errors), 400
    refuse_time(installation(), asked.task_id, by=me(), reason=str(checked.answers["refusal"]))
    flash(f"{asked.asker} is told that there is no more time.\nThe due date stays as it was.")
    return redirect(url_for("case.show", number=number), 303)


def _asked(file: CaseFile, deadline_id: int) -> TimeRequest | None:
    """The request for more time that is decided here, if anybody asked."""
    if not file.version.package.may_ask_for_time:
        return None
    acts = read_task_acts(installation(), file.case.id, me())
    return next((each.time_asked for each in acts if each.decides_on == deadline_id), None)


def _page(
    file: CaseFile,
    waiting: Waiting,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
) -> str:
    asked = _asked(file, waiting.deadline_id or 0)
    both = replace(FORM, fields=(*FORM.fields, *REFUSAL.fields))
    wanted = as_written(FORM, {"until": asked.wanted.isoformat()}) if asked else None
    said = [line for line in file.history if asked and line.sequence == asked.sequence]
    return render_template(
        "more_time.html",
        file=file,
        waiting=waiting,
        asked=asked,
        said=said,
        told=title_of(file.council, file.council.kept_informed or ""),
        errors=bool(errors),
        summary=render_error_summary(both, errors),
        fields=render_fields(FORM, raw=raw or wanted, errors=errors),
        refusal=render_fields(REFUSAL, raw=raw, errors=errors) if asked else "",
    )


def _given(file: CaseFile, waiting: Waiting, due: datetime) -> Iterator[str]:
    yield f"“{waiting.name}” is now due {until_in_words(due, file.read_at)}."
    clock = file.clock
    if clock and not clock.stopped_at and due > clock.due:
        limit = f"the {clock.called}, {until_in_words(clock.due, file.read_at)}"
        yield f"That is after {limit}."


def _find(number: str, deadline_id: int) -> tuple[CaseFile, Waiting]:
    """What still waits by that deadline. Raises `NotAllowed`, `NotOpenNow`, reading's errors."""
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case gives more time.")
    for waiting in file.waiting:
        if waiting.deadline_id == deadline_id:
            return file, waiting
    raise NotOpenNow("This no longer waits for an answer. Open the case to see what does.")
