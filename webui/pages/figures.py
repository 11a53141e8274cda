"""Figures and reports: the figures of all cases, and the way to what else tells across them."""

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.access.figures import demand_figures
from engine.clock import in_london
from engine.figures import asked as m
from engine.figures.keeping import catch_up
from engine.figures.months import read_months
from engine.figures.sums import read_figures
from engine.store.versions import find_latest
from webui import figure_words as words
from webui.figure_filters import PERIODS, address_of, read_filters
from webui.guards import guard_of, signed_in
from webui.visit import installation, me

figures = Blueprint("figures", __name__)

MORE: Final = (
    ("reports.show", "Reports", "The reports that the procedures’ texts ask for, by name."),
    ("audits.show", "Audits", "Random samples of cases, the audit form and what was found."),
    ("conformance.show", "Conformance", "Which cases skipped a stage, ran late or went straight."),
    ("seen.show", "What was seen", "Who looked at, searched, exported or was refused what."),
    ("verification.show", "Proof", "Prove that no history was altered; anchors to keep elsewhere."),
    ("exports.show", "Exports", "Cases as files, and data that Power BI fetches by itself."),
)
"""Pages that tell across cases; each is told to whom its own guard lets in."""


@figures.get("/figures")
@signed_in
def show() -> ResponseReturnValue:
    """The figures of all cases that were asked for."""
    here = installation()
    council, now = here.council(me().council), here.clock.now()
    with here.database.read() as connection:
        rights = demand_figures(connection, me(), council, now)
    reading = catch_up(here, council)
    with here.database.read() as connection:
        filters = read_filters(connection, council, rights)
        found = read_figures(connection, council, filters.asked, rights, reading, by_theme=False)
        months = read_months(connection, filters.asked, rights, in_london(now).date())
        procedures = find_latest(connection, council.key)
    return render_template(
        "figures.html",
        figures=found,
        filters=filters,
        periods=PERIODS,
        as_of=words.as_of_in_words(reading),
        months=months,
        months_chart=words.months_chart(months),
        funnel=words.named(council, found.funnel),
        entries=words.named(council, found.entries),
        tables=[
            words.answers_table(council, "stage", "Answers at each stage", "Stage", found.by_stage),
            words.answers_table(council, "team", "Answers by team", "Team", found.by_team),
        ],
        procedures=procedures,
        teams=() if rights.service else sorted(rights.teams),
        more=list(_more()),
        kept_informed=council.posts[council.kept_informed].title,
        words=words,
        m=m,
        address_of=address_of,
    )


def _more() -> Iterator[tuple[str, str, str]]:
    """Address, name and what is there, of the pages that are for whoever is signed in."""
    for endpoint, name, hint in MORE:
        view = current_app.view_functions.get(endpoint)
        guard = guard_of(view) if view is not None else None
        if guard is None:
            continue
        try:
            allowed = guard() is None
        except NotAllowed:
            allowed = False
        if allowed:
            yield url_for(endpoint), name, hint
