"""The form for a referral to CAFCASS, filled in from the case: the council's own, or a generic one.

Whatever it asks for comes from what its reader may see; what nobody wrote stays empty, to be filled
in by hand.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from engine.access import NotAllowed, may_see_element
from engine.acts.cases import start_event
from engine.acts.concerns import read_concerns, words_of
from engine.case_file.acts import CAFCASS as STAGE
from engine.case_file.reader import CaseFile
from engine.case_file.waiting import title_of
from engine.child_file.siblings import OWN_WORDS
from engine.child_file.voice import CONSULTED, TOLD, WISHES, read_voice
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams.diagram import Element
from engine.documents.word_form import PLACEHOLDERS, fill, read_form_file
from engine.filing.steps import read_steps
from engine.forms import in_words as answers_in_words
from engine.history.access_log import note
from engine.installation import Installation
from engine.notices import in_words
from engine.people import Person, find_person
from engine.store.cases import AnswerRow, find_answers


def documents_of(file: CaseFile) -> tuple[str, ...]:
    """The names of the forms that the reader of the file may download, filled in."""
    return tuple(dict.fromkeys(e.properties["document"] for e in _asking(file)))


def _asking(file: CaseFile) -> Iterator[Element]:
    diagram = file.version.package.diagram
    for element in diagram.elements.values():
        asked = "document" in element.properties and not file.posts.isdisjoint(element.posts)
        if asked and may_see_element(diagram, element.id, file.posts):
            yield element


def fill_document(installation: Installation, file: CaseFile, name: str, *, by: Person) -> bytes:
    """The Word form of that name, filled in for the reader of the file.

    Raises `NotAllowed` for whoever is not asked to send it, and `BadWordForm` where the council's
    own form cannot be filled in. The access log says that they had it, or were refused.
    """
    allowed = name in documents_of(file)
    note(installation, by, f"form {name}", allowed=allowed, case_id=file.case.id)
    if not allowed:
        raise NotAllowed("Only whoever refers the case can download this form.")
    form = read_form_file(installation.settings.processes / file.council.key, name)
    return fill(form, facts(installation, file, by), PLACEHOLDERS)


def facts(installation: Installation, file: CaseFile, by: Person) -> dict[str, str]:
    """What each of PLACEHOLDERS stands for in the case, as far as the reader may see it."""
    return {
        **_case(file),
        **_child(installation, file),
        "concerns": "\n\n".join(_concerns(installation, file)),
        "wishes_and_feelings": "\n".join(_wishes(installation, file, by)),
        "steps_so_far": "\n\n".join(_steps(file, by)),
        "reason_for_referral": "\n\n".join(_reasons(file)),
        "told": "\n".join(_told(file)),
    }


def _case(file: CaseFile) -> dict[str, str]:
    clock = file.clock
    used = f"Day {clock.day} of {clock.limit} working days" if clock else "No formal stage yet"
    return {
        "case_number": file.case.number,
        "council": file.council.name,
        "procedure": file.version.row.title,
        "today": _day(in_london(file.read_at).date()),
        "team": file.case.team,
        "raiser_name": file.raiser.name,
        "raiser_post": title_of(file.council, RAISER),
        "raiser_email": file.raiser.email,
        "raised_on": _day(in_london(file.case.opened_at).date()),
        "stage": file.case.outcome or file.stage,
        "time": f"{used}, limit {in_words(clock.due)}" if clock else used,
    }


def _child(installation: Installation, file: CaseFile) -> dict[str, str]:
    worker = None
    if file.case.social_worker_id is not None:
        with installation.database.read() as connection:
            worker = find_person(connection, file.case.social_worker_id)
    statuses = [f"{held.status.capitalize()} since {_day(held.starts)}" for held in file.statuses]
    return {
        "child_name": file.child.name,
        "child_date_of_birth": _day(file.child.date_of_birth),
        "child_reference": file.child.reference,
        "legal_status": "\n".join(statuses),
        "social_worker": worker.name if worker else "",
    }


def _concerns(installation: Installation, file: CaseFile) -> Iterator[str]:
    for row in read_concerns(installation, file.case.id):
        said = words_of(row)
        parts = (
            said.concern,
            f"What it means for the child: {said.impact}" if said.impact else "",
            f"What is asked for: {said.action}" if said.action else "",
        )
        yield "\n".join(filter(None, parts))


def _wishes(installation: Installation, file: CaseFile, by: Person) -> Iterator[str]:
    with installation.database.read() as connection:
        voice = read_voice(connection, file.case, file.council, person_id=by.id, posts=file.posts)
        written = find_answers(connection, file.case.id)
    for key in (WISHES, TOLD, CONSULTED):
        if said := voice.latest(key):
            yield f"{said.kind.noun}: {said.answer}. {said.words}".strip()
    if voice.latest(WISHES) is None:
        yield from _wishes_when_raised(file, written)


def _wishes_when_raised(file: CaseFile, written: Iterable[AnswerRow]) -> Iterator[str]:
    start = start_event(file.version.package.diagram).id
    for row in written:
        form = file.version.package.forms.get(row.form)
        if row.element == start and form is not None:
            given = json.loads(row.content).items()
            own = {key: said for key, said in given if key.startswith(OWN_WORDS) and said}
            yield from (f"{label}: {text}" for label, text in answers_in_words(form, own))


def _steps(file: CaseFile, by: Person) -> Iterator[str]:
    for step in read_steps(file, by.id):
        if step.line.answers and step.line.answers != file.concern:
            said = (f"{label}: {text}" for label, text in step.line.answers)
            yield "\n".join([f"{_at(step.line.at)}: {step.line.words}", *said])


def _reasons(file: CaseFile) -> Iterator[str]:
    elements = file.version.package.diagram.elements
    for line in file.history:
        drawn = elements.get(line.element)
        if drawn and drawn.stage == STAGE and drawn.kind != "userTask" and line.answers:
            yield "\n".join(f"{label}: {text}" for label, text in line.answers)


def _told(file: CaseFile) -> Iterator[str]:
    elements = file.version.package.diagram.elements
    for each in file.told:
        drawn = elements.get(each.element)
        if drawn and drawn.stage == STAGE:
            yield f"{each.post} ({each.person}), {_at(each.queued_at)}"


def _at(at: datetime) -> str:
    local = in_london(at)
    return f"{_day(local.date())} at {local:%H:%M}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
