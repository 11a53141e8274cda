"""The running cases of a procedure: which could go on with another version; moving and undoing."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import ProcedureFile, read_procedure_file
from engine.forms import Field, Form, check_answers
from engine.moving.dry_run import Candidate, DryRun, NoVersion, try_out
from engine.moving.moves import (
    LONGEST_REASON,
    CannotMove,
    MoveFile,
    NoMove,
    carry_on,
    decide_move,
    list_moves,
    read_move,
    undo_move,
)
from engine.procedures import NoProcedure
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import confirmers
from webui.visit import installation, me

running = Blueprint("running", __name__)

_MOST: Final = 100
_LARGEST: Final = 10_000
_ALL, _SOME = "all", "some"


@running.get("/procedures/<key>/running")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """The open cases by their version, and what would become of them with another."""
    file = read_procedure_file(installation(), key, me())
    try:
        tried = _tried(key)
    except (NoProcedure, NoVersion) as error:
        return page(404, "There is no such version", str(error))
    return _page(file, tried)


@running.post("/procedures/<key>/running/confirm")
@confirmers
def confirm(key: str) -> ResponseReturnValue:
    """Shown once more before cases are moved."""
    file = read_procedure_file(installation(), key, me())
    try:
        tried = _tried(key)
    except (NoProcedure, NoVersion) as error:
        return page(404, "There is no such version", str(error))
    chosen = _chosen(tried)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_REASON_TO_MOVE, raw)
    nothing = {} if chosen else {"which": "Tick at least one case, or choose all of them."}
    errors = {**nothing, **checked.errors}
    if errors:
        return _page(file, tried, raw=raw, errors=errors), 400
    return render_template(
        "running_confirm.html",
        key=key,
        file=file,
        tried=tried,
        chosen=chosen,
        all=request.form.get("which") != _SOME,
        reason=checked.answers["reason"],
    )


@running.post("/procedures/<key>/running/move")
@confirmers
def move(key: str) -> ResponseReturnValue:
    """Move them: the first at once, the rest one after another."""
    read_procedure_file(installation(), key, me())
    some = request.form.get("which") == _SOME
    try:
        move_id = decide_move(
            installation(),
            key,
            _number(request.form.get("version", "")) or 0,
            by=me(),
            reason=request.form.get("reason", ""),
            numbers=frozenset(request.form.getlist("case")) if some else None,
        )
    except (NoProcedure, NoVersion) as error:
        return page(404, "There is no such version", str(error))
    except CannotMove as error:
        return page(409, "No case was moved", f"{error} The running cases may have changed.")
    carry_on(installation(), move_id)
    return redirect(url_for("running.moved", key=key, move_id=move_id), 303)


@running.get("/procedures/<key>/running/moves/<int:move_id>")
@confirmers
def moved(key: str, move_id: int) -> ResponseReturnValue:
    """What became of a move."""
    procedure = read_procedure_file(installation(), key, me())
    try:
        return _move_page(procedure, read_move(installation(), key, move_id, by=me()))
    except (NoProcedure, NoMove) as error:
        return page(404, "There is no such move", str(error))


@running.post("/procedures/<key>/running/moves/<int:move_id>/undo")
@confirmers
def undo(key: str, move_id: int) -> ResponseReturnValue:
    """Move them back, but for those that have gone on since."""
    procedure = read_procedure_file(installation(), key, me())
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_REASON_TO_UNDO, raw)
    try:
        if checked.errors:
            file = read_move(installation(), key, move_id, by=me())
            return _move_page(procedure, file, raw=raw, errors=checked.errors), 400
        undo_move(installation(), key, move_id, by=me(), reason=str(checked.answers["reason"]))
    except (NoProcedure, NoMove) as error:
        return page(404, "There is no such move", str(error))
    except CannotMove as error:
        return page(409, "Nothing was undone", str(error))
    carry_on(installation(), move_id)
    flash("The move is undone, for every case that has not gone on since.")
    return redirect(url_for("running.moved", key=key, move_id=move_id), 303)


def _tried(key: str) -> DryRun:
    number = _number(request.values.get("version", ""))
    return try_out(installation(), key, by=me(), number=number)


def _number(text: str) -> int | None:
    return min(int(text[:9]), _LARGEST) if text.isascii() and text.isdigit() else None


def _chosen(tried: DryRun) -> tuple[Candidate, ...]:
    if request.form.get("which") != _SOME:
        return tried.movable
    ticked = set(request.form.getlist("case"))
    return tuple(each for each in tried.movable if each.number in ticked)


def _page(
    file: ProcedureFile,
    tried: DryRun,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    counts: dict[int, int] = {}
    for each in (*tried.there, *tried.elsewhere):
        counts[each.version] = counts.get(each.version, 0) + 1
    return render_template(
        "running.html",
        key=file.listed.key,
        file=file,
        tried=tried,
        counts=dict(sorted(counts.items(), reverse=True)),
        movable=tried.movable[:_MOST],
        staying=tried.staying[:_MOST],
        moves=list_moves(installation(), file.listed.key, by=me()),
        ticked=set(request.form.getlist("case")),
        some=request.form.get("which") == _SOME,
        fields=render_fields(_REASON_TO_MOVE, raw=raw, errors=errors or {}),
        summary=render_error_summary(_MOVE_ERRORS, errors or {}),
        errors=bool(errors),
        nothing_chosen=(errors or {}).get("which", ""),
    )


def _move_page(
    procedure: ProcedureFile,
    file: MoveFile,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "running_moved.html",
        key=procedure.listed.key,
        procedure=procedure,
        file=file,
        moved=file.moved[:_MOST],
        fields=render_fields(_REASON_TO_UNDO, raw=raw, errors=errors or {}),
        summary=render_error_summary(_REASON_TO_UNDO, errors or {}),
        errors=bool(errors),
    )


def _reason(key: str, label: str) -> Form:
    field = Field(
        key="reason",
        kind="textarea",
        label=label,
        description="It stands with your name in the history of each case. Name no child.",
        required=True,
        max_length=LONGEST_REASON,
    )
    return Form(id=key, title=label, fields=(field,))


_REASON_TO_MOVE = _reason("move", "Why are the cases moved?")
_REASON_TO_UNDO = _reason("undo", "Why is the move undone?")
_MOVE_ERRORS = Form(
    id="move",
    title="",
    fields=(Field(key="which", kind="radio", label="Which cases"), *_REASON_TO_MOVE.fields),
)
