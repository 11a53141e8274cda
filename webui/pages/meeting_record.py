"""The record of a standing meeting: who came, the minutes, what was decided and became of it."""

from collections.abc import Iterable, Sequence
from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Answer, Field, Form, Option
from engine.meetings.keeping import decide, follow_up, read_expected, record
from engine.meetings.reader import MeetingFile
from engine.meetings.record import APOLOGIES, ATTENDED, DONE, DROPPED, Attendee, Meeting
from engine.meetings.sitting import CannotChange, NoMeeting
from webui.child_forms import SmallForm, choice_field, day_field, day_of, text_field
from webui.guards import signed_in
from webui.pages.meeting import keepers, small_form
from webui.visit import installation, me

meeting_record = Blueprint("meeting_record", __name__)

_NO_CASE: Final = "0"
_OPEN: Final = "open"
_NAME_NO_CHILD: Final = "Name no child: a case’s number is enough."


@meeting_record.get("/meetings/<int:meeting_id>/record")
@signed_in
def show(meeting_id: int) -> ResponseReturnValue:
    """The questions, with what was recorded."""
    small, found = _record_form(meeting_id)
    return small.show(known=_recorded(found))


@meeting_record.post("/meetings/<int:meeting_id>/record")
@signed_in
def save(meeting_id: int) -> ResponseReturnValue:
    """Keep it. Where somebody else saved it meanwhile, what was typed is shown again."""
    small, _ = _record_form(meeting_id)
    raw, checked = small.read()
    answers = checked.answers
    attended, apologies = _ids(answers.get("attended")), _ids(answers.get("apologies"))
    errors = dict(checked.errors)
    names = {option.value: option.label for option in small.form.fields[1].options}
    both = [names[str(each)] for each in sorted(attended & apologies)]
    if both:
        errors["apologies"] = f"Tick {'; '.join(both)} in one of the two lists only"
    if errors:
        return small.show(raw=raw, errors=errors), 400
    try:
        record(
            installation(),
            meeting_id,
            by=me(),
            came=dict.fromkeys(attended, ATTENDED) | dict.fromkeys(apologies, APOLOGIES),
            seen=_seen(small),
            **{key: str(answers.get(key) or "") for key in ("chair", "others", "minutes")},
        )
    except CannotChange as error:
        return _record_form(meeting_id)[0].wrong(raw, error)
    flash("The record is saved.")
    return _back(meeting_id)


@meeting_record.get("/meetings/<int:meeting_id>/decisions/new")
@signed_in
def new(meeting_id: int) -> ResponseReturnValue:
    """The questions that make a decision."""
    return _decision_form(keepers(meeting_id)).show()


