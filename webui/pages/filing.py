"""For the child's file: the text of each step to paste, PDFs, the form for CAFCASS, the ticks."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.filing import NO_STANDING, CannotFile, file_steps, take_back
from engine.case_file.reader import CaseFile, read_case_file
from engine.clock import in_london
from engine.documents.paper import Paper
from engine.documents.pdf import pdf
from engine.documents.word_form import MEDIA_TYPE, BadWordForm
from engine.filing.referral import documents_of, fill_document
from engine.filing.steps import FileStep, read_steps
from engine.forms import Field, Form, check_answers
from engine.history.access_log import note
from webui.case_paper import Rows, case_paper, step_paper, step_text
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.pages.case import picture, steps_done
from webui.pages.concern import concerns_of
from webui.pages.voice import voice_of, voice_stage
from webui.visit import installation, me
from webui.words import short_day

filing = Blueprint("filing", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_FORM: Final = Form(
    id="filed",
    title="Filed",
    fields=(
        Field(
            key="on",
            kind="datetime",
            subtype="date",
            label="On which day was it filed?",
            description="For example, 7 4 2026.",
            required=True,
        ),
    ),
)


@filing.app_context_processor
def _context() -> dict[str, Any]:
    """The case's page says what is not on the file yet; a task's page offers its form."""
    return {"steps_of": steps_of, "document_of": document_of}


def steps_of(file: CaseFile) -> tuple[FileStep, ...]:
    """The steps of a case that was read which belong onto the child's file."""
    return read_steps(file, me().id)


def document_of(file: CaseFile, element: str) -> str:
    """The name of the form that is downloaded at a step; empty where there is none."""
    drawn = file.version.package.diagram.elements.get(element)
    return drawn.properties.get("document", "") if drawn else ""


