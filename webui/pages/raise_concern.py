"""Raising a concern (X-38): find the child, confirm who it is, write, send.

The child is picked from the council's records (X-37) and stands in no address: each concern that
is being written has a random mark, under which the store keeps who it is about, and what was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import AlreadyRaised, open_case, start_event
from engine.acts.concerns import raise_again
from engine.case_file.acts import CAFCASS
from engine.children import Child
from engine.confirming.procedure_file import find_not_in_use
from engine.confirming.questions import find_unanswered
from engine.errors import StepladderError
from engine.forms import Answer, Form, as_written, check_answers
from engine.procedures import Version
from engine.raising import (
    MOST_FOUND,
    Picked,
    Raising,
    begin_raising,
    choose_procedure,
    find_begun_raisings,
    find_raising,
    pick_child,
    raising_form,
    search_children,
)
from engine.store.cases import CaseRow
from engine.writing.places import AtRaising
from engine.writing.uploads import find_uploads
from webui import roads
from webui.case_news import what_comes_next
from webui.checking import check_page, go_and_check, is_as_shown, is_checked_first, read_again
from webui.drafting import drafting
from webui.error_pages import page
from webui.form_changes import shown_again, take_change
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import raisers
from webui.visit import installation, me
from webui.what_follows import what_follows
from webui.words import address_of_case

raise_concern = Blueprint("raise_concern", __name__)

NOT_FOR_CAFCASS: Final = (
    "The record does not say that this child is looked after. CAFCASS takes referrals for "
    "looked-after children only. You can still go on: the record may be wrong."
)


@raise_concern.get("/raise")
@raisers
def find() -> ResponseReturnValue:
    """Ask which child it is about."""
    return _search_page()


@raise_concern.post("/raise")
@raisers
def search() -> ResponseReturnValue:
    """Show the children that fit. The text is sent, never put into an address."""
    text = request.form.get("text", "").strip()[:200]
    if not text:
        error = "Enter the child’s reference or name"
        return _search_page(errors=error), 400
    return _search_page(text=text, found=search_children(installation(), me(), text))


def _search_page(*, text: str = "", found: Sequence[Child] | None = None, errors: str = "") -> str:
    return render_template(
        "raise_concern.html",
        text=text,
        found=found,
        errors=errors,
        most=MOST_FOUND,
        begun=find_begun_raisings(installation(), me()),
    )


@raise_concern.post("/raise/child")
@raisers
def pick() -> ResponseReturnValue:
    """Begin a concern about the child that was picked."""
    number = request.form.get("child", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 15:
        return redirect(url_for("raise_concern.find"), 303)
    picked = pick_child(installation(), me(), int(number))
    return redirect(url_for("raise_concern.confirm", mark=begin(picked.child.id)), 303)


def begin(
    child_id: int, *, linked_to: int | None = None, then: str = "", again: Sequence[int] = ()
) -> str:
    """Begin a concern about that child, or go on with the one that was begun; its mark.

    `linked_to` is the id of the case that it takes up again, `again` the places of those of its
    concerns that are raised anew, `then` the act on the diagram with which the new case goes on.
    """
    return begin_raising(
        installation(), me(), child_id, linked_to=linked_to, then=then, again=again
    )


@raise_concern.get("/raise/<mark>")
@raisers
def confirm(mark: str) -> ResponseReturnValue:
    """Show who the child is, to be confirmed."""
    raising = find_raising(installation(), me(), mark)
    if raising.raised_as:
        return _raised(raising)
    picked = pick_child(installation(), me(), raising.child.id)
    return _confirm_page(mark, picked, chosen=raising.version_id)


@raise_concern.post("/raise/<mark>")
@raisers
def confirmed(mark: str) -> ResponseReturnValue:
    """It is the right child; where the council has several procedures, one was chosen."""
    raising = find_raising(installation(), me(), mark)
    if raising.raised_as:
        return _raised(raising)
    picked = pick_child(installation(), me(), raising.child.id)
    chosen = request.form.get("version", "")
    versions = {str(version.id): version.id for version in picked.procedures}
    if len(versions) == 1:
        chosen = next(iter(versions))
    if chosen not in versions:
        return _confirm_page(mark, picked, errors="Select the procedure"), 400
    choose_procedure(installation(), me(), mark, versions[chosen])
    return redirect(url_for("raise_concern.write", mark=mark), 303)


@raise_concern.get("/raise/<mark>/concern")
@raisers
def write(mark: str) -> ResponseReturnValue:
    """The form of the procedure's version, with what was typed before."""
    raising = find_raising(installation(), me(), mark)
    if raising.raised_as:
        return _raised(raising)
    if raising.version_id is None:
        return redirect(url_for("raise_concern.confirm", mark=mark), 303)
    return _form_page(raising)


