"""Giving a task to somebody else, or choosing who answers what was sent back (X-16, X-35)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.acts.reassigning import CannotGive, give_to
from engine.case_file.task_acts import Choice, find_warnings, read_choice
from engine.forms import clean_text
from webui.guards import signed_in
from webui.task_acts import LARGEST_ID, LONGEST_WORDS, number_in
from webui.visit import installation, me
from webui.words import address_of_case

reassign = Blueprint("reassign", __name__)

MOST_SHOWN: Final = 20
_LONGEST_SEARCH: Final = 200


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Somebody who may be chosen: `value` is what the form sends."""

    value: str
    text: str
    hint: str


@reassign.get("/tasks/<int:task_id>/give-to")
@signed_in
def show(task_id: int) -> ResponseReturnValue:
    """Whom it may be given to."""
    return _page(_choice(task_id))


@reassign.post("/tasks/<int:task_id>/give-to/find")
@signed_in
def find(task_id: int) -> ResponseReturnValue:
    """The same page with the people whose name, post or team was searched for."""
    return _page(_choice(task_id), text=_search(), reason=_reason())


@reassign.post("/tasks/<int:task_id>/give-to")
@signed_in
def give(task_id: int) -> ResponseReturnValue:
    """Give it; what is unusual about the choice is said first."""
    choice = _choice(task_id)
    reason, value = _reason(), request.form.get("to", "")
    errors = _faults(choice, value, reason)
    if errors:
        return _page(choice, text=_search(), reason=reason, chosen=value, errors=errors), 400
    person_id, post = _target(value)
    warned = find_warnings(installation(), task_id, by=me(), person_id=person_id, post=post)
    if warned and "all_the_same" not in request.form:
        return _warn(choice, value, reason, warned)
    try:
        give_to(installation(), task_id, by=me(), person_id=person_id, post=post, reason=reason)
    except CannotGive as error:
        faults = {"reason" if str(error).startswith("Enter") else "to": str(error)}
        return _page(choice, text=_search(), reason=reason, chosen=value, errors=faults), 400
    flash(
        f"“{choice.name}” in case {choice.case.number} is with somebody else now.\n"
        "They are told. The due date has not moved."
    )
    there = address_of_case(choice.case.number) if choice.sees_case else url_for("tray.show")
    return redirect(there, 303)


def _choice(task_id: int) -> Choice:
    return read_choice(installation(), min(task_id, LARGEST_ID), me())


def _search() -> str:
    return " ".join(request.form.get("text", "").split())[:_LONGEST_SEARCH]


def _reason() -> str:
    return clean_text(request.form.get("reason", ""))


def _faults(choice: Choice, value: str, reason: str) -> Mapping[str, str]:
    faults: dict[str, str] = {}
    person_id, post = _target(value)
    if person_id is None and post is None:
        faults["to"] = "Choose who is to answer"
    if not reason and not choice.sent_back_by:
        faults["reason"] = "Enter why somebody else is to answer"
    if len(reason) > LONGEST_WORDS:
        faults["reason"] = f"The reason must be {LONGEST_WORDS:,} characters or less"
    return faults


def _target(value: str) -> tuple[int | None, str | None]:
    """The person's id or the post that the form sent; neither for anything else."""
    kind, _, what = value.partition(":")
    if kind == "person":
        return number_in(what), None
    return None, what if kind == "post" and what else None


def _page(
    choice: Choice,
    *,
    text: str = "",
    reason: str = "",
    chosen: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    people = list(_people(choice, text))
    return render_template(
        "reassign.html",
        choice=choice,
        council=installation().council(choice.case.council),
        posts=[_post(*each) for each in choice.posts],
        people=people[:MOST_SHOWN],
        found=len(people),
        searched=len(choice.colleagues) > MOST_SHOWN,
        text=text,
        reason=reason,
        chosen=chosen,
        errors=errors or {},
    )


def _post(key: str, title: str, names: str) -> Offer:
    return Offer(value=f"post:{key}", text=title, hint=names or "Nobody holds it today")


def _people(choice: Choice, text: str) -> Iterable[Offer]:
    words = text.lower().split()
    for each in choice.colleagues:
        known = " ".join([each.name, *each.holds]).lower()
        if all(word in known for word in words):
            yield Offer(
                value=f"person:{each.person_id}", text=each.name, hint="; ".join(each.holds)
            )


def _warn(choice: Choice, value: str, reason: str, warned: tuple[str, ...]) -> str:
    return render_template(
        "reassign_warned.html", choice=choice, value=value, reason=reason, warned=warned
    )
