"""The rounds of audits, and drawing one: what it would be drawn from, then, confirmed, the draw."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access.audits import audit_rights, demand_auditing
from engine.administration.csv_file import LARGEST, MOST_ROWS, BadFile, template
from engine.auditing.drawing import (
    COLUMNS,
    EXAMPLE,
    MOST_DRAWN,
    Ask,
    CannotDraw,
    Plan,
    draw_round,
    plan_round,
)
from engine.auditing.reader import read_rounds
from engine.clock import in_london
from engine.forms import Answer, Field, Form, as_written, check_answers
from engine.people import Person
from webui.child_forms import day_field
from webui.file_import import MOST_SHOWN, as_download, pack, unpack
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import lookers_at_audits, signed_in
from webui.visit import installation, me, person
from webui.words import short_day

audits = Blueprint("audits", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_USUAL: Final = 5
_FIRST_MONTHS: Final = (1, 4, 7, 10)


@audits.app_context_processor
def _context() -> dict[str, Any]:
    """Whether whoever is signed in may look at audits."""
    return {"i_may_look_at_audits": _i_look}


def _i_look() -> bool:
    who: Person | None = person()
    if who is None:
        return False
    here = installation()
    with here.database.read() as connection:
        council = here.council(who.council)
        return audit_rights(connection, who, council, here.clock.now()).looks


@audits.get("/audits")
@lookers_at_audits
def show() -> ResponseReturnValue:
    """The rounds, the newest first."""
    rights, rounds = read_rounds(installation(), me())
    rows = [
        {
            "id": each.round.id,
            "days": in_days(each.round.first, each.round.last),
            "at": each.round.made_at,
            "by": each.by,
            "drawn": each.drawn,
            "finished": each.finished,
        }
        for each in rounds
    ]
    return render_template("audits.html", rounds=rows, rights=rights)


@audits.get("/audits/new")
@signed_in
def new() -> ResponseReturnValue:
    """The questions of a draw: the quarter before this one, as it is mostly audited."""
    _demand()
    first, last = _last_quarter(in_london(installation().clock.now()).date())
    known: dict[str, Answer] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "cases": _USUAL,
        "children": _USUAL,
    }
    return _form(known=known)


@audits.post("/audits/new")
@signed_in
def check() -> ResponseReturnValue:
    """What the round would be drawn from; nothing is changed."""
    _demand()
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_FORM, raw)
    if checked.errors:
        return _form(raw=raw, errors=checked.errors), 400
    upload = request.files.get("file")
    content = upload.read(LARGEST + 1) if upload is not None and upload.filename else b""
    ask = _ask(checked.answers, content)
    try:
        plan = plan_round(installation(), ask, by=me())
    except BadFile as error:
        return _form(raw=raw, file_problem=str(error)), 400
    except CannotDraw as error:
        return _form(raw=raw, problem=str(error)), 400
    return (_plan(ask, plan), 400) if plan.wrong else _plan(ask, plan)


@audits.post("/audits/draw")
@signed_in
def draw() -> ResponseReturnValue:
    """Draw it, and go to the round."""
    _demand()
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(_FORM, raw)
    if checked.errors:
        return _form(raw=raw, errors=checked.errors), 400
    packed = request.form.get("packed", "")
    try:
        ask = _ask(checked.answers, unpack(packed) if packed else b"")
        round_id = draw_round(installation(), ask, by=me())
    except (BadFile, CannotDraw) as error:
        return _form(raw=raw, problem=str(error)), 400
    flash("The round is drawn. What it was drawn from is kept with it.")
    return redirect(url_for("audit.round", round_id=round_id), 303)


@audits.get("/audits/template.csv")
@signed_in
def give_template() -> Response:
    """A file with the heading and one example."""
    _demand()
    return as_download(template(COLUMNS, EXAMPLE), "children-to-audit.csv")


def in_days(first: date, last: date) -> str:
    """A time, as `1 January 2026 to 31 March 2026`."""
    return f"{short_day(first)} to {short_day(last)}"


def _demand() -> None:
    here = installation()
    with here.database.read() as connection:
        demand_auditing(connection, me(), here.council(me().council), here.clock.now())


def _number(key: str, label: str, hint: str) -> Field:
    return Field(
        key=key,
        kind="number",
        label=label,
        description=hint,
        required=True,
        minimum=0,
        maximum=MOST_DRAWN,
        whole=True,
    )


_FORM: Final = Form(
    id="draw",
    title="Draw a round of audits",
    fields=(
        day_field("first", "First day", "For example, 1 1 2026."),
        day_field("last", "Last day"),
        _number(
            "cases",
            "How many cases?",
            f"Of those that were open on any of these days. At most {MOST_DRAWN}; 0 for none.",
        ),
        _number(
            "children",
            "How many children without a case?",
            f"From your own list, below. At most {MOST_DRAWN}; 0 for none.",
        ),
    ),
)


def _ask(answers: Mapping[str, Answer], content: bytes) -> Ask:
    return Ask(
        first=date.fromisoformat(str(answers["first"])),
        last=date.fromisoformat(str(answers["last"])),
        cases=int(str(answers["cases"])),
        children=int(str(answers["children"])),
        content=content,
    )


def _form(
    *,
    known: Mapping[str, Answer] | None = None,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
    file_problem: str = "",
) -> str:
    return render_template(
        "audits_draw.html",
        form=_FORM,
        fields=render_fields(
            _FORM, raw=as_written(_FORM, known or {}) if raw is None else raw, errors=errors
        ),
        summary=render_error_summary(_FORM, errors),
        problem=problem,
        file_problem=file_problem,
        most=MOST_ROWS,
        errors=bool(errors or problem or file_problem),
    )


def _plan(ask: Ask, plan: Plan) -> str:
    return render_template(
        "audits_plan.html",
        plan=plan,
        ask=ask,
        days=in_days(ask.first, ask.last),
        most=MOST_SHOWN,
        hidden=_hidden(ask),
        packed=pack(ask.content) if ask.content else "",
    )


def _hidden(ask: Ask) -> list[tuple[str, str]]:
    found = [("cases", str(ask.cases)), ("children", str(ask.children))]
    for name, day in (("first", ask.first), ("last", ask.last)):
        found += [
            (f"{name}-day", str(day.day)),
            (f"{name}-month", str(day.month)),
            (f"{name}-year", str(day.year)),
        ]
    return found


def _last_quarter(today: date) -> tuple[date, date]:
    """The quarter of the year before the one of `today`."""
    begins = date(today.year, max(month for month in _FIRST_MONTHS if month <= today.month), 1)
    last = date.fromordinal(begins.toordinal() - 1)
    return date(last.year, last.month - 2, 1), last
