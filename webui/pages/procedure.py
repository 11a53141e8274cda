"""One procedure: what it is drawn from, its picture, and what the council has still to answer."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.confirming.procedure_file import ProcedureFile, read_procedure_file
from engine.confirming.questions import Asked
from engine.diagrams.picture import svg
from engine.errors import StepladderError
from engine.procedures import Package
from webui.guards import signed_in
from webui.procedure_words import DrawnStep, drawn_steps, standing
from webui.visit import installation, me

procedure = Blueprint("procedure", __name__)


@procedure.get("/procedures/<key>")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """The procedure, for everybody of its council."""
    file = read_procedure_file(installation(), key, me())
    council = installation().council(me().council)
    drawing, steps = _drawn(file.package)
    return render_template(
        "procedure.html",
        file=file,
        listed=file.listed,
        asked=_first_what_holds_up(file.listed.asked),
        asked_next=_first_what_holds_up(file.next_asked),
        standing=standing(file.listed),
        kept_informed=council.posts[council.kept_informed].title,
        command=f"stepladder publish processes/{file.package.council}/{file.package.key}",
        folder=f"processes/{file.package.council}/{file.package.key}",
        next_holds_up=_next_holds_up(file),
        picture=drawing,
        steps=steps,
    )


def _first_what_holds_up(asked: Sequence[Asked]) -> list[Asked]:
    return sorted(asked, key=lambda each: not each.holds_up)


def _next_holds_up(file: ProcedureFile) -> int:
    """How many questions keep what waits in the folder from being put to use."""
    return sum(each.holds_up for each in file.all_asked)


def _drawn(package: Package) -> tuple[Markup | None, tuple[DrawnStep, ...]]:
    """The picture and the steps; nothing for files in the folder that cannot be read."""
    try:
        drawn = svg(package.diagram_source, now=set(), done=set(), overdue=set())
        steps = drawn_steps(package.diagram, installation().council(package.council))
    except StepladderError:
        return None, ()
    return None if drawn is None else Markup(drawn), steps  # noqa: S704  (made by our own drawing, which escapes)
