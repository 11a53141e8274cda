"""The due date of a task, to be put into one's own calendar."""

from flask import Blueprint, Response

from engine.due_dates import read_due_date
from webui.guards import signed_in
from webui.visit import installation, me

due_date = Blueprint("due_date", __name__)


@due_date.get("/tasks/<int:task_id>/due-date.ics")
@signed_in
def show(task_id: int) -> Response:
    """A calendar file: a whole day, the case's number and a link, and nothing of a child (X-23)."""
    found = read_due_date(installation(), task_id, by=me())
    name = f"case-{found.case_number}-due.ics"
    return Response(
        found.file,
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
