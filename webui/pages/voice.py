"""The child's voice in a case: what is recorded, and recording it (X-21)."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed, may_see_case
from engine.acts.cases import NoReason
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.waiting import stage_in_words
from engine.child_file.voice import (
    ADVOCATE,
    COMPLAINT,
    CONSULTED,
    KINDS,
    LEGAL_ADVICE,
    LONGEST_WORDS,
    RIGHTS,
    TOLD,
    WISHES,
    BadEntry,
    Kind,
    Said,
    Voice,
    name_advice_reader,
    read_voice,
    record_voice,
)
from engine.clock import in_london
from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form
from engine.people import find_people
from webui.child_forms import SmallForm, choice_field, day_field, day_of, person_of
from webui.guards import signed_in
from webui.visit import installation, me

voice = Blueprint("voice", __name__)

_LONGEST_ID = 15
_QUESTIONS: Final = MappingProxyType(
    {
        WISHES: "What is known?",
        TOLD: "Was the child told?",
        CONSULTED: "Was the child consulted?",
        ADVOCATE: "Was an advocate offered?",
        RIGHTS: "Was the right to complain explained?",
        COMPLAINT: "What is known?",
    }
)


def voice_of(file: CaseFile) -> Voice:
    """The child's voice in the case, as far as the reader of the file may read it."""
    with installation().database.read() as connection:
        return read_voice(connection, file.case, file.council, person_id=me().id, posts=file.posts)


def voice_stage(file: CaseFile, said: Said) -> str:
    """The stage at which an entry was made, in the council's words."""
    return stage_in_words(file.council, said.stage)


@voice.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"voice_of": voice_of, "voice_stage": voice_stage, "voice_kinds": KINDS}


@voice.get("/cases/<number>/voice")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """All that is recorded, and what may be added."""
    file = read_case_file(installation(), number, me())
    return render_template("voice.html", file=file, voice=voice_of(file))


@voice.get("/cases/<number>/voice/<kind>")
@signed_in
def ask(number: str, kind: str) -> ResponseReturnValue:
    """The form for an entry, or for the correction of one."""
    file, known = _find(number, kind)
    today = in_london(file.read_at).date()
    before = _corrected(file, known)
    begin: dict[str, Answer] = {"day": today.isoformat()}
    if before is not None:
        value = next(v for v, words in known.answers if words == before.answer)
        begin = {"day": before.day.isoformat(), "answer": value, "words": before.words}
    return _form(file, known, before).show(known=begin)


@voice.post("/cases/<number>/voice/<kind>")
@signed_in
def record(number: str, kind: str) -> ResponseReturnValue:
    """Keep the entry."""
    file, known = _find(number, kind)
    before = _corrected(file, known)
    small = _form(file, known, before)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    given = checked.answers
    try:
        record_voice(
            installation(),
            file.case.id,
            by=me(),
            kind=kind,
            answer=str(given.get("answer", known.answers[0][0])),
            day=day_of(given, "day") or in_london(file.read_at).date(),
            words=str(given.get("words", "")),
            corrects=before.id if before else None,
        )
    except (BadEntry, NoReason) as error:
        return small.wrong(raw, error)
    flash("It is recorded.")
    return redirect(url_for("voice.show", number=number), 303)


@voice.get("/cases/<number>/advice-readers")
@signed_in
def readers(number: str) -> ResponseReturnValue:
    """Who may read what legal advice was about."""
    return _readers_form(_own(number)).show()


@voice.post("/cases/<number>/advice-readers")
@signed_in
def name(number: str) -> ResponseReturnValue:
    """Name somebody."""
    file = _own(number)
    small = _readers_form(file)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    person_id = person_of(checked.answers, "who") or 0
    try:
        name_advice_reader(installation(), file.case.id, by=me(), person_id=person_id)
    except BadEntry as error:
        return small.wrong(raw, error)
    except NotAllowed:
        sentence = "They have no part in this case, so they could not open it to read."
        return small.wrong(raw, BadEntry(sentence))
    flash("They may read what legal advice was about.")
    return redirect(url_for("voice.show", number=number), 303)


