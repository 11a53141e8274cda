"""Importing people from a file: what it would do, line by line; then, confirmed, all of it."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.administration.csv_file import template
from engine.administration.people_import import COLUMNS, EXAMPLE, plan_people
from engine.administration.people_import import import_people as take
from webui.file_import import Import, as_download
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
    return _IMPORT.check()


@import_people.post("/people/import/confirmed")
@administrators
def confirm() -> ResponseReturnValue:
    """Do it, unless what is known has changed so that the file no longer fits."""
    return _IMPORT.confirm()


@import_people.get("/people/import/template.csv")
@administrators
def give_template() -> ResponseReturnValue:
    """A file with the headings and one example."""
    return as_download(template(COLUMNS, EXAMPLE), "people.csv")


def _page(problem: str = "") -> str:
    council = installation().council(me().council)
    return render_template(
        "import_people.html",
        columns=COLUMNS,
        posts=council.posts.values(),
        problem=problem,
        errors=bool(problem),
    )


_IMPORT: Final = Import(
    pages="import_people",
    section="people",
    done="people.show",
    plan=plan_people,
    take=take,
    page=_page,
)
