"""A standing meeting: its agenda, who came, what was decided; its date and its end (X-28)."""

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.calendar_file import standing_meeting
from engine.clock import in_london, parse_instant
from engine.forms import Form
from engine.history.access_log import note
from engine.meetings.keeping import close as close_meeting
from engine.meetings.keeping import move_date, not_held
from engine.meetings.keeping import reopen as reopen_meeting
from engine.meetings.reader import MeetingFile, ReadDecision, read_meeting
from engine.meetings.record import APOLOGIES, ATTENDED, DONE, DROPPED
from engine.meetings.sitting import CannotChange, demand_keeper
from engine.store.meetings import CLOSED, KEPT, NOT_HELD, PLANNED
from webui.child_forms import SmallForm, reason_field, text_field
from webui.guards import signed_in
from webui.pages.meetings import date_fields
from webui.visit import installation, me
from webui.words import instant_in_words, short_day

meeting = Blueprint("meeting", __name__)

STATES: Final = {
    PLANNED: ("To come", "blue"),
    KEPT: ("To be recorded", "yellow"),
    CLOSED: ("Closed", "grey"),
    NOT_HELD: ("Not held", "red"),
}
_DONE: Final = {DONE: "Done", DROPPED: "Not pursued", "": "To be done"}


@meeting.app_context_processor
def _context() -> dict[str, Any]:
    """Lists of meetings say how far each has come too."""
    return {"meeting_state": STATES.__getitem__}


@meeting.get("/meetings/<int:meeting_id>")
@signed_in
def show(meeting_id: int) -> ResponseReturnValue:
    """The meeting, as far as whoever is signed in may read it."""
    file = read(meeting_id)
    people = file.meeting.people
    return render_template(
        "meeting.html",
        file=file,
        undone=[decision(file, each) for each in file.undone],
        decisions=[decision(file, each) for each in file.decisions],
        attended=[each for each in people if each.came == ATTENDED],
        apologies=[each for each in people if each.came == APOLOGIES],
        absent=[each for each in people if not each.came],
        at=instant_in_words(file.meeting.at),
        story=[(each, instant_in_words(each.at)) for each in file.story],
    )


def read(meeting_id: int) -> MeetingFile:
    """The meeting. Each look and each refusal goes to the access log."""
    allowed = False
    try:
        file = read_meeting(installation(), meeting_id, me())
        allowed = True
        return file
    finally:
        note(installation(), me(), f"meeting {meeting_id}", allowed=allowed)


def decision(file: MeetingFile, each: ReadDecision) -> dict[str, Any]:
    """A decision in words."""
    found = each.decision
    today = in_london(file.read_at).date()
    return {
        "meeting_id": each.meeting_id,
        "place": found.place,
        "words": found.words,
        "owner": found.owner,
        "due": short_day(found.due) if found.due else "",
        "late": bool(found.due and found.due < today and not found.done),
        "number": each.number,
        "seen": each.seen,
        "became": _DONE[found.done],
        "done": bool(found.done),
        "done_words": found.done_words,
        "decided": short_day(in_london(each.decided_at).date()),
    }


@meeting.get("/meetings/<int:meeting_id>/meeting.ics")
@signed_in
def calendar(meeting_id: int) -> Response:
    """A calendar file: the meeting's name, when it is, and a link; nothing of a case (X-23)."""
    file = read(meeting_id)
    content = standing_meeting(
        meeting_id,
        file.kind.name,
        file.meeting.at,
        moves=file.meeting.moves,
        link=installation().settings.address + url_for("meeting.show", meeting_id=meeting_id),
        at=file.read_at,
    )
    return Response(
        content,
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": f'attachment; filename="meeting-{meeting_id}.ics"'},
    )


@meeting.get("/meetings/<int:meeting_id>/date")
@signed_in
def date(meeting_id: int) -> ResponseReturnValue:
    """The questions that move it."""
    file = keepers(meeting_id)
    local = in_london(file.meeting.at)
    known = {"at": f"{local:%Y-%m-%dT%H:%M}", "place": file.meeting.place}
    return _date_form(file).show(known=known)


@meeting.post("/meetings/<int:meeting_id>/date")
@signed_in
def move(meeting_id: int) -> ResponseReturnValue:
    """Move it."""
    small = _date_form(keepers(meeting_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    said = {key: str(checked.answers.get(key) or "") for key in ("place", "reason")}
    at = parse_instant(str(checked.answers["at"]))
    try:
        moved = move_date(installation(), meeting_id, by=me(), at=at, **said)
    except CannotChange as error:
        return small.wrong(raw, error)
    flash(
        f"The meeting is {instant_in_words(moved.at)}. Tell those who come: nothing is sent, and "
        "what they put into their calendars changes when they add it again."
    )
    return _back(meeting_id)


@meeting.get("/meetings/<int:meeting_id>/not-held")
@signed_in
def dropping(meeting_id: int) -> ResponseReturnValue:
    """Why is it not held?"""
    return _drop_form(keepers(meeting_id)).show()


@meeting.post("/meetings/<int:meeting_id>/not-held")
@signed_in
def drop(meeting_id: int) -> ResponseReturnValue:
    """Say that it is not held; that can be read, and undone."""
    small = _drop_form(keepers(meeting_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        not_held(installation(), meeting_id, by=me(), reason=str(checked.answers["reason"]))
    except CannotChange as error:
        return small.wrong(raw, error)
    flash("Kept: the meeting is not held.")
    return _back(meeting_id)


@meeting.post("/meetings/<int:meeting_id>/close")
@signed_in
def close(meeting_id: int) -> ResponseReturnValue:
    """Nothing more is recorded."""
    close_meeting(installation(), meeting_id, by=me())
    flash("The meeting is closed. What is not done goes onto the next agenda.")
    return _back(meeting_id)


@meeting.post("/meetings/<int:meeting_id>/reopen")
@signed_in
def reopen(meeting_id: int) -> ResponseReturnValue:
    """Correct the record, or add to it."""
    reopen_meeting(installation(), meeting_id, by=me())
    flash("The meeting is open again.")
    return _back(meeting_id)


def keepers(meeting_id: int) -> MeetingFile:
    """The meeting, for one of those who keep it. Raises `NotAllowed`, `NoMeeting`."""
    file = read(meeting_id)
    demand_keeper(file.council, file.kind, file.part)
    return file


def small_form(file: MeetingFile, form: Form, button: str, *intro: str) -> SmallForm:
    """A form about a meeting."""
    return SmallForm(
        form=form,
        caption=f"{file.kind.name}, {instant_in_words(file.meeting.at)}",
        back=url_for("meeting.show", meeting_id=file.meeting.id),
        back_text="Back to the meeting",
        button=button,
        intro=intro,
    )


def _date_form(file: MeetingFile) -> SmallForm:
    why = text_field("reason", "Why is it changed?", longest=300)
    form = Form(id="date", title="Change the date or the place", fields=(*date_fields(), why))
    return small_form(file, form, "Save the change")


def _drop_form(file: MeetingFile) -> SmallForm:
    field = reason_field("Why is it not held?", "Those who come can read this. Name no child.")
    form = Form(id="not-held", title="The meeting is not held", fields=(field,))
    sentence = "The meeting stays in the list, with your reason. What was on its agenda and is "
    return small_form(file, form, "Save", f"{sentence}still open comes onto the next one’s.")


def _back(meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("meeting.show", meeting_id=meeting_id), 303)
