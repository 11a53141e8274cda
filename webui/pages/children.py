"""The council's children: the list, searched by post and paged, and adding a child (X-37)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.child_file.reader import ChildrenPage, list_children
from engine.child_file.records import register_child
from engine.children import BadChild, ReferenceTaken
from engine.forms import Form
from webui.child_forms import (
    SmallForm,
    choice_field,
    day_field,
    day_of,
    person_field,
    person_of,
    text_field,
)
from webui.guards import administrators, signed_in
from webui.visit import installation, me

children = Blueprint("children", __name__)

_LONGEST_SEARCH = 200
_LONGEST_ID = 15


@children.get("/children")
@signed_in
def show() -> ResponseReturnValue:
    """The first page of all children."""
    return _page("", list_children(installation(), me(), ""))


@children.post("/children")
@signed_in
def search() -> ResponseReturnValue:
    """The children that fit, or the next page; what is searched for stands in no address."""
    text = request.form.get("text", "").strip()[:_LONGEST_SEARCH]
    after = request.form.get("after", "")
    known = after.isascii() and after.isdecimal() and len(after) <= _LONGEST_ID
    page = list_children(installation(), me(), text, int(after) if known else None)
    return _page(text, page, later=known)


def _page(text: str, page: ChildrenPage, *, later: bool = False) -> str:
    return render_template("children.html", text=text, page=page, later=later)


@children.get("/children/new")
@administrators
def new() -> ResponseReturnValue:
    """The form for a child whom the council's records know and this one does not."""
    return _form().show(known={"restricted": "no"})


@children.post("/children/new")
@administrators
def add() -> ResponseReturnValue:
    """Add the child."""
    small = _form()
    raw, checked = small.read()
    given = checked.answers
    born = day_of(given, "born")
    if checked.errors or born is None:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        added = register_child(
            installation(),
            by=me(),
            reference=str(given["reference"]),
            name=str(given["name"]),
            date_of_birth=born,
            team=str(given["team"]),
            social_worker_id=person_of(given, "social_worker"),
            raiser_id=person_of(given, "raiser"),
            restricted=given["restricted"] == "yes",
        )
    except (BadChild, ReferenceTaken) as error:
        return small.wrong(raw, error)
    flash("The child was added. Add the legal status next.")
    return redirect(url_for("child.show", child_id=added.id), 303)


def _form() -> SmallForm:
    return SmallForm(
        form=Form(
            id="child",
            title="Add a child",
            fields=(
                text_field(
                    "reference",
                    "Reference",
                    longest=50,
                    required=True,
                    description="As the council’s own records have it.",
                ),
                text_field("name", "Name", required=True),
                day_field("born", "Date of birth", "For example, 31 3 2016."),
                text_field("team", "Team", longest=100, required=True),
                person_field("social_worker", "Social worker"),
                person_field("raiser", "Independent reviewing officer or chair"),
                choice_field(
                    "restricted",
                    "Is the record restricted?",
                    (("no", "No"), ("yes", "Yes, only people who are named may read it")),
                ),
            ),
        ),
        caption="Children",
        back=url_for("children.show"),
        back_text="Children",
        button="Add the child",
    )
