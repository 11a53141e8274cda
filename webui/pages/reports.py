"""The reports that the council's text asks for: which there are, having one made (X-25)."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.clock import in_london
from engine.forms import Form
from engine.report_kinds import ReportKind
from engine.reports.making import CannotMake, make_report
from engine.reports.periods import BadPeriod, Period, period_before, period_with
from engine.reports.reading import OfKind, read_kind, read_reports
from engine.store.reports import ListedReport
from webui.child_forms import SmallForm, day_field, day_of
from webui.guards import signed_in
from webui.people_words import listed
from webui.visit import installation, me
from webui.words import day_in_words, instant_in_words

reports = Blueprint("reports", __name__)

LAST_SHOWN: Final = 3
_OFTEN: Final = {
    "week": "Every week",
    "month": "Every month",
    "quarter": "Every quarter",
    "half-year": "Twice a year",
    "year": "Every year",
}


@reports.get("/reports")
@signed_in
def show() -> ResponseReturnValue:
    """Each kind with the latest ones, and when the next is made."""
    kinds = [_kind(each, most=LAST_SHOWN) for each in read_reports(installation(), me())]
    return render_template("reports.html", kinds=kinds)


@reports.get("/reports/<report_kind>")
@signed_in
def of_kind(report_kind: str) -> ResponseReturnValue:
    """All that were made of one kind."""
    found = read_kind(installation(), report_kind, me())
    return render_template("reports_of_kind.html", kind=_kind(found, most=len(found.made)))


@reports.get("/reports/<report_kind>/new")
@signed_in
def new(report_kind: str) -> ResponseReturnValue:
    """Which days? Those of the period before this one, unless others are entered."""
    found = read_kind(installation(), report_kind, me()).kind
    today = in_london(installation().clock.now()).date()
    last = period_before(found.every, period_with(found.every, today))
    known = {"first": last.first.isoformat(), "last": last.last.isoformat()}
    return _form(found).show(known=known)


@reports.post("/reports/<report_kind>/new")
@signed_in
def make(report_kind: str) -> ResponseReturnValue:
    """Make it, and go there."""
    small = _form(read_kind(installation(), report_kind, me()).kind)
    raw, checked = small.read()
    first, last = (day_of(checked.answers, key) for key in ("first", "last"))
    if checked.errors or first is None or last is None:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        made = make_report(installation(), report_kind, first, last, by=me())
    except (BadPeriod, CannotMake) as error:
        return small.wrong(raw, error)
    flash("The report is made, and kept as it is.")
    return redirect(url_for("report.show", report_kind=report_kind, report_id=made), 303)


def _form(kind: ReportKind) -> SmallForm:
    words = [
        "It is made from what is known now, and kept. Whoever reads these reports can read it."
    ]
    if kind.leaves_service:
        words.append(
            f"It may leave the service, so it is made once of each {kind.every} that is over: two "
            "reports of days that overlap would tell what each hides."
        )
    return SmallForm(
        form=Form(
            id="report",
            title="Make a report",
            fields=(
                day_field("first", "From", "The first day. For example, 1 4 2026."),
                day_field("last", "To", "The last day, today at the latest."),
            ),
        ),
        caption=kind.title,
        back=url_for("reports.of_kind", report_kind=kind.key),
        back_text=kind.title,
        button="Make the report",
        intro=tuple(words),
    )


def _kind(of: OfKind, *, most: int) -> dict[str, Any]:
    kind = of.kind
    posts = installation().council(me().council).posts
    return {
        "key": kind.key,
        "title": kind.title,
        "about": kind.about,
        "often": _OFTEN[kind.every],
        "next": day_in_words(in_london(of.next_at).date()),
        "readers": listed(posts[post].title for post in kind.readers),
        "leaves": kind.leaves_service,
        "every": kind.every,
        "made": [_line(each) for each in of.made[:most]],
        "more": max(0, len(of.made) - most),
    }


def _line(each: ListedReport) -> dict[str, Any]:
    return {
        "id": each.id,
        "period": Period(first=each.first, last=each.last).in_words,
        "made": instant_in_words(each.made_at),
        "by": each.by or "The schedule",
        "on_demand": bool(each.by),
    }