@meeting_record.post("/meetings/<int:meeting_id>/decisions/new")
@signed_in
def add(meeting_id: int) -> ResponseReturnValue:
    """Keep it, and go back to the meeting."""
    small = _decision_form(keepers(meeting_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    answers = checked.answers
    case = str(answers.get("case") or _NO_CASE)
    try:
        made = decide(
            installation(),
            meeting_id,
            by=me(),
            words=str(answers["words"]),
            owner=str(answers["owner"]),
            due=day_of(answers, "due"),
            case_id=None if case == _NO_CASE else int(case),
        )
    except CannotChange as error:
        return small.wrong(raw, error)
    flash(f"Decision {made.place} is kept. Until it is done it comes onto each next agenda.")
    return _back(meeting_id)


@meeting_record.get("/meetings/<int:meeting_id>/decisions/<int:place>")
@signed_in
def decision(meeting_id: int, place: int) -> ResponseReturnValue:
    """What became of it?"""
    file = keepers(meeting_id)
    found = file.meeting.decision(place)
    known: dict[str, Answer] = {}
    if found is not None:
        known = {"done": found.done or _OPEN, "words": found.done_words}
    return _follow_form(file, place).show(known=known)


@meeting_record.post("/meetings/<int:meeting_id>/decisions/<int:place>")
@signed_in
def say(meeting_id: int, place: int) -> ResponseReturnValue:
    """Keep what became of it."""
    small = _follow_form(keepers(meeting_id), place)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    done = str(checked.answers["done"])
    words = str(checked.answers.get("words") or "")
    try:
        follow_up(
            installation(),
            meeting_id,
            place,
            by=me(),
            done="" if done == _OPEN else done,
            words=words,
        )
    except CannotChange as error:
        return small.wrong(raw, error)
    flash(f"Kept: what became of decision {place}.")
    return _back(meeting_id)


def _record_form(meeting_id: int) -> tuple[SmallForm, Meeting]:
    file = keepers(meeting_id)
    found, people = read_expected(installation(), meeting_id, by=me())
    options = _people(people)
    form = Form(
        id="record",
        title="Record the meeting",
        fields=(
            text_field("chair", "Who chaired it?"),
            Field(key="attended", kind="checklist", label="Who attended?", options=options),
            Field(key="apologies", kind="checklist", label="Who sent apologies?", options=options),
            text_field("others", "Who else was there?", longest=500),
            Field(
                key="minutes",
                kind="textarea",
                label="Minutes",
                description=_NAME_NO_CHILD + " Decisions are added one by one on the meeting’s "
                "page.",
                max_length=10_000,
            ),
        ),
    )
    intro = "Those who come can read this. You can save it as often as you like."
    hidden = (("seen", str(found.recorded)),)
    small = small_form(file, form, "Save the record", intro)
    return SmallForm(**{**vars(small), "hidden": hidden}), found


def _people(people: Iterable[Attendee]) -> tuple[Option, ...]:
    posts = installation().council(me().council).posts
    return tuple(
        Option(
            value=str(each.person_id),
            label=f"{each.name}, {posts[each.post].title if each.post in posts else each.post}",
        )
        for each in people
    )


def _recorded(found: Meeting) -> dict[str, Answer]:
    came: dict[str, list[str]] = {ATTENDED: [], APOLOGIES: [], "": []}
    for each in found.people:
        came[each.came].append(str(each.person_id))
    return {
        "chair": found.chair,
        "attended": came[ATTENDED],
        "apologies": came[APOLOGIES],
        "others": found.others,
        "minutes": found.minutes,
    }


def _seen(small: SmallForm) -> int:
    """How often the record had been saved when the form was shown."""
    text = request.form.get("seen", dict(small.hidden)["seen"])
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _ids(answer: Answer) -> set[int]:
    chosen: Sequence[object] = answer if isinstance(answer, list) else ()
    return {int(str(each)) for each in chosen}


def _decision_form(file: MeetingFile) -> SmallForm:
    cases = [(str(each.case_id), f"{each.number}, {each.initials}") for each in file.cases]
    about = choice_field(
        "case", "Which case is it about?", [(_NO_CASE, "None"), *cases], kind="select"
    )
    fields = (
        Field(
            key="words",
            kind="textarea",
            label="What was decided?",
            description=_NAME_NO_CHILD,
            required=True,
            max_length=2000,
        ),
        text_field("owner", "Who is to do it?", required=True, description="A post or a name."),
        day_field("due", "By when?", "For example, 7 4 2026.", required=False),
        *([about] if cases else []),
    )
    form = Form(id="decision", title="Add a decision", fields=fields)
    intro = ["A decision about a case can be read on the case too."] if cases else []
    return small_form(file, form, "Add the decision", *intro)


def _follow_form(file: MeetingFile, place: int) -> SmallForm:
    found = file.meeting.decision(place)
    shown = next((each for each in file.decisions if each.decision == found), None)
    if found is None or shown is None:
        raise NoMeeting("There is no such decision. Open the meeting to see what was decided.")
    options = [(DONE, "It is done"), (DROPPED, "It is not pursued"), (_OPEN, "Still to be done")]
    words = Field(
        key="words",
        kind="textarea",
        label="In your own words",
        description="If it is not pursued, say why. " + _NAME_NO_CHILD,
        max_length=2000,
    )
    form = Form(
        id="follow-up",
        title=f"What became of decision {place}?",
        fields=(choice_field("done", "What became of it?", options), words),
    )
    return small_form(file, form, "Save", found.words, f"To be done by: {found.owner}.")


def _back(meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("meeting.show", meeting_id=meeting_id), 303)
