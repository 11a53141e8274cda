"""The child's own page: the record, legal statuses, the cases that the reader may see (X-37)."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.case_file.waiting import stage_in_words
from engine.child_file.reader import ChildFile, read_child
from engine.children import LegalStatus, eighteenth_birthday
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import first_capital, short_day

child = Blueprint("child", __name__)


@child.get("/children/<int:child_id>")
@signed_in
def show(child_id: int) -> ResponseReturnValue:
    """The child's record."""
    file = read_child(installation(), child_id, me())
    council = installation().council(file.child.council)
    return render_template(
        "child_page.html",
        file=file,
        child=file.child,
        age=age_in_words(file),
        stage_of=lambda stage: stage_in_words(council, stage),
        statuses=[(held.id, status_in_words(held, file)) for held in reversed(file.statuses)],
    )


def age_in_words(file: ChildFile) -> str:
    """How old the child is, or was; what is to come where it matters."""
    years = "less than a year" if file.age == 0 else f"{file.age} year{'s' * (file.age != 1)}"
    if file.child.died_on is not None:
        return f"lived {years}" if file.age else "lived less than a year"
    birthday = eighteenth_birthday(file.child.date_of_birth)
    if file.age == 17:
        return f"{years} old, 18 on {short_day(birthday)}"
    return f"{years} old"


def status_in_words(held: LegalStatus, file: ChildFile) -> str:
    """A period of a legal status, as a sentence."""
    name = first_capital(held.status)
    if held.starts > file.today:
        end = f" to {short_day(held.ends)}" if held.ends else ""
        return f"{name} from {short_day(held.starts)}{end}, which is still to come"
    if held.ends is None:
        return f"{name} since {short_day(held.starts)}"
    return f"{name} from {short_day(held.starts)} to {short_day(held.ends)}"
