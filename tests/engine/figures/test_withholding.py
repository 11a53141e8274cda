"""Figures for one person are for those kept informed alone, by whatever table they are sought."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.access.figures import FEWEST_SEATS
from engine.clock import parse_instant
from engine.figures import asked as m
from engine.figures.asked import Asked, Count, Which
from engine.figures.cases import find_counted_cases
from engine.figures.figures import Answers, Figures
from engine.figures.keeping import Reading, catch_up
from engine.figures.sums import read_figures
from engine.figures.withholding import withhold
from engine.store.database import Database
from engine.store.migrate import create_tables
from tests.engine.figures.test_equal import everything
from tests.engine.figures.town import TEAMS, Town
from tests.stories import procedure

WHICH = Which(measure="asked", asked=Asked(council="here"))


def row(key: str, seats: int) -> Answers:
    """A row of which so many seats were asked."""
    return Answers(key=key, counts={"asked": Count(value=9, which=WHICH)}, median=2.0, seats=seats)


def told(*rows: Answers) -> dict[str, Any]:
    """What is told of each row: the median, or nothing."""
    return {each.key: None if each.withheld else each.median for each in withhold(rows)}


def test_what_one_or_two_were_asked_is_withheld_with_all_its_figures() -> None:
    found = withhold([row("1", 6), row("2", 3), row("3", 2), row("4", 1)])
    assert [each.withheld for each in found] == [False, False, True, True]
    assert (found[3].counts, found[3].median) == ({}, None)


def test_one_alone_is_not_to_be_worked_out_from_the_sum_of_all() -> None:
    assert told(row("1", 6), row("2", 3), row("4", 1)) == {"1": 2.0, "2": None, "4": None}


def test_where_three_and_more_were_asked_all_is_told() -> None:
    assert told(row("1", 6), row("2", 3)) == {"1": 2.0, "2": 2.0}


def test_a_row_alone_that_two_were_asked_for_is_withheld() -> None:
    assert told(row("1", 2)) == {"1": None}


def test_of_two_with_as_few_seats_the_same_is_withheld_in_whatever_order() -> None:
    rows = [row("1", 3), row("2", 3), row("4", 1)]
    assert told(*rows) == told(*rows[::-1]) == {"1": None, "2": 2.0, "4": None}


NARROWED: tuple[dict[str, Any], ...] = (
    {},
    {"stage": "1"},
    {"stage": "2"},
    {"team": TEAMS[1]},
    {"post": "tm"},
    {"stage": "2", "team": TEAMS[1]},
    {"theme": "A theme of its own"},
    {"first": date(2026, 1, 12), "last": date(2026, 1, 12)},
)


@pytest.fixture(scope="module")
def town() -> Iterator[tuple[Town, Reading]]:
    """Four teams and four raisers, and what happened among them in January 2026."""
    database = Database("sqlite://")
    create_tables(database)
    town = Town(procedure(), database, seed=5, begins=parse_instant("2026-01-05T09:00"))
    town.play(14)
    yield town, catch_up(town.installation, town.council, seconds=60)
    database.close()


@pytest.mark.parametrize("narrowed", NARROWED, ids=" ".join)
def test_no_row_that_is_withheld_is_had_from_the_cases_behind_it(
    town: tuple[Town, Reading], narrowed: dict[str, Any]
) -> None:
    """A row that is told leads to its cases. Those of one that is withheld are not counted, of all
    its answers nor of some, and of what few were asked for those of some days are not either.
    """
    here, reading = town
    asked = Asked(council=here.council.key, procedure=here.package.key, **narrowed)
    whole = everything(here)
    few, withheld = replace(whole, all_seats=False), 0
    with here.installation.database.read() as connection:
        every = read_figures(connection, here.council, asked, whole, reading)
        figures = read_figures(connection, here.council, asked, few, reading)
        known = {row.counts[m.LATE].which: row.counts for row in rows_of(figures) if row.counts}
        for row in rows_of(every):
            which = row.counts[m.LATE].which
            if which in known:
                found = find_counted_cases(connection, here.council, which, few)
                assert found.times == known[which][m.LATE].value
                continue
            withheld += 1
            later = which.narrowed(first=date(2026, 1, 6))
            for each in (which, which.of(m.ASKED), *[later] * (row.seats < FEWEST_SEATS)):
                with pytest.raises(NotAllowed, match="Too few people were asked"):
                    find_counted_cases(connection, here.council, each, few)
    assert withheld


def rows_of(figures: Figures) -> Iterator[Answers]:
    """All rows of all tables."""
    for table in (figures.steps, figures.by_stage, figures.by_post, figures.by_team):
        yield from table
    if not figures.asked.theme:  # where cases of one theme are asked for, others lead to all of it
        yield from figures.by_theme


def test_what_is_asked_for_alone_leaves_nothing_of_few_from_the_sum_of_all(
    town: tuple[Town, Reading],
) -> None:
    """Stages asked for one by one, and all together, must not tell what Stage 4 is."""
    here, reading = town
    whole = everything(here)
    few = replace(whole, all_seats=False)
    asked = Asked(council=here.council.key)
    with here.installation.database.read() as connection:
        every = read_figures(connection, here.council, asked, whole, reading).by_stage
        alone = [
            read_figures(connection, here.council, replace(asked, stage=row.key), few, reading)
            for row in every
        ]
    told = {found.by_stage[0].key for found in alone if not found.by_stage[0].withheld}
    left = [row.seats for row in every if row.key not in told]
    assert told
    assert 0 < min(left) < FEWEST_SEATS <= sum(left)