@filing.get("/cases/<number>/file")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The steps, which of them are on the file, and what can be downloaded."""
    return _list(read_case_file(installation(), number, me()))


@filing.post("/cases/<number>/file")
@signed_in
def file_all(number: str) -> ResponseReturnValue:
    """All that the reader may tick is on the file since that day."""
    file = read_case_file(installation(), number, me())
    mine = [each for each in steps_of(file) if each.may_file]
    if not mine:
        raise NotAllowed(NO_STANDING)
    problem = _tick(file, [each.line.sequence for each in mine if each.filed is None])
    if problem is not None:
        return _list(file, **problem), 400
    return redirect(url_for("filing.show", number=number), 303)


@filing.get("/cases/<number>/file/<int:sequence>")
@signed_in
def step(number: str, sequence: int) -> ResponseReturnValue:
    """The text of a step, to be copied."""
    file = read_case_file(installation(), number, me())
    return _step(file, _find(file, sequence))


@filing.post("/cases/<number>/file/<int:sequence>")
@signed_in
def file_one(number: str, sequence: int) -> ResponseReturnValue:
    """The step is on the file since that day."""
    file = read_case_file(installation(), number, me())
    found = _demand_mine(file, sequence)
    problem = _tick(file, [sequence])
    if problem is not None:
        return _step(file, found, **problem), 400
    return redirect(url_for("filing.show", number=number), 303)


@filing.post("/cases/<number>/file/<int:sequence>/not")
@signed_in
def not_filed(number: str, sequence: int) -> ResponseReturnValue:
    """The step is not on the file after all."""
    file = read_case_file(installation(), number, me())
    _demand_mine(file, sequence)
    try:
        take_back(installation(), file.case.id, sequence, by=me())
    except CannotFile as error:
        return page(409, "That is not ticked", str(error))
    flash("Taken back: it is not on the child’s file.")
    return redirect(url_for("filing.show", number=number), 303)


@filing.get("/cases/<number>/file/<int:sequence>.pdf")
@signed_in
def step_pdf(number: str, sequence: int) -> ResponseReturnValue:
    """The step as a PDF."""
    file = read_case_file(installation(), number, me())
    paper = step_paper(file, _find(file, sequence), me().name)
    return _pdf(file, paper, f"case-{file.case.number}-step-{sequence}")


@filing.get("/cases/<number>/file/case.pdf")
@signed_in
def case_pdf(number: str) -> ResponseReturnValue:
    """The whole case as a PDF, as far as the visitor may read it."""
    file = read_case_file(installation(), number, me())
    drawn = picture(file)
    paper = case_paper(
        file,
        me().name,
        concerns=[_rows_of(each) for each in concerns_of(file)],
        voice=_voice(file),
        steps=steps_of(file),
        done=steps_done(file),
        picture=str(drawn) if drawn else None,
    )
    return _pdf(file, paper, f"case-{file.case.number}")


@filing.get("/cases/<number>/file/<form>.docx")
@signed_in
def document(number: str, form: str) -> ResponseReturnValue:
    """A Word form, filled in from the case."""
    file = read_case_file(installation(), number, me())
    try:
        content = fill_document(installation(), file, form, by=me())
    except BadWordForm as error:
        return page(409, "The form cannot be filled in", str(error))
    return _download(content, MEDIA_TYPE, f"{form}-{file.case.number}.docx")


def _find(file: CaseFile, sequence: int) -> FileStep:
    found = next((each for each in steps_of(file) if each.line.sequence == sequence), None)
    if found is None:
        abort(404)
    return found


def _demand_mine(file: CaseFile, sequence: int) -> FileStep:
    found = _find(file, sequence)
    if not found.may_file:
        raise NotAllowed(NO_STANDING)
    return found


def _tick(file: CaseFile, sequences: list[int]) -> dict[str, Any] | None:
    """Tick them; what is to be shown again where that cannot be."""
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_FORM, raw)
    if checked.errors:
        return {"raw": raw, "errors": checked.errors}
    on = date.fromisoformat(str(checked.answers["on"]))
    try:
        count = file_steps(installation(), file.case.id, sequences, on=on, by=me())
    except CannotFile as error:
        return {"raw": raw, "errors": {"on": str(error)}}
    many = "1 step is" if count == 1 else f"{count} steps are"
    flash(f"Kept: {many} on the child’s file since {short_day(on)}.")
    return None


def _today(file: CaseFile) -> dict[str, list[str]]:
    today = in_london(file.read_at).date()
    parts = {"day": today.day, "month": today.month, "year": today.year}
    return {f"on-{name}": [str(part)] for name, part in parts.items()}


def _fields(file: CaseFile, raw: Raw | None, errors: Mapping[str, str]) -> dict[str, Any]:
    return {
        "fields": render_fields(_FORM, raw=raw or _today(file), errors=errors),
        "summary": render_error_summary(_FORM, errors),
        "errors": bool(errors),
    }


def _list(file: CaseFile, *, raw: Raw | None = None, errors: Mapping[str, str] = _NOTHING) -> str:
    steps = steps_of(file)
    return render_template(
        "filing.html",
        file=file,
        waiting=[each for each in steps if each.filed is None],
        filed=[each for each in reversed(steps) if each.filed is not None],
        documents=documents_of(file),
        **_fields(file, raw, errors),
    )


def _step(
    file: CaseFile,
    found: FileStep,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
) -> str:
    text = step_text(file, found)
    note(installation(), me(), f"text of step {found.line.sequence}", case_id=file.case.id)
    return render_template(
        "filing_step.html", file=file, step=found, text=text, **_fields(file, raw, errors)
    )


def _rows_of(concern: Any) -> Rows:
    own: Rows = concern.rows
    after: Rows = concern.followed_up
    outcome = concern.outcome or "No outcome yet"
    rows = (*own, ("What became of it", f"{outcome}\n{concern.outcome_words}".strip()))
    settled = (("Settled", concern.settled),) if concern.settled else ()
    return (*rows, *settled, *after)


def _voice(file: CaseFile) -> Rows:
    voice = voice_of(file)
    rows = []
    for said in reversed(voice.entries):
        if not said.corrected:
            stage = voice_stage(file, said)
            told = f"{said.answer}, {short_day(said.day)}{f', {stage}' if stage else ''}"
            rows.append((said.kind.noun, "\n".join(filter(None, [told, said.words]))))
    return tuple(rows)


def _pdf(file: CaseFile, paper: Paper, name: str) -> Response:
    content = pdf(paper, at=file.read_at)
    note(installation(), me(), f"PDF {name}", case_id=file.case.id, child_id=file.child.id)
    return _download(content, "application/pdf", f"{name}.pdf")


def _download(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
