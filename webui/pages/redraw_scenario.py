"""A scenario that was recorded is removed: it is asked once more, with a reason that stays."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.clock import in_london
from engine.confirming.procedure_file import read_procedure_file
from engine.forms import Form
from engine.redrawing.recording import (
    NoScenario,
    Recorded,
    ScenarioChanged,
    find_kept,
    forget_scenario,
)
from webui.child_forms import SmallForm, reason_field
from webui.error_pages import page
from webui.guards import confirmers
from webui.visit import installation, me
from webui.words import day_in_words

redraw_scenario = Blueprint("redraw_scenario", __name__)

_SEEN = "scenario.seen"
_WHAT_FOR = (
    "It is played before a draft is published, and tells where the draft does otherwise than it "
    "says. Once it is removed, it tells nothing any more."
)
_GONE = "There is no such scenario"


@redraw_scenario.get("/procedures/<key>/try/scenarios/<int:scenario_id>/remove")
@confirmers
def ask(key: str, scenario_id: int) -> ResponseReturnValue:
    """What is lost with it."""
    read_procedure_file(installation(), key, me())
    try:
        return _form(key, find_kept(installation(), key, scenario_id, by=me())).show()
    except NoScenario as error:
        return page(409, _GONE, str(error))


@redraw_scenario.post("/procedures/<key>/try/scenarios/<int:scenario_id>/remove")
@confirmers
def remove(key: str, scenario_id: int) -> ResponseReturnValue:
    """It is gone, and the record says why."""
    read_procedure_file(installation(), key, me())
    try:
        small = _form(key, find_kept(installation(), key, scenario_id, by=me()))
        raw, checked = small.read()
        if checked.errors:
            return small.show(raw=raw, errors=checked.errors), 400
        kept = forget_scenario(
            installation(),
            key,
            scenario_id,
            by=me(),
            seen=request.form.get(_SEEN, ""),
            reason=str(checked.answers["reason"]),
        )
    except NoScenario as error:
        return page(409, _GONE, str(error))
    except ScenarioChanged as error:
        return page(409, "The scenario was changed meanwhile", str(error))
    flash(f"The scenario “{kept.title}” is removed.")
    return redirect(url_for("redraw_try.show", key=key), 303)


def _form(key: str, kept: Recorded) -> SmallForm:
    then = (
        "The one of this name that came with the procedure holds again."
        if kept.in_folder
        else "To have it again somebody has to play it anew."
    )
    return SmallForm(
        form=Form(
            id="remove",
            title=f"Remove the scenario “{kept.title}”",
            fields=(
                reason_field(
                    "Why is it removed?",
                    "It is kept with your name in the administrators’ record. Name no child.",
                ),
            ),
        ),
        caption=read_procedure_file(installation(), key, me()).listed.title,
        back=url_for("redraw_try.show", key=key),
        back_text="Try it out",
        button="Remove it",
        intro=(
            f"{kept.by} kept it on {day_in_words(in_london(kept.at).date())}.",
            _WHAT_FOR,
            then,
        ),
        hidden=((_SEEN, kept.mark),),
    )
