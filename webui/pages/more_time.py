"""Giving more time: a later date for an answer, and why (X-30)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow
from engine.acts.deadlines import CannotExtend, extend
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.waiting import Waiting
from engine.forms import Field, Form, check_answers
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
    flash(f"“{waiting.name}” is now due {until_in_words(moved.due, file.read_at)}.")
    return redirect(url_for("case.show", number=number), 303)


def _page(
    file: CaseFile,
    waiting: Waiting,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
) -> str:
    return render_template(
        "more_time.html",
        file=file,
        waiting=waiting,
        errors=bool(errors),
        summary=render_error_summary(FORM, errors),
        fields=render_fields(FORM, raw=raw, errors=errors),
    )


def _find(number: str, deadline_id: int) -> tuple[CaseFile, Waiting]:
    """What still waits by that deadline. Raises `NotAllowed`, `NotOpenNow`, reading's errors."""
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case gives more time.")
    for waiting in file.waiting:
        if waiting.deadline_id == deadline_id:
            return file, waiting
    raise NotOpenNow("This no longer waits for an answer. Open the case to see what does.")
