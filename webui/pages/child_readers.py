"""Who may read a child's record: everybody with a reason, or only those who are named (X-37)."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NoReason
from engine.child_file.reader import ChildFile, read_child
from engine.child_file.readers import name_reader, open_to_all, remove_reader, restrict_child
from engine.children import BadChild
from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form
from webui.child_forms import SmallForm, choice_field, person_field, person_of, reason_field
from webui.guards import signed_in
from webui.pages.child_record import may_change
from webui.visit import installation, me

child_readers = Blueprint("child_readers", __name__)


@child_readers.get("/children/<int:child_id>/readers")
@signed_in
def show(child_id: int) -> ResponseReturnValue:
    """Who may read, and the form that changes it."""
    return _form(_find(child_id)).show()


@child_readers.post("/children/<int:child_id>/readers")
@signed_in
def change(child_id: int) -> ResponseReturnValue:
    """Restrict, open, name or remove."""
    file = _find(child_id)
    small = _form(file)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        said = _carry_out(child_id, checked.answers)
    except (BadChild, NoReason) as error:
        return small.wrong(raw, error)
    flash(said)
    gone = checked.answers.get("how") == "remove" and person_of(checked.answers, "out") == me().id
    if gone:  # their own page would be refused now
        return redirect(url_for("tray.show"), 303)
    return redirect(url_for("child.show", child_id=child_id), 303)


def _carry_out(child_id: int, given: Mapping[str, Answer]) -> str:
    here, how, reason = installation(), given.get("how", "restrict"), str(given["reason"])
    if how == "restrict":
        restrict_child(here, child_id, by=me(), reason=reason)
        return "The record is restricted now. You are named on it, so that you can name others."
    if how == "open":
        open_to_all(here, child_id, by=me(), reason=reason)
        return "The record is no longer restricted."
    if how == "name":
        person_id = person_of(given, "who") or 0
        name_reader(here, child_id, by=me(), person_id=person_id, reason=reason)
        return "One person more may read the record now."
    remove_reader(here, child_id, by=me(), person_id=person_of(given, "out") or 0, reason=reason)
    return "That person may no longer read the record."


def _find(child_id: int) -> ChildFile:
    file = may_change(read_child(installation(), child_id, me()))
    if not file.child.restricted and not file.may_administer:
        raise NotAllowed("Only an administrator may restrict a record. Ask yours.")
    return file


def _form(file: ChildFile) -> SmallForm:
    if file.child.restricted:
        named = ", ".join(person.name for person in file.readers)
        fields: tuple[Field, ...] = _fields_restricted(file)
        intro: tuple[str, ...] = (
            f"These people may read the record: {named}.",
            (
                "Nobody else can open it. Administrators see that there is a restricted record, "
                "and these names, so that they know whom to ask."
            ),
        )
    else:
        intro = (
            "Raisers, administrators and whoever has a part in a case about the child may read it.",
            (
                "When you restrict it, only the social worker, the independent reviewing officer "
                "or chair, and you may read it, until you name others."
            ),
        )
        fields = ()
    return SmallForm(
        form=Form(
            id="readers",
            title="Who may read the record" if file.child.restricted else "Restrict the record",
            fields=(*fields, reason_field("Why?")),
        ),
        caption=f"{file.child.name}, reference {file.child.reference}",
        back=url_for("child.show", child_id=file.child.id),
        back_text="Back to the child’s record",
        button="Save" if file.child.restricted else "Restrict the record",
        intro=intro,
    )


def _fields_restricted(file: ChildFile) -> tuple[Field, ...]:
    named = [(str(person.id), person.name) for person in file.readers]
    ways = [("name", "Name somebody"), ("remove", "Remove somebody")]
    if file.may_administer:
        ways.append(("open", "End the restriction"))
    who = person_field("who", "Who may read it too?", nobody=False)
    out = choice_field("out", "Who may no longer read it?", named)
    return (
        choice_field("how", "What is to be done?", ways),
        replace(who, shown_if=parse('how = "name"')),
        replace(out, shown_if=parse('how = "remove"')),
    )
