"""Importing people from a file: what it would do, line by line; then, confirmed, all of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.csv_file import LARGEST, BadFile, template
from engine.administration.people_import import COLUMNS, EXAMPLE, plan_people
from engine.administration.people_import import import_people as take
from webui.file_import import MOST_SHOWN, as_download, pack, unpack
from webui.guards import administrators
from webui.visit import installation, me

import_people = Blueprint("import_people", __name__)


@import_people.get("/people/import")
@administrators
def show() -> ResponseReturnValue:
    """The form, with what the file must hold."""
    return _page()


@import_people.post("/people/import")
@administrators
def check() -> ResponseReturnValue:
    """What the file would do; nothing is changed."""
    sent = request.files.get("file")
    content = sent.read(LARGEST + 1) if sent is not None and sent.filename else b""
    if not content:
        return _page("Choose a file."), 400
    return _shown(content)


@import_people.post("/people/import/confirmed")
@administrators
def confirm() -> ResponseReturnValue:
    """Do it, unless what is known has changed so that the file no longer fits."""
    try:
        content = unpack(request.form.get("packed", ""))
        plan = take(installation(), content, by=me())
    except BadFile as error:
        return _page(str(error)), 400
    if plan.wrong:
        return _shown(content)
    flash(f"The file was taken.\n{len(plan.added)} added, {len(plan.changed)} changed.")
    return redirect(url_for("people.show"), 303)


@import_people.get("/people/import/template.csv")
@administrators
def give_template() -> ResponseReturnValue:
    """A file with the headings and one example."""
    return as_download(template(COLUMNS, EXAMPLE), "people.csv")


def _shown(content: bytes) -> ResponseReturnValue:
    try:
        plan = plan_people(installation(), content, by=me())
    except BadFile as error:
        return _page(str(error)), 400
    page = render_template(
        "import_plan.html",
        plan=plan,
        most=MOST_SHOWN,
        section="people",
        action=url_for("import_people.confirm"),
        back=url_for("import_people.show"),
        packed="" if plan.wrong else pack(content),
    )
    return (page, 400) if plan.wrong else page


def _page(problem: str = "") -> str:
    council = installation().council(me().council)
    return render_template(
        "import_people.html",
        columns=COLUMNS,
        posts=council.posts.values(),
        problem=problem,
        errors=bool(problem),
    )
