"""Moving a case that was raised on the wrong child to the right one (X-37): find, confirm, move.

The child stands in no address: what is searched for and who is picked travels in the form alone.
"""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow, move_to_child
from engine.case_file.reader import CaseFile, read_case_file
from engine.children import Child
from engine.forms import clean_text
from engine.raising import MOST_FOUND, Picked, pick_child, search_children
from webui.guards import signed_in
from webui.visit import installation, me

right_child = Blueprint("right_child", __name__)

_LONGEST_REASON: Final = 2000
_LONGEST_SEARCH: Final = 200
_LONGEST_ID: Final = 15


@right_child.get("/cases/<number>/child")
@signed_in
def search(number: str) -> ResponseReturnValue:
    """Where the right child is looked for."""
    return _search_page(_find(number))


@right_child.post("/cases/<number>/child")
@signed_in
def find(number: str) -> ResponseReturnValue:
    """The children that were found, to pick one."""
    file = _find(number)
    text = request.form.get("text", "").strip()[:_LONGEST_SEARCH]
    if not text:
        return _search_page(file, errors="Enter the child’s reference or name"), 400
    found = search_children(installation(), me(), text)
    others = [child for child in found if child.id != file.child.id]
    return _search_page(file, text=text, found=others)


@right_child.post("/cases/<number>/child/confirm")
@signed_in
def confirm(number: str) -> ResponseReturnValue:
    """The child that was picked, with all that tells them from another."""
    file = _find(number)
    picked = _picked(file)
    return _confirm_page(file, picked) if picked else _search_page(file)


@right_child.post("/cases/<number>/child/move")
@signed_in
def move(number: str) -> ResponseReturnValue:
    """Move the case, and go back to it."""
    file = _find(number)
    picked = _picked(file)
    if picked is None:
        return _search_page(file)
    reason = clean_text(request.form.get("reason", ""))
    fault = _fault(reason)
    if fault:
        return _confirm_page(file, picked, errors=fault, reason=reason), 400
    move_to_child(installation(), file.case.id, by=me(), child_id=picked.child.id, reason=reason)
    flash("The case is with the right child now. Nothing of it is left on the other record.")
    return redirect(url_for("case.show", number=number), 303)


def _fault(reason: str) -> str:
    if not reason:
        return "Enter why the case belongs to this child"
    if len(reason) > _LONGEST_REASON:
        return f"The reason must be {_LONGEST_REASON:,} characters or less"
    return ""


def _find(number: str) -> CaseFile:
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case may move it to another child.")
    if file.case.closed_at is not None:
        raise NotOpenNow("The case is closed and stays with its child. Ask your administrator.")
    return file


def _picked(file: CaseFile) -> Picked | None:
    """The child that was picked, if it is another one; a child that may not be read is refused."""
    number = request.form.get("child", "")
    if not number.isascii() or not number.isdecimal() or len(number) > _LONGEST_ID:
        return None
    if int(number) == file.child.id:
        return None
    return pick_child(installation(), me(), int(number))


def _search_page(
    file: CaseFile, *, text: str = "", found: Sequence[Child] | None = None, errors: str = ""
) -> str:
    return render_template(
        "right_child.html", file=file, text=text, found=found, errors=errors, most=MOST_FOUND
    )


def _confirm_page(file: CaseFile, picked: Picked, *, errors: str = "", reason: str = "") -> str:
    return render_template(
        "right_child_confirm.html", file=file, picked=picked, errors=errors, reason=reason
    )
