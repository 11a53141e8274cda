"""The legal statuses of a child: add a period, end one, correct one, remove one (X-13)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.acts.cases import NoReason, NotOpenNow
from engine.child_file.reader import ChildFile, read_child
from engine.child_file.records import add_status, drop_status, finish_status, mend_status
from engine.children import STATUSES, BadStatus, LegalStatus
from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form
from webui.child_forms import SmallForm, choice_field, day_field, day_of, reason_field
from webui.guards import signed_in
from webui.pages.child import status_in_words
from webui.pages.child_record import cases_told, may_change
from webui.visit import installation, me
from webui.words import first_capital

child_status = Blueprint("child_status", __name__)

_END: Final = "end"
_CORRECT: Final = "correct"
_REMOVE: Final = "remove"
_STATUSES: Final = tuple((status, first_capital(status)) for status in STATUSES)


@child_status.get("/children/<int:child_id>/statuses/new")
@signed_in
def add(child_id: int) -> ResponseReturnValue:
    """The form for a new period."""
    return _add_form(_find(child_id)).show()


@child_status.post("/children/<int:child_id>/statuses/new")
@signed_in
def added(child_id: int) -> ResponseReturnValue:
    """Record the period; open cases are told."""
    small = _add_form(_find(child_id))
    raw, checked = small.read()
    given = checked.answers
    starts = day_of(given, "starts")
    if checked.errors or starts is None:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        told = add_status(
            installation(),
            child_id,
            by=me(),
            status=str(given["status"]),
            starts=starts,
            ends=day_of(given, "ends"),
            reason=str(given["reason"]),
        )
    except (BadStatus, NoReason) as error:
        return small.wrong(raw, error)
    flash(f"The legal status was recorded.\n{cases_told(told)}")
    return redirect(url_for("child.show", child_id=child_id), 303)


@child_status.get("/children/<int:child_id>/statuses/<int:status_id>")
@signed_in
def change(child_id: int, status_id: int) -> ResponseReturnValue:
    """What is to be done with a period."""
    file = _find(child_id)
    held = _held(file, status_id)
    known: dict[str, Answer] = {"status": held.status, "starts": held.starts.isoformat()}
    if held.ends is not None:
        known["ends"] = held.ends.isoformat()
    return _change_form(file, held).show(known=known)


@child_status.post("/children/<int:child_id>/statuses/<int:status_id>")
@signed_in
def changed(child_id: int, status_id: int) -> ResponseReturnValue:
    """End it, correct it or remove it; open cases are told."""
    file = _find(child_id)
    held = _held(file, status_id)
    small = _change_form(file, held)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        told = _carry_out(file, held, checked.answers)
    except (BadStatus, NoReason) as error:
        return small.wrong(raw, error)
    flash(f"The legal status was changed.\n{cases_told(told)}")
    return redirect(url_for("child.show", child_id=child_id), 303)


def _carry_out(file: ChildFile, held: LegalStatus, given: Mapping[str, Answer]) -> int:
    here, child_id, reason = installation(), file.child.id, str(given["reason"])
    if given["how"] == _REMOVE:
        return drop_status(here, child_id, by=me(), status_id=held.id, reason=reason)
    if given["how"] == _CORRECT:
        return mend_status(
            here,
            child_id,
            by=me(),
            status_id=held.id,
            status=str(given["status"]),
            starts=day_of(given, "starts") or held.starts,
            ends=day_of(given, "ends"),
            reason=reason,
        )
    last_day = day_of(given, "last_day") or file.today
    return finish_status(
        here, child_id, by=me(), status_id=held.id, last_day=last_day, reason=reason
    )


def _find(child_id: int) -> ChildFile:
    return may_change(read_child(installation(), child_id, me()))


def _held(file: ChildFile, status_id: int) -> LegalStatus:
    for held in file.statuses:
        if held.id == status_id:
            return held
    raise NotOpenNow("That period is not on the record any more. Look at the record again.")


def _add_form(file: ChildFile) -> SmallForm:
    return _form(
        file,
        "Add a legal status",
        choice_field("status", "Legal status", _STATUSES),
        day_field("starts", "First day", "For example, 7 4 2026."),
        day_field("ends", "Last day", "Leave it empty if it goes on.", required=False),
        reason_field("How do we know?", "For example, which order or conference decided it."),
        intro=("Whoever raised an open case about the child is told. No case is moved or closed.",),
    )


def _change_form(file: ChildFile, held: LegalStatus) -> SmallForm:
    return _form(
        file,
        "End or correct a legal status",
        choice_field(
            "how",
            "What is to be done?",
            (
                (_END, "It has ended, or will end"),
                (_CORRECT, "It was recorded wrongly: correct it"),
                (_REMOVE, "It never was: remove it"),
            ),
        ),
        _if(_END, day_field("last_day", "Last day", "For example, 7 4 2026.")),
        _if(_CORRECT, choice_field("status", "Which legal status was it?", _STATUSES)),
        _if(_CORRECT, day_field("starts", "First day, as it should be")),
        _if(
            _CORRECT,
            day_field(
                "ends", "Last day, as it should be", "Leave it empty if it goes on.", required=False
            ),
        ),
        reason_field("Why is it changed?"),
        intro=(
            f"{status_in_words(held, file)}.",
            "Whoever raised an open case about the child is told. No case is moved or closed.",
        ),
    )


def _if(how: str, field: Field) -> Field:
    return replace(field, shown_if=parse(f'how = "{how}"'))


def _form(file: ChildFile, title: str, *fields: Field, intro: tuple[str, ...]) -> SmallForm:
    return SmallForm(
        form=Form(id="status", title=title, fields=fields),
        caption=f"{file.child.name}, reference {file.child.reference}",
        back=url_for("child.show", child_id=file.child.id),
        back_text="Back to the child’s record",
        intro=intro,
    )
