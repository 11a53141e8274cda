"""Conformance: which cases went another way than their procedure draws, and whether why is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access.figures import demand_figures
from engine.clock import in_london
from engine.conformance import (
    LATE,
    REPEATED,
    SKIPPED,
    STRAIGHT,
    Deviation,
    Finding,
    Sought,
    read_conformance,
    walk_conformance,
)
from engine.figures.asked import Asked
from engine.figures.keeping import catch_up
from engine.forms import Answer, Form, check_answers
from engine.history.access_log import note
from engine.lists.listing import MOST_IN_FILE
from engine.store.versions import find_latest
from webui import lists
from webui.child_forms import choice_field, day_field, day_of
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import short_day

conformance = Blueprint("conformance", __name__)

IN_WORDS: Final[Mapping[str, str]] = {
    STRAIGHT: "Went straight to a level",
    SKIPPED: "Skipped a stage",
    REPEATED: "Asked the same again",
    LATE: "Ran late",
}
_ALL: Final = "all"
_MISSING: Final = "missing"
_LONGEST_ID: Final = 15
_FIELDS: Final = ("procedure", "kind", "reason", "first", "last")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the address asks for; `errors` are by field, and then the rest is as without any."""

    form: Form
    raw: Raw
    errors: Mapping[str, str]
    asked: Asked
    sought: Sought

    @property
    def address(self) -> dict[str, Any]:
        """It as an address says it."""
        return {
            name: text
            for name, text in request.args.items()
            if name.partition("-")[0] in _FIELDS and text
        }


@conformance.get("/conformance")
@signed_in
def show() -> ResponseReturnValue:
    """The cases of a period, with what was otherwise in each."""
    here, who = installation(), me()
    council = here.council(who.council)
    with here.database.read() as connection:
        rights = demand_figures(connection, who, council, here.clock.now())
    reading = catch_up(here, council)
    asked = _read()
    with here.database.read() as connection:
        found = read_conformance(
            connection, council, asked.asked, asked.sought, rights, after=_after()
        )
    note(here, who, f"conformance: {len(found.shown)} cases shown")
    page = render_template(
        "conformance.html",
        found=found,
        kinds=[
            (
                words,
                found.counts[kind],
                url_for("conformance.show", **asked.address | {"kind": kind}),
            )
            for kind, words in IN_WORDS.items()
        ],
        period=_period(asked.asked),
        reading=reading,
        fields=render_fields(asked.form, raw=asked.raw, errors=asked.errors),
        summary=render_error_summary(asked.form, asked.errors),
        errors=bool(asked.errors),
        tell=tell,
        narrowed=bool(asked.sought.kind or asked.sought.without_reason),
        next=url_for("conformance.show", **{**asked.address, "after": found.after}),
        file=url_for("conformance.file", **asked.address),
    )
    return (page, 400) if asked.errors else page


@conformance.get("/conformance/file")
@signed_in
def file() -> ResponseReturnValue:
    """The same cases as CSV, each finding in a line, at most 10,000; the access log keeps it."""
    here, who = installation(), me()
    council = here.council(who.council)
    asked = _read()
    with here.database.read() as connection:
        rights = demand_figures(connection, who, council, here.clock.now())
    catch_up(here, council)
    with here.database.read() as connection:
        cases = walk_conformance(connection, council, asked.asked, asked.sought, rights)
        lines = (_line(case, finding) for case in cases for finding in case.findings)
        rows = list(islice(lines, MOST_IN_FILE))
    note(here, who, f"exported the conformance of cases: {len(rows)} findings")
    head = ("Case", "Child", "Procedure", "Version", "Raised", "Closed", "Kind", "What", "Reason")
    return lists.file("conformance", head, rows, here.clock.now())


def tell(finding: Finding) -> str:
    """A finding as a sentence, with whether a reason is recorded."""
    return f"{finding.words}; {_reason(finding)}."


def _reason(finding: Finding) -> str:
    return "reason recorded" if finding.reason else "no reason recorded"


def _line(case: Deviation, finding: Finding) -> tuple[str, ...]:
    return (
        case.number,
        case.initials,
        case.procedure,
        str(case.version),
        case.opened_on.isoformat(),
        case.closed_on.isoformat() if case.closed_on else "",
        IN_WORDS[finding.kind],
        finding.words,
        _reason(finding),
    )


def _read() -> _Asked:
    form = _form()
    known = {"procedure": [_ALL], "kind": [_ALL], "reason": [_ALL]}
    raw = sent({**known, **request.args.to_dict(flat=False)})
    checked = check_answers(form, raw)
    errors, answers = dict(checked.errors), checked.answers
    if not errors:
        first, last = day_of(answers, "first"), day_of(answers, "last")
        if first and last and last < first:
            errors["last"] = "The last day must be the first one or later."
    if errors:
        answers = {}
    return _Asked(
        form=form,
        raw=raw,
        errors=errors,
        asked=_asked(answers),
        sought=Sought(
            kind=_chosen(answers, "kind"), without_reason=answers.get("reason") == _MISSING
        ),
    )


def _asked(answers: Mapping[str, Answer]) -> Asked:
    """Without days, the cases of the last twelve months."""
    first, last = day_of(answers, "first"), day_of(answers, "last")
    if first is None and last is None:
        today = in_london(installation().clock.now()).date()
        first = date(today.year - 1, today.month, 1)
    return Asked(
        council=me().council, first=first, last=last, procedure=_chosen(answers, "procedure")
    )


def _chosen(answers: Mapping[str, Answer], name: str) -> str:
    text = str(answers.get(name) or _ALL)
    return "" if text == _ALL else text


def _after() -> int:
    text = request.args.get("after", "")
    good = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    return int(text) if good else 0


def _form() -> Form:
    with installation().database.read() as connection:
        latest = find_latest(connection, me().council)
    procedures = [(row.procedure, row.title) for row in latest]
    why = ((_ALL, "With and without a reason"), (_MISSING, "Only where no reason is recorded"))
    fields = (
        choice_field("procedure", "Procedure", [(_ALL, "All"), *procedures], kind="select"),
        choice_field(
            "kind", "What was otherwise", [(_ALL, "Anything"), *IN_WORDS.items()], kind="select"
        ),
        choice_field("reason", "Reason", why, kind="select"),
        day_field("first", "Raised on this day or later", required=False),
        day_field("last", "Raised on this day or earlier", required=False),
    )
    return Form(id="conformance", title="Conformance", fields=fields)


def _period(asked: Asked) -> str:
    first = f"from {short_day(asked.first)}" if asked.first else ""
    last = f"to {short_day(asked.last)}" if asked.last else ""
    return " ".join(filter(None, (first, last)))
