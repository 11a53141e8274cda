"""Filling an audit in: the questions, each with what the product knows; a draft, or the end."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NoPart, NotAllowed
from engine.auditing.filling import LONGEST, finish, save_draft
from engine.auditing.questions import ANSWERS, QUESTIONS, Question
from engine.auditing.reader import AuditFile, read_audit
from engine.auditing.record import Action, CannotChange, Given, Said
from engine.forms import Answer, Field, Form, as_written, check_answers
from engine.store.audits import CASE
from webui.child_forms import choice_field, day_field, text_field
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.pages.audit import title_of
from webui.pages.audits import in_days
from webui.visit import installation, me
from webui.words import instant_in_words

audit_form = Blueprint("audit_form", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_ACTIONS: Final = (1, 2, 3)
_MOST_SAVES: Final = 9
"""How many digits the number of times may have that an audit was saved."""


@audit_form.get("/audit/<int:audit_id>/write")
@signed_in
def show(audit_id: int) -> ResponseReturnValue:
    """The form, with the draft or, for a correction, with what the audit says now."""
    file = _file(audit_id)
    audit = file.audit
    said = audit.draft or audit.result
    known = _known(said) if said else {}
    if audit.draft and audit.draft.reason:
        known["reason"] = audit.draft.reason
    return _page(file, raw=as_written(_form(file), known))


@audit_form.post("/audit/<int:audit_id>/write")
@signed_in
def save(audit_id: int) -> ResponseReturnValue:
    """Keep the draft, or finish the audit."""
    file = _file(audit_id)
    ends = request.form.get("do") == "finish"
    form = _form(file, whole=ends)  # a draft may lack anything
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(form, raw)
    seen = request.form.get("saved", "")
    if checked.errors:
        return _page(file, raw=raw, errors=checked.errors, saved=seen), 400
    number = int(seen) if seen.isdecimal() and len(seen) <= _MOST_SAVES else -1
    keep = finish if ends else save_draft
    try:
        said = _said(file, checked.answers)
        keep(installation(), audit_id, said, by=me(), seen=number)
    except CannotChange as error:
        return _page(file, raw=raw, problem=str(error), saved=str(file.audit.saved)), 400
    if not ends:
        flash("The draft is saved. It is no finding until you finish the audit.")
        return redirect(url_for("audit_form.show", audit_id=audit_id), 303)
    flash("The audit is corrected." if file.audit.finished else "The audit is finished.")
    return redirect(url_for("audit.show", audit_id=audit_id), 303)


def _file(audit_id: int) -> AuditFile:
    file = read_audit(installation(), audit_id, me())
    if not file.rights.audits:
        raise NotAllowed("You may read this audit, but not fill it in.")
    if file.audit.row.kind == CASE and not file.case:
        raise NoPart("You have no part in this case.")
    return file


def _page(
    file: AuditFile,
    *,
    raw: Raw,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
    saved: str = "",
) -> str:
    form = _form(file, whole=True)
    draft = file.audit.draft
    by = file.names.get(draft.by, "") if draft else ""
    return render_template(
        "audit_form.html",
        file=file,
        form=form,
        title=title_of(file),
        days=in_days(file.round.first, file.round.last),
        fields=render_fields(form, raw=raw, errors=errors),
        summary=render_error_summary(form, errors),
        problem=problem,
        errors=bool(errors or problem),
        saved=saved or str(file.audit.saved),
        draft=f"{by}, {instant_in_words(draft.at)}" if draft and draft.at else "",
    )


def _form(file: AuditFile, *, whole: bool = False) -> Form:
    """The form; where the audit is to end, what must be said must be there."""
    audit = file.audit
    fields = [
        field
        for question in QUESTIONS[audit.row.kind]
        for field in _asked(question, file.facts.get(question.key, ()), whole=whole)
    ]
    fields += [
        _area("finding", "What did you find?", "In a few sentences, for the report.", whole=whole),
        _area("learning", "What is to be learned?", "Leave it empty if there is nothing."),
    ]
    for number in _ACTIONS:
        fields += _action_fields(number)
    if audit.finished:
        hint = "What the audit said before stays with it."
        fields.append(_area("reason", "Why is the audit corrected?", hint, whole=whole))
    return Form(id="audit", title=title_of(file), fields=tuple(fields))


def _asked(question: Question, facts: tuple[str, ...], *, whole: bool) -> Iterator[Field]:
    known = f"On file here: {' '.join(facts)}" if facts else ""
    asked = choice_field(
        f"q_{question.key}", question.label, ANSWERS, hint=f"{question.hint} {known}".strip()
    )
    yield Field(**{**vars(asked), "required": whole})
    yield _area(f"w_{question.key}", f"In words, on {question.about}")


def _area(key: str, label: str, hint: str = "", *, whole: bool = False) -> Field:
    return Field(
        key=key,
        kind="textarea",
        label=label,
        description=hint,
        required=whole,
        max_length=LONGEST,
    )


def _action_fields(number: int) -> list[Field]:
    hint = "Leave it empty if nothing has to be done." if number == 1 else ""
    return [
        _area(f"a_{number}", f"Action {number}", hint),
        text_field(f"o_{number}", f"Who does action {number}?"),
        day_field(f"d_{number}", f"By when is action {number} done?", required=False),
    ]


def _known(said: Said) -> dict[str, Answer]:
    known: dict[str, Answer] = {"finding": said.finding, "learning": said.learning}
    for key, given in said.answers.items():
        known |= {f"q_{key}": given.answer, f"w_{key}": given.words}
    for number, action in enumerate(said.actions, 1):
        known |= {f"a_{number}": action.words, f"o_{number}": action.owner}
        if action.by_when:
            known[f"d_{number}"] = action.by_when.isoformat()
    return {key: value for key, value in known.items() if value}


def _said(file: AuditFile, answers: Mapping[str, Answer]) -> Said:
    def text(key: str) -> str:
        return str(answers.get(key) or "").strip()

    actions = []
    for number in _ACTIONS:
        day = text(f"d_{number}")
        action = Action(
            words=text(f"a_{number}"),
            owner=text(f"o_{number}"),
            by_when=date.fromisoformat(day) if day else None,
        )
        if action != Action(words="", owner="", by_when=None):
            actions.append(action)
    keys = (question.key for question in QUESTIONS[file.audit.row.kind])
    return Said(
        answers={key: Given(answer=text(f"q_{key}"), words=text(f"w_{key}")) for key in keys},
        finding=text("finding"),
        learning=text("learning"),
        actions=tuple(actions),
        reason=text("reason") if file.audit.finished else "",
    )
