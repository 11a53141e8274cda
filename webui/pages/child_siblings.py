"""Brothers and sisters on a child's record: find one, record it, or take it back (X-14)."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.child_file.reader import ChildFile, list_children, read_child
from engine.child_file.siblings import link_siblings, unlink_siblings
from engine.children import BadChild, Child
from webui.guards import signed_in
from webui.visit import installation, me

child_siblings = Blueprint("child_siblings", __name__)

_LONGEST_SEARCH = 200
_LONGEST_ID = 15


@child_siblings.get("/children/<int:child_id>/siblings")
@signed_in
def search(child_id: int) -> ResponseReturnValue:
    """Where a brother or sister is looked for; those who are recorded."""
    return _page(_find(child_id))


@child_siblings.post("/children/<int:child_id>/siblings")
@signed_in
def find(child_id: int) -> ResponseReturnValue:
    """The children that were found, to choose one."""
    file = _find(child_id)
    text = request.form.get("text", "").strip()[:_LONGEST_SEARCH]
    if not text:
        return _page(file, errors="Enter the child’s reference or name"), 400
    known = {child_id, *(each.id for each in file.siblings)}
    page = list_children(installation(), me(), text)
    return _page(file, text=text, found=[c for c in page.children if c.id not in known])


@child_siblings.post("/children/<int:child_id>/siblings/add")
@signed_in
def add(child_id: int) -> ResponseReturnValue:
    """They are brothers or sisters."""
    file = _find(child_id)
    other = picked()
    if other is None:
        return _page(file)
    try:
        link_siblings(installation(), child_id, other, by=me())
    except BadChild as error:
        return _page(file, errors=str(error)), 400
    flash("The brother or sister was recorded, on both records.")
    return redirect(url_for("child.show", child_id=child_id), 303)


@child_siblings.post("/children/<int:child_id>/siblings/remove")
@signed_in
def remove(child_id: int) -> ResponseReturnValue:
    """They are not, after all."""
    file = _find(child_id)
    other = picked()
    if other is None:
        return _page(file)
    try:
        unlink_siblings(installation(), child_id, other, by=me())
    except BadChild as error:
        return _page(file, errors=str(error)), 400
    flash("They are not recorded as brother or sister any more.")
    return redirect(url_for("child.show", child_id=child_id), 303)


def picked() -> int | None:
    """The id of the child who was chosen in a form."""
    number = request.form.get("child", "")
    if not number.isascii() or not number.isdecimal() or len(number) > _LONGEST_ID:
        return None
    return int(number)


def _find(child_id: int) -> ChildFile:
    file = read_child(installation(), child_id, me())
    if not file.may_administer and not file.may_raise:
        raise NotAllowed("Only an administrator or a raiser records brothers and sisters.")
    return file


def _page(
    file: ChildFile, *, text: str = "", found: Sequence[Child] | None = None, errors: str = ""
) -> str:
    return render_template(
        "child_siblings.html", file=file, text=text, found=found, errors=errors, most=50
    )
