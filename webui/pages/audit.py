"""A round of audits, how it was drawn, and one audit with what the product knows."""

from typing import Any, Final

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from engine.auditing.filling import CORRECTED
from engine.auditing.questions import ANSWERS, QUESTIONS, YES
from engine.auditing.reader import AuditFile, Line, read_audit, read_draw, read_round
from engine.auditing.record import Audit, Said
from engine.store.audits import BEGUN, CASE, CHILD, FINISHED, TO_DO
from webui import lists
from webui.guards import signed_in
from webui.pages.audits import in_days
from webui.visit import installation, me
from webui.words import instant_in_words, short_day

audit = Blueprint("audit", __name__)

STATES: Final = {
    TO_DO: ("To do", "blue"),
    BEGUN: ("Begun", "yellow"),
    FINISHED: ("Finished", "green"),
}
KINDS: Final = {CASE: "Case", CHILD: "Child without a case"}
_COLOURS: Final = {"yes": "green", "partly": "yellow", "no": "red", "not applicable": "grey"}
_HEAD: Final = ("Kind", "Place", "Case or reference", "SHA-256", "Drawn")


@audit.get("/audits/<int:round_id>")
@signed_in
def round(round_id: int) -> ResponseReturnValue:
    """The round, as far as whoever is signed in may read it."""
    file = read_round(installation(), round_id, me())
    return render_template(
        "audit_round.html",
        file=file,
        days=in_days(file.round.first, file.round.last),
        lines=[_line(each) for each in file.lines],
        at=instant_in_words(file.round.made_at),
        kinds=KINDS,
        drawn_from={kind: len(lines) for kind, lines in file.round.lists.items()},
    )


def _line(line: Line) -> dict[str, Any]:
    row = line.audit.row
    text, colour = STATES[row.state]
    draft = row.state == FINISHED and line.audit.draft is not None
    return {
        "id": row.id,
        "place": row.place,
        "kind": KINDS[row.kind],
        "reference": row.reference,
        "initials": line.initials,
        "state": text,
        "colour": colour,
        "correcting": draft,
        "by": line.by,
        "finished": instant_in_words(row.finished_at) if row.finished_at else "",
    }


@audit.get("/audits/<int:round_id>/draw.csv")
@signed_in
def draw_file(round_id: int) -> Response:
    """All that the round was drawn from, each line with its rank, for whoever draws it again."""
    file = read_round(installation(), round_id, me())
    rows = [
        (
            KINDS[each.kind],
            str(each.place),
            each.line or "not for you",
            each.rank,
            "yes" if each.drawn else "no",
        )
        for each in read_draw(installation(), round_id, me())
    ]
    return lists.file(f"audit-round-{round_id}", _HEAD, rows, file.round.made_at)


@audit.get("/audit/<int:audit_id>")
@signed_in
def show(audit_id: int) -> ResponseReturnValue:
    """One audit: what was found, and every version of it."""
    file = read_audit(installation(), audit_id, me())
    row = file.audit.row
    text, colour = STATES[row.state]
    return render_template(
        "audit.html",
        file=file,
        title=title_of(file),
        kind=KINDS[row.kind],
        days=in_days(file.round.first, file.round.last),
        state=text,
        colour=colour,
        questions=_questions(file),
        results=[_result(file, each) for each in reversed(file.audit.finished)],
        draft=_who_and_when(file, file.audit.draft) if file.audit.draft else "",
        corrections=sum(each.act == CORRECTED for each in file.story),
    )


def title_of(file: AuditFile) -> str:
    """What an audit is of, as its pages name it."""
    row = file.audit.row
    told = f"case {row.reference}" if row.kind == CASE else f"reference {row.reference}"
    return f"Audit of {told}" + (f", {file.initials}" if file.initials else "")


def _questions(file: AuditFile) -> list[dict[str, Any]]:
    words = dict(ANSWERS)
    said = file.audit.result
    found = []
    for question in QUESTIONS[file.audit.row.kind]:
        given = said.answers.get(question.key) if said else None
        found.append(
            {
                "label": question.label,
                "answer": words[given.answer] if given else "",
                "colour": _COLOURS[given.answer] if given else "",
                "right": given is not None and given.answer == YES,
                "words": given.words if given else "",
                "facts": file.facts.get(question.key, ()),
            }
        )
    return found


def _result(file: AuditFile, said: Said) -> dict[str, Any]:
    return {
        "who": _who_and_when(file, said),
        "reason": said.reason,
        "finding": said.finding,
        "learning": said.learning,
        "actions": [
            {
                "words": each.words,
                "owner": each.owner,
                "by_when": short_day(each.by_when) if each.by_when else "",
            }
            for each in said.actions
        ],
        "answers": _answers(file.audit, said),
    }


def _answers(audited: Audit, said: Said) -> list[tuple[str, str]]:
    words = dict(ANSWERS)
    found = []
    for question in QUESTIONS[audited.row.kind]:
        given = said.answers.get(question.key)
        if given is not None:
            text = f"{words[given.answer]}. {given.words}" if given.words else words[given.answer]
            found.append((question.label, text))
    return found


def _who_and_when(file: AuditFile, said: Said) -> str:
    name = file.names.get(said.by, "")
    return f"{name}, {instant_in_words(said.at)}" if said.at else name
