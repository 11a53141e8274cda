"""Changing a child's record: who they are and who works with them, a move, a death (X-13, X-37)."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NoReason
from engine.child_file.reader import ChildFile, read_child
from engine.child_file.records import change_details, record_death, record_move
from engine.children import BadChild, Child, ReferenceTaken
from engine.forms import Field, Form
from webui.child_forms import (
    NOBODY,
    SmallForm,
    day_field,
    day_of,
    person_field,
    person_of,
    reason_field,
    text_field,
)
from webui.guards import signed_in
from webui.visit import installation, me

child_record = Blueprint("child_record", __name__)


@child_record.get("/children/<int:child_id>/details")
@signed_in
def details(child_id: int) -> ResponseReturnValue:
    """Reference, name, date of birth, team, social worker and raiser."""
    child = _administered(child_id)
    known = {
        "reference": child.reference,
        "name": child.name,
        "born": child.date_of_birth.isoformat(),
        "team": child.team,
        "social_worker": str(child.social_worker_id or NOBODY),
        "raiser": str(child.raiser_id or NOBODY),
    }
    return _details_form(child).show(known=known)


@child_record.post("/children/<int:child_id>/details")
@signed_in
def change(child_id: int) -> ResponseReturnValue:
    """Change what is another now."""
    small = _details_form(_administered(child_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    given = checked.answers
    try:
        changed = change_details(
            installation(),
            child_id,
            by=me(),
            reason=str(given["reason"]),
            details={
                "reference": str(given["reference"]),
                "name": str(given["name"]),
                "date_of_birth": day_of(given, "born"),
                "team": str(given["team"]),
                "social_worker_id": person_of(given, "social_worker"),
                "raiser_id": person_of(given, "raiser"),
            },
        )
    except (BadChild, ReferenceTaken, NoReason) as error:
        return small.wrong(raw, error)
    flash("The record was changed." if changed else "Nothing was changed: it said so already.")
    return _back(child_id)


@child_record.get("/children/<int:child_id>/death")
@signed_in
def death(child_id: int) -> ResponseReturnValue:
    """When the child died, or that this was recorded in error."""
    return _death_form(_changed(child_id)).show()


@child_record.post("/children/<int:child_id>/death")
@signed_in
def died(child_id: int) -> ResponseReturnValue:
    """Record it; the raiser of each open case is told."""
    child = _changed(child_id)
    small = _death_form(child)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    day, reason = day_of(checked.answers, "day"), str(checked.answers["reason"])
    try:
        told = record_death(installation(), child_id, by=me(), on=day, reason=reason)
    except (BadChild, NoReason) as error:
        return small.wrong(raw, error)
    said = "The record says now that the child has died."
    flash(f"{said if day else 'The record was put right.'}\n{cases_told(told)}")
    return _back(child_id)


@child_record.get("/children/<int:child_id>/move")
@signed_in
def move(child_id: int) -> ResponseReturnValue:
    """Which authority took over and when, or that this was recorded in error."""
    return _move_form(_changed(child_id)).show()


@child_record.post("/children/<int:child_id>/move")
@signed_in
def moved(child_id: int) -> ResponseReturnValue:
    """Record it; the raiser of each open case is told."""
    child = _changed(child_id)
    small = _move_form(child)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    given = checked.answers
    try:
        told = record_move(
            installation(),
            child_id,
            by=me(),
            on=day_of(given, "day"),
            to=str(given.get("to", "")),
            reason=str(given["reason"]),
        )
    except (BadChild, NoReason) as error:
        return small.wrong(raw, error)
    flash(f"The record was changed.\n{cases_told(told)}")
    return _back(child_id)


def cases_told(told: int) -> str:
    """How many open cases were told of a change, in words."""
    if told == 0:
        return "There is no open case that this is about."
    cases = "1 open case shows it now, and asks how it goes on."
    if told > 1:
        cases = f"{told} open cases show it now, and each asks how it goes on."
    return f"{cases} Nothing was moved or closed."


def _back(child_id: int) -> ResponseReturnValue:
    return redirect(url_for("child.show", child_id=child_id), 303)


def _administered(child_id: int) -> Child:
    file = read_child(installation(), child_id, me())
    if not file.may_administer:
        raise NotAllowed("Only an administrator may change this. Tell yours what is wrong.")
    return file.child


def _changed(child_id: int) -> Child:
    return may_change(read_child(installation(), child_id, me())).child


def may_change(file: ChildFile) -> ChildFile:
    """The file, whose reader may change the record. Raises `NotAllowed`."""
    if not file.may_change:
        raise NotAllowed("Only the child’s raiser or an administrator may change the record.")
    return file


def _details_form(child: Child) -> SmallForm:
    return _form(
        child,
        "Change the record",
        text_field(
            "reference",
            "Reference",
            longest=50,
            required=True,
            description="As the council’s own records have it.",
        ),
        text_field("name", "Name", required=True),
        day_field("born", "Date of birth", "For example, 31 3 2016."),
        text_field("team", "Team", longest=100, required=True),
        person_field("social_worker", "Social worker"),
        person_field("raiser", "Independent reviewing officer or chair"),
        reason_field("Why is it changed?"),
        intro=(
            (
                "Open cases stay with the team and the people they were raised with. "
                "A new case goes to those who stand here."
            ),
        ),
    )


def _death_form(child: Child) -> SmallForm:
    if child.died_on is not None:
        return _form(
            child,
            "This child has not died",
            reason_field("How did the error come about?"),
            intro=("Go on only if it was recorded in error. Open cases are told.",),
            button="Put the record right",
        )
    return _form(
        child,
        "The child has died",
        day_field("day", "On which day?", "For example, 7 4 2026."),
        reason_field("How do we know?", "For example, who told you and when."),
        intro=(
            "We are sorry. When you save this, whoever raised an open case about them is told.",
            (
                "No case is closed and no message goes to anybody else. There are no more "
                "reminders about the child’s wishes."
            ),
        ),
    )


def _move_form(child: Child) -> SmallForm:
    if child.moved_on is not None:
        return _form(
            child,
            "No other authority took over",
            reason_field("How did the error come about?"),
            intro=("Go on only if it was recorded in error. Open cases are told.",),
            button="Put the record right",
        )
    return _form(
        child,
        "Another authority took over",
        text_field("to", "Which authority?", required=True),
        day_field("day", "From which day?", "For example, 7 4 2026."),
        reason_field("How do we know?", "For example, who told you and when."),
        intro=(
            (
                "Whoever raised an open case about the child is told and says how it goes on. "
                "No case is closed."
            ),
        ),
    )


def _form(
    child: Child, title: str, *fields: Field, intro: tuple[str, ...], button: str = "Save"
) -> SmallForm:
    return SmallForm(
        form=Form(id="child", title=title, fields=fields),
        caption=f"{child.name}, reference {child.reference}",
        back=url_for("child.show", child_id=child.id),
        back_text="Back to the child’s record",
        button=button,
        intro=intro,
    )
