"""Meetings about a case: an agenda built from it; putting it on a standing meeting's (X-28)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.concerns import read_concerns, words_of
from engine.acts.decisions import find_decisions
from engine.case_file.meetings import CaseMeeting, read_case_meetings, stage_answers
from engine.case_file.reader import CaseFile, read_case_file
from engine.clock import in_london
from engine.councils import stage_in_words
from engine.forms import Field, Form
from engine.meetings.cases import (
    OfCase,
    find_of_case,
    find_open_agendas,
    put_on_agenda,
    take_off_agenda,
)
from engine.meetings.record import Meeting
from engine.meetings.sitting import CannotChange, NoMeeting
from engine.store.concerns import ConcernRow
from webui.case_words import clock_in_words, step
from webui.child_forms import SmallForm, choice_field
from webui.guards import signed_in
from webui.pages.concern import said
from webui.visit import installation, me
from webui.words import instant_in_words, short_day

case_meeting = Blueprint("case_meeting", __name__)

_DONE = {"done": "Done", "partly": "Partly done", "not done": "Not done"}


@case_meeting.app_context_processor
def _context() -> dict[str, Any]:
    """The case's page shows its meetings too."""
    return {
        "case_meetings": case_meetings,
        "standing_meetings": standing_meetings,
        "takes_cases": takes_cases,
    }


def case_meetings(file: CaseFile) -> list[dict[str, Any]]:
    """The meetings about the case that its reader may see, in words."""
    return [_shown(file, each) for each in read_case_meetings(installation(), file)]


def standing_meetings(file: CaseFile) -> tuple[OfCase, ...]:
    """The standing meetings on whose agenda the case stands or stood."""
    here = installation()
    if not file.council.meetings:
        return ()
    with here.database.read() as connection:
        return find_of_case(connection, here, file.case)


def takes_cases(file: CaseFile) -> bool:
    """Whether the council has a standing meeting to which the reader may bring the case."""
    kinds = file.council.meetings.values()
    open_still = file.case.closed_at is None
    return file.is_raiser and open_still and any(kind.raisers_add_cases for kind in kinds)


@case_meeting.get("/cases/<number>/agenda")
@signed_in
def agenda(number: str) -> ResponseReturnValue:
    """What a meeting about the case has to look at, as things stand now."""
    return _agenda_page(read_case_file(installation(), number, me()), None)


@case_meeting.get("/cases/<number>/agenda/<int:entry>")
@signed_in
def show(number: str, entry: int) -> ResponseReturnValue:
    """One meeting: who convened it, its agenda, and what was recorded."""
    file = read_case_file(installation(), number, me())
    for each in read_case_meetings(installation(), file):
        if each.sequence == entry:
            return _agenda_page(file, each)
    raise NoMeeting("There is no such meeting in the case. Open the case to see its meetings.")


@case_meeting.get("/cases/<number>/meetings")
@signed_in
def choose(number: str) -> ResponseReturnValue:
    """Which meeting's agenda?"""
    file = _of_raiser(number)
    return _form(file).show()


@case_meeting.post("/cases/<number>/meetings")
@signed_in
def put(number: str) -> ResponseReturnValue:
    """Put the case on it."""
    file = _of_raiser(number)
    small = _form(file)
    raw, checked = small.read()
    if not _open_agendas(file):
        return small.show(problem="No meeting is to come. Its keeper must set a date first."), 400
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    words = str(checked.answers.get("words") or "")
    meeting_id = int(str(checked.answers["meeting"]))
    try:
        put_on_agenda(installation(), file.case.id, meeting_id, by=me(), words=words)
    except CannotChange as error:
        return small.wrong(raw, error)
    flash("The case is on the agenda. Nothing else in it changes: its dates stay as they are.")
    return _back(number)


