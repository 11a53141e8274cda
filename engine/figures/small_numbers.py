"""Small numbers, as they leave the service: hidden, and not to be worked out from totals (X-27).

The numbers of a table and its totals hang together as a network: a row and a column are places, a
number is what flows from its row to its column, and a total carries it back. What is told is fixed;
by how much a hidden number could be another one is how much more, or less, could flow through it.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5
"""The smallest number that is told, besides nought; a hidden one could be so many numbers."""

_At = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A table that may leave the service: None stands for a number that is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def hide_small(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """The numbers of which the total is told as well, those hidden that must not be known."""
    (told,), _ = hide_small_lists(numbers)
    return told


def hide_small_total(numbers: Mapping[str, int]) -> int | None:
    """The total of the numbers that `hide_small` is given; None where it is hidden."""
    return None if hide_small_lists(numbers)[1] else sum(numbers.values())


def hide_small_lists(
    *lists: Mapping[str, int],
) -> tuple[tuple[dict[str, int | None], ...], bool]:
    """Lists of one total, as of all cases by team and by stage, and whether that total is hidden.

    They hide together: where one needs it hidden, so that nothing is worked out, it is hidden in
    all, and each of them then hides something of its own.
    """
    tables = [hide_small_table([list(numbers.values())]) for numbers in lists]
    hidden = any(told.total is None for told in tables)
    if hidden:
        tables = [_told([list(numbers.values())], total_hidden=True) for numbers in lists]
    told = (
        dict(zip(numbers, table.cells[0], strict=True))
        for numbers, table in zip(lists, tables, strict=True)
    )
    return tuple(told), hidden


def hide_small_table(rows: Sequence[Sequence[int]]) -> Told:
    """A table of which the totals of rows, of columns and of all are told as well.

    Nought is told. Every number from 1 to FEWEST - 1 is hidden, and so many others that each hidden
    number could be any of at least FEWEST, for all that the whole table says.
    """
    return _told(rows, total_hidden=False)


def _told(rows: Sequence[Sequence[int]], *, total_hidden: bool) -> Told:
    table = _Table(rows)
    if total_hidden:
        table.hide_total()
    table.hide()
    return table.told()


class _Table:
    """The numbers with their totals at the end of each row and column, and which are hidden."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.values = [[*row, sum(row)] for row in rows]
        self.values.append([sum(column) for column in zip(*self.values, strict=True)])
        self.height, self.width = len(self.values), len(self.values[0])
        self.hidden = {
            (r, c)
            for r, row in enumerate(self.values)
            for c, value in enumerate(row)
            if 0 < value < FEWEST
        }

    def hide_total(self) -> None:
        """Hide the total of all; of a table of one row, that is the row's as well."""
        lines = range(self.height) if self.height == 2 else [self.height - 1]
        self.hidden |= {(r, self.width - 1) for r in lines if self._value((r, self.width - 1))}

    def hide(self) -> None:
        """Hide more, until nothing can be worked out."""
        while (more := next(self._more(), None)) is not None:
            self.hidden.add(more)

    def _more(self) -> Iterator[_At]:
        """The next smallest number that can be hidden: of a line that tells, then of any."""
        for line in self._lines():
            if self._gives_away(line):
                yield from self._smallest(line)
        for at in sorted(self.hidden):
            if not self._is_open(at):
                here = [other for other in self._all() if other[0] == at[0] or other[1] == at[1]]
                yield from self._smallest(here)
                yield from self._smallest(self._all())

    def _smallest(self, among: Sequence[_At]) -> list[_At]:
        shown = (at for at in among if at not in self.hidden and self._value(at))
        return sorted(shown, key=lambda at: (self._is_total(at), self._value(at), at))[:1]

    def _lines(self) -> Iterator[list[_At]]:
        yield from ([(r, c) for c in range(self.width)] for r in range(self.height))
        yield from ([(r, c) for r in range(self.height)] for c in range(self.width))

    def _all(self) -> list[_At]:
        return [(r, c) for r in range(self.height) for c in range(self.width)]

    def _gives_away(self, line: list[_At]) -> bool:
        """Whether a hidden number of the line can be told from the rest of it."""
        parts = [at for at in line[:-1] if at in self.hidden]
        if line[-1] in self.hidden:
            return not parts
        room = sum(map(self._value, parts)) - (len(parts) - 1)
        return bool(parts) and (len(parts) == 1 or room < FEWEST)

    def _is_open(self, at: _At) -> bool:
        """Whether a hidden number could be any of FEWEST, for all that is told."""
        begins, ends = self._ends(at)
        wanted = FEWEST - 1
        more = self._flow(ends, begins, but=at, most=wanted)
        if more < wanted:
            most = min(wanted - more, self._value(at) - 1)
            more += self._flow(begins, ends, but=at, most=most)
        return more >= wanted

    def _flow(self, begins: int, ends: int, *, but: _At, most: int) -> int:
        """How much can be moved from place to place through other hidden numbers, each kept at 1.

        One by one, on the shortest way that is left, as Ford and Fulkerson do.
        """
        moved = dict.fromkeys(self.hidden - {but}, 0)
        for count in range(most):
            way = self._way(begins, ends, moved)
            if way is None:
                return count
            for at, by in way:
                moved[at] += by
        return most

    def _way(self, begins: int, ends: int, moved: dict[_At, int]) -> list[tuple[_At, int]] | None:
        ways: dict[int, list[tuple[_At, int]]] = {begins: []}
        waiting = deque([begins])
        while waiting and ends not in ways:
            here = waiting.popleft()
            for at, flows in moved.items():
                first, last = self._ends(at)
                if first == here and last not in ways:
                    ways[last] = [*ways[here], (at, 1)]
                    waiting.append(last)
                elif last == here and first not in ways and self._value(at) + flows > 1:
                    ways[first] = [*ways[here], (at, -1)]
                    waiting.append(first)
        return ways.get(ends)

    def _ends(self, at: _At) -> tuple[int, int]:
        """From its row to its column; totals lead back, so all that comes to a place leaves it."""
        row, column = at[0], self.height + at[1]
        leads_back = (at[0] == self.height - 1) != (at[1] == self.width - 1)
        return (column, row) if leads_back else (row, column)

    def _is_total(self, at: _At) -> bool:
        return at[0] == self.height - 1 or at[1] == self.width - 1

    def _value(self, at: _At) -> int:
        return self.values[at[0]][at[1]]

    def told(self) -> Told:
        """What is told."""
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
