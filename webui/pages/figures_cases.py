"""The cases behind a figure: how many they are, and those that one may see."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access.figures import demand_figures
from engine.figures import asked as m
from engine.figures.asked import Which
from engine.figures.cases import find_counted_cases, find_what_changed
from engine.figures.keeping import catch_up
from engine.figures.names import read_names
from engine.history.access_log import note, note_each
from engine.store.versions import find_latest
from webui import figure_words as words
from webui.figure_filters import read_which
from webui.guards import signed_in
from webui.visit import installation, me

figures_cases = Blueprint("figures_cases", __name__)

MOST = 50


@figures_cases.get("/figures/cases")
@signed_in
def show() -> ResponseReturnValue:
    """The cases that a figure counts, the newest first."""
    here = installation()
    council, now = here.council(me().council), here.clock.now()
    with here.database.read() as connection:
        rights = demand_figures(connection, me(), council, now)
    if not request.args:
        return redirect(url_for("figures.show"))  # a figure leads here, and says which it is
    which = read_which(council.key)
    if which is None:
        abort(404)
    reading = catch_up(here, council)
    with here.database.read() as connection:
        found = find_counted_cases(connection, council, which, rights, after=_after(), most=MOST)
        titles = {row.procedure: row.title for row in find_latest(connection, council.key)}
        names = read_names(connection, which.asked)
        changed = find_what_changed(connection, found.shown) if which.measure == m.CHANGED else {}
    note(here, me(), f"the cases behind a figure: {len(found.shown)} shown")
    if changed:  # words about each child, as its case tells them
        told = [each.id for each in found.shown if changed[each.number]]
        note_each(here, me(), "what changed for the child", told)
    narrowed = words.asked_in_words(council, which.asked)
    return render_template(
        "figures_cases.html",
        title=words.MEASURES[which.measure],
        narrowed=[*_more_narrow(which, titles, names.steps), *narrowed],
        found=found,
        changed=changed,
        as_of=words.as_of_in_words(reading),
        council_words=lambda stage: words.name_of(council, "stage", stage),
        next=_next(found.after),
        back=url_for("figures.show"),
    )


def _more_narrow(which: Which, titles: Mapping[str, str], steps: Mapping[str, str]) -> list[str]:
    told = [titles.get(which.asked.procedure, which.asked.procedure)]
    told += [f"version {number}" for number in which.asked.versions]
    told += [steps.get(which.element, which.element), which.detail]
    return [text for text in told if text]


def _after() -> int:
    sent = request.args.get("after", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 16 else 0


def _next(after: int) -> str:
    """The address of the next page; empty where there is none."""
    if not after:
        return ""
    asked: dict[str, Any] = {n: values for n, values in request.args.lists() if n != "after"}
    return url_for("figures_cases.show", **{**asked, "after": after})
