"""Small numbers that leave the service are hidden, and cannot be worked out from totals (X-27)."""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.figures.small_numbers import (
    FEWEST,
    Told,
    hide_small,
    hide_small_lists,
    hide_small_table,
    hide_small_total,
)


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


# Held against every table that there could be


LINKED = [[4, 4, 30, 30], [4, 4, 30, 30], [30, 3, 4, 4], [30, 30, 4, 4]]


def test_columns_less_rows_tell_no_number_that_each_line_alone_hides() -> None:
    """Of the first two columns less the first two rows all is told but one number, which is 3."""
    told = hide_small_table(LINKED)
    assert told.cells[2][1] is None
    columns, rows = told.columns, told.rows
    assert None in (columns[0], columns[1], rows[0], rows[1], told.cells[2][0], told.cells[3][1])


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Two by two, or two by three, with many small numbers."""
    width = draw(st.sampled_from((2, 3)))
    number = st.sampled_from((0, 1, 2, 3, 4, 5, 6, 7))
    row = st.lists(number, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=2, max_size=2))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(tables())
@example([[3, 0], [0, 6]])
@example([[1, 5, 0], [2, 1, 7]])
def test_each_hidden_number_could_be_any_of_five_by_all_that_is_told(rows: list[list[int]]) -> None:
    told = hide_small_table(rows)
    for row, cells in zip(rows, told.cells, strict=True):
        for value, cell in zip(row, cells, strict=True):
            assert cell is None or cell == value
            assert cell is None or not 0 < value < FEWEST
    hidden = {at for at, cell in _with_totals(told).items() if cell is None}
    possible: dict[tuple[int, int], set[int]] = defaultdict(set)
    for other in _fitting(told):
        for at in hidden:
            possible[at].add(other[at])
        if all(len(possible[at]) >= FEWEST for at in hidden):
            break
    assert all(len(possible[at]) >= FEWEST for at in hidden), (told, dict(possible))


def _with_totals(told: Told) -> dict[tuple[int, int], int | None]:
    rows = [(*cells, total) for cells, total in zip(told.cells, told.rows, strict=True)]
    rows.append((*told.columns, told.total))
    return {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row)}


def _fitting(told: Told) -> Iterator[dict[tuple[int, int], int]]:
    """Every table of numbers up to 11 that says the same, with its totals; nought is told."""
    by_row = [
        [
            numbers
            for numbers in product(*(range(1, 12) if c is None else (c,) for c in cells))
            if total in (None, sum(numbers))
        ]
        for cells, total in zip(told.cells, told.rows, strict=True)
    ]
    for each in by_row:  # in no order, so that few are looked at before all is seen
        random.Random(7).shuffle(each)
    for table in product(*by_row):
        columns = [sum(column) for column in zip(*table, strict=True)]
        if any(t not in (None, c) for t, c in zip(told.columns, columns, strict=True)):
            continue
        if told.total in (None, sum(columns)):
            rows = [*((*row, sum(row)) for row in table), (*columns, sum(columns))]
            yield {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row)}


def test_where_one_list_needs_the_total_hidden_all_of_that_total_hide_it() -> None:
    """Five cases, one informal: of five together neither could be five. All are of one team, whose
    number would be the total. Of seven informal ones the total may be told.
    """
    lists, hidden = hide_small_lists({"Informal": 1, "Formal": 4}, {"Oak": 5, "Elm": 0})
    assert hidden
    assert lists == ({"Informal": None, "Formal": None}, {"Oak": None, "Elm": 0})
    lists, hidden = hide_small_lists({"Oak": 6, "Elm": 1}, {"Informal": 7, "Formal": 0})
    assert not hidden
    assert lists == ({"Oak": None, "Elm": None}, {"Informal": 7, "Formal": 0})


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=2, max_size=3))
def test_of_lists_of_one_total_each_hides_its_own_where_the_total_is_hidden(
    numbers: list[list[int]],
) -> None:
    """Each is filled up to the same total; then a hidden total is the sum of no list."""
    most = max(map(sum, numbers))
    lists = [dict(enumerate([*each, most - sum(each)])) for each in numbers]
    named = [{str(key): value for key, value in each.items()} for each in lists]
    told, hidden = hide_small_lists(*named)
    for each, cells in zip(named, told, strict=True):
        assert all(cell in (None, each[key]) for key, cell in cells.items())
        unknown = [each[key] for key, cell in cells.items() if cell is None]
        assert {value for value in each.values() if 0 < value < FEWEST} <= set(unknown)
        if hidden:
            assert unknown
        elif unknown:
            assert sum(unknown) - (len(unknown) - 1) >= FEWEST
            assert len(unknown) > 1
