"""The procedures of a council: which there are, which are in use, what is still to be answered."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedures
from engine.operating.desk import may_repair
from webui.guards import signed_in
from webui.procedure_words import standing
from webui.visit import installation, me

procedures = Blueprint("procedures", __name__)


@procedures.get("/procedures")
@signed_in
def show() -> ResponseReturnValue:
    """The list."""
    found = read_procedures(installation(), me())
    return render_template(
        "procedures.html",
        rows=[(each, standing(each)) for each in found],
        may_repair=may_repair(installation(), me()),
    )
