"""The figures of one procedure: on its diagram, step by step, by post and theme, by version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.access.figures import FigureRights, demand_figures
from engine.councils import Council
from engine.diagrams.picture import svg
from engine.figures import asked as m
from engine.figures.asked import Asked
from engine.figures.figures import Figures
from engine.figures.keeping import Reading, catch_up
from engine.figures.sums import read_by_theme, read_figures
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.listed import find_names
from engine.store.versions import VersionRow, find_versions
from webui import figure_words as words
from webui.figure_filters import PERIODS, address_of, read_filters
from webui.guards import signed_in
from webui.visit import installation, me

figures_procedure = Blueprint("figures_procedure", __name__)

MANY: Final = 50_000
"""Of more answers those by theme, which take as long as all else, are counted when asked for."""
MOST_VERSIONS: Final = 4
"""So many versions, the newest, are set side by side."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The figures of a version, and its steps by element."""

    number: int
    figures: Figures


@figures_procedure.get("/figures/procedures/<key>")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """The figures of the cases of one procedure."""
    here = installation()
    council, now = here.council(me().council), here.clock.now()
    with here.database.read() as connection:
        rights = demand_figures(connection, me(), council, now)
        versions = find_versions(connection, council.key, key)
    if not versions:
        abort(404)
    reading = catch_up(here, council)
    with here.database.read() as connection:
        filters = read_filters(connection, council, rights, procedure=key)
        found = read_figures(connection, council, filters.asked, rights, reading, by_theme=False)
        many = sum(row.counts[m.ASKED].value for row in found.by_stage if not row.withheld)
        left_out = many > MANY and request.args.get("by") != "theme"
        if not left_out:
            by_theme = read_by_theme(connection, council, filters.asked, rights)
            found = replace(found, by_theme=by_theme)
        compared = _compare(connection, council, filters.asked, rights, reading, versions)
        drawn = _draw(connection, versions[-1], found)
        raisers = find_names(connection, [int(row.key) for row in found.by_raiser])
    return render_template(
        "figures_procedure.html",
        title=versions[-1].title,
        version=versions[-1].number,
        figures=found,
        filters=filters,
        periods=PERIODS,
        as_of=words.as_of_in_words(reading),
        picture=drawn,
        steps=words.step_rows(council, found.steps),
        compared=compared,
        rows=_steps_of(council, compared),
        tables=_tables(council, found),
        by_theme_at=_by_theme() if left_out else "",
        raisers=[
            words.Row(name=raisers.get(int(row.key), ""), answers=row) for row in found.by_raiser
        ],
        kept_informed=council.posts[council.kept_informed].title,
        words=words,
        m=m,
        address_of=address_of,
    )


def _by_theme() -> str:
    """The same page with what is left out where it is much."""
    asked: dict[str, Any] = {**dict(request.args.lists()), **(request.view_args or {})}
    return url_for("figures_procedure.show", **{**asked, "by": "theme", "_anchor": "by-theme"})


def _tables(council: Council, found: Figures) -> list[words.Table]:
    asked = (
        ("stage", "Answers at each stage", "Stage", found.by_stage),
        ("post", "Answers by who was asked", "Who was asked", found.by_post),
        ("theme", "Answers by theme", "Theme", found.by_theme),
    )
    return [words.answers_table(council, *each) for each in asked if each[-1]]


def _compare(
    connection: Connection,
    council: Council,
    asked: Asked,
    rights: FigureRights,
    reading: Reading,
    versions: Sequence[VersionRow],
) -> tuple[Compared, ...]:
    """The newest versions side by side; nothing where there is only one."""
    if len(versions) < 2:
        return ()
    return tuple(
        Compared(
            number=row.number,
            figures=read_figures(
                connection,
                council,
                replace(asked, versions=(row.number,)),
                rights,
                reading,
                by_theme=False,
            ),
        )
        for row in versions[-MOST_VERSIONS:]
    )


def _steps_of(
    council: Council, compared: Sequence[Compared]
) -> list[tuple[words.Row, list[words.Row | None]]]:
    """Each step of any version, as the newest names it, with its row in each."""
    of = [{row.answers.key: row for row in _rows(council, each)} for each in compared]
    keys = dict.fromkeys(key for rows in reversed(of) for key in rows)
    return [
        (next(rows[key] for rows in reversed(of) if key in rows), [rows.get(key) for rows in of])
        for key in keys
    ]


def _rows(council: Council, compared: Compared) -> tuple[words.Row, ...]:
    return words.step_rows(council, compared.figures.steps)


def _draw(connection: Connection, version: VersionRow, found: Figures) -> Markup | None:
    notes, shades = words.notes_of(found)
    source = load_version(connection, version.id).package.diagram_source
    drawn = svg(
        source,
        now=set(),
        done=set(),
        overdue=set(),
        notes=notes,
        marks=shades,
        links={step.key: f"#step-{step.key}" for step in found.steps},
    )
    return None if drawn is None else Markup(drawn)  # noqa: S704  (made by our own drawing, which escapes)
