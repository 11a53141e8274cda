"""A linked case about the same child: a closed case taken up again, or a concern of an open one
raised as a challenge of its own (X-10, A-ROT-4)."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow
from engine.acts.concerns import NoConcern, read_concerns
from engine.case_file.reader import read_case_file
from webui.guards import raisers
from webui.pages.raise_concern import begin
from webui.visit import installation, me

linked_case = Blueprint("linked_case", __name__)


@linked_case.post("/cases/<number>/linked")
@raisers
def start(number: str) -> ResponseReturnValue:
    """Begin a concern about the case's child, linked to the case.

    What may be done at any time may be done after the end too (a referral): the new case then goes
    on with that act.
    """
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case may open a linked one.")
    if file.case.closed_at is None:
        raise NotOpenNow("The case is still open. Go on with it there.")
    more: dict[str, Any] = {"linked_to": file.case.id}
    wanted = request.form.get("then", "")
    if any(act.element == wanted for act in file.acts_anew):
        more["then"] = wanted
    return redirect(url_for("raise_concern.confirm", mark=begin(file.child.id, **more)), 303)


@linked_case.post("/cases/<number>/concerns/<int:place>/challenge")
@raisers
def alone(number: str, place: int) -> ResponseReturnValue:
    """Begin a challenge of its own out of a concern that is open; what it says is taken over."""
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case may open a linked one.")
    row = next((r for r in read_concerns(installation(), file.case.id) if r.place == place), None)
    if row is None:
        raise NoConcern("There is no such concern. Open the case to see its concerns.")
    if row.outcome or row.raised_as is not None or file.case.closed_at is not None:
        raise NotOpenNow(
            "This concern is not open any more. Open the case to see what became of it."
        )
    mark = begin(file.child.id, linked_to=file.case.id, again=(place,))
    return redirect(url_for("raise_concern.confirm", mark=mark), 303)
