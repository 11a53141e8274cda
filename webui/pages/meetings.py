"""The standing meetings of the service: what is to come, what was held; setting a date (X-28)."""

from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access.meetings import parts_in_meetings
from engine.clock import parse_instant
from engine.forms import Field, Form
from engine.meetings.keeping import set_date
from engine.meetings.reader import OfKind, read_meetings
from engine.meetings.sitting import CannotChange, NoMeeting, demand_keeper
from engine.people import Person
from webui.child_forms import SmallForm, text_field
from webui.guards import signed_in
from webui.people_words import listed
from webui.visit import installation, me, person
from webui.words import instant_in_words, short_day

meetings = Blueprint("meetings", __name__)

LAST_SHOWN: Final = 12


def date_fields() -> tuple[Field, ...]:
    """The questions that make a meeting's date."""
    return (
        Field(
            key="at",
            kind="datetime",
            subtype="datetime",
            label="When is it?",
            description="For example, 26 3 2026 at 14:00.",
            required=True,
        ),
        text_field(
            "place", "Where?", longest=300, description="A room, or how to join from elsewhere."
        ),
    )


@meetings.app_context_processor
def _context() -> dict[str, Any]:
    """The navigation has an entry for whoever comes to a meeting, or may bring a case to one."""
    return {"i_meet": _i_meet}


def _i_meet() -> bool:
    if "i_meet" not in g:
        g.i_meet = _meets()  # the navigation is drawn twice
    return bool(g.i_meet)


def _meets() -> bool:
    who: Person | None = person()
    if who is None:
        return False
    here = installation()
    council, now = here.council(who.council), here.clock.now()
    if not council.meetings:
        return False
    with here.database.read() as connection:
        return any(part.any for part in parts_in_meetings(connection, who, council, now).values())


@meetings.get("/meetings")
@signed_in
def show() -> ResponseReturnValue:
    """The list; `?all=yes` for all that were ever held."""
    in_full = "all" in request.args
    kinds = [_kind(each, in_full=in_full) for each in read_meetings(installation(), me())]
    return render_template("meetings.html", kinds=kinds)


@meetings.get("/meetings/new/<meeting_kind>")
@signed_in
def new(meeting_kind: str) -> ResponseReturnValue:
    """The questions that set a date."""
    return _form(meeting_kind).show()


@meetings.post("/meetings/new/<meeting_kind>")
@signed_in
def add(meeting_kind: str) -> ResponseReturnValue:
    """Set it, and go to the meeting."""
    small = _form(meeting_kind)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    at = parse_instant(str(checked.answers["at"]))
    place = str(checked.answers.get("place") or "")
    try:
        meeting = set_date(installation(), meeting_kind, by=me(), at=at, place=place)
    except CannotChange as error:
        return small.wrong(raw, error)
    flash(f"The date is set: {instant_in_words(at)}.")
    return redirect(url_for("meeting.show", meeting_id=meeting.id), 303)


def _form(key: str) -> SmallForm:
    of_kind = next((e for e in read_meetings(installation(), me()) if e.kind.key == key), None)
    if of_kind is None:
        raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
    demand_keeper(installation().council(me().council), of_kind.kind, of_kind.part)
    return SmallForm(
        form=Form(id="date", title="Set a date", fields=date_fields()),
        caption=of_kind.kind.name,
        back=url_for("meetings.show"),
        back_text="Meetings",
        button="Set the date",
        intro=("Those who come see the date here, and can put it into their calendars.",),
    )


def _kind(of_kind: OfKind, *, in_full: bool) -> dict[str, Any]:
    posts = installation().council(me().council).posts
    kind = of_kind.kind
    past = of_kind.past if in_full else of_kind.past[:LAST_SHOWN]
    return {
        "key": kind.key,
        "name": kind.name,
        "often": _often(kind.every_months),
        "kept_by": listed(posts[post].title for post in kind.kept_by),
        "attends": listed(posts[post].title for post in kind.attends),
        "keeps": of_kind.part.keeps,
        "reads": of_kind.part.reads,
        "coming": of_kind.coming,
        "past": past,
        "more": len(of_kind.past) - len(past),
        "due_by": short_day(of_kind.due_by) if of_kind.due_by else "",
    }


def _often(months: int | None) -> str:
    if months is None:
        return ""
    return "Every month." if months == 1 else f"Every {months} months."