@case_meeting.post("/cases/<number>/meetings/off")
@signed_in
def take_off(number: str) -> ResponseReturnValue:
    """Take the case off an agenda again."""
    file = _of_raiser(number)
    text = request.form.get("meeting", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise CannotChange("Say which meeting is meant. Go back to the case and choose it there.")
    take_off_agenda(installation(), file.case.id, int(text), by=me())
    flash("The case is off the agenda.")
    return _back(number)


def _of_raiser(number: str) -> CaseFile:
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case puts it on a meeting’s agenda. Tell them.")
    return file


def _open_agendas(file: CaseFile) -> list[tuple[Meeting, str]]:
    here = installation()
    with here.database.read() as connection:
        return find_open_agendas(connection, here, file.case)


def _form(file: CaseFile) -> SmallForm:
    options = [
        (str(meeting.id), f"{name}, {instant_in_words(meeting.at)}")
        for meeting, name in _open_agendas(file)
    ]
    words = Field(
        key="words",
        kind="textarea",
        label="What is the meeting asked to look at?",
        description="Kept in the case’s own history, for those who take part in the case.",
        max_length=2000,
    )
    which = choice_field("meeting", "Which meeting?", options) if options else None
    nothing = "No meeting to which you can bring it is to come, or it is on the agenda already."
    said_first = (
        "Those who come see the case’s number, its stage and the child’s initials. They get no "
        "part in the case by it, and no date of the case moves."
    )
    return SmallForm(
        form=Form(
            id="agenda",
            title="Put the case on a meeting’s agenda",
            fields=(which, words) if which else (),
        ),
        caption=f"Case {file.case.number}, {file.child.name}",
        back=url_for("case.show", number=file.case.number),
        back_text="Back to the case",
        button="Put it on the agenda" if which else "",
        intro=(said_first if which else nothing,),
    )


def _shown(file: CaseFile, meeting: CaseMeeting) -> dict[str, Any]:
    return {
        "sequence": meeting.sequence,
        "name": meeting.name,
        "at": instant_in_words(meeting.at) if meeting.at else "",
        "to_come": bool(meeting.at and meeting.at > file.read_at and not meeting.record),
        "convened": meeting.convened,
        "record": meeting.record,
        "task_id": meeting.task_id,
        "decisions": [decision(file, row) for row in meeting.decisions],
    }


def decision(file: CaseFile, row: ConcernRow) -> dict[str, Any]:
    """What was decided, and what became of it, in words."""
    asks = row.ask_on is not None and file.case.closed_at is not None
    today = in_london(file.read_at).date()
    return {
        "place": row.place,
        "words": row.action or "The words were destroyed.",
        "owner": row.owner,
        "by_when": short_day(row.by_when) if row.by_when else "",
        "done": _DONE.get(row.done, ""),
        "changed": row.changed,
        "asked_on": short_day(row.ask_on) if asks and row.ask_on else "",
        "late": bool(asks and row.ask_on and row.ask_on < today),
    }


def _agenda_page(file: CaseFile, meeting: CaseMeeting | None) -> str:
    until = meeting.record.at if meeting and meeting.record else None
    concerns = [
        row
        for row in read_concerns(installation(), file.case.id)
        if row.settled_at is None or (until is not None and row.settled_at > until)
    ]
    answers = [
        (stage_in_words(file.council, stage), line)
        for stage, line in stage_answers(file)
        if until is None or line.at <= until
    ]
    with installation().database.read() as connection:
        rows = find_decisions(connection, file.case.id)
    seen = {
        row.place for each in read_case_meetings(installation(), file) for row in each.decisions
    }
    earlier = [
        row
        for row in rows
        if row.place in seen and not row.done and (meeting is None or row not in meeting.decisions)
    ]
    return render_template(
        "case_agenda.html",
        file=file,
        meeting=_shown(file, meeting) if meeting else None,
        concerns=[(row.place, said(words_of(row))) for row in concerns],
        answers=answers,
        awaited=[step(file, each) for each in file.awaited] if until is None else [],
        clock=clock_in_words(file) if file.clock and until is None else (),
        earlier=[decision(file, row) for row in earlier],
    )


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for("case.show", number=number, _anchor="meetings"), 303)
