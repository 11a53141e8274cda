"""Small numbers, as they leave the service: hidden, and not to be worked out from totals (X-27)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5
"""The smallest number that is told, besides nought."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A table that may leave the service: None stands for a number that is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def hide_small(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """The numbers of which the total is told as well, those hidden that must not be known."""
    told = hide_small_table([list(numbers.values())])
    return dict(zip(numbers, told.cells[0], strict=True))


def hide_small_total(numbers: Mapping[str, int]) -> int | None:
    """The total of the numbers that `hide_small` is given; None where it is hidden."""
    return hide_small_table([list(numbers.values())]).total


def hide_small_table(rows: Sequence[Sequence[int]]) -> Told:
    """A table of which the totals of rows, of columns and of all are told as well.

    Nought is told. Every number from 1 to FEWEST - 1 is hidden, and of each row and column that
    holds one alone, or hidden ones so small that they could be guessed, the next smallest too: each
    hidden number could still be FEWEST or more, for all that the totals say.
    """
    table = _Table(rows)
    table.hide()
    return table.told()


class _Table:
    """The numbers with their totals at the end of each row and column, and which are hidden."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.values = [[*row, sum(row)] for row in rows]
        self.values.append([sum(column) for column in zip(*self.values, strict=True)])
        self.hidden = {
            (r, c)
            for r, row in enumerate(self.values)
            for c, value in enumerate(row)
            if 0 < value < FEWEST
        }

    def hide(self) -> None:
        while (more := next(self._more(), None)) is not None:
            self.hidden.add(more)

    def _more(self) -> Iterator[tuple[int, int]]:
        """Of the lines that give something away the next smallest number that can be hidden."""
        for line in self._lines():
            shown = [at for at in line if at not in self.hidden and self._value(at)]
            if self._gives_away(line) and shown:
                yield min(shown, key=lambda at: (at == line[-1], self._value(at)))

    def _lines(self) -> Iterator[list[tuple[int, int]]]:
        height, width = len(self.values), len(self.values[0])
        yield from ([(r, c) for c in range(width)] for r in range(height))
        yield from ([(r, c) for r in range(height)] for c in range(width))

    def _gives_away(self, line: list[tuple[int, int]]) -> bool:
        """Whether a hidden number of the line can be told, or told to be small, from the rest."""
        parts = [at for at in line[:-1] if at in self.hidden]
        if line[-1] in self.hidden:
            return not parts
        room = sum(map(self._value, parts)) - (len(parts) - 1)
        return bool(parts) and (len(parts) == 1 or room < FEWEST)

    def _value(self, at: tuple[int, int]) -> int:
        return self.values[at[0]][at[1]]

    def told(self) -> Told:
        whole = tuple(
            tuple(None if (r, c) in self.hidden else value for c, value in enumerate(row))
            for r, row in enumerate(self.values)
        )
        return Told(
            cells=tuple(row[:-1] for row in whole[:-1]),
            rows=tuple(row[-1] for row in whole[:-1]),
            columns=whole[-1][:-1],
            total=whole[-1][-1],
        )