def _raisers(number: str) -> CaseFile:
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case records the child’s voice. Tell them.")
    return file


def _own(number: str) -> CaseFile:
    file = _raisers(number)
    if file.case.raiser_id != me().id:
        raise NotAllowed("Only the raiser themselves says who reads of legal advice.")
    return file


def _find(number: str, kind: str) -> tuple[CaseFile, Kind]:
    if kind not in KINDS:
        abort(404)
    return _raisers(number), KINDS[kind]


def _corrected(file: CaseFile, kind: Kind) -> Said | None:
    """The entry that is corrected, named by its id in the address; None for a new one."""
    wanted = request.args.get("instead-of", "")
    if not wanted.isascii() or not wanted.isdecimal() or len(wanted) > _LONGEST_ID:
        return None
    for each in voice_of(file).entries:
        if each.id == int(wanted) and each.kind.key == kind.key and not each.corrected:
            return each
    return None


def _form(file: CaseFile, kind: Kind, before: Said | None) -> SmallForm:
    died = file.child.died_on is not None
    fields: list[Field] = []
    if kind.key != LEGAL_ADVICE:
        fields.append(choice_field("answer", _QUESTIONS[kind.key], kind.answers))
    fields += [_words_field(kind), day_field("day", _when(kind), "For example, 7 4 2026.")]
    intro: tuple[str, ...] = ()
    if kind.key == LEGAL_ADVICE:
        intro = (
            "The date is shown to you and to whoever is kept informed of all cases.",
            "What you write is privileged: it is shown to you and to those you name.",
        )
    elif before is not None:
        intro = ("What was recorded before stays, marked as corrected.",)
    elif died:
        intro = ("The child has died. Record only what you know from before.",)
    return SmallForm(
        form=Form(
            id=kind.key,
            title=("Correct: " if before else "") + kind.noun,
            fields=tuple(fields),
        ),
        caption=f"Case {file.case.number}, {file.child.name}",
        back=url_for("voice.show", number=file.case.number),
        back_text="Back to the child’s voice",
        button="Record it",
        intro=intro,
    )


def _who_has_a_part(file: CaseFile) -> Field:
    """The people who may see the case, the raiser apart: nobody else could open what is shared."""
    here = installation()
    at = here.clock.now()
    with here.database.read() as connection:
        able = [
            (str(person.id), person.name)
            for person in find_people(connection, me().council)
            if person.active
            and person.id != me().id
            and may_see_case(connection, file.case.id, person.id, at)
        ]
    return choice_field("who", "Name somebody who has a part in the case", able, kind="select")


def _when(kind: Kind) -> str:
    if kind.key == LEGAL_ADVICE:
        return "When was it sought?"
    return "Since when?" if kind.key == COMPLAINT else "When was that?"


def _words_field(kind: Kind) -> Field:
    field = Field(
        key="words",
        kind="textarea",
        label="Anything to add?",
        description="Name no other child.",
        max_length=LONGEST_WORDS,
    )
    if kind.key == LEGAL_ADVICE:
        return replace(field, label="What was it about?")
    if kind.key == WISHES:
        return replace(
            field,
            label="What does the child want and feel?",
            description="In the child’s own words where you can. Name no other child.",
            required=True,
            shown_if=parse('answer = "known"'),
        )
    if kind.explained:
        return replace(field, label="Why not?", required=True, shown_if=parse('answer = "no"'))
    return field


def _readers_form(file: CaseFile) -> SmallForm:
    named = ", ".join(each for _, each in voice_of(file).readers) or "nobody yet"
    return SmallForm(
        form=Form(
            id="readers",
            title="Who may read what legal advice was about",
            fields=(_who_has_a_part(file),),
        ),
        caption=f"Case {file.case.number}, {file.child.name}",
        back=url_for("voice.show", number=file.case.number),
        back_text="Back to the child’s voice",
        button="Name them",
        intro=(f"Besides you: {named}.", "Whoever was named stays named: they may have read it."),
    )
