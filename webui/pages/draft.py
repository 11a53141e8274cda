"""Keeping what somebody is typing: asked by the script every few seconds, or by a button."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engine.access import NotAllowed
from engine.acts.tasks import AlreadyDone, NoTask
from engine.forms import Form
from engine.writing.drafts import Changed, Draft, Gone, NotKept, discard_draft, save_draft
from engine.writing.places import AtAct, AtRaising, AtTask, Place
from engine.writing.uploads import find_uploads, form_at
from webui.drafting import REVISION, SEEN, both_texts, demand_same_person, kept_at
from webui.error_pages import page
from webui.form_changes import keep_files
from webui.form_fields import sent, shown_files
from webui.guards import raisers, signed_in
from webui.visit import installation, me

draft = Blueprint("draft", __name__)

_LARGEST_ID: Final = 2**53
_KEPT: Final = "What you typed is saved, and not sent. Open the form again to go on."
_SAVED: Final = "What you typed is saved, and not sent. You find it again when you open this form."


@draft.get("/draft/token")
@signed_in
def token() -> ResponseReturnValue:
    """A token for a page that was open while its reader signed in again, and whose it is."""
    return jsonify(token=generate_csrf(), person=me().id)


@draft.post("/tasks/<int:task_id>/draft")
@signed_in
def task_save(task_id: int) -> ResponseReturnValue:
    """Keep what is typed at a task."""
    return _save(_at_task(task_id), url_for("tray.show"))


@draft.post("/cases/<number>/acts/<element>/draft")
@signed_in
def act_save(number: str, element: str) -> ResponseReturnValue:
    """Keep what is typed at an act."""
    return _save(AtAct(number=number, element=element), url_for("case.show", number=number))


@draft.post("/raise/<mark>/draft")
@raisers
def raising_save(mark: str) -> ResponseReturnValue:
    """Keep what is typed of a concern that is no case yet."""
    return _save(AtRaising(mark=mark), url_for("tray.show"))


@draft.post("/tasks/<int:task_id>/draft/discard")
@signed_in
def task_discard(task_id: int) -> ResponseReturnValue:
    """Start a task afresh."""
    return _discard(_at_task(task_id), url_for("task.show", task_id=task_id))


@draft.post("/cases/<number>/acts/<element>/draft/discard")
@signed_in
def act_discard(number: str, element: str) -> ResponseReturnValue:
    """Start an act afresh."""
    place = AtAct(number=number, element=element)
    return _discard(place, url_for("act.show", number=number, element=element))


@draft.post("/raise/<mark>/draft/discard")
@raisers
def raising_discard(mark: str) -> ResponseReturnValue:
    """Start a concern afresh, about the same child."""
    return _discard(AtRaising(mark=mark), url_for("raise_concern.write", mark=mark))


def _at_task(task_id: int) -> AtTask:
    if task_id > _LARGEST_ID:  # no store has room for such a number
        raise NoTask("There is no such task. Look for it in your tray.")
    return AtTask(task_id=task_id)


def _save(place: Place, then: str) -> ResponseReturnValue:
    raw = sent(request.form.to_dict(flat=False))
    by_script = request.accept_mimetypes.best == "application/json"

    def keep() -> Draft:
        demand_same_person()
        return save_draft(
            installation(),
            place,
            by=me(),
            raw=raw,
            seen=request.form.get(SEEN, ""),
            revision=request.form.get(REVISION, ""),
        )

    if by_script:
        return _told_to_script(place, keep)
    try:
        keep()
    except Changed as changed:
        return both_texts(place, raw, changed), 409
    except (Gone, NotKept) as error:
        return page(409, "What you typed is not saved", str(error))
    refused = keep_files(place, form_at(installation(), place, by=me()))
    if refused:
        return page(400, "Not every file was kept", _KEPT, *refused.values())
    flash(_SAVED)
    return redirect(then, 303)


def _told_to_script(place: Place, keep: Callable[[], Draft]) -> ResponseReturnValue:
    """What became of it, in a sentence for the page that is open."""
    now = installation().clock.now()
    try:
        kept = keep()
    except Changed as changed:
        said = (
            f"You changed this in another window at {kept_at(changed.draft, now)}. Reload to see "
            "it, or press “Save and come back later” to see both texts."
        )
        return jsonify(said=said), 409
    except AlreadyDone as error:
        return jsonify(said=f"Not saved: {error} What you typed stays on this page."), 409
    except (Gone, NotKept) as error:
        return jsonify(said=f"Not saved: {error}"), 409
    except NotAllowed as error:
        return jsonify(said=f"Not saved: {error}"), 403
    form = form_at(installation(), place, by=me())
    refused = keep_files(place, form)
    said = " ".join([f"Saved at {kept_at(kept, now)}", *refused.values()])
    return jsonify(said=said, revision=kept.revision, files=_files_kept(place, form))


def _files_kept(place: Place, form: Form) -> dict[str, str]:
    """For the page that is open: what of each question for files it shows now."""
    if not request.files:
        return {}
    return shown_files(form, find_uploads(installation(), place, by=me()))


def _discard(place: Place, then: str) -> ResponseReturnValue:
    try:
        discard_draft(installation(), place, by=me(), seen=request.form.get(SEEN, ""))
    except Changed:
        return page(
            409,
            "You changed this in another window",
            "Nothing was deleted. Open the form again to see what you typed there.",
        )
    return redirect(then, 303)
