"""After closing: was the action done, and what changed for the child (X-39)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed, may_see_case
from engine.acts.actions import (
    DONE,
    NOT_DONE,
    PARTLY,
    Asked,
    CannotFollowUp,
    answer_follow_up,
    read_follow_up,
)
from engine.acts.concerns import element_of, words_of
from engine.diagrams.expressions import parse
from engine.forms import Field, Form, Option, check_answers
from engine.history.access_log import note
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.pages.concern import said
from webui.pages.raise_concern import begin
from webui.visit import installation, me
from webui.words import short_day

follow_up = Blueprint("follow_up", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_AGAIN, _RAISE, _LEAVE = "again", "raise", "leave"
_NOT_WHOLLY: Final = parse(f'done in ("{PARTLY}", "{NOT_DONE}")')
_ON_A_DAY: Final = parse(f'done in ("{PARTLY}", "{NOT_DONE}") and next = "{_AGAIN}"')
FORM: Final = Form(
    id="follow-up",
    title="Was it done?",
    fields=(
        Field(
            key="done",
            kind="radio",
            label="Was it done?",
            required=True,
            options=(
                Option(value=DONE, label="Yes, it was done"),
                Option(value=PARTLY, label="Partly"),
                Option(value=NOT_DONE, label="No"),
            ),
        ),
        Field(
            key="changed",
            kind="textarea",
            label="What changed for the child?",
            description="If nothing changed, say so, and why.",
            required=True,
            max_length=5000,
        ),
        Field(
            key="next",
            kind="radio",
            label="What now?",
            required=True,
            shown_if=_NOT_WHOLLY,
            options=(
                Option(value=_AGAIN, label="Ask me again on another day"),
                Option(value=_RAISE, label="Raise it again, in a linked case"),
                Option(value=_LEAVE, label="Leave it"),
            ),
        ),
        Field(
            key="again_on",
            kind="datetime",
            subtype="date",
            label="On which day?",
            description="For example, 7 4 2026.",
            required=True,
            shown_if=_ON_A_DAY,
        ),
    ),
)


@follow_up.get("/cases/<number>/concerns/<int:place>/follow-up")
@signed_in
def show(number: str, place: int) -> ResponseReturnValue:
    """The questions."""
    try:
        return _page(_read(number, place))
    except CannotFollowUp as error:
        return _not_asked(error)


@follow_up.post("/cases/<number>/concerns/<int:place>/follow-up")
@signed_in
def answer(number: str, place: int) -> ResponseReturnValue:
    """Keep the answer; raise the concern again where that was chosen."""
    raw = sent(request.form.to_dict(flat=False))
    try:
        asked = _read(number, place)
    except CannotFollowUp as error:
        return _not_asked(error)
    checked = check_answers(FORM, raw)
    if checked.errors:
        return _page(asked, raw=raw, errors=checked.errors), 400
    answers = checked.answers
    again = answers.get("again_on")
    try:
        answer_follow_up(
            installation(),
            asked.case.id,
            place,
            by=me(),
            done=str(answers["done"]),
            changed=str(answers["changed"]),
            again_on=date.fromisoformat(str(again)) if again else None,
        )
    except CannotFollowUp as error:
        return _page(asked, raw=raw, errors={"again_on": str(error)}), 400
    if answers.get("next") == _RAISE and asked.case.raiser_id == me().id:
        more: dict[str, Any] = {"linked_to": asked.case.id, "again": [place]}
        flash("Kept. Now raise it again: what it said is filled in.")
        return redirect(
            url_for("raise_concern.confirm", mark=begin(asked.case.child_id, **more)), 303
        )
    flash(f"Kept: what became of {element_of(place)} of case {number}.")
    return redirect(_back(asked), 303)


def _read(number: str, place: int) -> Asked:
    """What is asked. Each look and each refusal goes to the access log."""
    try:
        asked = read_follow_up(installation(), number, place, by=me())
    except NotAllowed:
        note(installation(), me(), "follow-up", allowed=False)
        raise
    note(installation(), me(), "follow-up", case_id=asked.case.id, child_id=asked.case.child_id)
    return asked


def _not_asked(error: CannotFollowUp) -> ResponseReturnValue:
    return page(409, "Nothing is asked here", str(error))


def _back(asked: Asked) -> str:
    here = installation()
    with here.database.read() as connection:
        sees = may_see_case(connection, asked.case.id, me().id, here.clock.now())
    return url_for("case.show", number=asked.case.number) if sees else url_for("tray.show")


def _page(asked: Asked, *, raw: Raw | None = None, errors: Mapping[str, str] = _NOTHING) -> str:
    due = asked.concern.ask_on
    return render_template(
        "follow_up.html",
        number=asked.case.number,
        rows=said(words_of(asked.concern)),
        outcome=asked.concern.outcome_words,
        due=short_day(due) if due else "",
        late=due is not None and due < asked.today,
        back=_back(asked),
        fields=render_fields(FORM, raw=raw, errors=errors),
        summary=render_error_summary(FORM, errors),
        errors=bool(errors),
    )