@raise_concern.post("/raise/<mark>/concern")
@raisers
def send(mark: str) -> ResponseReturnValue:
    """Open the case, or show what is still to be put right."""
    raising = find_raising(installation(), me(), mark)
    if raising.raised_as:
        return _raised(raising)
    if raising.version_id is None:
        return redirect(url_for("raise_concern.confirm", mark=mark), 303)
    place = AtRaising(mark=mark)
    raw = sent(request.form.to_dict(flat=False))
    version, form = raising_form(installation(), me(), raising.version_id)
    change = take_change(place, form, raw)
    if change.anchor and not change.errors:
        return shown_again(place, change, "raise_concern.write")
    if change.anchor:
        return _form_page(raising, raw=change.raw, errors=change.errors), 400
    files = find_uploads(installation(), place, by=me()) if form.asks_for_files else {}
    checked = check_answers(form, raw, files=files)
    errors = {**checked.errors, **change.errors}
    if errors:
        return _form_page(raising, raw=raw, errors=errors), 400
    start = start_event(version.package.diagram)
    if is_checked_first(start, form, checked.answers, {}):
        return go_and_check(place, raw)
    return _sent(raising, raw, checked.answers)


@raise_concern.get("/raise/<mark>/check")
@raisers
def check(mark: str) -> ResponseReturnValue:
    """What was written, once more, before the concern is raised."""
    raising = find_raising(installation(), me(), mark)
    return _raised(raising) if raising.raised_as else _check_page(raising)


@raise_concern.post("/raise/<mark>/check")
@raisers
def checked(mark: str) -> ResponseReturnValue:
    """Raise what was checked."""
    raising = find_raising(installation(), me(), mark)
    if raising.raised_as:
        return _raised(raising)
    if raising.version_id is None:
        return redirect(url_for("raise_concern.confirm", mark=mark), 303)
    _, form = raising_form(installation(), me(), raising.version_id)
    read = read_again(AtRaising(mark=mark), form, {})
    if read is None or read[1].errors:
        return redirect(url_for("raise_concern.write", mark=mark), 303)
    draft, again = read
    if not is_as_shown(draft):
        return _check_page(raising, changed=True)
    return _sent(raising, draft.raw, again.answers)


def _check_page(raising: Raising, *, changed: bool = False) -> ResponseReturnValue:
    if raising.version_id is None:
        return redirect(url_for("raise_concern.confirm", mark=raising.mark), 303)
    version, form = raising_form(installation(), me(), raising.version_id)
    place = AtRaising(mark=raising.mark)
    read = read_again(place, form, {})
    if read is None:
        return redirect(url_for("raise_concern.write", mark=raising.mark), 303)
    draft, again = read
    if again.errors:
        return _form_page(raising, raw=draft.raw, errors=again.errors)
    content = check_page(
        place,
        form,
        draft,
        again.answers,
        caption=f"About {raising.child.name}, reference {raising.child.reference}",
        button="Raise the concern",
        follows=_follows(version, again.answers),
        changed=changed,
    )
    return (content, 409) if changed else content


def _follows(version: Version, answers: Mapping[str, Answer] | None) -> list[str]:
    council = installation().council(version.row.council)
    start = start_event(version.package.diagram).id
    return what_follows(version.package, council, start, answers, {}, is_raiser=True)


