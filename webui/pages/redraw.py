"""The draft of a procedure: the table of its steps, who has it, going back and forward."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedure_file
from engine.redrawing.drafts import (
    DraftChanged,
    DraftThere,
    HeldByAnother,
    NoDraft,
    NothingThere,
    begin,
    demand_draft,
    find_draft,
    step_back,
    step_forward,
    take_over,
    throw_away,
)
from webui.guards import confirmers
from webui.redraw_draft import refused as refused
from webui.redraw_words import rows_by_stage
from webui.visit import installation, me

redraw = Blueprint("redraw", __name__)

_DIGITS = 6


@redraw.get("/procedures/<key>/redraw")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """The table of the draft's steps; where there is no draft, how one is begun."""
    file = read_procedure_file(installation(), key, me())
    draft = find_draft(installation(), key, me())
    council = installation().council(me().council)
    return render_template(
        "redraw.html",
        key=key,
        file=file,
        draft=draft,
        stages=rows_by_stage(draft.package, council) if draft else [],
        mine=draft is not None and draft.row.editor_id == me().id,
    )


@redraw.post("/procedures/<key>/redraw")
@confirmers
def start(key: str) -> ResponseReturnValue:
    """Begin a draft, of today's version or of an earlier one."""
    read_procedure_file(installation(), key, me())
    wanted = request.form.get("version", "")
    number = int(wanted[:_DIGITS]) if wanted.isascii() and wanted.isdigit() else None
    try:
        begun = begin(installation(), key, by=me(), number=number)
    except (NoDraft, DraftThere) as error:
        return refused(key, error)
    flash(f"The draft begins from version {begun}. Nothing changes for anybody until you publish.")
    return redirect(url_for("redraw.show", key=key), 303)


@redraw.post("/procedures/<key>/redraw/take-over")
@confirmers
def take(key: str) -> ResponseReturnValue:
    """Edit it from now on."""
    return _done(key, lambda _: take_over(installation(), key, by=me()), "You have the draft now.")


@redraw.post("/procedures/<key>/redraw/back")
@confirmers
def back(key: str) -> ResponseReturnValue:
    """Take the last change back."""
    return _done(key, lambda seen: step_back(installation(), key, by=me(), seen=seen), "Taken back")


@redraw.post("/procedures/<key>/redraw/forward")
@confirmers
def forward(key: str) -> ResponseReturnValue:
    """Do again what was taken back."""
    return _done(
        key, lambda seen: step_forward(installation(), key, by=me(), seen=seen), "Done again"
    )


@redraw.get("/procedures/<key>/redraw/throw-away")
@confirmers
def ask(key: str) -> ResponseReturnValue:
    """Whether it is to be thrown away."""
    read_procedure_file(installation(), key, me())
    try:
        draft = demand_draft(installation(), key, me())
    except NoDraft as error:
        return refused(key, error)
    return render_template("redraw_throw_away.html", key=key, draft=draft)


@redraw.post("/procedures/<key>/redraw/throw-away")
@confirmers
def thrown_away(key: str) -> ResponseReturnValue:
    """It is gone."""
    read_procedure_file(installation(), key, me())
    try:
        throw_away(installation(), key, by=me(), seen=request.form.get("seen", ""))
    except (NoDraft, HeldByAnother, DraftChanged) as error:
        return refused(key, error)
    flash("The draft was thrown away. The procedure in use stays as it is.")
    return redirect(url_for("procedure.show", key=key), 303)


def _done(key: str, act: Callable[[str], str | None], said: str) -> ResponseReturnValue:
    read_procedure_file(installation(), key, me())
    try:
        words = act(request.form.get("seen", ""))
    except (NoDraft, HeldByAnother, DraftChanged, NothingThere) as error:
        return refused(key, error)
    flash(f"{said}: {words}" if words else said)
    return redirect(url_for("redraw.show", key=key), 303)
