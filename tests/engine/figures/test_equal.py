"""Each figure equals a count made independently from the rows of the history."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.access.figures import FigureRights
from engine.clock import parse_instant
from engine.figures import asked as m
from engine.figures.asked import Asked
from engine.figures.cases import find_case_ids, find_counted_cases
from engine.figures.figures import Answers, Figures
from engine.figures.keeping import catch_up
from engine.figures.sums import read_figures
from engine.procedures import find_folders, read_package
from engine.store.access import Reader
from engine.store.database import Connection, Database
from engine.store.migrate import create_tables
from tests.engine.figures.counting import Counted
from tests.engine.figures.telling import Step, Story, read_stories
from tests.engine.figures.town import Town
from tests.stories import PROCESSES

FOLDERS = find_folders(PROCESSES)
PERIODS = ((None, None), (date(2026, 2, 1), date(2026, 3, 31)))
COUNTED = (*m.OF_CASES, *m.HAPPENINGS, *m.OF_ACTIONS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_figure_equals_a_count_from_the_history(folder: Path) -> None:
    _compare(folder, seed=1, cases=8)


def test_figures_on_both_stores_equal_a_count_from_the_history(database: Database) -> None:
    _compare(PROCESSES / "haringey" / "looked-after", seed=7, cases=6, database=database)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 117))
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_figure_of_five_thousand_cases_equals_a_count(folder: Path, seed: int) -> None:
    _compare(folder, seed=seed, cases=50)


def _compare(folder: Path, *, seed: int, cases: int, database: Database | None = None) -> None:
    if database is None:
        database = Database("sqlite://")
        create_tables(database)
    town = Town(read_package(folder), database, seed, parse_instant("2026-01-05T09:00"))
    town.play(cases // 2)
    catch_up(town.installation, town.council, seconds=60)
    town.play(cases - cases // 2)
    reading = catch_up(town.installation, town.council, seconds=60)
    assert reading.behind == 0
    with database.read() as connection:
        stories = read_stories(town, connection)
        for asked, counted in _asked(town, stories):
            figures = read_figures(connection, town.council, asked, everything(town), reading)
            _same_counts(figures, counted)
            _same_answers(town, figures, counted)
            _same_days(figures, counted)
            _leads_to_its_cases(connection, town, figures)


def everything(town: Town) -> FigureRights:
    """The rights of whoever is kept informed of all."""
    reader = Reader(person_id=0, acting=(0,), held=())
    return FigureRights(
        reader=reader, council=town.council.key, service=True, teams=frozenset(), all_seats=True
    )


def _asked(town: Town, stories: list[Story]) -> Iterator[tuple[Asked, Counted]]:
    """The whole time, two months, one team of the two months, and one raiser."""
    whole = Asked(council=town.council.key, procedure=town.package.key)
    team, raiser = stories[0].team, stories[0].raiser
    for first, last in PERIODS:
        yield replace(whole, first=first, last=last), _counted(town, stories, first, last)
    of_team = [story for story in stories if story.team == team]
    yield replace(whole, first=first, last=last, team=team), _counted(town, of_team, first, last)
    of_raiser = [story for story in stories if story.raiser == raiser]
    yield replace(whole, raiser_id=raiser), _counted(town, of_raiser, None, None)


def _counted(town: Town, stories: list[Story], first: date | None, last: date | None) -> Counted:
    return Counted(
        diagram=town.package.diagram,
        calendar=town.council.calendar,
        stories=stories,
        first=first,
        last=last,
    )


def _same_counts(figures: Figures, counted: Counted) -> None:
    independent = {**counted.cases(), **counted.happened(), **counted.actions()}
    told = {measure: figures.counts[measure].value for measure in COUNTED}
    assert told == {measure: independent.get(measure, 0) for measure in COUNTED}
    assert _values(figures.funnel) == counted.funnel()
    assert _values(figures.outcomes) == counted.outcomes()
    assert _values(figures.themes) == counted.themes()
    assert sum(_values(figures.entries).values()) == independent["opened"]
    assert sum(_values(figures.statuses).values()) == independent["opened"]
    assert sum(_values(figures.reasons).values()) == independent.get("passed-over", 0)


def _values(counts: Any) -> dict[str, int]:
    return {key: count.value for key, count in counts.items()}


def _same_answers(town: Town, figures: Figures, counted: Counted) -> None:
    def respondents(story: Story, step: Step) -> bool:
        return counted.whose(story, step) != "raiser"

    elements = town.package.diagram.elements
    assert _rows(figures.steps) == counted.steps(lambda _, step: step.element)
    assert _rows(figures.by_stage) == counted.steps(
        lambda story, step: (
            (elements[step.element].stage or None) if respondents(story, step) else None
        )
    )
    assert _rows(figures.by_post) == counted.steps(counted.whose)
    assert _rows(figures.by_team) == counted.steps(
        lambda story, step: story.team if respondents(story, step) else None
    )
    assert _rows(figures.by_raiser) == counted.steps(
        lambda story, step: None if respondents(story, step) else str(story.raiser)
    )
    for row in figures.by_theme:
        of = replace(counted, stories=[s for s in counted.stories if row.key in s.themes])
        same = of.steps(lambda story, step: "all" if respondents(story, step) else None)
        assert _rows([row]) == {row.key: same["all"]}


def _rows(rows: Sequence[Answers]) -> dict[str, dict[str, Any]]:
    return {
        row.key: {
            **{
                name: each.value
                for name, each in row.counts.items()
                if each.value or name in _ALWAYS
            },
            "median": row.median,
        }
        for row in rows
    }


_ALWAYS = ("asked", "silent")


def _same_days(figures: Figures, counted: Counted) -> None:
    taken = counted.days()
    days = figures.days
    told = (days.cases.value, days.respondents, days.raisers, days.nobodys)
    assert told == (taken["cases"], taken["respondents"], taken["raisers"], taken["nobodys"])
    assert (days.median, days.to_close) == (taken["median"], taken["to_close"])


def _leads_to_its_cases(connection: Connection, town: Town, figures: Figures) -> None:
    rights = everything(town)
    counts = [*figures.counts.values(), *figures.funnel.values(), *figures.outcomes.values()]
    counts += [*figures.entries.values(), *figures.statuses.values(), *figures.themes.values()]
    for row in (*figures.steps, *figures.by_stage, *figures.by_post, *figures.by_team):
        counts += row.counts.values()
    for row in (*figures.by_theme, *figures.by_raiser):
        counts += row.counts.values()
    for count in counts:
        found = find_counted_cases(connection, town.council, count.which, rights)
        assert found.times == count.value, count.which
        assert found.cases == len(find_case_ids(connection, count.which, rights)) <= count.value
