"""Importing children's references from a file: what it would do, then, confirmed, all of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.children_import import COLUMNS, EXAMPLE, plan_children
from engine.administration.children_import import import_children as take
from engine.administration.csv_file import LARGEST, BadFile, template
from engine.children import STATUSES
from webui.file_import import MOST_SHOWN, as_download, pack, unpack
from webui.guards import administrators
from webui.visit import installation, me

import_children = Blueprint("import_children", __name__)


@import_children.get("/children/import")
@administrators
def show() -> ResponseReturnValue:
    """The form, with what the file must hold."""
    return _page()


@import_children.post("/children/import")
@administrators
def check() -> ResponseReturnValue:
    """What the file would do; nothing is changed."""
    sent = request.files.get("file")
    content = sent.read(LARGEST + 1) if sent is not None and sent.filename else b""
    if not content:
        return _page("Choose a file."), 400
    return _shown(content)


@import_children.post("/children/import/confirmed")
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
    return redirect(url_for("import_children.show"), 303)


@import_children.get("/children/import/template.csv")
@administrators
def give_template() -> ResponseReturnValue:
    """A file with the headings and one example."""
    return as_download(template(COLUMNS, EXAMPLE), "children.csv")


def _shown(content: bytes) -> ResponseReturnValue:
    try:
        plan = plan_children(installation(), content, by=me())
    except BadFile as error:
        return _page(str(error)), 400
    page = render_template(
        "import_plan.html",
        plan=plan,
        most=MOST_SHOWN,
        section="children",
        action=url_for("import_children.confirm"),
        back=url_for("import_children.show"),
        packed="" if plan.wrong else pack(content),
    )
    return (page, 400) if plan.wrong else page


def _page(problem: str = "") -> str:
    return render_template(
        "import_children.html",
        columns=COLUMNS,
        statuses=STATUSES,
        problem=problem,
        errors=bool(problem),
    )