def _sent(raising: Raising, raw: Raw, answers: Mapping[str, Answer]) -> ResponseReturnValue:
    assert raising.version_id is not None  # noqa: S101  (its callers looked)
    try:
        case = open_case(
            installation(),
            by=me(),
            child_id=raising.child.id,
            version_id=raising.version_id,
            answers=answers,
            linked_to=raising.linked_to,
            mark=raising.mark,
        )
    except AlreadyRaised as error:
        return _raised_as(error.number)
    except NotAllowed:
        raise
    except StepladderError as error:
        return _form_page(raising, raw=raw, problem=str(error)), 400
    _tell(case, raising.child.id)
    if raising.then:
        return redirect(url_for("act.show", number=case.number, element=raising.then), 303)
    return redirect(address_of_case(case.number), 303)


def _tell(case: CaseRow, child_id: int) -> None:
    """Say what happens next on the case page; warn, never block, where CAFCASS takes no referral.

    The child is not named: the cookie that carries the words is signed, not secret.
    """
    lines = [f"You raised a concern. Its case number is {case.number}."]
    lines += what_comes_next(case.number)
    picked = pick_child(installation(), me(), child_id)
    if case.stage == CAFCASS and not picked.looked_after:
        lines.append(NOT_FOR_CAFCASS)
    flash("\n".join(lines))


def _raised(raising: Raising) -> ResponseReturnValue:
    return _raised_as(raising.raised_as)


def _raised_as(number: str) -> ResponseReturnValue:
    """The concern was sent already: its case is shown, and what was sent again is not lost."""
    if request.method == "GET":
        return redirect(address_of_case(number), 303)
    return page(
        409,
        "You have raised this concern already",
        f"It is case {number}. Nothing was sent a second time.",
    )


def _confirm_page(mark: str, picked: Picked, *, chosen: Any = None, errors: str = "") -> str:
    return render_template(
        "raise_concern_confirm.html",
        mark=mark,
        picked=picked,
        chosen=chosen,
        errors=errors,
        warning="" if picked.looked_after else NOT_FOR_CAFCASS,
        not_in_use=find_not_in_use(installation(), picked.child.council),
    )


def _form_page(
    raising: Raising,
    *,
    raw: Raw | None = None,
    errors: Any = None,
    problem: str = "",
) -> str:
    assert raising.version_id is not None  # noqa: S101  (its callers looked)
    picked = pick_child(installation(), me(), raising.child.id)
    version, form = raising_form(installation(), me(), raising.version_id)
    keeping = drafting(AtRaising(mark=raising.mark), raw, form)
    shown = keeping.raw
    if shown is None and raising.linked_to is not None:
        shown = _raised_before(raising.linked_to, raising.again, version, form)
    return render_template(
        "raise_concern_form.html",
        mark=raising.mark,
        picked=picked,
        drafting=keeping,
        follows=_follows(version, None),
        heading=form.title,
        procedure=version.row.title,
        fields=render_fields(form, raw=shown, errors=errors or {}, files=keeping.files),
        roads=roads.at_raising(
            version, installation().council(me().council), installation().clock.now()
        ),
        summary=render_error_summary(form, errors or {}),
        problem=problem,
        errors=bool(errors or problem),
        unanswered=len(find_unanswered(installation(), version)),
        version=version.row,
        warning="" if picked.looked_after else NOT_FOR_CAFCASS,
    )


def _raised_before(linked_to: int, again: Sequence[int], version: Version, form: Form) -> Raw:
    """What the closed case's concerns said, to be raised once more."""
    answers: dict[str, Answer] = {
        field.key: field.default if not isinstance(field.default, tuple) else list(field.default)
        for field in form.fields
        if field.default is not None
    }
    said = raise_again(
        installation(),
        linked_to,
        by=me(),
        package=version.package,
        places=again,
    )
    return as_written(form, {**answers, **said})
