"""Help with a draft (X-19): asking a colleague, drafting for one, taking what they drafted."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.tasks import TaskToAnswer, open_task
from engine.case_file.task_acts import read_colleagues
from engine.forms import clean_text
from engine.store.drafting_help import HelpRow
from engine.writing.drafting_help import (
    CannotAsk,
    NotAsked,
    ask_help,
    find_helpers,
    keep_help,
    open_help,
    read_help,
    stop_help,
    take_help,
)
from engine.writing.drafts import Changed, Gone, find_draft
from engine.writing.places import AtTask
from webui.drafting import SEEN, new_revision
from webui.error_pages import page
from webui.form_fields import render_fields, sent
from webui.guards import signed_in
from webui.task_acts import LARGEST_ID, LONGEST_WORDS, number_in
from webui.visit import installation, me

drafting_help = Blueprint("drafting_help", __name__)

MOST_SHOWN: Final = 20
_LONGEST_SEARCH: Final = 200


@drafting_help.get("/tasks/<int:task_id>/help/ask")
@signed_in
def ask(task_id: int) -> ResponseReturnValue:
    """Whom to ask."""
    return _ask_page(task_id)


@drafting_help.post("/tasks/<int:task_id>/help/find")
@signed_in
def find(task_id: int) -> ResponseReturnValue:
    """The same page with the people whose name, post or team was searched for."""
    return _ask_page(task_id)


@drafting_help.post("/tasks/<int:task_id>/help/ask")
@signed_in
def send(task_id: int) -> ResponseReturnValue:
    """Ask, and go back to the task."""
    person_id = number_in(request.form.get("person", ""))
    words = _words()
    if person_id is None:
        return _ask_page(task_id, errors={"person": "Choose whom to ask"}), 400
    if len(words) > LONGEST_WORDS:
        fault = f"Your words must be {LONGEST_WORDS:,} characters or less"
        return _ask_page(task_id, errors={"words": fault}), 400
    try:
        ask_help(installation(), task_id, by=me(), person_id=person_id, words=words)
    except CannotAsk as error:
        return _ask_page(task_id, errors={"person": str(error)}), 400
    flash(
        "Your colleague is asked to draft.\nYou read the draft on this page, and send the answer."
    )
    return redirect(url_for("task.show", task_id=task_id), 303)


@drafting_help.get("/tasks/<int:task_id>/help/of/<int:person_id>")
@signed_in
def read(task_id: int, person_id: int) -> ResponseReturnValue:
    """What a colleague drafted, for who may answer."""
    found, row = _helper(task_id, person_id)
    draft = find_draft(installation(), AtTask(task_id=found.task.id), by=me())
    return render_template(
        "drafting_help_read.html",
        found=found,
        name=_name(found),
        helper=row,
        lines=read_help(row, found.form, {}),
        seen=draft.revision if draft else "",
        has_own=draft is not None,
    )


@drafting_help.post("/tasks/<int:task_id>/help/of/<int:person_id>")
@signed_in
def take(task_id: int, person_id: int) -> ResponseReturnValue:
    """Put it into one's own form."""
    try:
        take_help(
            installation(),
            min(task_id, LARGEST_ID),
            by=me(),
            person_id=min(person_id, LARGEST_ID),
            seen=request.form.get(SEEN, ""),
            revision=new_revision(),
        )
    except (Changed, Gone):
        return page(
            409,
            "You have changed your own answer since",
            "Nothing was replaced. Open the draft again to see what you have.",
        )
    flash("The draft is in your form.\nRead it, change what you like, and send it. It is not sent.")
    return redirect(url_for("task.show", task_id=task_id), 303)


@drafting_help.post("/tasks/<int:task_id>/help/of/<int:person_id>/stop")
@signed_in
def stop(task_id: int, person_id: int) -> ResponseReturnValue:
    """They are not asked any more, or will not draft."""
    stop_help(
        installation(), min(task_id, LARGEST_ID), by=me(), person_id=min(person_id, LARGEST_ID)
    )
    if person_id == me().id:
        flash("You do not draft this any more.\nWhoever asked you can see that in the case.")
        return redirect(url_for("tray.show"), 303)
    flash("Your colleague is not asked any more.\nWhat they drafted is gone.")
    return redirect(url_for("task.show", task_id=task_id), 303)


@drafting_help.get("/tasks/<int:task_id>/help")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """The form, for the colleague who drafts: with the concern, and without the case."""
    found = open_help(installation(), min(task_id, LARGEST_ID), by=me())
    fields = render_fields(found.form, raw=found.raw, known=found.values)
    council = installation().council(found.case.council)
    return render_template("drafting_help.html", found=found, council=council, fields=fields)


@drafting_help.post("/tasks/<int:task_id>/help")
@signed_in
def keep(task_id: int) -> ResponseReturnValue:
    """Keep what was drafted; it is checked when it is sent, by somebody else."""
    raw = sent(request.form.to_dict(flat=False))
    found = open_help(installation(), min(task_id, LARGEST_ID), by=me())
    keep_help(installation(), task_id, by=me(), raw=raw)
    flash(f"Your draft is saved.\n{found.asked.asked_by_name} can read it, and sends the answer.")
    return redirect(url_for("drafting_help.show", task_id=task_id), 303)


def _helper(task_id: int, person_id: int) -> tuple[TaskToAnswer, HelpRow]:
    found = open_task(installation(), min(task_id, LARGEST_ID), by=me())
    for row in find_helpers(installation(), found.task.id, by=me()):
        if row.person_id == person_id:
            return found, row
    raise NotAsked


def _name(found: TaskToAnswer) -> str:
    return " ".join(found.task.name.split())


def _words() -> str:
    return clean_text(request.form.get("words", ""))


def _ask_page(task_id: int, *, errors: dict[str, str] | None = None) -> str:
    found = open_task(installation(), min(task_id, LARGEST_ID), by=me())
    if found.moved_on:
        raise NotAllowed("The case has gone on, so nobody else is asked to draft this.")
    text = " ".join(request.form.get("text", "").split())[:_LONGEST_SEARCH]
    colleagues = read_colleagues(installation(), found.task.id, me())
    fit = [
        each
        for each in colleagues
        if all(w in " ".join([each.name, *each.holds]).lower() for w in text.lower().split())
    ]
    return render_template(
        "drafting_help_ask.html",
        found=found,
        name=_name(found),
        people=fit[:MOST_SHOWN],
        count=len(fit),
        searched=len(colleagues) > MOST_SHOWN,
        text=text,
        words=_words(),
        chosen=request.form.get("person", ""),
        errors=errors or {},
    )
