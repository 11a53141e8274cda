"""Importing children's references from a file: what it would do, then, confirmed, all of it."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.administration.children_import import COLUMNS, EXAMPLE, plan_children
from engine.administration.children_import import import_children as take
from engine.administration.csv_file import template
from engine.children import STATUSES
from webui.file_import import Import, as_download
from webui.guards import administrators

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
    return _IMPORT.check()


@import_children.post("/children/import/confirmed")
@administrators
def confirm() -> ResponseReturnValue:
    """Do it, unless what is known has changed so that the file no longer fits."""
    return _IMPORT.confirm()


@import_children.get("/children/import/template.csv")
@administrators
def give_template() -> ResponseReturnValue:
    """A file with the headings and one example."""
    return as_download(template(COLUMNS, EXAMPLE), "children.csv")


def _page(problem: str = "") -> str:
    return render_template(
        "import_children.html",
        columns=COLUMNS,
        statuses=STATUSES,
        problem=problem,
        errors=bool(problem),
    )


_IMPORT: Final = Import(
    pages="import_children",
    section="children",
    done="import_children.show",
    plan=plan_children,
    take=take,
    page=_page,
)
