"""Small numbers that leave the service are hidden, and cannot be worked out from totals (X-27)."""

import random
from itertools import product

import pytest

from engine.figures.small_numbers import FEWEST, hide_small, hide_small_table, hide_small_total


def test_a_small_number_is_hidden_and_one_more_so_that_no_sum_gives_it_away() -> None:
    told = hide_small({"Stage 1": 40, "Stage 2": 12, "Stage 3": 3})
    assert told == {"Stage 1": 40, "Stage 2": None, "Stage 3": None}
    assert hide_small_total({"Stage 1": 40, "Stage 2": 12, "Stage 3": 3}) == 55


def test_nought_and_five_are_told() -> None:
    assert hide_small({"Stage 1": 5, "Stage 2": 0}) == {"Stage 1": 5, "Stage 2": 0}


def test_where_all_that_is_hidden_is_small_its_total_is_hidden_too() -> None:
    assert hide_small({"Stage 1": 1, "Stage 2": 2}) == {"Stage 1": None, "Stage 2": None}
    assert hide_small_total({"Stage 1": 1, "Stage 2": 2}) is None
    assert hide_small({"Stage 1": 2, "Stage 2": 0}) == {"Stage 1": None, "Stage 2": 0}


def test_a_table_tells_no_small_number_by_its_rows_and_columns() -> None:
    told = hide_small_table([[20, 30, 2], [25, 35, 15], [30, 40, 50]])
    assert told.cells[0][2] is None
    assert told.total == 247
    assert [row.count(None) for row in told.cells] == [2, 2, 0]
    assert told.rows == (52, 75, 120)


def test_nothing_is_told_of_no_rows() -> None:
    assert hide_small({}) == {}
    assert hide_small_total({}) == 0


@pytest.mark.parametrize("seed", range(60))
def test_each_hidden_small_number_could_be_five_or_more_by_its_row(seed: int) -> None:
    chance = random.Random(seed)
    numbers = [chance.choice((0, 1, 2, 3, 4, 5, 6, 9, 40)) for _ in range(chance.randrange(1, 6))]
    named = {str(place): number for place, number in enumerate(numbers)}
    told, total = hide_small(named), hide_small_total(named)
    assert all(value is None or value == named[key] for key, value in told.items())
    hidden = [int(key) for key, value in told.items() if value is None]
    assert {place for place, number in enumerate(numbers) if 0 < number < FEWEST} <= set(hidden)
    if total is not None and hidden:
        rest = total - sum(value for value in told.values() if value is not None)
        possible = [
            found for found in product(range(1, rest + 1), repeat=len(hidden)) if sum(found) == rest
        ]
        for place in range(len(hidden)):
            assert max(found[place] for found in possible) >= FEWEST
