"""Giving a case, or all open cases of somebody who leaves, to another raiser."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.acts.reallocating import Reallocated, ToReallocate, read_to_reallocate
from engine.acts.reallocating import reallocate as give_cases
from engine.forms import Form
from webui.child_forms import SmallForm, choice_field, reason_field
from webui.guards import signed_in
from webui.people_words import listed
from webui.visit import installation, me

reallocate = Blueprint("reallocate", __name__)


@reallocate.get("/cases/<number>/raiser")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The form for one case."""
    return _form(read_to_reallocate(installation(), me(), number=number), one=True).show()


@reallocate.post("/cases/<number>/raiser")
@signed_in
def give(number: str) -> ResponseReturnValue:
    """Give it."""
    return _give(read_to_reallocate(installation(), me(), number=number), one=True)


@reallocate.get("/people/<int:person_id>/cases")
@signed_in
def show_all(person_id: int) -> ResponseReturnValue:
    """The form for all open cases of a person."""
    return _form(read_to_reallocate(installation(), me(), person_id=person_id), one=False).show()


@reallocate.post("/people/<int:person_id>/cases")
@signed_in
def give_all(person_id: int) -> ResponseReturnValue:
    """Give them; each case is given or not by itself."""
    return _give(read_to_reallocate(installation(), me(), person_id=person_id), one=False)


def _give(found: ToReallocate, *, one: bool) -> ResponseReturnValue:
    small = _form(found, one=one)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    done = give_cases(
        installation(),
        found.numbers,
        by=me(),
        raiser_id=int(str(checked.answers["raiser"])),
        reason=str(checked.answers["reason"]),
    )
    if not done.given:
        return small.show(raw=raw, problem=" ".join(_refused(done.kept))), 400
    to = next(p.name for p in found.raisers if str(p.id) == checked.answers["raiser"])
    flash("\n".join([_given(done, to), *_refused(done.kept), *done.warnings]))
    return redirect(url_for("tray.show") if one else small.back, 303)


def _given(done: Reallocated, to: str) -> str:
    if len(done.given) == 1:
        return f"Case {done.given[0]} was given to {to}."
    return f"{len(done.given)} cases were given to {to}: {listed(done.given)}."


def _refused(kept: Sequence[tuple[str, str]]) -> list[str]:
    return [f"Case {number} was not given. {why}" for number, why in kept]


def _form(found: ToReallocate, *, one: bool) -> SmallForm:
    name = found.raiser.name
    cases = "case" if len(found.numbers) == 1 else "cases"
    if one:
        what = f"Case {found.numbers[0]} is {name}’s."
    elif found.numbers:
        what = f"{name} has {len(found.numbers)} open {cases}: {listed(found.numbers)}."
    else:
        what = f"{name} has no open case."
    sentences = [
        what,
        (
            "Open tasks follow, and no due date moves. "
            f"{name} does not see what goes to somebody else any more."
        ),
    ]
    if not found.raisers:
        sentences.append("Nobody else may raise concerns today. Give somebody the post first.")
    options = [(str(person.id), person.name) for person in found.raisers]
    return SmallForm(
        form=Form(
            id="raiser",
            title="Give a case to somebody else" if one else "Give cases to somebody else",
            fields=(
                choice_field("raiser", "Who takes over?", options, kind="select"),
                reason_field(description="It stands in the history of each case."),
            ),
        ),
        caption=name,
        back=url_for("tray.show") if one else url_for("person.show", person_id=found.raiser.id),
        back_text="Your tray" if one else f"Back to {name}",
        button="Give the case" if one else "Give the cases",
        intro=tuple(sentences),
    )
