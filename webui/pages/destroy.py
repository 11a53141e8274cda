"""Destroying what an entry of a case's history says: by an administrator, with a reason."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.acts.cases import NotOpenNow, destroy_body
from engine.acts.destruction import Heads, read_heads
from engine.forms import Field, Form, Option, check_answers
from engine.history.access_log import note
from engine.turns.turn import NoCase
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import administrators
from webui.visit import installation, me
from webui.words import first_capital, instant_in_words

destroy = Blueprint("destroy", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_LONGEST_NUMBER: Final = 40


@destroy.get("/destroy-words")
@administrators
def find() -> str:
    """Ask in which case."""
    return render_template("destroy_find.html", number="", problem="")


@destroy.post("/destroy-words")
@administrators
def found() -> ResponseReturnValue:
    """On to the entries of the case with that number."""
    number = " ".join(request.form.get("number", "").split())[:_LONGEST_NUMBER]
    problem = "" if number else "Enter the number of the case"
    if not problem:
        try:
            read_heads(installation(), number, by=me())
        except NoCase as error:
            problem = str(error)
    if problem:
        return render_template(
            "destroy_find.html", number=number, problem=problem, errors=True
        ), 400
    return redirect(url_for("destroy.show", number=number), 303)


@destroy.get("/cases/<number>/words")
@administrators
def show(number: str) -> ResponseReturnValue:
    """The entries of the history, without what they say."""
    return _page(_read(number))


@destroy.post("/cases/<number>/words")
@administrators
def do(number: str) -> ResponseReturnValue:
    """Destroy what the chosen entry says."""
    found = _read(number)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_form(found), raw)
    if checked.errors:
        return _page(found, raw=raw, errors=checked.errors), 400
    entry, reason = int(str(checked.answers["entry"])), str(checked.answers["reason"])
    try:
        destroy_body(installation(), found.case.id, entry, by=me(), reason=reason)
    except NotOpenNow as error:
        return _page(found, raw=raw, errors={"entry": str(error)}), 409
    note(installation(), me(), f"words of entry {entry} destroyed", case_id=found.case.id)
    flash(f"What entry {entry} said is destroyed. The history says that it was, and why.")
    return redirect(url_for("destroy.show", number=number), 303)


def _read(number: str) -> Heads:
    found = read_heads(installation(), number, by=me())
    note(installation(), me(), "entries of the history, without words", case_id=found.case.id)
    return found


def _form(found: Heads) -> Form:
    options = tuple(
        Option(
            value=str(head.sequence),
            label=f"Entry {head.sequence}, {instant_in_words(head.at)}: "
            f"{first_capital(head.act)}{f', by {head.by}' if head.by else ', by the clock'}",
        )
        for head in found.heads
        if not head.gone
    )
    return Form(
        id="destroy",
        title="Destroy what an entry says",
        fields=(
            Field(
                key="entry",
                kind="radio",
                label="Which entry?",
                options=options,
                required=True,
            ),
            Field(
                key="reason",
                kind="textarea",
                label="Why?",
                description="Whoever takes part in the case can read this. Name nobody in it.",
                required=True,
                max_length=500,
            ),
        ),
    )


def _page(found: Heads, *, raw: Raw | None = None, errors: Mapping[str, str] = _NOTHING) -> str:
    form = _form(found)
    return render_template(
        "destroy.html",
        number=found.case.number,
        gone=[head.sequence for head in found.heads if head.gone],
        left=any(not head.gone for head in found.heads),
        fields=render_fields(form, raw=raw, errors=errors),
        summary=render_error_summary(form, errors),
        errors=bool(errors),
    )
