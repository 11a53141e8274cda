"""Raising a concern (X-38): find the child, confirm who it is, write, send.

The child is picked from the council's records (X-37) and stands in no address: each concern that
is being written has a random mark, under which the signed cookie keeps who it is about.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.case_file import CAFCASS
from engine.cases import open_case
from engine.children import Child
from engine.concerns import raise_again
from engine.errors import StepladderError
from engine.forms import Answer, Form, as_written, check_answers
from engine.procedures import Version
from engine.raising import MOST_FOUND, Picked, pick_child, raising_form, search_children
from engine.store.cases import CaseRow
from webui import roads
from webui.case_news import what_comes_next
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import raisers
from webui.visit import installation, me
from webui.words import address_of_case

raise_concern = Blueprint("raise_concern", __name__)

_DRAFTS: Final = "drafts"
_MOST_DRAFTS: Final = 10
NOT_FOR_CAFCASS: Final = (
    "The record does not say that this child is looked after. CAFCASS takes referrals for "
    "looked-after children only. You can still go on: the record may be wrong."
)

Draft = dict[str, Any]


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
        "raise_concern.html", text=text, found=found, errors=errors, most=MOST_FOUND
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


def begin(child_id: int, **more: Any) -> str:
    """Begin a concern about that child; its mark.

    `more` may be `linked_to`, the id of the case that it takes up again, with `again`, the places
    of the concerns that are, and `then`, the act on the diagram with which the new case goes on.
    """
    mark = secrets.token_urlsafe(9)
    drafts: dict[str, Draft] = session.get(_DRAFTS, {})
    kept = list(drafts.items())[-(_MOST_DRAFTS - 1) :]
    session[_DRAFTS] = {**dict(kept), mark: {"child": child_id, **more}}
    return mark


@raise_concern.get("/raise/<mark>")
@raisers
def confirm(mark: str) -> ResponseReturnValue:
    """Show who the child is, to be confirmed."""
    draft = _draft(mark)
    if draft is None or "case" in draft:
        return _gone(draft)
    picked = pick_child(installation(), me(), draft["child"])
    return _confirm_page(mark, picked, chosen=draft.get("version"))


@raise_concern.post("/raise/<mark>")
@raisers
def confirmed(mark: str) -> ResponseReturnValue:
    """It is the right child; where the council has several procedures, one was chosen."""
    draft = _draft(mark)
    if draft is None or "case" in draft:
        return _gone(draft)
    picked = pick_child(installation(), me(), draft["child"])
    chosen = request.form.get("version", "")
    versions = {str(version.id): version.id for version in picked.procedures}
    if len(versions) == 1:
        chosen = next(iter(versions))
    if chosen not in versions:
        return _confirm_page(mark, picked, errors="Select the procedure"), 400
    _keep(mark, {**draft, "version": versions[chosen]})
    return redirect(url_for("raise_concern.write", mark=mark), 303)


@raise_concern.get("/raise/<mark>/concern")
@raisers
def write(mark: str) -> ResponseReturnValue:
    """The form of the procedure's version."""
    draft = _draft(mark)
    if draft is None or "case" in draft:
        return _gone(draft)
    if "version" not in draft:
        return redirect(url_for("raise_concern.confirm", mark=mark), 303)
    return _form_page(mark, draft)


@raise_concern.post("/raise/<mark>/concern")
@raisers
def send(mark: str) -> ResponseReturnValue:
    """Open the case, or show what is still to be put right."""
    draft = _draft(mark)
    if draft is None or "case" in draft or "version" not in draft:
        return _gone(draft)
    raw = sent(request.form.to_dict(flat=False))
    _, form = raising_form(installation(), me(), draft["version"])
    checked = check_answers(form, raw)
    if checked.errors:
        return _form_page(mark, draft, raw=raw, errors=checked.errors), 400
    try:
        case = open_case(
            installation(),
            by=me(),
            child_id=draft["child"],
            version_id=draft["version"],
            answers=checked.answers,
            linked_to=draft.get("linked_to"),
        )
    except NotAllowed:
        raise
    except StepladderError as error:
        return _form_page(mark, draft, raw=raw, problem=str(error)), 400
    _keep(mark, {**draft, "case": case.number})
    _tell(case, draft["child"])
    if "then" in draft:
        return redirect(url_for("act.show", number=case.number, element=draft["then"]), 303)
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


def _draft(mark: str) -> Draft | None:
    drafts: dict[str, Draft] = session.get(_DRAFTS, {})
    return drafts.get(mark)


def _keep(mark: str, draft: Draft) -> None:
    session[_DRAFTS] = {**session.get(_DRAFTS, {}), mark: draft}


def _gone(draft: Draft | None) -> ResponseReturnValue:
    """The concern was sent already, or is not known in this browser any more."""
    if draft is not None and "case" in draft:
        if request.method == "GET":
            return redirect(address_of_case(draft["case"]), 303)
        return page(
            409,
            "You have raised this concern already",
            f"It is case {draft['case']}. Nothing was sent a second time.",
        )
    return page(
        409,
        "Pick the child again",
        "We do not know any more which child this was about, so nothing was kept.",
        "Copy what you wrote, then raise the concern again from your tray.",
    )


def _confirm_page(mark: str, picked: Picked, *, chosen: Any = None, errors: str = "") -> str:
    return render_template(
        "raise_concern_confirm.html",
        mark=mark,
        picked=picked,
        chosen=chosen,
        errors=errors,
        warning="" if picked.looked_after else NOT_FOR_CAFCASS,
    )


def _form_page(
    mark: str,
    draft: Draft,
    *,
    raw: Raw | None = None,
    errors: Any = None,
    problem: str = "",
) -> str:
    picked = pick_child(installation(), me(), draft["child"])
    version, form = raising_form(installation(), me(), draft["version"])
    if raw is None and "linked_to" in draft:
        raw = _raised_before(draft, version, form)
    return render_template(
        "raise_concern_form.html",
        mark=mark,
        picked=picked,
        heading=form.title,
        procedure=version.row.title,
        fields=render_fields(form, raw=raw, errors=errors or {}),
        roads=roads.at_raising(
            version, installation().council(me().council), installation().clock.now()
        ),
        summary=render_error_summary(form, errors or {}),
        problem=problem,
        errors=bool(errors or problem),
        warning="" if picked.looked_after else NOT_FOR_CAFCASS,
    )


def _raised_before(draft: Draft, version: Version, form: Form) -> Raw:
    """What the closed case's concerns said, to be raised once more."""
    answers: dict[str, Answer] = {
        field.key: field.default if not isinstance(field.default, tuple) else list(field.default)
        for field in form.fields
        if field.default is not None
    }
    said = raise_again(
        installation(),
        draft["linked_to"],
        by=me(),
        package=version.package,
        places=draft.get("again", ()),
    )
    return as_written(form, {**answers, **said})
